"""The shape of a rate, a small tree, and of the steps that follow it.

What the keys mean is told in docs/contract-documents.md.
"""

from __future__ import annotations

import re
from itertools import takewhile
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pricing.contracts.documents.selector import Lines
from pricing.documents.scalars import Amount, Formula, Id, Part, Sentence, fault_at
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import Expression

Per = Literal["once", "unit", "day", "line"]
Period = Literal[
    "calendar_week", "calendar_month", "calendar_quarter", "calendar_year", "contract_year"
]
"""Spans of days that the calendar, or the first day of the contract, parts."""
PERIODS: Final = frozenset(
    {"calendar_week", "calendar_month", "calendar_quarter", "calendar_year", "contract_year"}
)
Within = Literal["claim", "day", Period]
_BASES: Final = MappingProxyType(
    {name: parse_expression(f"group.{name}") for name in ("charges", "medicare", "invoice")}
)


def _to_base(written: object) -> object:
    if not isinstance(written, str):
        return written
    if written not in _BASES and written.replace(" ", "").isalpha():
        raise ValueError("must be charges, medicare, invoice, or an amount such as claim.charges")
    return _BASES.get(written, written)


Base = Annotated[Formula, BeforeValidator(_to_base)]
"""What a share is of: ``charges``, ``medicare``, ``invoice`` of the lines priced, or any amount."""


class CountedRow(Part):
    """What each day, or unit, from one number to another is paid."""

    first: int = Field(default=1, ge=1, le=100_000, alias="from")
    last: int | None = Field(default=None, ge=1, le=100_000, alias="to")
    amount: Formula


def _is_list(written: object) -> str:
    return "rows" if isinstance(written, (list, tuple)) else "one"


Counted = Annotated[
    Annotated[Formula, Tag("one")]
    | Annotated[tuple[CountedRow, ...], Field(min_length=1), Tag("rows")],
    Discriminator(_is_list),
]


class Bracket(Part):
    """The share paid of an amount up to a bound; the last bracket has none."""

    up_to: Formula | None = None
    share: Formula


class Transfer(Part):
    """A shorter stay paid by the day: a DRG's amount divided by its mean length of stay."""

    when: Formula
    mean_days: Formula = Field(default_factory=lambda: parse_expression("claim.mean_days"))
    days: Formula = Field(default_factory=lambda: parse_expression("stay.days"))
    first_day: Formula = Field(default_factory=lambda: parse_expression("2"))


class Drg(Part):
    """Weight × base, with what adjusts the base."""

    weight: Formula = Field(default_factory=lambda: parse_expression("claim.drg_weight"))
    base: Formula
    labor_share: Formula | None = None
    wage_index: Formula | None = None
    cola: Formula | None = None
    add_on: Formula | None = None
    capital: Formula | None = None
    capital_factor: Formula | None = None
    capital_add_on: Formula | None = None
    transfer: Transfer | None = None


class CostOutlier(Part):
    """A share of the costs above the payment and a fixed loss, or above a threshold."""

    charges: Base = Field(default_factory=lambda: _BASES["charges"])
    cost_to_charge: Formula = Field(
        default_factory=lambda: parse_expression("claim.cost_to_charge")
    )
    fixed_loss: Formula | None = None
    threshold: Formula | None = None
    marginal: Formula

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.fixed_loss is None) == (self.threshold is None):
            raise fault_at(
                "fixed_loss",
                "give either fixed_loss (above the payment) or threshold (of the costs)",
            )
        return self


class StopLoss(Part):
    """More than the rate once a measure exceeds a bound.

    ``first_dollar``: a share of all charges, or of ``share_of``, replaces the rate.
    ``second_dollar``: a share of the excess is added to it.
    """

    form: Literal["first_dollar", "second_dollar"]
    of: Base = Field(default_factory=lambda: _BASES["charges"])
    exceeds: Formula | None = None
    reaches: Formula | None = None
    share: Formula
    share_of: Base | None = None

    @model_validator(mode="after")
    def _has_what_it_uses(self) -> Self:
        if (self.exceeds is None) == (self.reaches is None):
            raise fault_at("exceeds", "give either exceeds (more than) or reaches (as much as)")
        if self.form == "second_dollar" and self.share_of is not None:
            raise fault_at("share_of", "second_dollar pays a share of the excess; leave it out")
        return self

    @property
    def base(self) -> Expression:
        """Return what a first-dollar share is of, whatever is held against the bound."""
        return _BASES["charges"] if self.share_of is None else self.share_of


