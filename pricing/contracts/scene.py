"""A claim ready to be priced: codes in their normal form, the day whose rates count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from pricing.contracts.documents.claim_document import Claim, ClaimLine
from pricing.contracts.documents.terms_document import ClaimStep, DatedBy, Term
from pricing.contracts.patterns import normal_code, normal_drg, normal_revenue_code, normal_status
from pricing.contracts.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Line:
    """A line as billed; ``units`` are 1 where the claim states none."""

    number: int
    id: str
    code: str | None
    code_type: str | None
    revenue_code: str | None
    modifiers: tuple[str, ...]
    units: Fraction
    charge: Fraction | None
    invoice: Fraction | None
    medicare: Fraction | None
    weight: Fraction | None
    date: date | None
    setting: str | None
    kind: str | None
    phase: str | None
    facts: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Terms and a claim, the claim's codes in their normal form.

    ``dated_by`` is which day's rates count: the document's, or that of the rule at work.
    """

    prepared: Prepared
    claim: Claim
    lines: tuple[Line, ...]
    drg: str | None
    principal_diagnosis: str | None
    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]
    discharge_status: str | None
    dated_by: DatedBy

    def dated_as(self, rule: Term | ClaimStep) -> Scene:
        """Return the scene as a term or step dates it."""
        return self if rule.dated_by is None else replace(self, dated_by=rule.dated_by)

    def rate_date(self, line: Line | None) -> date | None:
        """Return the day whose rates count for a line, or for the claim; None: not stated."""
        return self.rate_date_of(self.lines if line is None else (line,))

    def rate_date_of(self, lines: tuple[Line, ...]) -> date | None:
        """Return the day whose rates count for lines priced together; None: not stated."""
        stated = {
            "admission": self.claim.admitted,
            "discharge": self.claim.discharged,
            "service": None,
        }[self.dated_by]
        if stated is not None:
            return stated
        days = [line.date for line in lines if line.date is not None]
        if not days:
            return self.claim.admitted
        return max(days) if self.dated_by == "discharge" else min(days)


def scene_of(prepared: Prepared, claim: Claim) -> Scene:
    """Return a claim ready to be priced."""
    diagnoses = tuple(normal_code(code) for code in claim.diagnoses)
    principal = claim.principal_diagnosis
    if principal is not None:
        principal = normal_code(principal)
        diagnoses = (principal, *[code for code in diagnoses if code != principal])
    return Scene(
        prepared=prepared,
        claim=claim,
        lines=tuple(_line_of(line, place, claim) for place, line in enumerate(claim.lines, 1)),
        drg=None if claim.drg is None else normal_drg(claim.drg),
        principal_diagnosis=principal or (diagnoses[0] if diagnoses else None),
        diagnoses=diagnoses,
        procedures=tuple(normal_code(code) for code in claim.procedures),
        discharge_status=(
            None if claim.discharge_status is None else normal_status(claim.discharge_status)
        ),
        dated_by=prepared.terms.dated_by,
    )


def _line_of(line: ClaimLine, number: int, claim: Claim) -> Line:
    return Line(
        number=number,
        id=line.id or str(number),
        code=None if line.code is None else normal_code(line.code),
        code_type=None if line.code_type is None else line.code_type.upper(),
        revenue_code=None if line.revenue_code is None else normal_revenue_code(line.revenue_code),
        modifiers=tuple(normal_code(code) for code in line.modifiers),
        units=Fraction(1) if line.units is None else Fraction(line.units),
        charge=None if line.charge is None else Fraction(line.charge),
        invoice=None if line.invoice is None else Fraction(line.invoice),
        medicare=None if line.medicare is None else Fraction(line.medicare),
        weight=None if line.weight is None else Fraction(line.weight),
        date=line.date or claim.admitted,
        setting=line.setting or claim.setting,
        kind=line.kind,
        phase=line.phase or claim.phase,
        facts=line.facts,
    )
