"""Many at once: what there is once is given once, and nobody hears of a lock."""

import random

import pytest

from api.database import Database, open_database
from scheduling.errors import SlotTaken
from scheduling.repository.appointments import list_appointments, take_slot
from scheduling.repository.errors import RevisionConflict
from scheduling.repository.itineraries import add_revision, list_revisions
from scheduling.repository.plans import create_plan, list_plans
from tests.keys import RING
from tests.storage.builders import NOW, itinerary, slots, store_people, store_plan, store_slots
from tests.storage.processes import race

pytestmark = pytest.mark.sweep

PROCESSES = 16
SLOTS = 100
CASES = [f"SJ-{number:04}" for number in range(PROCESSES)]


def _take_all_one_can(database: Database, number: int) -> list[str]:
    """Try to take every slot, in an order of one's own; return those won."""
    wanted = [slot.id for slot in slots(SLOTS)]
    random.Random(number).shuffle(wanted)
    won = []
    for slot_id in wanted:
        try:
            with database.write() as session:
                take_slot(
                    session,
                    slot_id=slot_id,
                    case_reference=CASES[number],
                    itinerary_id=f"IT-{CASES[number]}",
                    now=NOW,
                )
        except SlotTaken:
            continue
        won.append(slot_id)
    return won


def test_sixteen_processes_sell_each_of_a_hundred_slots_once(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_slots(session, SLOTS, CASES)
        for reference in CASES:
            plan = store_plan(session, f"plan-{reference}", reference)
            add_revision(
                session,
                itinerary(plan.id, reference=reference, itinerary_id=f"IT-{reference}"),
            )
    database.dispose()

    answers = race(database_url, PROCESSES, _take_all_one_can)

    assert [answer for answer in answers if not isinstance(answer, list)] == []
    won = [slot_id for answer in answers if isinstance(answer, list) for slot_id in answer]
    assert sorted(won) == [slot.id for slot in slots(SLOTS)]
    with database.read() as session:
        stored = [
            [appointment.slot.id for appointment in list_appointments(session, reference)]
            for reference in CASES
        ]
    assert [sorted(answer) for answer in answers if isinstance(answer, list)] == stored


def _ask_for_one_plan(database: Database, number: int) -> str:
    with database.write() as session:
        plan = create_plan(
            session,
            plan_id=f"plan-{number}",
            case_reference="SJ-1001",
            now=NOW,
            request_key="form-1",
        )
    return plan.id


def test_one_form_sent_by_eight_processes_makes_one_plan(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_people(session)
    database.dispose()

    answers = race(database_url, 8, _ask_for_one_plan)

    with database.read() as session:
        (plan,) = list_plans(session, "SJ-1001")
    assert answers == [plan.id] * 8


def _accept_first_revision(database: Database, _number: int) -> str:
    try:
        with database.write() as session:
            add_revision(session, itinerary("plan-1"))
    except RevisionConflict:
        return "too late"
    return "accepted"


def test_of_eight_first_revisions_one_is_stored(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_people(session)
        store_plan(session)
    database.dispose()

    answers = race(database_url, 8, _accept_first_revision)

    assert sorted(map(str, answers)) == ["accepted"] + ["too late"] * 7
    with database.read() as session:
        assert len(list_revisions(session, "IT-1")) == 1


def _migrate(database: Database, _number: int) -> str | None:
    database.migrate()
    return database.describe().revision


def test_four_processes_may_migrate_at_once(empty_url: str) -> None:
    answers = race(empty_url, 4, _migrate)

    latest = open_database(empty_url, keys=RING).describe().latest_revision
    assert answers == [latest] * 4
