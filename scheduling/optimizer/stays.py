"""Stays: which lodging can be had from which check-in to which check-out day, and for how much."""

from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.columns import Columns
from scheduling.optimizer.numbers import NEVER, Bools, Ints
from scheduling.optimizer.selection import Selection
from scheduling.optimizer.weights import Mix, Pair, Weighted, pair


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """One row for each pair of check-in and check-out day, one column for each lodging.

    `check_in` and `check_out` number the days of the legs; `possible` is where the lodging can be
    had for every night of the stay; `cost` holds the nights and the daily costs.
    """

    lodgings: Ints
    check_in: Ints
    check_out: Ints
    possible: Bools
    cost: Pair

    def mix(self, part: Mix) -> Ints:
        """Return the mixed cost of every stay, NEVER where it cannot be had."""
        return np.where(self.possible, self.cost.mix(part), NEVER)


def find_stays(
    columns: Columns,
    weighted: Weighted,
    selection: Selection,
    where: tuple[int, Ints],
    days: tuple[Ints, Ints],
) -> Stays:
    """Return the stays between any of the check-in and any of the check-out days.

    `where` is the city and the rows of its lodgings.
    """
    lodgings, rules = columns.lodgings, columns.problem.rules
    chosen = where[1]
    nights = days[1][None, :] - days[0][:, None]
    wanted = nights >= 1 if selection.overnight else np.zeros_like(nights, dtype=np.bool_)
    if rules.max_nights is not None and selection.keeps("max_nights"):
        wanted &= nights <= rules.max_nights
    check_in, check_out = np.nonzero(wanted)
    first = days[0][check_in][:, None] - lodgings.first_day[chosen]
    last = days[1][check_out][:, None] - lodgings.first_day[chosen]
    possible = (first >= 0) & (last <= lodgings.length[chosen])
    first, last = np.where(possible, first, 0), np.where(possible, last, 0)
    if selection.keeps("rooms"):
        possible &= _between(lodgings.full_sums, chosen, first, last) == 0
    if selection.keeps("min_nights"):
        possible &= nights[check_in, check_out][:, None] >= lodgings.min_nights[chosen]
    bookable = possible.any(axis=1)
    span = nights[check_in, check_out][bookable]
    return Stays(
        lodgings=chosen,
        check_in=check_in[bookable],
        check_out=check_out[bookable],
        possible=possible[bookable],
        cost=_weigh(columns, weighted, where, (first[bookable], last[bookable], span)),
    )


def _weigh(
    columns: Columns,
    weighted: Weighted,
    where: tuple[int, Ints],
    stay: tuple[Ints, Ints, Ints],
) -> Pair:
    lodgings, aim = columns.lodgings, weighted.aim
    (city, chosen), (first, last, nights) = where, stay
    money = pair(
        aim,
        _between(lodgings.price_sums, chosen, first, last),
        _between(lodgings.payable_sums, chosen, first, last),
        nights[:, None] * (lodgings.burden[chosen] * aim.burden) + lodgings.loss[chosen] * aim.loss,
    )
    days = nights[:, None] + 1
    below = money.below + days * weighted.daily.below[city]
    if not aim.is_bent:
        return Pair(below, below)
    return Pair(below, money.above + days * weighted.daily.above[city])


def _between(sums: Ints, rows: Ints, first: Ints, last: Ints) -> Ints:
    totals: Ints = sums[rows, last] - sums[rows, first]
    return totals
