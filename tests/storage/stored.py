"""A database with something in every private field, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Table, text

from api.access.actions import Action
from api.access.principal import Principal, PrincipalKind
from api.database import Database
from api.overrides.approvals import ask
from api.overrides.glass import break_glass
from api.people.second_factor import begin_enrolment
from api.people.users import NewUser, add_user
from api.requests.answers import Answer, Ask, store_answer
from logistics.repository.cases import add_cases
from logistics.repository.organisations import add_organisations
from logistics.sealing import KeyRing, Place
from pricing.column_types import Row
from scheduling.planning import Phase
from scheduling.repository.itineraries import add_revision
from scheduling.repository.plans import move_plan, record_outcome
from tests.storage.builders import (
    NOW,
    case,
    itinerary,
    organisation,
    planned,
    store_people,
    store_plan,
)

Rows = dict[str, list[tuple[Any, ...]]]


def _private(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.info.get("sealed"))


FIELDS: Final = {
    table.name: (tuple(column.name for column in table.primary_key), _private(table))
    for table in Row.metadata.tables.values()
    if _private(table)
}
"""The keys and the private columns of each table that has some."""


def store_everything(database: Database, *, cases: int) -> None:
    """Store cases, a plan with its outcome, one that failed, one that waits, and two revisions."""
    with database.write() as session:
        store_people(session)
        add_cases(session, (case(f"SJ-{2000 + number}") for number in range(cases - 1)))
        found = store_plan(session, "plan-1")
        failed = store_plan(session, "plan-2")
        store_plan(session, "plan-3")
        for phase in (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING):
            move_plan(session, found.id, phase, progress="")
        record_outcome(session, planned(found))
        move_plan(session, failed.id, Phase.FAILED, progress="", now=NOW)
        for revision in (1, 2):
            add_revision(session, itinerary("plan-1", revision=revision))
    store_people_of_the_service(database)
    store_exceptions(database)


def store_exceptions(database: Database) -> None:
    """Store a case opened by force, and a wish that waits for a second person."""
    who = Principal(kind=PrincipalKind.USER, user_id="Ada", organisation_id="operator")
    reason = "Marta Quintana stranded at ORD"
    with database.write() as session:
        break_glass(session, "SJ-1001", reason=reason, principal=who, now=NOW)
        ask(session, Action.PERSON_ERASE, "SJ-1001", reason=reason, principal=who, now=NOW)


def store_people_of_the_service(database: Database) -> None:
    """Store two users, one of them without an address, a second factor, and an answer."""
    ask = Ask(caller="user/1", key="key/1%", fingerprint="f" * 64)
    with database.write() as session:
        add_organisations(session, [organisation()])
        for name, email in (("Ada Sample", "Ada@Clinic.example"), ("Ben Sample", None)):
            wanted = NewUser(organisation_id="operator", name=name, email=email, id=name[:3])
            add_user(session, wanted, now=NOW)
        begin_enrolment(session, "Ada", account="ada", now=NOW)
        store_answer(
            session, ask, Answer(status=201, location=None, media="text/plain", body="Ada"), now=NOW
        )


def stored_rows(database: Database, tables: Iterable[str] = tuple(FIELDS)) -> Rows:
    """Return keys and private columns as they stand, by table, in order of the keys."""
    found: Rows = {}
    with database._engines.reader.connect() as connection:
        for table in tables:
            keys, columns = FIELDS[table]
            names = ", ".join((*keys, *columns))
            query = f"SELECT {names} FROM {table} ORDER BY {', '.join(keys)}"  # noqa: S608 — our own names
            found[table] = [tuple(row) for row in connection.execute(text(query))]
    return found


def opened(rows: Rows, ring: KeyRing) -> Rows:
    """Return the same rows with every private field opened."""
    return {
        table: [_opened(table, row, len(FIELDS[table][0]), ring) for row in found]
        for table, found in rows.items()
    }


def _opened(table: str, row: tuple[Any, ...], keys: int, ring: KeyRing) -> tuple[Any, ...]:
    key = row[:keys]
    fields: list[Any] = []
    for column, stored in zip(FIELDS[table][1], row[keys:], strict=True):
        place = Place.of(table, key, column)
        if stored is None:
            fields.append(None)
        elif isinstance(stored, bytes):
            fields.append(ring.open_bytes(stored.decode(), place))
        else:
            fields.append(ring.open(stored, place))
    return (*row[:keys], *fields)
