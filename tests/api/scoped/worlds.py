"""A small world of two operators and two payers, and principals to look at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import Session, insert

from api.access.actions import Action
from api.access.policy import EVERY_FIELD, Reach, Rows, find_reach
from api.access.principal import Principal, PrincipalKind
from api.access.roles import Role
from api.audit.writer import AuditWriter
from api.database import Database
from api.scoped.sessions import Scope, ScopedSessions
from api.tables.access import BrokenGlassRow
from logistics.organisation import CasePart, OrganisationKind
from logistics.repository.facilities import add_facility
from logistics.repository.organisations import add_organisations, add_participants
from logistics.repository.specialists import add_specialist
from scheduling.planning import Phase
from scheduling.repository.itineraries import add_revision
from scheduling.repository.plans import create_plan, move_plan, record_outcome
from tests.storage.builders import (
    HOUR,
    NOW,
    facility,
    itinerary,
    organisation,
    planned,
    specialist,
    store_people,
)

OURS: Final = ("SJ-1", "SJ-2")
THEIRS: Final = ("NH-1", "NH-2")
PAID: Final = ("SJ-1", "NH-1")
"""What the payer called ``payer`` pays for; the rest is the other one's."""


def store_world(session: Session) -> None:
    """Store four cases, each with a finished plan and an itinerary."""
    store_people(session, (*OURS, *THEIRS))
    add_facility(session, facility("geneva"))
    add_specialist(session, specialist("blanc", facility_id="geneva"))
    add_organisations(
        session,
        [
            organisation("operator", prefix="SJ"),
            organisation("other", prefix="NH"),
            organisation("payer", kind=OrganisationKind.PAYER),
            organisation("other-payer", kind=OrganisationKind.PAYER),
            organisation("zurich", kind=OrganisationKind.FACILITY),
        ],
    )
    add_participants(session, dict.fromkeys(OURS, "operator"), part=CasePart.OPERATOR)
    add_participants(session, dict.fromkeys(THEIRS, "other"), part=CasePart.OPERATOR)
    payers = {one: "payer" if one in PAID else "other-payer" for one in (*OURS, *THEIRS)}
    add_participants(session, payers, part=CasePart.PAYER)
    for reference in (*OURS, *THEIRS):
        plan = create_plan(session, plan_id=f"P-{reference}", case_reference=reference, now=NOW)
        for phase in (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING):
            move_plan(session, plan.id, phase, progress=phase.value)
        record_outcome(session, planned(plan))
        add_revision(
            session, itinerary(plan.id, reference=reference, itinerary_id=f"I-{reference}")
        )


def break_glass(session: Session, reference: str, *, user_id: str = "user") -> None:
    """Open a case by force for an hour."""
    session.exec(
        insert(BrokenGlassRow).values(
            id=f"G-{reference}",
            user_id=user_id,
            organisation_id="operator",
            case_reference=reference,
            reason="patient at the airport",
            begun_at=NOW,
            ends_at=NOW + HOUR,
        )
    )


def principal(
    *roles: Role,
    organisation_id: str = "operator",
    user_id: str = "user",
    facility_id: str = "",
) -> Principal:
    """Return a user of an organisation."""
    return Principal(
        kind=PrincipalKind.USER,
        user_id=user_id,
        organisation_id=organisation_id,
        facility_id=facility_id,
        roles=frozenset(roles),
    )


def seen_by(
    database: Database, who: Principal, action: Action, *, later: timedelta = timedelta()
) -> ScopedSessions:
    """Return the database as somebody sees it who may do that."""
    reach = find_reach(who, action)
    assert reach is not None
    scope = Scope(principal=who, action=action, reach=reach, now=NOW + later)
    return ScopedSessions(database, AuditWriter(database), scope)


def seen_with(database: Database, who: Principal, *rows: Rows) -> ScopedSessions:
    """Return the database as seen with exactly these rows, whatever the policy says."""
    reach = Reach(frozenset(rows), EVERY_FIELD)
    scope = Scope(principal=who, action=Action.CASE_READ, reach=reach, now=NOW)
    return ScopedSessions(database, AuditWriter(database), scope)
