"""Entries to add, and a way to tamper with them that no honest code has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from api.access.principal import Principal, PrincipalKind
from api.access.roles import Role
from api.audit.trail import NewEntry, Outcome, add_entries
from api.audit.verify import Verdict, verify_chain
from api.database import Database
from tests.storage.builders import NOW

COORDINATOR: Final = Principal(
    kind=PrincipalKind.USER,
    user_id="u-mia",
    organisation_id="operator",
    roles=frozenset({Role.COORDINATOR}),
    credential_id="s-1",
)
REVIEWER: Final = Principal(
    kind=PrincipalKind.TOKEN,
    user_id="u-rex",
    organisation_id="payer",
    roles=frozenset({Role.INSURER_REVIEWER}),
    credential_id="t-1",
)


def entry(
    number: int = 1,
    *,
    action: str = "case.read",
    principal: Principal = COORDINATOR,
    cases: Iterable[str] = ("SJ-1",),
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, Any] | None = None,
) -> NewEntry:
    """Return an entry of that minute after `NOW`."""
    return NewEntry(
        at=NOW + timedelta(minutes=number),
        action=action,
        outcome=outcome,
        principal=principal,
        case_references=tuple(cases),
        detail={"number": number} if detail is None else detail,
        request_id=f"r-{number}",
    )


def store_entries(database: Database, count: int) -> None:
    """Add that many entries, the first of one case, the next of two, the third of none."""
    cases = (("SJ-1",), ("SJ-1", "SJ-2"), ())
    with database.write() as session:
        add_entries(
            session, [entry(number, cases=cases[number % 3]) for number in range(1, count + 1)]
        )


def verdict_of(database: Database, heads: Mapping[int, str] | None = None) -> Verdict:
    """Return what a walk of the whole trail finds."""
    with database.read() as session:
        return verify_chain(session, heads)


def drop_triggers(connection: Connection) -> None:
    """Take the triggers of the trail away (SQLite), as whoever owns the file can."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'"
    ).scalars()
    for name in names.all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
