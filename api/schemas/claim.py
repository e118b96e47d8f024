"""Claims as JSON: what a new one must say, and how one is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.schemas.fields import Answer, Body, IsoDate
from logistics.claims.claim import EXPENSES_MAX, Claim, moves_of
from logistics.claims.receipt import Receipt
from pricing.coverage.documents.trip_document import day_of
from pricing.coverage.documents.write import to_plain

_VERSION_MAX = 2**31 - 1

Expenses = Annotated[list[dict[str, Any]], Field(max_length=EXPENSES_MAX)]
Version = Annotated[int, Field(ge=1, le=_VERSION_MAX)]


class ClaimBody(Body):
    """A new claim: the days away and what was spent."""

    starts: IsoDate | None = Field(
        default=None, description="first day away; default: as the itinerary says"
    )
    ends: IsoDate | None = Field(
        default=None, description="last day away; default: as the itinerary says"
    )
    expenses: Expenses = Field(
        default_factory=list, description="expenses as docs/trip-documents.md explains"
    )


class ExpensesBody(Body):
    """Everything that was spent, in place of what a claim says, and of which version of it."""

    version: Version = Field(description="the version that was looked at")
    expenses: Expenses = Field(
        description="all expenses, as docs/trip-documents.md explains; one left out goes"
    )


class FileBody(Body):
    """Which version of a claim is filed."""

    version: Version = Field(description="the version that was looked at")


class ReceiptAnswer(Answer):
    """A file that shows what an expense was."""

    id: str
    expense_id: str
    name: str
    media: str
    size: int
    sha256: str
    added_at: datetime


class ClaimSummary(Answer):
    """How far a claim is."""

    id: str
    case: str
    number: int
    status: str = Field(description="draft, filed, decided or withdrawn")
    version: int = Field(description="grows with every change")
    starts: str
    ends: str
    currency: str = Field(description="of every amount without its own")
    opened_at: datetime
    filed_at: datetime | None


class ClaimList(Answer):
    """The claims of a case, the first one first."""

    claims: list[ClaimSummary]


class ClaimAnswer(ClaimSummary):
    """A claim with its expenses, as a trip document says them, and its receipts."""

    may: list[str] = Field(description="what may be done with it next")
    expenses: list[dict[str, Any]]
    receipts: list[ReceiptAnswer]


def claim_summary(claim: Claim) -> dict[str, Any]:
    """Return the claim as JSON values, in the shape of `ClaimSummary`."""
    trip = claim.trip
    return {
        "id": claim.id,
        "case": claim.case_reference,
        "number": claim.number,
        "status": claim.status.value,
        "version": claim.version,
        "starts": day_of(trip.starts).isoformat(),
        "ends": day_of(trip.ends).isoformat(),
        "currency": trip.currency,
        "opened_at": claim.opened_at.isoformat(),
        "filed_at": claim.filed_at and claim.filed_at.isoformat(),
    }


def claim_answer(claim: Claim, receipts: tuple[Receipt, ...]) -> dict[str, Any]:
    """Return claim and receipts as JSON values, in the shape of `ClaimAnswer`."""
    return {
        **claim_summary(claim),
        "may": [move.value for move in moves_of(claim.status)],
        "expenses": [to_plain(one) for one in claim.trip.expenses],
        "receipts": [
            {
                "id": one.id,
                "expense_id": one.expense_id,
                "name": one.name,
                "media": one.media,
                "size": one.size,
                "sha256": one.sha256,
                "added_at": one.added_at.isoformat(),
            }
            for one in receipts
        ],
    }
