"""The shape of a facility's bill; what its keys mean is told in docs/estimates.md."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from pricing.documents.scalars import Amount, Currency, Day, Id, Name, Part, Sentence
from pricing.estimate.codes import Code, TypeOfCode
from pricing.estimate.estimate_document import Npi, Quantity

BILL_FORMAT: Final = "sojourn-bill/1"

BILL_LINES_MAX: Final = 5_000


RevenueCode = Annotated[Code, Field(pattern=r"^\d{3,4}$")]


class BillProvider(Part):
    """Who bills; ``replaces`` is the id of the provider of the estimate whom they stood in for."""

    id: Id
    name: Name
    npi: Npi | None = None
    replaces: Id | None = None


class BillLine(Part):
    """One line as billed; ``amount`` is for all of its units together, before any payment."""

    id: Name
    provider: Id
    code_type: TypeOfCode
    code: Code
    description: Sentence | None = None
    units: Quantity = 1
    date: Day | None = None
    amount: Amount
    revenue_code: RevenueCode | None = None
    modifiers: tuple[Code, ...] = ()


class Bill(Part):
    """A bill, dated as its paper is."""

    format: Literal["sojourn-bill/1"]
    id: Name
    currency: Currency
    date: Day
    setting: Literal["inpatient", "outpatient", "professional"] | None = None
    admitted: Day | None = None
    discharged: Day | None = None
    diagnoses: tuple[Code, ...] = ()
    providers: Annotated[tuple[BillProvider, ...], Field(min_length=1, max_length=100)]
    lines: Annotated[tuple[BillLine, ...], Field(min_length=1, max_length=BILL_LINES_MAX)]
