"""Things noted in the audit trail, for its pages: reads, changes, a refusal, an erasure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from api.access.principal import ANONYMOUS, SYSTEM, Principal, PrincipalKind
from api.access.roles import Role
from api.audit.erasing import Erasure, erase_details
from api.audit.trail import NewEntry, Outcome, add_entries
from api.overrides.glass import break_glass
from tests.api.audit.builders import drop_triggers
from tests.api.faces.worlds import NOW, PEOPLE, World

REASON: Final = "=1+1 <b> and nobody on duty"
"""Why the administrator opens the case in an emergency."""

READ: Final = [
    {
        "table": "sojourn_case",
        "columns": ["diagnosis", "title"],
        "rows": [{"key": ["SJ-1001"], "case": "SJ-1001"}],
    }
]
MANY: Final = [
    {
        "table": "sojourn_case",
        "columns": ["title"],
        "rows": [{"key": [f"SJ-{one}"], "case": f"SJ-{one}"} for one in range(1001, 1041)],
    }
]


_PLACES: Final = {
    "coordinator": (Role.COORDINATOR, "sojourn-sample"),
    "administrator": (Role.ADMINISTRATOR, "sojourn-sample"),
    "insurer_reviewer": (Role.INSURER_REVIEWER, "payer-sample"),
}


def principal_of(name: str) -> Principal:
    """Return one of `PEOPLE` as the guard finds them."""
    role, organisation_id = _PLACES[name]
    return Principal(
        kind=PrincipalKind.USER,
        user_id=PEOPLE[name],
        organisation_id=organisation_id,
        roles=frozenset({role}),
    )


def note(
    number: int,
    who: Principal,
    action: str,
    *cases: str,
    outcome: Outcome = Outcome.DONE,
    **detail: Any,  # noqa: ANN401 — plain JSON
) -> NewEntry:
    """Return an entry of that minute."""
    return NewEntry(
        at=NOW + timedelta(minutes=number),
        action=action,
        outcome=outcome,
        principal=who,
        case_references=cases,
        detail=detail,
        request_id=f"req-{number}",
    )


def forget_trail(world: World) -> None:
    """Empty the trail of what making the world has noted, as only who owns the file can."""
    with world.services.database._engines.migrator.begin() as connection:
        drop_triggers(connection)
        for table in ("audit_erasure", "audit_case", "audit_detail", "audit_entry"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 — the names above


def store_noted(world: World) -> None:
    """Note seven things, and erase the detail of one."""
    coordinator, reviewer = principal_of("coordinator"), principal_of("insurer_reviewer")
    nobody = replace(ANONYMOUS, organisation_id="sojourn-sample")
    administrator, broken_at = principal_of("administrator"), NOW + timedelta(minutes=6)
    with world.services.database.write() as session:
        break_glass(session, "SJ-1001", reason=REASON, principal=administrator, now=broken_at)
        add_entries(
            session,
            [
                note(1, coordinator, "case.read", "SJ-1001", read=READ, written=[]),
                note(
                    2,
                    coordinator,
                    "case.list",
                    "SJ-1001",
                    "SJ-1002",
                    "SJ-1003",
                    "SJ-1004",
                    read=MANY,
                ),
                note(3, coordinator, "case.change", "SJ-1001", read=READ, written=READ),
                note(4, reviewer, "case.read", "SJ-1001", read=READ),
                note(5, nobody, "case.read", outcome=Outcome.DENIED, came_from="198.51.100.0/24"),
                note(6, administrator, "glass.break", "SJ-1001", reason="=1+1 <b>"),
                note(7, coordinator, "link.redeemed", "SJ-1002"),
            ],
        )
        erase_details(session, (3,), Erasure(principal=SYSTEM, at=NOW, reason="asked for"))
