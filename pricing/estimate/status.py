"""How far a version of an estimate is.

    draft --issue--> issued --supersede--> superseded
                     issued --expire-----> expired
    draft, issued ---withdraw------------> withdrawn

Issuing a version supersedes the one issued before. A version that is no draft is never changed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from pricing.estimate.errors import EstimateMoveRefused


class EstimateStatus(StrEnum):
    """How far a version is."""

    DRAFT = "draft"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class EstimateMove(StrEnum):
    """What happens to a version."""

    ISSUE = "issue"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


_MOVES: Final = {
    (EstimateStatus.DRAFT, EstimateMove.ISSUE): EstimateStatus.ISSUED,
    (EstimateStatus.DRAFT, EstimateMove.WITHDRAW): EstimateStatus.WITHDRAWN,
    (EstimateStatus.ISSUED, EstimateMove.SUPERSEDE): EstimateStatus.SUPERSEDED,
    (EstimateStatus.ISSUED, EstimateMove.EXPIRE): EstimateStatus.EXPIRED,
    (EstimateStatus.ISSUED, EstimateMove.WITHDRAW): EstimateStatus.WITHDRAWN,
}


def next_status(status: EstimateStatus, move: EstimateMove) -> EstimateStatus:
    """Return the status after a move; raises EstimateMoveRefused."""
    found = _MOVES.get((status, move))
    if found is None:
        raise EstimateMoveRefused(
            status.value, move.value, tuple(one.value for one in moves_of(status))
        )
    return found


def moves_of(status: EstimateStatus) -> tuple[EstimateMove, ...]:
    """Return what can happen to a version of that status."""
    return tuple(move for (before, move) in _MOVES if before is status)


def status_on(status: EstimateStatus, valid_until: date, today: date) -> EstimateStatus:
    """Return what a stored status means today: an issued version expires by itself."""
    if status is EstimateStatus.ISSUED and today > valid_until:
        return next_status(status, EstimateMove.EXPIRE)
    return status
