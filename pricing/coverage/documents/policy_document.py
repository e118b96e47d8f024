"""The shape of a policy document; what its keys mean is told in docs/policy-documents.md."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from pricing.coverage.documents.cabin_rule import CabinRule
from pricing.documents.faults import quoted
from pricing.documents.scalars import (
    WINDOW,
    Amount,
    Currency,
    Day,
    FactValue,
    Formula,
    Id,
    Name,
    Part,
    Sentence,
    YesNo,
    fault_at,
)
from pricing.documents.table_row import TableRow
from pricing.expressions.tree import Expression

FORMAT = "sojourn-policy/1"

DayRule = Literal["trip_start", "trip_end", "filed", "decided"]
Per = Literal[
    "line",
    "ticket",
    "leg",
    "mile",
    "km",
    "night",
    "room_night",
    "person_night",
    "day",
    "person_day",
    "person",
    "week",
    "visit",
    "trip",
]
Period = Literal[
    "trip",
    "visit",
    "occurrence",
    "procedure",
    "diagnosis",
    "calendar_week",
    "calendar_month",
    "calendar_quarter",
    "calendar_year",
    "plan_year",
    "lifetime",
]
Owner = Literal["patient", "person", "household"]
ROLLING: Final = "rolling"
"""The ``per`` of a cap that looks back from each day of service."""
_PERIOD_MEANT: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("year", "yearly", "annual"),
            "calendar_year (January to December) or plan_year (from plan_year_starts)",
        ),
        **dict.fromkeys(("month", "monthly"), "calendar_month"),
        **dict.fromkeys(("quarter", "quarterly"), "calendar_quarter"),
        **dict.fromkeys(("life", "ever"), "lifetime"),
    }
)
"""Everyday words for periods, and what each may mean."""
Measure = Literal["money", "nights", "days", "legs", "visits", "trips", "km", "mi"]

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]


def _to_period(written: object) -> object:
    """Refuse an everyday word for a period with the words that it may mean."""
    meant = _PERIOD_MEANT.get(written.lower()) if isinstance(written, str) else None
    if meant is not None:
        raise ValueError(f"{quoted(str(written))} does not exist; did you mean {meant}?")
    return written


class Rounding(Part):
    """To which unit, which way, and after which computation an amount is rounded."""

    to: Amount = Decimal("0.01")
    mode: Literal["half_up", "half_even", "up", "down"] = "half_up"
    each: Literal["amount", "line"] = "amount"


class Exchange(Part):
    """The day whose rate converts an expense in another currency."""

    date: Literal["service", "incurred", "trip_start", "trip_end", "filed", "decided"]


class FactDeclaration(Part):
    """A fact of the policy's own."""

    type: Literal["yes_no", "number", "text", "date", "texts"]
    text: Sentence
    values: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    unless_stated: FactValue | None = None

    @model_validator(mode="after")
    def _values_are_texts(self) -> Self:
        if self.values is not None and self.type not in {"text", "texts"}:
            raise fault_at("values", "belongs to the types text and texts")
        return self


class CompanionEntry(Part):
    """How many companions count, and who may be one."""

    when: Formula | None = None
    at_most: Annotated[int, Field(ge=0, le=100)]
    who: Formula | None = None


class TravellerSet(Part):
    """A named set of people a benefit is for."""

    text: Sentence
    patient: YesNo = True
    companions: tuple[CompanionEntry, ...] = ()


class Condition(Part):
    """What must hold for a piece to be paid, and what is left where it does not."""

    id: Id
    text: Sentence
    applies_to: tuple[KindName, ...] = ("everything",)
    when: Formula | None = None
    requires: Formula
    otherwise: Formula | None = None
    otherwise_at_most: Formula | None = None
    at: Literal["estimate", "claim", "both"] = "both"
    needed_by: Formula | None = None
    remedy: Sentence | None = None
    overridable: YesNo = False

    @model_validator(mode="after")
    def _a_maximum_needs_a_part(self) -> Self:
        if self.otherwise_at_most is not None and self.otherwise is None:
            raise fault_at("otherwise_at_most", "belongs to otherwise")
        return self


ByCurrency = Annotated[
    Annotated[Formula, Tag("one")] | Annotated[dict[Currency, Formula], Tag("by_currency")],
    Discriminator(lambda written: "by_currency" if isinstance(written, dict) else "one"),
]


