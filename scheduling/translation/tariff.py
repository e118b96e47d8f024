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

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from pricing.coverage.decide import Question
from pricing.coverage.documents.trip_document import Expense, Trip
from pricing.coverage.kinds import Kind
from pricing.coverage.price_alone import left_of_cap, price_alone, spent_alone
from pricing.coverage.separable import Reach, Separation
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


@dataclass(frozen=True)
class Tariff:
    """Prices options all at once; equal ones are priced once.

    ``question`` asks about the trip without expenses. ``patient_first`` tells that a patient's
    cent weighs at least as much as a payer's. ``most`` is what is left of the policy's cap over
    the whole visit, None without one.
    """

    question: Question
    separation: Separation
    patient_first: bool
    most: int | None
    _known: dict[Hashable, OptionCents] = field(default_factory=dict)
    _open: list[tuple[Expense, OptionCents]] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        """Return whether the options' cents add up to the decision's."""
        return self.separation.is_by_option

    def on(self, trip: Trip) -> Question:
        """Return the question about another trip under the same policy, day and balances."""
        return replace(self.question, trip=trip)

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
            self._open.append((expense().expense, found))
        return found

    def settle(self) -> None:
        """Price every option that was asked for; raises PricingError where that cannot be."""
        if not self._open:
            return
        # A day's meals are one group wherever they are eaten, so each city's are priced alone.
        unknown = [one for one in self._open if self._reach(one) > Reach.OPTION]
        known = [one for one in self._open if self._reach(one) is Reach.OPTION]
        together = [one for one in known if one[0].kind is not Kind.MEALS]
        by_itself = [[one] for one in known if one[0].kind is Kind.MEALS]
        for batch in (unknown, together, *by_itself):
            self._price(batch)
        self._open.clear()

    def _reach(self, one: tuple[Expense, OptionCents]) -> Reach:
        return self.separation.reach[one[0].kind]

    def _price(self, batch: list[tuple[Expense, OptionCents]]) -> None:
        expenses = [
            expense.model_copy(update={"id": f"option-{place}"})
            for place, (expense, _) in enumerate(batch)
        ]
        question = asking(self.question, *expenses)
        is_known = all(self._reach(one) is Reach.OPTION for one in batch)
        priced = (
            price_alone(question, self.separation.own_limits) if is_known else spent_alone(question)
        )
        is_exact = is_known and self.separation.is_sum
        for (_, cents), alone in zip(batch, priced, strict=True):
            cents.price = alone.claimed
            cents.payable = alone.payable if is_exact or self.patient_first else 0

    @property
    def _currency(self) -> str:
        return self.question.policy.policy.currency


def asking(question: Question, *expenses: Expense) -> Question:
    """Return the question about these expenses alone."""
    return replace(question, trip=with_expenses(question.trip, expenses))


def tariff_of(
    question: Question, separation: Separation, *, patient_first: bool, currency: str
) -> Tariff:
    """Return the tariff of a trip that has no expenses yet."""
    most = None
    if separation.cap is not None:
        probe = Expense(
            id="one",
            kind=Kind.CONSULTATION,
            date=_day(question.trip),
            amount=0,
            currency=currency,
            visit=question.trip.visits[0].id,
        )
        most = left_of_cap(asking(question, probe), separation.cap)
    return Tariff(question, separation, patient_first, most)


def _day(trip: Trip) -> date:
    return date(trip.starts.year, trip.starts.month, trip.starts.day)
