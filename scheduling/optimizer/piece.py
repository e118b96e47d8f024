"""One city under one linear objective: bounds for every cell, and its cells best first.

A cell is a chain, a check-in day, a check-out day, and a place to stay (or a day visit). Its value
is the cheapest completion by legs and transfers, found by minima alone: the parts of a cell share
nothing but what names the cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.city import City
from scheduling.optimizer.leg_table import LegTable, cheapest_rides
from scheduling.optimizer.legs import Legs
from scheduling.optimizer.numbers import NEVER, Bools, Ints
from scheduling.optimizer.weights import Mix

CHAINS_AT_ONCE = 512
CELLS_FIRST = 32
CELLS_MAX = 4_096

# The lodging of a day visit.
NO_LODGING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells and their values; `check_in` and `check_out` number days, `lodging` numbers the stays'.

    `lodging` is NO_LODGING for a day visit.
    """

    value: Ints
    chain: Ints
    check_in: Ints
    check_out: Ints
    lodging: Ints

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.value)

    def take(self, keep: Ints) -> "Cells":
        """Return the cells at these positions."""
        return Cells(
            self.value[keep],
            self.chain[keep],
            self.check_in[keep],
            self.check_out[keep],
            self.lodging[keep],
        )


class Ceiling:
    """Only values below it matter; it sinks as better plans are found."""

    def __init__(self, value: int) -> None:
        """Start at a value no cell of interest reaches."""
        self.value = value

    def lower(self, value: int) -> None:
        """Sink to the value, if it is lower."""
        self.value = min(self.value, value)


