"""Two people's word: what one asks for, another one of the same organisation decides.

    waiting --approve--> approved    (what was asked for happens in the same transaction)
    waiting --refuse---> refused
    waiting --7 days---> lapsed

Nobody decides their own wish, and one thing is asked for once at a time: both stand in the schema.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from api.access.actions import Action
from api.access.principal import Principal
from api.override_errors import AlreadyDecided, ApprovalNotFound, ApprovalWaiting, OwnApproval
from api.overrides.glass import read_reason
from api.tables.access import ApprovalRow
from logistics.repository.sealed import open_field, place_in, seal_field

_LOG: Final = logging.getLogger(__name__)
WAITS_FOR: Final = timedelta(days=7)


class Decision(StrEnum):
    """What became of a wish."""

    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One wish; ``subject`` is what it is about, such as the reference of a case. Times are UTC."""

    id: str
    action: str
    subject: str
    organisation_id: str
    reason: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Return whether nobody has decided it yet."""
        return self.decision is None


Effects = Mapping[Action, Callable[[Session, Approval, datetime], None]]
"""What happens once a second person has approved, for each action that needs one."""


def ask(
    session: Session,
    action: Action,
    subject: str,
    *,
    reason: str,
    principal: Principal,
    now: datetime,
) -> Approval:
    """Store the wish and return it.

    Raises InvalidField for a reason that says too little, ApprovalWaiting when somebody has asked
    for the same and nobody has decided.
    """
    said = read_reason(reason)
    lapse(session, now=now)
    approval = Approval(
        id=f"AP-{uuid4().hex[:16]}",
        action=action.value,
        subject=subject,
        organisation_id=principal.organisation_id,
        reason=said,
        asked_by=principal.user_id,
        asked_at=now,
        lapses_at=now + WAITS_FOR,
    )
    sealed = seal_field(session, place_in(ApprovalRow, "reason", approval.id), said)
    try:
        with session.begin_nested():
            session.exec(insert(ApprovalRow).values(**{**asdict(approval), "reason": sealed}))
    except IntegrityError as error:
        raise ApprovalWaiting(action, subject) from error
    _LOG.info("approval.asked", extra={"approval": approval.id, "action": action.value})
    return approval


def decide(
    session: Session,
    approval_id: str,
    decision: Decision,
    *,
    principal: Principal,
    now: datetime,
    effects: Effects,
) -> Approval:
    """Approve or refuse as the second person; what was approved happens in this transaction.

    Raises ApprovalNotFound, OwnApproval and AlreadyDecided (also for one that has lapsed).
    """
    lapse(session, now=now)
    approval = get_approval(session, approval_id)
    if approval.asked_by == principal.user_id:
        raise OwnApproval(approval_id)
    changed = session.exec(
        update(ApprovalRow)
        .where(col(ApprovalRow.id) == approval_id, col(ApprovalRow.decision).is_(None))
        .values(decision=decision.value, decided_by=principal.user_id, decided_at=now)
    )
    if changed.rowcount == 0:
        raise AlreadyDecided(approval_id, approval.decision or "")
    decided = replace(
        approval, decision=decision.value, decided_by=principal.user_id, decided_at=now
    )
    if decision is Decision.APPROVED:
        effects[Action(approval.action)](session, decided, now)
    _LOG.info("approval.decided", extra={"approval": approval_id, "outcome": decision.value})
    return decided


def lapse(session: Session, *, now: datetime) -> int:
    """Close what has waited too long; return how many."""
    changed = session.exec(
        update(ApprovalRow)
        .where(col(ApprovalRow.decision).is_(None), col(ApprovalRow.lapses_at) <= now)
        .values(decision=Decision.LAPSED.value, decided_at=now)
    )
    return int(changed.rowcount)


def get_approval(session: Session, approval_id: str) -> Approval:
    """Return the wish with that id; raises ApprovalNotFound."""
    query = select(ApprovalRow).where(col(ApprovalRow.id) == approval_id)
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise ApprovalNotFound(approval_id)
    return _to_value(session, row)


def list_approvals(session: Session, *, limit: int = 100) -> tuple[Approval, ...]:
    """Return the wishes within reach: those that wait first, then the newest."""
    query = select(ApprovalRow).order_by(
        col(ApprovalRow.decision).is_not(None), col(ApprovalRow.asked_at).desc()
    )
    return tuple(_to_value(session, row) for row in session.exec(query.limit(limit)))


def _to_value(session: Session, row: ApprovalRow) -> Approval:
    columns = {name: getattr(row, name) for name in Approval.__slots__}
    place = place_in(ApprovalRow, "reason", row.id)
    return Approval(**{**columns, "reason": open_field(session, place, row.reason)})