class Ranked(Part):
    """Shares by rank: the dearest procedure first; the last share is that of all that follow."""

    shares: Annotated[tuple[Formula, ...], Field(min_length=1)]
    by: Formula | None = None
    within: Within = "claim"
    each: Literal["line", "unit"] = "line"


RankedSaid = Annotated[
    Annotated[Ranked, Tag("one")]
    | Annotated[tuple[Formula, ...], Field(min_length=1), Tag("rows")],
    Discriminator(_is_list),
]
"""Shares by rank, alone or with how they are ranked."""


_ONE_STEP: Final = (
    "times", "plus", "less", "reduce_by", "at_most", "at_least", "becomes", "round_to",
    "modifiers", "ranked", "escalate", "cost_outlier", "stop_loss", "prompt_pay",
)  # fmt: skip


STEP_KEYS: Final = frozenset(_ONE_STEP)
"""What a step may do."""


class PromptPay(Part):
    """A discount for whoever pays within so many days."""

    discount: Formula
    within_days: Annotated[int, Field(ge=0, le=3650)]
    since: Formula = Field(default_factory=lambda: parse_expression("claim.received"), alias="from")
    days: Literal["calendar", "business"] = "calendar"


class Step(Part):
    """One thing done to an amount; exactly one key besides ``when`` and ``text``."""

    when: Formula | None = None
    text: Sentence | None = None
    times: Formula | None = None
    plus: Formula | None = None
    less: Formula | None = None
    reduce_by: Formula | None = None
    at_most: Formula | None = None
    at_least: Formula | None = None
    becomes: Formula | None = None
    round_to: Annotated[Amount, Field(gt=0)] | None = None
    modifiers: Id | None = None
    ranked: RankedSaid | None = None
    escalate: Id | None = None
    cost_outlier: CostOutlier | None = None
    stop_loss: StopLoss | None = None
    prompt_pay: PromptPay | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        refuse_all_but_one(self, _ONE_STEP, "a step")
        return self

    @property
    def ranks(self) -> Ranked | None:
        """Return how lines are ranked, in its long form."""
        return Ranked(shares=self.ranked) if isinstance(self.ranked, tuple) else self.ranked

    @property
    def kind(self) -> str:
        """Return the key that says what is done."""
        return next(key for key in _ONE_STEP if getattr(self, key) is not None)


_KINDS: Final = (
    "amount", "schedule", "per_diem", "per_unit", "case_rate", "drg", "brackets", "share",
    "lesser_of", "greater_of", "sum_of", "first_of", "each_line", "included", "nothing",
)  # fmt: skip
LISTS_OF_RATES: Final = ("lesser_of", "greater_of", "sum_of", "first_of")
"""Kinds of rates that are made of several others."""
_INCLUDED: Final = re.compile(
    r"\s*((is|are)\s+)?(included|packaged|bundled|incidental|part\s+of|in\s+the)\b", re.IGNORECASE
)
"""How reasons begin that say where lines are paid, not that they are not covered."""
_COUNT: Final = frozenset({"count", "count_at_least", "count_at_most", "count_from"})
_RUNNING: Final = frozenset({"count_within"})
_COUNTS_ONLY: Final = ("count_at_least", "count_at_most", "count_within")
"""What limits a count, and says nothing of what is paid once."""
_BESIDE: Final = MappingProxyType(
    {
        "amount": {"per"} | _COUNT | _RUNNING - {"count_from"},
        "schedule": {"share", "per"} | _COUNT | _RUNNING - {"count_from"},
        "share": {"of"},
        "per_diem": _COUNT,
        "per_unit": _COUNT | _RUNNING,
        "case_rate": {"days_included", "then_per_day", "count"},
        "brackets": {"of"},
        "each_line": {"lines"},
    }
)
_BESIDE_ANY: Final = (
    "per", "share", "of", *sorted(_COUNT), "count_within", "days_included", "then_per_day", "lines",
)  # fmt: skip


