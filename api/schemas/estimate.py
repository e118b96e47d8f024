"""Estimates and bills of a case as JSON: what somebody writes, and how they are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.coverage.contract_jobs import DOCUMENT_MAX
from api.operations.case_estimates import EstimateFile
from api.operations.deadlines import CaseDeadline
from api.operations.item_prices import CURRENCY, PricedItem, Published
from api.schemas.fields import Answer, Body, DocumentText
from logistics.case_estimates import CaseBill, CaseEstimate
from pricing.coverage.documents.write import to_plain
from pricing.estimate.answer import differences_to_document, estimate_to_document
from pricing.price_files.evidence_document import amount_text

_REVISION_MAX = 2**31 - 1
_DAYS_MAX = 9999


class DraftBody(Body):
    """The draft of a case's estimate, in place of the one that was looked at."""

    revision: int = Field(
        ge=0, le=_REVISION_MAX, description="revision that was looked at; 0 where there is no draft"
    )
    estimate: dict[str, Any] = Field(description="as docs/estimates.md explains")


class EstimateMoveBody(Body):
    """Which revision of a version is issued or withdrawn."""

    revision: int = Field(ge=1, le=_REVISION_MAX, description="revision that was looked at")


class BillBody(Body):
    """A bill that came."""

    bill: dict[str, Any] = Field(description="as docs/estimates.md explains")


class BillComparisonBody(Body):
    """The terms of an agreement, and with whom it is."""

    terms: Annotated[
        DocumentText,
        Field(max_length=DOCUMENT_MAX, description="a contract document, in YAML or JSON"),
    ]
    provider: str | None = Field(
        default=None,
        max_length=64,
        description="id of who bills the lines that the terms price; "
        "may be left out where one provider bills alone",
    )


class PriceBody(Body):
    """A published price that a draft takes as the charge of an item."""

    revision: int = Field(ge=1, le=_REVISION_MAX, description="revision that was looked at")
    published: str = Field(max_length=64, description="key of the price, as the list names it")


class AgreementPriceBody(Body):
    """The terms of an agreement, by which an item of a draft is priced."""

    revision: int = Field(ge=1, le=_REVISION_MAX, description="revision that was looked at")
    terms: Annotated[
        DocumentText,
        Field(max_length=DOCUMENT_MAX, description="a contract document, in YAML or JSON"),
    ]
    setting: Literal["inpatient", "outpatient", "professional"] | None = Field(
        default=None, description="where the care is given"
    )
    days: int | None = Field(
        default=None, ge=1, le=_DAYS_MAX, description="days of the stay, for what is paid by day"
    )


class PublishedPriceAnswer(Answer):
    """A price of one unit in a hospital's file, and what an item comes to by it."""

    key: str = Field(description="names the price as long as the file says the same")
    hospital: str
    is_own: bool = Field(description="whether the hospital is one the case may be at")
    what: str = Field(description="discounted cash price, gross charge, or whose negotiated rate")
    modifiers: str | None
    unit_price: str = Field(description="exact, in the currency")
    charge_cents: int = Field(description="for all units of the item, half up to the cent")
    currency: str
    file: str = Field(description="SHA-256 of the file")
    row: int = Field(description="the first row that says so")
    rows: int = Field(description="how many rows of the file say the very same")
    date: date


class ItemPrices(Answer):
    """What hospitals publish about the code of an item, those of the case's facilities first."""

    revision: int = Field(description="of the draft")
    prices: list[PublishedPriceAnswer]
    notices: list[str] = Field(description="what weakens them, or why there are none")


class EstimateDeadline(Answer):
    """One thing not done yet about a case."""

    case: str
    title: str
    task: str = Field(description="issue, ask, answer, reissue or dispute")
    number: int = Field(description="of the version of the estimate; of a dispute, of the bill")
    text: str
    rule: str = Field(description="why it is due on that day")
    due_on: date
    is_late: bool


class EstimateDeadlineList(Answer):
    """What is due, what is late first."""

    deadlines: list[EstimateDeadline]


