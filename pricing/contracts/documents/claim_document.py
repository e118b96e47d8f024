"""The shape of a claim document; what its keys mean is told in docs/contract-documents.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pricing.contracts.documents.selector import (
    ClaimType,
    Code,
    Drg,
    ModifierList,
    RevenueCode,
    Setting,
    TextList,
)
from pricing.documents.scalars import Amount, Currency, Day, FactsOf, Id, Name, Part, Sentence


class LineHead(Part):
    """What a line of a claim and of an expected stay say alike."""

    id: Name | None = None
    code: Code | None = None
    code_type: Code | None = None
    revenue_code: RevenueCode | None = None
    modifiers: ModifierList = ()
    date: Day | None = None
    setting: Setting | None = None
    kind: Id | None = None
    phase: Id | None = None
    weight: Amount | None = None
    description: Sentence | None = None
    facts: FactsOf = Field(default_factory=dict)


class ClaimLine(LineHead):
    """One line of a claim, as billed."""

    units: Amount | None = None
    charge: Amount | None = None
    invoice: Amount | None = None
    medicare: Amount | None = None


class ClaimHead(Part):
    """What a claim says of the whole stay or visit; an expected stay says the same."""

    setting: Setting | None = None
    type: ClaimType | None = None
    drg: Drg | None = None
    drg_weight: Amount | None = None
    mean_days: Amount | None = None
    principal_diagnosis: Code | None = None
    diagnoses: TextList = ()
    procedures: TextList = ()
    place: Sentence | None = None
    network: Sentence | None = None
    admission_type: Sentence | None = None
    discharge_status: Code | None = None
    patient_age: Amount | None = None
    cost_to_charge: Amount | None = None
    wage_index: Amount | None = None
    medicare: Amount | None = None
    patient_share: Amount | None = None
    phase: Id | None = None
    facts: FactsOf = Field(default_factory=dict)


class Claim(ClaimHead):
    """A facility's or practitioner's bill, line by line."""

    format: Literal["sojourn-claim/1"]
    id: Name
    currency: Currency
    admitted: Day | None = None
    discharged: Day | None = None
    days: Amount | None = None
    covered_days: Amount | None = None
    hours: Amount | None = None
    received: Day | None = None
    paid: Day | None = None
    lines: Annotated[tuple[ClaimLine, ...], Field(min_length=1, max_length=20_000)]
