"""What was decided: every line from claimed to taxable, the steps that led there, the balances.

All amounts are minor units of the policy's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Stage(StrEnum):
    """Which part of a policy made a step."""

    EXCHANGE = "exchange"
    CONDITION = "condition"
    OVERRIDE = "override"
    BENEFIT = "benefit"
    ROUNDING = "rounding"
    NOT_COVERED = "not_covered"
    LIMIT = "limit"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a line: a rule, its sentence in the policy, and what it made of the amount.

    ``rule`` is the rule's id, or the stage where no rule speaks. ``arithmetic`` is the computation
    with its numbers, ``sentence`` says it in words.
    """

    stage: Stage
    rule: str
    text: str
    policy: str
    version: str
    source: str
    arithmetic: str
    before: int
    after: int
    sentence: str


@dataclass(frozen=True, slots=True)
class CoveredLine:
    """One expense: 0 <= taxable <= payable <= capped <= eligible <= claimed."""

    id: str
    kind: str
    claimed: int
    eligible: int
    capped: int
    payable: int
    taxable: int
    trace: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Refuse amounts that do not follow from each other."""
        if not 0 <= self.taxable <= self.payable <= self.capped <= self.eligible <= self.claimed:
            raise ValueError(f"line {self.id}: the amounts do not follow from each other: {self}")

    @property
    def patient(self) -> int:
        """Return what is left to the patient."""
        return self.claimed - self.payable


@dataclass(frozen=True, slots=True, order=True)
class BalanceKey:
    """Which balance: its name, whose it is, the period, and whether it is money or a count."""

    balance: str
    whose: str
    period: str
    is_money: bool = True


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A running balance before and after: minor units, or a count of nights or kilometres."""

    key: BalanceKey
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a condition can be met, and for which lines."""

    rule: str
    text: str
    until: date
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the decision: meeting a rule, until when it can be met, and by how much.

    ``lines`` are the expenses for which it can be met, of some maybe for a part only.
    """

    rule: str
    text: str
    remedy: str
    until: date | None
    payable_change: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RateUsed:
    """An exchange rate: units of ``target`` for one of ``source``, published on ``day``."""

    source: str
    target: str
    asked_for: date
    day: date
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in the trip or the balances that looks wrong and yet changes nothing.

    ``balance`` is the one it is about, None for the trip. ``file`` and ``line`` tell where it is
    written, of documents that were read from somebody's text.
    """

    field: str
    message: str
    balance: BalanceKey | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A trip decided under one version of a policy on one day.

    ``changes_together`` is what more would be payable if all of ``changes`` were brought about.
    """

    trip: str
    policy: str
    version: str
    source: str
    currency: str
    decided_on: date
    lines: tuple[CoveredLine, ...]
    balances: tuple[BalanceChange, ...]
    deadlines: tuple[Deadline, ...]
    changes: tuple[Change, ...]
    rates: tuple[RateUsed, ...]
    tax_rule: str
    doubts: tuple[Doubt, ...] = ()
    changes_together: int = 0

    @property
    def claimed(self) -> int:
        """Return what all lines cost."""
        return sum(line.claimed for line in self.lines)

    @property
    def payable(self) -> int:
        """Return what the plan pays."""
        return sum(line.payable for line in self.lines)

    @property
    def patient(self) -> int:
        """Return what is left to the patient."""
        return sum(line.patient for line in self.lines)

    @property
    def taxable(self) -> int:
        """Return which part of the payable is taxable."""
        return sum(line.taxable for line in self.lines)
