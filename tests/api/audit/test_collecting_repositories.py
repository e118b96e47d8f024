"""What is collected of every repository is what the statements it really sent read.

The statements are taken where they leave for the driver, read as text, and sent once more for the
keys of their rows: another way to the same answer, which knows nothing of the ORM.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event
from sqlmodel import Session

from api.audit.collecting import collect
from api.audit.statements import OWN
from api.database import Database
from logistics.repository.cases import get_case, list_cases
from logistics.repository.facilities import list_facilities
from logistics.repository.organisations import list_organisations, list_participants
from logistics.repository.specialists import list_specialists
from scheduling.repository import itineraries, plans
from scheduling.repository.appointments import find_holder, list_appointments, take_slot
from scheduling.repository.slots import add_slots, list_open_slots, list_slots
from tests.api.scoped.worlds import store_world
from tests.storage.builders import HOUR, NOW, slot

KEYS: Final = {
    "sojourn_case": ("reference",),
    "plan": ("id",),
    "plan_problem": ("plan_id",),
    "itinerary": ("id",),
    "itinerary_revision": ("itinerary_id", "revision"),
    "appointment": ("id",),
}
TELLING: Final = {
    "sojourn_case": r"title|diagnosis|service_level|patient|companions|visit|is_sample|story",
    "plan": r"status|best_cost|proposals|obstacles|notes|policy_version|failure|statistics",
    "plan_problem": r"document|sha256",
    "itinerary": r"no_such_column",
    "itinerary_revision": r"proposal_name|accepted_at|document",
    "appointment": r"booked_at|cancelled_at",
}
READERS: Final[dict[str, Callable[[Session], object]]] = {
    "list_cases": list_cases,
    "get_case": lambda session: get_case(session, "SJ-1"),
    "get_case twice": lambda session: (get_case(session, "SJ-1"), get_case(session, "SJ-1")),
    "get_plan": lambda session: plans.get_plan(session, "P-SJ-1"),
    "require_plan": lambda session: plans.require_plan(session, "P-SJ-1"),
    "find_plan_by_request_key": lambda session: plans.find_plan_by_request_key(session, "k"),
    "list_plans": lambda session: plans.list_plans(session, "SJ-1"),
    "is_cancel_requested": lambda session: plans.is_cancel_requested(session, "P-SJ-1"),
    "find_itinerary_for_case": lambda session: itineraries.find_itinerary_for_case(session, "SJ-1"),
    "get_itinerary": lambda session: itineraries.get_itinerary(session, "I-SJ-1"),
    "get_itinerary, revision": lambda session: itineraries.get_itinerary(session, "I-SJ-1", 1),
    "list_revisions": lambda session: itineraries.list_revisions(session, "I-NH-1"),
    "find_by_request_key": lambda session: itineraries.find_by_request_key(session, "k"),
    "list_appointments": lambda session: list_appointments(session, "SJ-1"),
    "find_holder": lambda session: find_holder(session, "slot-1"),
    "list_open_slots": lambda session: list_open_slots(
        session, specialist_ids=["keller"], after=NOW, before=NOW + 99 * HOUR
    ),
    "list_slots": lambda session: list_slots(session, specialist_ids=["keller"]),
    "list_facilities": list_facilities,
    "list_specialists": list_specialists,
    "list_organisations": list_organisations,
    "list_participants": lambda session: list_participants(session, "SJ-1"),
    "a page of everything": lambda session: (
        list_cases(session),
        plans.list_plans(session, "SJ-2"),
        plans.get_plan(session, "P-SJ-2"),
        itineraries.find_itinerary_for_case(session, "SJ-2"),
    ),
}


@pytest.fixture(scope="module")
def world(lasting_database: Database) -> Database:
    """Four cases, each with a plan and an itinerary, and one appointment."""
    with lasting_database.write() as session:
        store_world(session)
        add_slots(session, [slot()])
        take_slot(session, slot_id="slot-1", case_reference="SJ-1", itinerary_id="I-SJ-1", now=NOW)
    return lasting_database


@contextmanager
def echo(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Take down every statement as it leaves for the driver, but not what is asked for keys."""
    sent: list[tuple[str, Any]] = []

    def take_down(*told: Any) -> None:  # noqa: ANN401 — SQLAlchemy's signature
        _, _, statement, parameters, context, _ = told
        if not context.execution_options.get(OWN):
            sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", take_down)
    yield sent
    event.remove(connection, "before_cursor_execute", take_down)


def read_by(connection: Connection, statement: str, parameters: Any) -> set[tuple[str, Any]]:  # noqa: ANN401 — the driver's
    """Return the rows a SELECT reads something telling of, found from its text."""
    found: set[tuple[str, Any]] = set()
    parted = re.fullmatch(r"SELECT (.*?)\s+FROM (.*)", statement, re.DOTALL)
    if parted is None:
        return found
    for table, keys in KEYS.items():
        if re.search(rf"\b{table}\"?\.({TELLING[table]})\b", statement):
            columns = ", ".join(f"{table}.{key}" for key in keys)
            rows = connection.exec_driver_sql(f"SELECT {columns} FROM {parted[2]}", parameters)  # noqa: S608 — our own words
            found |= {(table, tuple(row)) for row in rows}
    return found


@pytest.mark.parametrize("name", list(READERS))
def test_what_is_collected_is_what_the_statements_read(world: Database, name: str) -> None:
    with world.read() as session:
        connection = session.connection()
        found = collect(session)
        with echo(connection) as sent:
            READERS[name](session)
        expected = set[tuple[str, Any]]().union(*(read_by(connection, *one) for one in sent))
        collected = {(one.table, one.key) for one in found.reads}

    assert sent
    assert collected == expected


def test_the_statements_of_most_repositories_read_something(world: Database) -> None:
    """Test that the comparison above compares more than nothing with nothing."""
    with world.read() as session:
        found = collect(session)
        for read in READERS.values():
            read(session)
        tables = {one.table for one in found.reads}
        assert found.case_references == {"SJ-1", "SJ-2", "NH-1", "NH-2"}

    assert tables == set(KEYS) - {"itinerary"}