_NOT_OF_ALLOWANCE: Final = (
    "belongs to pays: actual; an allowance is its amount, with at_most_cost: yes"
    " never more than what was spent"
)


class Benefit(Part):
    """What is paid for which kinds of expense, to whom, how much for each group."""

    id: Id
    text: Sentence
    covers: Annotated[tuple[KindName, ...], Field(min_length=1)]
    when: Formula | None = None
    travellers: Id = "everyone"
    pays: Literal["actual", "allowance", "nothing"]
    up_to: ByCurrency | None = None
    amount: ByCurrency | None = None
    at_most_cost: YesNo = False
    share: Formula | None = None
    per: Per = "line"
    quantity: Formula | None = None
    shared: Literal["whole", "by_person"] = "whole"
    tax: Literal["included", "excluded"] = "included"
    cabin: CabinRule | None = None

    @model_validator(mode="after")
    def _keys_fit_what_is_paid(self) -> Self:
        if self.pays == "allowance" and self.up_to is not None:
            raise fault_at("up_to", _NOT_OF_ALLOWANCE)
        if (self.pays == "allowance") != (self.amount is not None):
            message = "amount belongs to pays: allowance, and an allowance needs its amount"
            raise fault_at("pays" if self.amount is None else "amount", message)
        actual_only = {"up_to": self.up_to, "share": self.share, "cabin": self.cabin}
        for key, value in actual_only.items():
            if value is not None and self.pays != "actual":
                raise fault_at(key, f"belongs to pays: actual, not {self.pays}")
        if self.at_most_cost and self.pays != "allowance":
            raise fault_at("at_most_cost", "belongs to pays: allowance; actual never pays more")
        return self


class AlsoAtMost(Part):
    """Another maximum of what a deductible or share takes off, which holds beside ``at_most``."""

    amount: Formula
    per: Annotated[Period, BeforeValidator(_to_period)]
    whose: Owner = "patient"
    balance: Id | None = None


@dataclass(frozen=True, slots=True)
class Maximum:
    """The most that a deductible or share takes off in a period: how much, of whom, and where."""

    amount: Expression
    per: Period
    whose: Owner
    balance: str


