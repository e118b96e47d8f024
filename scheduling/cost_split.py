"""Who pays which cent of a visit, line by line: what a plan shows and an itinerary keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pricing.coverage.record import Inputs
from pricing.money import Money


class LineKind(StrEnum):
    """What money is spent on."""

    APPOINTMENT = "appointment"
    AIR = "air"
    LODGING = "lodging"
    GROUND = "ground"
    MEALS = "meals"


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One cost line: ``amount = payer + patient``.

    ``payable`` is what the line's own rule allows, ``payer`` what the policy's limits leave of it.
    ``reason`` is a sentence, ``rule`` the id of the rule in the policy document.
    """

    key: str
    kind: LineKind
    label: str
    amount: Money
    payable: Money
    payer: Money
    rule: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse a split that does not add up."""
        zero = Money.zero(self.amount.currency)
        if not zero <= self.payer <= self.payable <= self.amount:
            raise ValueError(f"line {self.key}: 0 <= payer <= payable <= amount does not hold")

    @property
    def patient(self) -> Money:
        """Return what is left to the patient."""
        return self.amount - self.payer


@dataclass(frozen=True, slots=True)
class CoverageDecision:
    """All lines of a trip under one policy version, in order of spending.

    ``inputs`` is what it was made from, None for decisions of before that was kept.
    """

    level: str
    policy_version: str
    policy_source: str
    currency: str
    lines: tuple[DecidedLine, ...]
    trip_cap: Money | None
    inputs: Inputs | None = None

    @property
    def amount(self) -> Money:
        """Return what the trip costs in all."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @property
    def payer(self) -> Money:
        """Return what the payer pays in all."""
        return Money.total((line.payer for line in self.lines), self.currency)

    @property
    def patient(self) -> Money:
        """Return what the patient pays in all."""
        return Money.total((line.patient for line in self.lines), self.currency)
