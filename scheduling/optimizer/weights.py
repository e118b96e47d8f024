"""The two cost integers of every option under one aim: A `below` the trip cap, B `above` it."""

from dataclasses import dataclass

from scheduling.optimizer.aim import Aim
from scheduling.optimizer.columns import Columns, Journeys
from scheduling.optimizer.numbers import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A and B of each entry of an array; the same array twice when the cap makes no difference."""

    below: Ints
    above: Ints

    def mix(self, part: "Mix") -> Ints:
        """Return the weighted sum of the two."""
        if part.above == 0:
            return self.below * part.below if part.below != 1 else self.below
        return self.below * part.below + self.above * part.above


@dataclass(frozen=True, slots=True)
class Mix:
    """Two whole-number weights; `below × ΣA + above × ΣB` is a linear objective."""

    below: int
    above: int


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A and B of every option of the document under one aim."""

    aim: Aim
    slots: Pair
    outbound: Pair
    returns: Pair
    transfers: Pair
    commutes: Pair
    daily: Pair


def weigh(columns: Columns, aim: Aim) -> Weighted:
    """Return what every option costs; slots without waiting, lodgings are weighed by the stay."""
    slots, transfers, commutes = columns.slots, columns.transfers, columns.commutes
    return Weighted(
        aim=aim,
        slots=pair(aim, slots.price, slots.payable, slots.points * aim.mismatch),
        outbound=_journeys(columns.outbound, aim),
        returns=_journeys(columns.returns, aim),
        transfers=pair(aim, transfers.price, transfers.payable, transfers.burden * aim.burden),
        commutes=pair(aim, commutes.price, commutes.payable, commutes.burden * aim.burden),
        daily=pair(aim, columns.daily_price, columns.daily_payable, columns.daily_price * 0),
    )


def pair(aim: Aim, price: Ints, payable: Ints, rest: Ints) -> Pair:
    """Return A and B from money in cents and the rest in cost cents."""
    below = aim.below(price, payable) + rest
    return Pair(below, aim.above(price) + rest if aim.is_bent else below)


def _journeys(journeys: Journeys, aim: Aim) -> Pair:
    rest = journeys.burden * aim.burden + journeys.loss * aim.loss
    return pair(aim, journeys.price, journeys.payable, rest)