class Limit(Part):
    """One entry of the list of limits: a cap, a deductible, a share, other payments, a minimum."""

    id: Id
    text: Sentence
    applies_to: tuple[Id, ...] = ("everything",)
    when: Formula | None = None
    cap: ByCurrency | None = None
    deductible: Formula | None = None
    pays_share: Formula | None = None
    other_payments: Literal["subtract", "rest_of_cost"] | None = None
    minimum: Formula | None = None
    of: Measure = "money"
    per: Annotated[Literal[Per, Period, "rolling"], BeforeValidator(_to_period)] = "trip"
    window: Annotated[str, Field(pattern=WINDOW)] | None = None
    whose: Owner = "patient"
    balance: Id | None = None
    at_most: Formula | None = None
    at_most_per: Annotated[Period, BeforeValidator(_to_period)] | None = None
    at_most_whose: Owner | None = None
    at_most_balance: Id | None = None
    also_at_most: tuple[AlsoAtMost, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        kinds = ("cap", "deductible", "pays_share", "other_payments", "minimum")
        stated = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(stated) != 1:
            message = f"a limit has exactly one of {', '.join(kinds)}"
            raise fault_at(stated[-1] if stated else "id", message)
        if (self.at_most is None) != (self.at_most_per is None):
            key = "at_most_per" if self.at_most is None else "at_most"
            raise fault_at(key, "at_most and at_most_per belong together")
        if self.at_most is not None and self.deductible is None and self.pays_share is None:
            raise fault_at("at_most", "belongs to a deductible or to pays_share")
        for key in ("at_most_whose", "at_most_balance", "also_at_most"):
            if getattr(self, key) and self.at_most is None:
                raise fault_at(key, "belongs to at_most")
        if self.at_most is not None and self.of != "money":
            raise fault_at("at_most", "belongs to a deductible of money")
        if self.of != "money" and {"pays_share", "other_payments"} & {*stated}:
            raise fault_at("of", "belongs to a cap, a deductible or a minimum")
        return self

    @model_validator(mode="after")
    def _window_is_a_caps(self) -> Self:
        if self.per == ROLLING and self.cap is None:
            message = "rolling is for caps; a deductible or minimum has a calendar period"
            raise fault_at("per", message)
        if (self.per == ROLLING) != (self.window is not None):
            key = "per" if self.window is None else "window"
            message = "rolling and its window belong together, such as window: 12 months"
            raise fault_at(key, message)
        return self

    @model_validator(mode="after")
    def _at_most_has_a_balance_of_its_own(self) -> Self:
        if self.at_most_balance is None:
            return self
        if self.pays_share is not None and self.balance is not None:
            message = "a share keeps the balance of its at_most alone: leave balance out"
            raise fault_at("balance", message)
        is_twice = self.deductible is not None and self.per == self.at_most_per
        if is_twice and self.at_most_balance == self.balance_name:
            message = (
                f"{self.at_most_balance} counts the deductible itself in the same period;"
                " the most that is taken off needs another name"
            )
            raise fault_at("at_most_balance", message)
        return self

    @property
    def balance_name(self) -> str:
        """Return the name under which what was used is remembered.

        What a deductible takes off each trip, visit, leg … is its own: where it has an ``at_most``,
        its ``balance`` names that of the ``at_most`` alone.
        """
        return self.id if self._shares_at_most_alone else self.balance or self.id

    @property
    def at_most_balance_name(self) -> str:
        """Return the name under which what was taken off towards ``at_most`` is remembered.

        A limit that counts the same period for itself and for the most needs two names.
        """
        if self.at_most_balance is not None:
            return self.at_most_balance
        name = self.balance or self.id
        is_twice = self.deductible is not None and self.per == self.at_most_per
        return f"{name}-at-most" if is_twice and name == self.balance_name else name

    @property
    def maxima(self) -> tuple[Maximum, ...]:
        """Return ``at_most`` and what holds beside it, each with its balance."""
        if self.at_most is None or self.at_most_per is None:
            return ()
        whose = self.at_most_whose or self.whose
        name = self.at_most_balance or self.balance or self.id
        return (
            Maximum(self.at_most, self.at_most_per, whose, self.at_most_balance_name),
            *(
                Maximum(one.amount, one.per, one.whose, one.balance or f"{name}-{one.whose}")
                for one in self.also_at_most
            ),
        )

    @property
    def is_of_groups(self) -> bool:
        """Return whether it is for each trip, visit, leg …, none of which a later trip shares."""
        return self.per in get_args(Per)

    @property
    def _shares_at_most_alone(self) -> bool:
        has_at_most = self.at_most is not None and self.at_most_balance is None
        return has_at_most and self.deductible is not None and self.is_of_groups


class Tax(Part):
    """How the taxable part is found."""

    ceiling: Id | None = None
    taxable: Literal["nothing", "everything"] | None = None
    form: Sentence | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.ceiling is None) == (self.taxable is None):
            raise fault_at("taxable", "must have either ceiling or taxable")
        return self


class Version(Part):
    """The rules in force from ``valid_from`` to ``valid_to``, both inclusive."""

    version: Annotated[str, Field(min_length=1, max_length=100)]
    valid_from: Day
    valid_to: Day | None = None
    source: Sentence
    travellers: dict[Id, TravellerSet] = Field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    benefits: Annotated[tuple[Benefit, ...], Field(min_length=1)]
    limits: tuple[Limit, ...] = ()
    tax: Tax | None = None


class Policy(Part):
    """A whole policy document."""

    format: Literal["sojourn-policy/1"]
    id: Id
    title: Sentence
    sponsor: Sentence
    currency: Currency
    version_by: DayRule = "trip_start"
    rounding: Rounding = Rounding()
    exchange: Exchange | None = None
    plan_year_starts: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = "01-01"
    week_starts: Literal[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
    ] = "monday"
    facts: dict[str, FactDeclaration] = Field(default_factory=dict)
    tables: dict[Id, Annotated[tuple[TableRow, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    @property
    def ceilings(self) -> frozenset[str]:
        """Return the ids of the policies that the tax rules refer to."""
        rules = (version.tax for version in self.versions)
        return frozenset(
            one.ceiling for one in rules if one is not None and one.ceiling is not None
        )
