"""Slots: offered once, never two at a time, and open until somebody books them."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from api.database import Database
from logistics.repository.facilities import add_facility
from logistics.repository.specialists import add_specialist
from pricing.money import Money
from scheduling.errors import SlotNotFound
from scheduling.repository.appointments import release_slots, take_slot
from scheduling.repository.errors import SlotsCollide
from scheduling.repository.itineraries import add_revision
from scheduling.repository.slots import add_slots, get_slot, list_open_slots, list_slots
from scheduling.slots import Slot
from tests.storage.builders import (
    HOUR,
    NOW,
    facility,
    itinerary,
    slot,
    specialist,
    store_people,
    store_plan,
    store_slots,
)

SECOND_CASE = "SJ-1002"


def _open(database: Database, except_case: str | None = None) -> list[str]:
    with database.read() as session:
        found = list_open_slots(
            session,
            specialist_ids=["keller"],
            after=NOW,
            before=NOW + 1000 * HOUR,
            except_case=except_case,
        )
    return [one.id for one in found]


def _book(database: Database, slot_id: str) -> None:
    with database.write() as session:
        plan = store_plan(session)
        add_revision(session, itinerary(plan.id))
        take_slot(session, slot_id=slot_id, case_reference="SJ-1001", itinerary_id="IT-1", now=NOW)


def test_a_slot_comes_back_as_it_was(database: Database) -> None:
    stored = slot()

    with database.write() as session:
        store_people(session)
        add_slots(session, [stored])
    with database.read() as session:
        assert get_slot(session, stored.id) == stored


def test_an_unknown_slot_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(SlotNotFound, match="slot-9"):
        get_slot(session, "slot-9")


def test_no_slots_are_added_without_complaint(database: Database) -> None:
    with database.write() as session:
        add_slots(session, [])
        assert list_slots(session, specialist_ids=["keller"]) == ()


@pytest.mark.parametrize(
    "offered",
    [
        slot("slot-1", starts_at=NOW + 48 * HOUR),
        slot("other"),
        slot("other", starts_at=NOW + 24 * HOUR + timedelta(minutes=59)),
        slot("other", starts_at=NOW + 23 * HOUR, minutes=61),
        slot("other", starts_at=NOW + 20 * HOUR, minutes=10 * 60),
        slot("other", starts_at=NOW + 24 * HOUR + timedelta(minutes=10), minutes=10),
    ],
)
def test_a_specialist_has_one_slot_at_a_time(database: Database, offered: Slot) -> None:
    with database.write() as session:
        store_people(session)
        add_slots(session, [slot()])
        with pytest.raises(SlotsCollide) as raised:
            add_slots(session, [slot("free", starts_at=NOW + 72 * HOUR), offered])

    assert raised.value.slot_id == offered.id
    with database.read() as session:
        assert list_slots(session, specialist_ids=["keller"]) == (slot(),)


def test_two_slots_offered_together_do_not_overlap_either(database: Database) -> None:
    with database.write() as session:
        store_people(session)
        with pytest.raises(SlotsCollide) as raised:
            add_slots(session, [slot("a"), slot("b")])

    assert raised.value.slot_id == "b"


@pytest.mark.parametrize(
    "offered",
    [
        slot("next", starts_at=NOW + 25 * HOUR),
        slot("before", starts_at=NOW + 23 * HOUR),
        slot("others", specialist_id="weber"),
    ],
)
def test_slots_that_only_touch_or_are_of_another_are_added(
    database: Database, offered: Slot
) -> None:
    with database.write() as session:
        store_people(session)
        add_specialist(session, specialist("weber"))
        add_slots(session, [slot()])
        add_slots(session, [offered])

    with database.read() as session:
        assert get_slot(session, offered.id) == offered


def test_a_slot_belongs_to_a_known_specialist(database: Database) -> None:
    with database.write() as session:
        add_facility(session, facility())
        with pytest.raises(IntegrityError):
            add_slots(session, [slot()])


def test_a_fee_is_not_negative(database: Database) -> None:
    refund = Slot("s", "keller", NOW, NOW + HOUR, Money(-1, "USD"))

    with database.write() as session:
        store_people(session)
        with pytest.raises(IntegrityError):
            add_slots(session, [refund])


def test_open_slots_come_in_order_of_start_then_id(database: Database) -> None:
    with database.write() as session:
        store_people(session)
        add_specialist(session, specialist("weber"))
        add_slots(
            session,
            [
                slot("a", starts_at=NOW + 3 * HOUR),
                slot("c", starts_at=NOW + 2 * HOUR),
                slot("b", specialist_id="weber", starts_at=NOW + 2 * HOUR),
            ],
        )
    with database.read() as session:
        found = list_open_slots(
            session, specialist_ids=["keller", "weber"], after=NOW, before=NOW + 9 * HOUR
        )

    assert [one.id for one in found] == ["b", "c", "a"]


def test_the_time_asked_for_includes_its_begin_and_not_its_end(database: Database) -> None:
    with database.write() as session:
        store_slots(session, 4)
    with database.read() as session:
        found = list_open_slots(
            session, specialist_ids=["keller"], after=NOW + 25 * HOUR, before=NOW + 27 * HOUR
        )

    assert [one.id for one in found] == ["slot-001", "slot-002"]


def test_a_booked_slot_is_open_to_nobody_but_its_case(database: Database) -> None:
    with database.write() as session:
        store_slots(session, 3, ["SJ-1001", SECOND_CASE])

    _book(database, "slot-001")

    assert _open(database) == ["slot-000", "slot-002"]
    assert _open(database, except_case=SECOND_CASE) == ["slot-000", "slot-002"]
    assert _open(database, except_case="SJ-1001") == ["slot-000", "slot-001", "slot-002"]


def test_a_released_slot_is_open_again(database: Database) -> None:
    with database.write() as session:
        store_slots(session, 2)
    _book(database, "slot-001")

    with database.write() as session:
        release_slots(session, case_reference="SJ-1001", keep=frozenset(), now=NOW)

    assert _open(database) == ["slot-000", "slot-001"]
