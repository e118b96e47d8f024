"""The shape of an estimate; what its keys mean is told in docs/estimates.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from pricing.documents.scalars import (
    Amount,
    Currency,
    Day,
    Id,
    Name,
    Part,
    Sentence,
    YesNo,
    fault_at,
)
from pricing.estimate.codes import Code, TypeOfCode
from pricing.estimate.figures import TYPED, Source

FORMAT: Final = "sojourn-estimate/1"

QUANTITY_MAX: Final = 100_000
LINES_MAX: Final = 1_000

Npi = Annotated[str, Field(pattern=r"^\d{10}$")]
Tin = Annotated[str, Field(pattern=r"^\d{2}-?\d{7}$")]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]


class EstimatePatient(Part):
    """Whose estimate it is."""

    name: Name
    birth_date: Day


class PrimaryService(Part):
    """What the stay or visit is for, in words of one's own, and the day it begins."""

    description: Sentence
    date: Day
    code_type: TypeOfCode | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _has_both_or_none(self) -> Self:
        if (self.code is None) != (self.code_type is None):
            raise fault_at("code", "code and code_type belong together: write both, or neither")
        return self


class Diagnosis(Part):
    """A diagnosis code; the first is the principal one."""

    code: Code
    code_type: Literal["ICD-10-CM"] = "ICD-10-CM"
    description: Sentence | None = None


class Provider(Part):
    """A provider or facility that will bill on its own.

    The convening one schedules and gives the estimate; every other is a co-provider or
    co-facility that it asked for theirs.
    """

    id: Id
    name: Name
    kind: Literal["facility", "professional"] = "facility"
    convening: YesNo = False
    npi: Npi | None = None
    tin: Tin | None = None
    state: Name | None = None
    location: Sentence | None = None
    asked_on: Day | None = None
    answered_on: Day | None = None


class Item(Part):
    """One item or service; ``charge`` is for all of its units together."""

    id: Name
    provider: Id
    code_type: TypeOfCode
    code: Code
    description: Sentence
    quantity: Quantity = 1
    date: Day
    charge: Amount
    source: Source = TYPED


class SeparateItem(Part):
    """Something that will need scheduling, and an estimate, of its own."""

    description: Sentence
    provider: Name | None = None
    code_type: TypeOfCode | None = None
    code: Code | None = None


class Payers(Part):
    """Who pays what of the total."""

    plan: Amount = Decimal(0)
    patient: Amount = Decimal(0)
    self_pay: Amount = Decimal(0)


class Estimate(Part):
    """One version of an estimate.

    ``payers`` left out: all of it is self-pay. ``first_issued_on`` is the day of the first version,
    ``changed_on`` the day on which a change of scope became known that this version answers.
    """

    format: Literal["sojourn-estimate/1"]
    id: Name
    version: Annotated[int, Field(ge=1, le=9_999)] = 1
    currency: Currency
    patient: EstimatePatient
    primary: PrimaryService
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=100)] = ()
    providers: Annotated[tuple[Provider, ...], Field(min_length=1, max_length=100)]
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=LINES_MAX)]
    separate: Annotated[tuple[SeparateItem, ...], Field(max_length=100)] = ()
    payers: Payers | None = None
    scheduled_on: Day | None = None
    requested_on: Day | None = None
    changed_on: Day | None = None
    first_issued_on: Day | None = None
    issued_on: Day | None = None
    valid_until: Day
    disclaimers: Annotated[tuple[Sentence, ...], Field(max_length=20)] = ()
