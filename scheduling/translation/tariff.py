"""What every option costs and what the policy pays of it, by the coverage engine itself.

Where the policy is a sum over options, an option's payable cents are exact. Otherwise they are a
bound from which nothing can be gained: the most the policy could pay where the patient's cents
weigh more than the payer's, nothing where they weigh less.

Why that is safe: let p and q be the weights of a patient's and a payer's cent, S what is spent,
C >= S what is claimed, and P <= C what the engine pays. A visit's money is p(C - P) + qP. An amount
that only more of the trip would tell is taken as C = S, and as P = S (p >= q) or P = 0 (p < q). If
P <= S, then p(C - P) + qP >= pS - (p - q)P, which is least at the P that was taken. If P > S, then
C >= P and the money is at least qP > qS, which is what was taken (p >= q) or above pS (p < q). An
amount that is known but for limits still to come is an upper bound of P, as limits only lower.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from math import inf
from typing import Final

from logistics.case_facts import ExpenseFacts, complete_expense
from pricing.coverage.decide import Question
from pricing.coverage.documents.policy_document import Limit
from pricing.coverage.documents.trip_document import Expense, Trip
from pricing.coverage.kinds import Kind
from pricing.coverage.price_alone import left_of_cap, price_alone, spent_alone
from pricing.coverage.separable import Reach, Separation, is_dated
from pricing.money import Money
from scheduling.planned_expenses import PlannedExpense
from scheduling.trip_of_visit import with_expenses

KINDS: Final = frozenset(
    {
        *(Kind.AIR, Kind.LODGING, Kind.MEALS, Kind.CONSULTATION),
        *(Kind.TAXI, Kind.SHUTTLE, Kind.TRANSIT, Kind.OTHER),
    }
)
"""Every kind of expense that a planned visit may have."""


@dataclass(slots=True)
class OptionCents:
    """Whole minor units of one option, 0 <= payable <= price, once the tariff is settled."""

    price: int = 0
    payable: int = 0


@dataclass(frozen=True, slots=True)
class OpenOption:
    """An option still to be priced; ``write`` makes the expense when the engine is asked."""

    kind: Kind
    price: Money
    group: tuple[Kind, Hashable]
    write: Callable[[], PlannedExpense]
    cents: OptionCents


@dataclass(frozen=True, slots=True)
class Year:
    """Days, both included, within which no cap's year turns; ``most`` is what is left in them."""

    first: date
    last: date
    most: int | None


_ENDS: Final = 2
_DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(days=300)


def fill_between(span: list[OpenOption]) -> bool:
    """Fill in what lies between two priced ends where nothing can bend; False where it may."""
    cheap, dear = span[0], span[-1]
    if cheap.price.minor == 0:
        return False
    units = cheap.cents.price // cheap.price.minor
    paid = cheap.cents.payable // cheap.price.minor
    is_flat = cheap.cents.payable == dear.cents.payable
    if not is_flat and any(one.cents.payable != paid * one.price.minor for one in (cheap, dear)):
        return False
    for one in span[1:-1]:
        one.cents.price = units * one.price.minor
        one.cents.payable = cheap.cents.payable if is_flat else paid * one.price.minor
    return True


