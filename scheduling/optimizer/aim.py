"""What a search minimises: prices for each kind of cost, and how the trip cap bends them.

The cap makes money the only part of the cost that is not a sum over options. With T the price of
a choice, S its payable sum, and C the cap,

    money = patient × (T − min(S, C)) + payer × min(S, C).

Give every option two integers, A = patient × price − (patient − payer) × payable + the rest, and
B = patient × price + the rest. Below the cap the cost is ΣA, above it ΣB − offset with
offset = (patient − payer) × C. It is the larger of the two when patient ≥ payer and the smaller
otherwise (docs/optimizer.md has the two lines of proof), so it grows with both sums.
"""

from dataclasses import dataclass, replace

from scheduling.optimizer.faults import highest_cost, highest_payable
from scheduling.optimizer.numbers import Ints
from scheduling.optimizer.problem import Problem


@dataclass(frozen=True, slots=True)
class Aim:
    """Prices to minimise by, in cost cents a unit; `start` prices a minute of the first start."""

    patient: int
    payer: int
    burden: int
    waiting: int
    mismatch: int
    loss: int
    start: int
    cap: int | None
    highest: int

    @property
    def is_bent(self) -> bool:
        """Answer whether the cap makes a difference to the cost."""
        return self.cap is not None and self.patient != self.payer

    @property
    def is_convex(self) -> bool:
        """Answer whether the cost is the larger (not the smaller) of the two sums."""
        return self.patient >= self.payer

    @property
    def offset(self) -> int:
        """Return what is taken off the sum of B, in cost cents; negative when payer is dearer."""
        return (self.patient - self.payer) * self.cap if self.cap is not None else 0

    def below(self, price: Ints, payable: Ints) -> Ints:
        """Return the money part of A for each option."""
        return self.patient * price - (self.patient - self.payer) * payable

    def above(self, price: Ints) -> Ints:
        """Return the money part of B for each option."""
        return self.patient * price

    def cost(self, below: int, above: int) -> int:
        """Return the cost of a choice from its sums of A and of B."""
        if not self.is_bent:
            return below
        return (
            max(below, above - self.offset) if self.is_convex else min(below, above - self.offset)
        )


def aim_of(problem: Problem) -> Aim:
    """Return the document's own prices as an aim."""
    prices = problem.prices
    return Aim(
        patient=prices.patient_cent,
        payer=prices.payer_cent,
        burden=prices.burden_minute_cents,
        waiting=prices.waiting_day_cents,
        mismatch=prices.mismatch_point_cents,
        loss=prices.expected_loss_cent,
        start=0,
        cap=_biting_cap(problem),
        highest=highest_cost(problem),
    )


def _biting_cap(problem: Problem) -> int | None:
    """Return the trip cap, or None where no plan could claim more."""
    cap = problem.trip_cap_cents
    return None if cap is None or cap >= highest_payable(problem) else cap


def any_plan(aim: Aim) -> Aim:
    """Return an aim that finds every plan equally good: is there one at all?"""
    return replace(
        aim, patient=0, payer=0, burden=0, waiting=0, mismatch=0, loss=0, start=0, highest=0
    )
