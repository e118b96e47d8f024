"""Appointments: a slot is taken by one case, kept by it, and given back."""

from contextlib import nullcontext

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import insert

from api.database import Database
from scheduling.errors import SlotInPast, SlotNotFound, SlotTaken
from scheduling.repository.appointments import (
    AppointmentStatus,
    find_holder,
    list_appointments,
    release_slots,
    take_slot,
)
from scheduling.repository.itineraries import add_revision
from scheduling.tables import AppointmentRow
from tests.storage.builders import HOUR, NOW, itinerary, slots, store_plan, store_slots

FIRST, SECOND = "SJ-1001", "SJ-1002"


@pytest.fixture
def stocked(database: Database) -> Database:
    """A database with three slots and the itineraries of two cases."""
    with database.write() as session:
        store_slots(session, 3, [FIRST, SECOND])
        for case_reference in (FIRST, SECOND):
            plan = store_plan(session, f"plan-{case_reference}", case_reference)
            add_revision(
                session,
                itinerary(plan.id, reference=case_reference, itinerary_id=f"IT-{case_reference}"),
            )
    return database


def _take(database: Database, slot_id: str, case_reference: str = FIRST) -> None:
    with database.write() as session:
        take_slot(
            session,
            slot_id=slot_id,
            case_reference=case_reference,
            itinerary_id=f"IT-{case_reference}",
            now=NOW,
        )


def _booked(database: Database, case_reference: str = FIRST) -> list[str]:
    with database.read() as session:
        return [
            appointment.slot.id
            for appointment in list_appointments(session, case_reference)
            if appointment.status is AppointmentStatus.BOOKED
        ]


def test_a_slot_that_is_free_can_be_taken(stocked: Database) -> None:
    _take(stocked, "slot-001")

    with stocked.read() as session:
        (appointment,) = list_appointments(session, FIRST)
    assert appointment.slot == slots(2)[1]
    assert appointment.itinerary_id == "IT-SJ-1001"
    assert appointment.booked_at == NOW
    assert appointment.cancelled_at is None


def test_a_slot_is_not_sold_twice(stocked: Database) -> None:
    _take(stocked, "slot-001")

    with pytest.raises(SlotTaken, match="slot-001"):
        _take(stocked, "slot-001", SECOND)

    assert _booked(stocked) == ["slot-001"]
    assert _booked(stocked, SECOND) == []


def test_the_index_itself_refuses_a_second_booking(stocked: Database) -> None:
    _take(stocked, "slot-001")
    again = {
        "slot_id": "slot-001",
        "case_reference": SECOND,
        "itinerary_id": "IT-SJ-1002",
        "status": "booked",
        "booked_at": NOW,
    }

    with pytest.raises(IntegrityError), stocked.write() as session:
        session.exec(insert(AppointmentRow).values(**again))


def test_losing_one_slot_does_not_lose_the_rest_of_the_transaction(stocked: Database) -> None:
    _take(stocked, "slot-001")

    with stocked.write() as session:
        for slot_id, loss in (("slot-000", nullcontext()), ("slot-001", pytest.raises(SlotTaken))):
            with loss:
                take_slot(
                    session,
                    slot_id=slot_id,
                    case_reference=SECOND,
                    itinerary_id="IT-SJ-1002",
                    now=NOW,
                )

    assert _booked(stocked, SECOND) == ["slot-000"]


def test_a_case_keeps_a_slot_it_has(stocked: Database) -> None:
    _take(stocked, "slot-001")

    _take(stocked, "slot-001")

    assert _booked(stocked) == ["slot-001"]


def test_an_unknown_slot_cannot_be_taken(stocked: Database) -> None:
    with pytest.raises(SlotNotFound):
        _take(stocked, "slot-999")


@pytest.mark.parametrize("late", [0 * HOUR, HOUR])
def test_a_slot_that_has_begun_cannot_be_taken(stocked: Database, late: object) -> None:
    begun = slots(1)[0].starts_at + late  # type: ignore[operator]  # — a timedelta

    with pytest.raises(SlotInPast), stocked.write() as session:
        take_slot(
            session,
            slot_id="slot-000",
            case_reference=FIRST,
            itinerary_id="IT-SJ-1001",
            now=begun,
        )


def test_an_appointment_belongs_to_an_itinerary_by_the_end_of_the_transaction(
    stocked: Database,
) -> None:
    with pytest.raises(IntegrityError), stocked.write() as session:
        take_slot(
            session,
            slot_id="slot-000",
            case_reference=FIRST,
            itinerary_id="IT-nowhere",
            now=NOW,
        )

    assert _booked(stocked) == []


def test_released_slots_are_cancelled_and_remembered(stocked: Database) -> None:
    for slot_id in ("slot-000", "slot-001", "slot-002"):
        _take(stocked, slot_id)

    with stocked.write() as session:
        released = release_slots(
            session, case_reference=FIRST, keep=frozenset({"slot-001"}), now=NOW + HOUR
        )

    assert released == ("slot-000", "slot-002")
    assert _booked(stocked) == ["slot-001"]
    with stocked.read() as session:
        times = [one.cancelled_at for one in list_appointments(session, FIRST)]
    assert times == [NOW + HOUR, None, NOW + HOUR]


def test_a_released_slot_can_be_taken_by_another_case(stocked: Database) -> None:
    _take(stocked, "slot-000")
    with stocked.write() as session:
        release_slots(session, case_reference=FIRST, keep=frozenset(), now=NOW)

    _take(stocked, "slot-000", SECOND)

    with stocked.read() as session:
        assert find_holder(session, "slot-000") == SECOND


def test_only_the_cases_own_slots_are_released(stocked: Database) -> None:
    _take(stocked, "slot-000", SECOND)

    with stocked.write() as session:
        assert release_slots(session, case_reference=FIRST, keep=frozenset(), now=NOW) == ()

    assert _booked(stocked, SECOND) == ["slot-000"]