class EstimateSummary(Answer):
    """How far a version of the estimate is."""

    case: str
    number: int
    status: str = Field(description="draft, issued, superseded, expired or withdrawn")
    revision: int = Field(description="grows with every change")
    currency: str
    total_cents: int
    issued_on: date | None
    valid_until: date
    saved_at: datetime


class EstimateList(Answer):
    """The versions of a case's estimate, the first one first."""

    estimates: list[EstimateSummary]


class EstimateAnswer(EstimateSummary):
    """Everything about a version."""

    estimate: dict[str, Any] = Field(description="the document, as docs/estimates.md explains")
    checked: dict[str, Any] = Field(description="as `sojourn estimate check --json` prints it")
    differences: dict[str, Any] | None = Field(
        description="from the version issued before, as `sojourn estimate compare` prints it"
    )


class BillSummary(Answer):
    """A bill that came for a case."""

    case: str
    number: int
    revision: int
    bill: dict[str, Any]
    saved_at: datetime


class BillList(Answer):
    """The bills of a case, in the order they were written down."""

    bills: list[BillSummary]


class BillAnswer(BillSummary):
    """A bill held against the estimate that was issued last."""

    checked: dict[str, Any] = Field(description="as `sojourn bill check --json` prints it")


def estimate_summary(version: CaseEstimate, today: date) -> dict[str, Any]:
    """Return how far a version is, as JSON."""
    return EstimateSummary(**_head(version, today)).model_dump(mode="json")


def estimate_answer(file: EstimateFile, version: CaseEstimate, today: date) -> dict[str, Any]:
    """Return everything about a version, as JSON."""
    found = file.differences_of(version)
    return EstimateAnswer(
        **_head(version, today),
        estimate=to_plain(version.estimate),
        checked=estimate_to_document(version.estimate, today),
        differences=None if found is None else differences_to_document(found),
    ).model_dump(mode="json")


def prices_answer(at: PricedItem, published: Published) -> dict[str, Any]:
    """Return the published prices of an item as JSON."""
    return ItemPrices(
        revision=at.draft.revision,
        prices=[
            PublishedPriceAnswer(
                key=one.key,
                hospital=one.hospital,
                is_own=one.is_own,
                what=one.what,
                modifiers=one.modifiers,
                unit_price=amount_text(one.amount),
                charge_cents=one.figure_of(at.item).charge.minor,
                currency=CURRENCY,
                file=one.file,
                row=one.row,
                rows=one.rows,
                date=one.day,
            )
            for one in published.prices
        ],
        notices=[str(one) for one in published.notices],
    ).model_dump(mode="json")


def deadlines_answer(found: Sequence[CaseDeadline], today: date) -> dict[str, Any]:
    """Return what is due as JSON, in the order given."""
    return EstimateDeadlineList(
        deadlines=[
            EstimateDeadline(
                case=one.deadline.case_reference,
                title=one.title,
                task=one.deadline.kind.value,
                number=one.deadline.number,
                text=one.deadline.text,
                rule=one.deadline.rule,
                due_on=one.deadline.due_on,
                is_late=one.deadline.is_late_on(today),
            )
            for one in found
        ]
    ).model_dump(mode="json")


def bill_summary(bill: CaseBill) -> dict[str, Any]:
    """Return a bill as JSON."""
    return BillSummary(
        case=bill.case_reference,
        number=bill.number,
        revision=bill.revision,
        bill=to_plain(bill.bill),
        saved_at=bill.saved_at,
    ).model_dump(mode="json")


def _head(version: CaseEstimate, today: date) -> dict[str, Any]:
    checked = estimate_to_document(version.estimate, today)
    return {
        "case": version.case_reference,
        "number": version.number,
        "status": version.status_on(today).value,
        "revision": version.revision,
        "currency": version.estimate.currency,
        "total_cents": checked["total_cents"],
        "issued_on": version.estimate.issued_on,
        "valid_until": version.estimate.valid_until,
        "saved_at": version.saved_at,
    }