class Piece:
    """The minima of one city for the objective `mix.below × ΣA + mix.above × ΣB`."""

    def __init__(self, city: City, mix: Mix) -> None:
        """Build the tables from which every bound is read."""
        self.city = city
        self.mix = mix
        columns, weighted, selection = city.columns, city.weighted, city.selection
        lodgings = city.stays.lodgings
        sites = len(columns.lodgings.city) + np.arange(columns.sites)
        self.places = np.concatenate((lodgings, sites))
        tables = []
        for legs, usable in ((city.out, selection.arrivals), (city.back, selection.departures)):

            def build(legs: Legs = legs, usable: Bools = usable) -> LegTable:
                part = (mix, self.places, legs)
                rides = cheapest_rides(columns, weighted.transfers, usable, part)
                return LegTable(legs, mix, rides, len(lodgings))

            sources = (weighted, legs, usable, lodgings)
            tables.append(city.memory.recall(("table", mix), sources, build))
        self.out, self.back = tables
        self.chain = city.chains.cost.mix(mix)
        self.stay = city.stays.mix(mix)
        self.commute = self._commutes()
        self.day_visits = self._day_visits()
        self._find_bounds()

    def _commutes(self) -> Ints:
        """Return for each kind of chain and each lodging the commutes of all its appointments."""
        city = self.city
        counts = city.chains.counts
        cost = city.weighted.commutes.mix(self.mix)[city.stays.lodgings]
        known = city.columns.commutes.known[city.stays.lodgings]
        total = counts @ np.where(known, cost, 0).T
        lacking = counts @ (~known).astype(np.int64).T
        return np.where(lacking > 0, NEVER, total)

    def _find_bounds(self) -> None:
        city = self.city
        kinds = [
            (self.stay + commute[None, :]).min(axis=1, initial=NEVER) for commute in self.commute
        ]
        self.stay_bound = np.minimum(np.array(kinds).reshape(len(kinds), -1), NEVER)
        shortest = self.stay_bound.min(axis=1, initial=NEVER)
        out = self.out.anywhere.min(axis=0)[city.start]
        back = self.back.anywhere.min(axis=0)[city.leave]
        self.chain_bound = np.minimum(self.chain + out + back + shortest[city.chains.kind], NEVER)

    def bound(self) -> int:
        """Return a value that no cell of this city undercuts."""
        night = int(self.chain_bound.min(initial=NEVER))
        return min(night, int(self.day_visits.value.min(initial=NEVER)))

    def _day_visits(self) -> Cells:
        """Return the cells without a night, each with its exact value."""
        city = self.city
        common = np.intersect1d(city.check_in, city.check_out)
        if not city.selection.day_visit:
            common = common[:0]
        check_in = np.searchsorted(city.check_in, common)
        check_out = np.searchsorted(-city.check_out, -common)
        lodgings, chains = len(city.stays.lodgings), len(city.chains)
        daily = int(city.weighted.daily.mix(self.mix)[city.number])
        values = np.full((len(common), chains), NEVER, dtype=np.int64)
        for number in range(len(common)):
            for first, last in self._site_pairs():
                rows = np.flatnonzero(
                    (city.chains.first_site == first) & (city.chains.last_site == last)
                )
                into = np.full(len(rows), check_in[number])
                home = np.full(len(rows), check_out[number])
                out = self.out.at(into, city.start[rows], lodgings + first)[:, 0]
                back = self.back.at(home, city.leave[rows], lodgings + last)[:, 0]
                values[number, rows] = self.chain[rows] + out + back + daily
        day, chain = np.nonzero(values < NEVER)
        nowhere = np.full(len(day), NO_LODGING, dtype=np.int64)
        return Cells(values[day, chain], chain, check_in[day], check_out[day], nowhere)

    def _site_pairs(self) -> list[tuple[int, int]]:
        chains = self.city.chains
        return sorted(set(zip(chains.first_site.tolist(), chains.last_site.tolist(), strict=True)))

    def cells_below(self, ceiling: Ceiling) -> Iterator[Cells]:
        """Yield every cell whose value is below the ceiling, roughly best first, in batches.

        The ceiling is read again before each batch; each batch is sorted by value.
        """
        yield sorted_below(self.day_visits, ceiling.value)
        order = np.argsort(self.chain_bound, kind="stable")
        for begin in range(0, len(order), CHAINS_AT_ONCE):
            chains = order[begin : begin + CHAINS_AT_ONCE]
            if self.chain_bound[chains[0]] >= ceiling.value:
                return
            yield from self._cells_of(chains, ceiling)

    def _cells_of(self, chains: Ints, ceiling: Ceiling) -> Iterator[Cells]:
        city = self.city
        stays = city.stays
        bound = self.chain[chains][:, None] + self.stay_bound[city.chains.kind[chains]]
        bound += self.out.anywhere[stays.check_in][:, city.start[chains]].T
        bound += self.back.anywhere[stays.check_out][:, city.leave[chains]].T
        row, stay = np.nonzero(bound < ceiling.value)
        bound = bound[row, stay]
        order = np.argsort(bound, kind="stable")
        row, stay, bound = row[order], stay[order], bound[order]
        begin, count = 0, CELLS_FIRST
        while begin < len(bound) and bound[begin] < ceiling.value:
            end = begin + count
            yield self.values_of(chains[row[begin:end]], stay[begin:end], ceiling.value)
            begin, count = end, min(2 * count, CELLS_MAX)

    def values_of(self, chains: Ints, stays: Ints, ceiling: int) -> Cells:
        """Return the cells below the ceiling among these chains and stays, cheapest first."""
        city = self.city
        check_in, check_out = city.stays.check_in[stays], city.stays.check_out[stays]
        lodgings = slice(0, len(city.stays.lodgings))
        values = self.stay[stays] + self.commute[city.chains.kind[chains]]
        values += self.chain[chains][:, None]
        values += self.out.at(check_in, city.start[chains], lodgings)
        values += self.back.at(check_out, city.leave[chains], lodgings)
        row, lodging = np.nonzero(values < min(ceiling, NEVER))
        found = Cells(values[row, lodging], chains[row], check_in[row], check_out[row], lodging)
        return sorted_below(found, ceiling)

    def values_at(self, cells: Cells) -> Ints:
        """Return this objective's values of cells that another objective picked."""
        values = np.full(len(cells), NEVER, dtype=np.int64)
        visits = self.day_visits
        night = cells.lodging != NO_LODGING
        chains = len(self.city.chains)
        # A day visit is named by its chain and its day.
        known = visits.check_in * chains + visits.chain
        order = np.argsort(known, kind="stable")
        asked = cells.check_in[~night] * chains + cells.chain[~night]
        values[~night] = visits.value[order][np.searchsorted(known[order], asked)]
        rows = np.flatnonzero(night)
        chain, stay = (
            cells.chain[rows],
            self.city.stay_of[cells.check_in[rows], cells.check_out[rows]],
        )
        lodging = cells.lodging[rows]
        lodgings = slice(0, len(self.city.stays.lodgings))
        there = self.out.at(cells.check_in[rows], self.city.start[chain], lodgings)
        home = self.back.at(cells.check_out[rows], self.city.leave[chain], lodgings)
        picked = np.arange(len(rows)), lodging
        values[rows] = self.chain[chain] + there[picked] + home[picked] + self.stay[stay, lodging]
        values[rows] += self.commute[self.city.chains.kind[chain], lodging]
        return values


def sorted_below(cells: Cells, ceiling: int) -> Cells:
    """Return the cells below a ceiling, cheapest first, equal ones in their old order."""
    below = np.flatnonzero(cells.value < min(ceiling, NEVER))
    return cells.take(below[np.argsort(cells.value[below], kind="stable")])
