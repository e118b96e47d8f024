"""A claim: the expenses of one trip, from draft to decision.

    draft --file--> filed --decide--> decided --reopen--> draft
    draft, filed ---withdraw---> withdrawn
    filed --take back--> draft

What was spent is a trip document at stage ``claim``. A decided claim that is reopened and filed
again is decided again: what the first decision drew on a balance is given back then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from logistics.errors import ClaimMoveRefused
from pricing.coverage.decision_errors import FieldMissing
from pricing.coverage.documents.trip_document import Claim as Filing
from pricing.coverage.documents.trip_document import Expense, Override, Trip, day_of
from pricing.coverage.pieces import cut


class ClaimStatus(StrEnum):
    """How far a claim is."""

    DRAFT = "draft"
    FILED = "filed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ClaimMove(StrEnum):
    """What somebody does with a claim."""

    FILE = "file"
    TAKE_BACK = "take back"
    DECIDE = "decide"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


_MOVES: Final = {
    (ClaimStatus.DRAFT, ClaimMove.FILE): ClaimStatus.FILED,
    (ClaimStatus.DRAFT, ClaimMove.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.FILED, ClaimMove.TAKE_BACK): ClaimStatus.DRAFT,
    (ClaimStatus.FILED, ClaimMove.DECIDE): ClaimStatus.DECIDED,
    (ClaimStatus.FILED, ClaimMove.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.DECIDED, ClaimMove.REOPEN): ClaimStatus.DRAFT,
}

EXPENSES_MAX: Final = 200
"""Expenses of one claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a case; ``trip`` holds what was spent. Times are UTC, ``…_by`` ids of users.

    ``version`` grows with every change.
    """

    id: str
    case_reference: str
    number: int
    status: ClaimStatus
    version: int
    trip: Trip
    opened_at: datetime
    opened_by: str
    filed_at: datetime | None = None
    filed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether its expenses may be changed."""
        return self.status is ClaimStatus.DRAFT

    @property
    def first_service(self) -> date:
        """Return the day of the earliest service, or the first day away where that is not told."""
        try:
            days = [piece.day for piece in cut(self.trip)]
        except FieldMissing:
            days = []
        return min(days, default=day_of(self.trip.starts))


def next_status(claim: Claim, move: ClaimMove) -> ClaimStatus:
    """Return the status after a move; raises ClaimMoveRefused."""
    found = _MOVES.get((claim.status, move))
    if found is None:
        raise ClaimMoveRefused(claim.id, claim.status.value, move.value)
    return found


def moves_of(status: ClaimStatus) -> tuple[ClaimMove, ...]:
    """Return what may be done with a claim of that status."""
    return tuple(move for (before, move) in _MOVES if before is status)


def filed(claim: Claim, *, by: str, at: datetime, day: date) -> Claim:
    """Return the claim once it is filed on that local day; raises ClaimMoveRefused."""
    return replace(
        claim,
        status=next_status(claim, ClaimMove.FILE),
        trip=claim.trip.model_copy(update={"claim": Filing(filed=day)}),
        filed_at=at,
        filed_by=by,
    )


def with_expenses(claim: Claim, expenses: tuple[Expense, ...]) -> Claim:
    """Return a draft with these expenses; raises ClaimMoveRefused for any other claim."""
    if not claim.is_open:
        raise ClaimMoveRefused(claim.id, claim.status.value, "change")
    return replace(claim, trip=claim.trip.model_copy(update={"expenses": expenses}))


def with_override(claim: Claim, override: Override) -> Claim:
    """Return a filed claim in which a supervisor has set a condition aside.

    One of the same condition for the same lines is replaced. Raises ClaimMoveRefused.
    """
    if claim.status is not ClaimStatus.FILED:
        raise ClaimMoveRefused(claim.id, claim.status.value, "set a condition aside in")
    others = tuple(
        one
        for one in claim.trip.overrides
        if (one.rule, one.lines) != (override.rule, override.lines)
    )
    return replace(claim, trip=claim.trip.model_copy(update={"overrides": (*others, override)}))