class Rate(Part):
    """How lines are paid: one kind of rate, and the steps that follow it."""

    when: Formula | None = None
    text: Sentence | None = None
    amount: Formula | None = None
    per: Per | None = None
    share: Formula | None = None
    of: Base | None = None
    schedule: Id | None = None
    per_diem: Counted | None = None
    per_unit: Counted | None = None
    count: Formula | None = None
    count_at_least: Formula | None = None
    count_at_most: Formula | None = None
    count_from: Formula | None = None
    count_within: Within | None = None
    case_rate: Formula | None = None
    days_included: Formula | None = None
    then_per_day: Formula | None = None
    drg: Drg | None = None
    brackets: Annotated[tuple[Bracket, ...], Field(min_length=1)] | None = None
    lesser_of: Annotated[tuple[Rate, ...], Field(min_length=1)] | None = None
    greater_of: Annotated[tuple[Rate, ...], Field(min_length=1)] | None = None
    sum_of: Annotated[tuple[Rate, ...], Field(min_length=1)] | None = None
    first_of: Annotated[tuple[Rate, ...], Field(min_length=1)] | None = None
    each_line: Rate | None = None
    lines: Lines | None = None
    included: Sentence | None = None
    nothing: Sentence | None = None
    then: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        kinds = [key for key in _KINDS if getattr(self, key) is not None]
        if "share" in kinds and "schedule" in kinds:
            kinds.remove("share")
        if len(kinds) != 1:
            raise fault_at(kinds[1] if kinds else "", _kinds_fault(kinds))
        for key in _BESIDE_ANY:
            is_kind = key == kinds[0]
            if getattr(self, key) is not None and not is_kind:
                self._refuse_beside(key, kinds[0])
        return self

    @model_validator(mode="after")
    def _says_what_its_charges_are(self) -> Self:
        if self.nothing is not None and _INCLUDED.match(self.nothing):
            raise fault_at(
                "nothing",
                "is for lines that are not covered, whose charges count in no step; for lines paid "
                "with another rate, whose charges do count, write `included`",
            )
        return self

    def _refuse_beside(self, key: str, kind: str) -> None:
        if key not in _BESIDE.get(kind, ()):
            raise fault_at(key, f"does not go with {kind}; see the table of rates")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.share is not None and self.schedule is None and self.of is None:
            raise fault_at("share", "say what it is a share of: of: charges, medicare, invoice")
        if self.brackets is not None and self.of is None:
            raise fault_at("brackets", "say what is cut into brackets: of: charges")
        if (self.days_included is None) != (self.then_per_day is None):
            raise fault_at("case_rate", "days_included and then_per_day belong together")
        self._refuse_idle_counts()
        self._refuse_running_counts()
        return self

    def _refuse_idle_counts(self) -> None:
        """Raise where something is to be counted of what is paid once."""
        is_once = self.per == "once" or (self.kind == "amount" and self.per is None)
        if not is_once or self.count is not None:
            return
        for key in _COUNTS_ONLY:
            if getattr(self, key) is not None:
                raise fault_at(key, "counts nothing here: this is paid once; write per: unit")

    def _refuse_running_counts(self) -> None:
        """Raise where a count that goes on from line to line says nothing, or two things."""
        if self.count_within is None:
            return
        for key in ("count_from", "count_at_least"):
            if getattr(self, key) is not None:
                raise fault_at(key, "does not go with count_within, which counts on by itself")
        if self.per == "day":
            raise fault_at("count_within", "counts units or lines; the days of a stay are one each")
        if self.count_at_most is None and not isinstance(self.per_unit, tuple):
            raise fault_at(
                "count_within", "limits nothing: write count_at_most, or rows below per_unit"
            )

    @property
    def kind(self) -> str:
        """Return the key that says which kind of rate it is."""
        return next(key for key in _KINDS if getattr(self, key) is not None)

    @property
    def is_counted(self) -> bool:
        """Return whether it is an amount for each unit, day or line, or may be."""
        if self.kind == "amount":
            return self.per not in {None, "once"} or self.count is not None
        is_case_with_days = self.kind == "case_rate" and self.then_per_day is not None
        return self.kind in {"schedule", "per_diem", "per_unit"} or is_case_with_days

    @property
    def first_raises(self) -> tuple[Step, ...]:
        """Return the steps that raise the amount itself, before it is counted."""
        if not self.is_counted:
            return ()
        return tuple(takewhile(lambda step: step.escalate is not None, self.then))

    @property
    def alternatives(self) -> tuple[Rate, ...]:
        """Return the rates it is made of."""
        below = self.lesser_of or self.greater_of or self.sum_of or self.first_of or ()
        return below if self.each_line is None else (self.each_line,)


def refuse_all_but_one(part: Any, keys: tuple[str, ...], named: str) -> None:  # noqa: ANN401 — any part with these keys
    """Raise unless exactly one of the keys is given."""
    given = [key for key in keys if getattr(part, key) is not None]
    if not given:
        raise fault_at("", f"{named} does one thing: one of {', '.join(keys)}")
    if len(given) > 1:
        raise fault_at(given[1], f"{named} does one thing, and {given[0]} stands here already")


def _kinds_fault(kinds: list[str]) -> str:
    if kinds:
        return f"a rate is of one kind, and {kinds[0]} stands here already; join them with sum_of"
    return f"a rate needs one of {', '.join(_KINDS)}"


Rate.model_rebuild()