@dataclass(frozen=True)
class Tariff:
    """Prices options all at once; equal ones are priced once.

    ``question`` asks about the trip without expenses. ``patient_first`` tells that a patient's
    cent weighs at least as much as a payer's. ``most`` is what is left of the policy's caps over
    the whole visit, None without any; ``facts`` is what is so of every expense.
    ``years`` are there where what is left depends on the year that a visit is in.
    """

    question: Question
    separation: Separation
    patient_first: bool
    most: int | None
    facts: ExpenseFacts = field(default_factory=ExpenseFacts)
    years: tuple[Year, ...] = ()
    _known: dict[Hashable, OptionCents] = field(default_factory=dict)
    _open: list[OpenOption] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        """Return whether the options' cents add up to the decision's."""
        return self.separation.is_by_option

    def on(self, trip: Trip) -> Question:
        """Return the question about another trip under the same policy, day and balances."""
        return replace(self.question, trip=trip)

    def asking(self, question: Question, *expenses: Expense) -> Question:
        """Return the question about these expenses alone, with what is so of every one."""
        return asking(question, *(complete_expense(one, self.facts) for one in expenses))

    def of(
        self,
        kind: Kind,
        price: Money,
        *,
        group: Hashable,
        option: Hashable,
        expense: Callable[[], PlannedExpense],
    ) -> OptionCents:
        """Return the cents of one option, filled in by `settle`.

        Options of one ``group`` are for the same people; where rules look at prices alone, those
        of one group and price are alike, else each ``option`` is by itself.
        """
        is_alike = kind in self.separation.by_price and price.currency == self._currency
        key = (kind, group, price, None if is_alike else option)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = OptionCents()
            self._open.append(OpenOption(kind, price, (kind, group), expense, found))
        return found

    def settle(self) -> None:
        """Price every option that was asked for; raises PricingError where that cannot be."""
        if not self._open:
            return
        # A day's meals are one group wherever they are eaten, so each city's are priced alone.
        batches: dict[Hashable, list[OpenOption]] = {}
        even: dict[Hashable, list[OpenOption]] = {}
        for one in self._open:
            is_meal = one.kind is Kind.MEALS
            if not is_meal and self._reach(one) is Reach.OPTION and self._is_by_minimum(one):
                even.setdefault(one.group, []).append(one)
            else:
                key = (self._reach(one) > Reach.OPTION, one.group if is_meal else None)
                batches.setdefault(key, []).append(one)
        for batch in batches.values():
            self._price(batch)
        self._price_by_minimum(even.values())
        self._open.clear()

    def _price_by_minimum(self, groups: Iterable[list[OpenOption]]) -> None:
        """Price the ends of every group of options alike but for their price, and between them.

        Where both ends get the same, so does what lies between, as no amount falls when a price
        rises. Where both ends get k times the price, so does what lies between: were a limit
        reached between the ends, the dearer end would get less than k times its price.
        """
        spans = [sorted(group, key=lambda one: one.price.minor) for group in groups]
        self._price([one for span in spans for one in span[:1] + span[1:][-1:]])
        while spans := [span for span in spans if len(span) > _ENDS and not fill_between(span)]:
            self._price([span[len(span) // 2] for span in spans])
            halves = [(span[: len(span) // 2 + 1], span[len(span) // 2 :]) for span in spans]
            spans = [half for pair in halves for half in pair]

    def _is_by_minimum(self, one: OpenOption) -> bool:
        return one.kind in self.separation.by_minimum and one.price.currency == self._currency

    def _reach(self, one: OpenOption) -> Reach:
        return self.separation.reach[one.kind]

    def _price(self, batch: list[OpenOption]) -> None:
        expenses = [
            one.write().expense.model_copy(update={"id": f"option-{place}"})
            for place, one in enumerate(batch)
        ]
        question = self.asking(self.question, *expenses)
        is_known = all(self._reach(one) is Reach.OPTION for one in batch)
        own_limits = self.separation.own_limits
        priced = price_alone(question, own_limits) if is_known else spent_alone(question)
        is_exact = is_known and self.separation.is_sum
        for one, alone in zip(batch, priced, strict=True):
            one.cents.price = alone.claimed
            one.cents.payable = alone.payable if is_exact or self.patient_first else 0

    @property
    def _currency(self) -> str:
        return self.question.policy.policy.currency


def asking(question: Question, *expenses: Expense) -> Question:
    """Return the question about these expenses alone."""
    return replace(question, trip=with_expenses(question.trip, expenses))


def tariff_of(
    question: Question,
    separation: Separation,
    *,
    days: tuple[date, date],
    patient_first: bool,
    currency: str,
    facts: ExpenseFacts,
) -> Tariff:
    """Return the tariff of a trip that has no expenses yet.

    ``days`` are the first and the last on which it may happen.
    """
    most, adds_up = _left_of_caps(question, separation.caps, days, currency)
    years: tuple[Year, ...] = ()
    if not adds_up:
        years = tuple(_years(question, separation.caps, days, currency))
        separation = replace(separation, is_sum=False)
    return Tariff(question, separation, patient_first, most, facts, years)


def _years(
    question: Question, caps: Iterable[Limit], days: tuple[date, date], currency: str
) -> Iterator[Year]:
    """Yield the parts of the days within which no cap's year turns, and what is left in each."""
    first, last = days
    caps = tuple(caps)
    begins = {first, *(day for cap in caps for day in _turns(question, cap, first, last))}
    for starts, ends in pairwise([*sorted(begins), last + _DAY]):
        most, _ = _left_of_caps(question, caps, (starts, ends - _DAY), currency)
        yield Year(starts, ends - _DAY, most)


def _turns(question: Question, cap: Limit, first: date, last: date) -> Iterator[date]:
    """Yield the days after the first on which a year of the cap begins."""
    begins = question.policy.policy.plan_year_starts if cap.per == "plan_year" else "01-01"
    for year in range(first.year, last.year + 1) if is_dated(cap) else ():
        day = date.fromisoformat(f"{year}-{begins}")
        if first < day <= last:
            yield day


def _left_of_caps(
    question: Question, caps: Iterable[Limit], days: tuple[date, date], currency: str
) -> tuple[int | None, bool]:
    """Return the most that caps over everything leave for a visit, and whether they leave that.

    Of a year's cap a visit may draw on two years: together they leave at most the sum. That is no
    more than said where each year leaves as much as a cap of the whole visit, which is met first.
    """
    probes = [_probe(question, day, currency) for day in _in_steps(*days)]
    left = [(is_dated(cap), left_of_cap(asking(question, *probes), cap)) for cap in caps]
    whole = [sum(each) for dated, each in left if not dated]
    years = [each for dated, each in left if dated]
    adds_up = all(len(each) == 1 or min(each) >= min(whole, default=inf) for each in years)
    return min([*whole, *map(sum, years)], default=None), adds_up


def _probe(question: Question, day: date, currency: str) -> Expense:
    visit = question.trip.visits[0].id
    return Expense(
        id=f"on-{day}", kind=Kind.CONSULTATION, date=day, amount=0, currency=currency, visit=visit
    )


def _in_steps(first: date, last: date) -> Iterator[date]:
    """Yield days from the first to the last, no year left out."""
    while first < last:
        yield first
        first += _STEP
    yield last
