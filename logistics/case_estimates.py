"""The estimates of a case as they are kept, one version after the other, and its bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pricing.estimate.bill_document import Bill
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.status import EstimateStatus, status_on

_EVER_ISSUED: Final = {EstimateStatus.ISSUED, EstimateStatus.EXPIRED, EstimateStatus.SUPERSEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEstimate:
    """One version of the estimate of a case; ``saved_at`` is UTC, ``saved_by`` the id of a user.

    ``revision`` grows with every change, so that nobody overwrites what they have not seen.
    """

    case_reference: str
    number: int
    status: EstimateStatus
    revision: int
    estimate: Estimate
    saved_at: datetime
    saved_by: str

    def status_on(self, today: date) -> EstimateStatus:
        """Return how far the version is on a day: an issued one expires by itself."""
        return status_on(self.status, self.estimate.valid_until, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBill:
    """A bill that came for a case, as somebody wrote it down."""

    case_reference: str
    number: int
    revision: int
    bill: Bill
    saved_at: datetime
    saved_by: str


def find_draft(versions: Sequence[CaseEstimate]) -> CaseEstimate | None:
    """Return the version that can be changed; there is one at most."""
    return next((one for one in versions if one.status is EstimateStatus.DRAFT), None)


def find_last_issued(versions: Sequence[CaseEstimate]) -> CaseEstimate | None:
    """Return the version that was issued last and not withdrawn, expired or not."""
    issued = [one for one in versions if one.status in _EVER_ISSUED]
    return max(issued, key=lambda one: one.number, default=None)


def find_before(versions: Sequence[CaseEstimate], number: int) -> CaseEstimate | None:
    """Return the version that was issued last before one of that number."""
    return find_last_issued([one for one in versions if one.number < number])
