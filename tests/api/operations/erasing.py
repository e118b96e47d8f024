"""Erasing a case in tests: asked for by one case manager, approved by another."""

from __future__ import annotations

from datetime import datetime

from api.access.actions import Action
from api.access.roles import Role
from api.database import Database
from api.operations.effects import EFFECTS
from api.overrides.approvals import Decision, ask, decide
from tests.api.scoped.worlds import principal, seen_by
from tests.storage.builders import NOW

MANAGER = principal(Role.CASE_MANAGER, user_id="asks")
SECOND = principal(Role.CASE_MANAGER, user_id="second")


def erase(database: Database, reference: str, *, now: datetime = NOW) -> None:
    """Erase a case with the word of two people."""
    with seen_by(database, MANAGER, Action.PERSON_ERASE).write() as session:
        approval = ask(
            session,
            Action.PERSON_ERASE,
            reference,
            reason="asked for in writing",
            principal=MANAGER,
            now=now,
        )
    with seen_by(database, SECOND, Action.APPROVAL_DECIDE).write() as session:
        decide(
            session,
            approval.id,
            Decision.APPROVED,
            principal=SECOND,
            now=now,
            effects=EFFECTS,
        )
