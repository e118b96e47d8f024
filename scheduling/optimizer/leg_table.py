"""The cheapest leg by day, time, and place, for one linear objective, transfers included."""

import numpy as np

from scheduling.optimizer.columns import Columns
from scheduling.optimizer.legs import Legs
from scheduling.optimizer.numbers import NEVER, Bools, Ints
from scheduling.optimizer.weights import Mix, Pair


class LegTable:
    """Minima over the legs of one direction.

    `by_key[k, t]` is the cheapest leg with key k that is ready by threshold t, `rides[k, p]` the
    cheapest transfers of all parties between the key's gateways and place p.
    """

    def __init__(self, legs: Legs, mix: Mix, rides: Ints, lodgings: int) -> None:
        """Build the minima; `rides` has a row for each key, a column for each place."""
        self.legs = legs
        self.cost = legs.cost.mix(mix)
        self.rides = rides
        self.lodgings = lodgings
        self.by_key = self._by_key()
        _, first = np.unique(legs.key_day, return_index=True)
        self.edges = np.append(first, len(legs.key_day)).astype(np.int64)
        nearest = rides[:, :lodgings].min(axis=1, initial=NEVER)
        folded = np.minimum.reduceat(self.by_key + nearest[:, None], first, axis=0)
        # The cheapest leg by day and time, wherever one sleeps: a bound for every lodging.
        self.anywhere: Ints = np.minimum(folded, NEVER)

    def _by_key(self) -> Ints:
        legs = self.legs
        table = np.full((len(legs.key_day), legs.thresholds), NEVER, dtype=np.int64)
        cell = legs.key * legs.thresholds + legs.time
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        table.reshape(-1)[cell[first]] = np.minimum.reduceat(self.cost, first)
        least: Ints = np.minimum.accumulate(table, axis=1)
        return least

    def at(self, days: Ints, times: Ints, places: slice | int) -> Ints:
        """Return for each pair of day and time the cheapest legs to the places, one a column."""
        width = self.by_key.shape[1]
        wanted, position = np.unique(days * width + times, return_inverse=True)
        day, time = wanted // width, wanted % width
        columns = self.rides[:, places].reshape(len(self.rides), -1)
        found = np.full((len(wanted), columns.shape[1]), NEVER, dtype=np.int64)
        edges = np.searchsorted(day, np.arange(len(self.edges)))
        for number in np.unique(day).tolist():
            rows = slice(int(edges[number]), int(edges[number + 1]))
            keys = slice(int(self.edges[number]), int(self.edges[number + 1]))
            legs = self.by_key[keys][:, time[rows]]
            found[rows] = (legs[:, :, None] + columns[keys][:, None, :]).min(axis=0)
        return np.minimum(found, NEVER)[position]

    def candidates(self, day: int, time: int) -> Ints:
        """Return the legs of a day that are ready by the time, in leg order."""
        legs = self.legs
        low = np.searchsorted(legs.key, self.edges[day], side="left")
        high = np.searchsorted(legs.key, self.edges[day + 1], side="left")
        span = np.arange(int(low), int(high))
        return span[legs.time[span] <= time]


def cheapest_rides(
    columns: Columns, cost: Pair, usable: Bools, part: tuple[Mix, Ints, Legs]
) -> Ints:
    """Return for each key of the legs and each place the cheapest transfers of all parties.

    `places` are the numbers of the places wanted; NEVER where a party has no transfer.
    """
    mix, places, legs = part
    transfers = columns.transfers
    parties = len(columns.problem.parties)
    column = np.full(len(columns.lodgings.city) + columns.sites, -1, dtype=np.int64)
    column[places] = np.arange(len(places))
    rows = np.flatnonzero(usable & (transfers.gateway >= 0) & (transfers.place >= 0))
    rows = rows[column[transfers.place[rows]] >= 0]
    best = np.full((parties, columns.gateways, len(places)), NEVER, dtype=np.int64)
    where = (transfers.party[rows], transfers.gateway[rows], column[transfers.place[rows]])
    np.minimum.at(best, where, cost.mix(mix)[rows])
    total = np.zeros((len(legs.key_day), len(places)), dtype=np.int64)
    for party in range(parties):
        total += best[party, legs.key_gateways[:, party]]
    return np.minimum(total, NEVER)
