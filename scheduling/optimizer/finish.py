"""Finishing a cell: which legs and transfers to take, by both cost integers at once.

Within a cell the two directions share nothing, so each has its front: the leg-and-transfer
combinations that no other undercuts in both A and B, by A ascending and so by B descending. The
best pair of two fronts is found by one sorted look-up for each entry of the first.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from scheduling.optimizer.city import City
from scheduling.optimizer.legs import Legs
from scheduling.optimizer.numbers import Bools, Ints
from scheduling.optimizer.piece import NO_LODGING
from scheduling.optimizer.room import ROWS_MAX, Room
from scheduling.optimizer.watch import Watch
from scheduling.optimizer.weights import Mix

# Combinations of legs and transfers looked at in one go.
PORTION = 500_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A complete choice by row numbers, with its sums of A and B, and its cost."""

    slots: tuple[int, ...]
    outbound: tuple[int, ...]
    returns: tuple[int, ...]
    lodging: int | None
    arrivals: tuple[int, ...]
    departures: tuple[int, ...]
    below: int
    above: int
    cost: int


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """Undominated combinations of a leg and one transfer a party; `rides` has a column a party."""

    below: Ints
    above: Ints
    leg: Ints
    rides: Ints


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell, by numbers: see `piece.Cells`."""

    chain: int
    check_in: int
    check_out: int
    lodging: int


class Finisher:
    """Completes cells of one city; what it learns about a day, time, and place is kept."""

    def __init__(self, city: City, watch: Watch) -> None:
        """Prepare for a city; the watch is looked at while long fronts are built."""
        self.city = city
        self.watch = watch
        self.room = Room(rows=ROWS_MAX)
        self._fronts: dict[tuple[bool, int, int, int], Front] = {}
        self._rides: dict[tuple[bool, int, tuple[int, ...]], Front] = {}
        self._edges = {
            True: _day_edges(city.out),
            False: _day_edges(city.back),
        }

    def best(self, spot: Spot) -> Plan:
        """Return the cheapest plan of a cell."""
        out, back = self.fronts(spot)
        below, above = self.fixed(spot)
        aim = self.city.weighted.aim
        pair = (0, 0)
        if aim.is_bent and aim.is_convex:
            pair = _best_pair(out, back, above - aim.offset - below)
        elif aim.is_bent:
            ends = ((0, 0), (len(out.below) - 1, len(back.below) - 1))
            costs = [
                aim.cost(
                    below + int(out.below[i] + back.below[j]),
                    above + int(out.above[i] + back.above[j]),
                )
                for i, j in ends
            ]
            pair = ends[costs.index(min(costs))]
        return self._plan(spot, (out, back), pair)

    def cheapest(self, spot: Spot, mix: Mix) -> Plan:
        """Return the plan of a cell with the least mixed sum."""
        out, back = self.fronts(spot)
        pair = (
            int(np.argmin(out.below * mix.below + out.above * mix.above)),
            int(np.argmin(back.below * mix.below + back.above * mix.above)),
        )
        return self._plan(spot, (out, back), pair)

    def fixed(self, spot: Spot) -> tuple[int, int]:
        """Return A and B of a cell's chain, stay, and commutes."""
        city = self.city
        chains, stays, weighted = city.chains, city.stays, city.weighted
        below = int(chains.cost.below[spot.chain])
        above = int(chains.cost.above[spot.chain])
        if spot.lodging == NO_LODGING:
            daily = weighted.daily
            return below + int(daily.below[city.number]), above + int(daily.above[city.number])
        stay = int(city.stay_of[spot.check_in, spot.check_out])
        counts = chains.counts[chains.kind[spot.chain]]
        lodging = stays.lodgings[spot.lodging]
        below += int(stays.cost.below[stay, spot.lodging])
        below += int(weighted.commutes.below[lodging] @ counts)
        above += int(stays.cost.above[stay, spot.lodging])
        above += int(weighted.commutes.above[lodging] @ counts)
        return below, above

    def fronts(self, spot: Spot) -> tuple[Front, Front]:
        """Return the fronts of a cell: outbound, return."""
        city, chains = self.city, self.city.chains
        sites = len(city.columns.lodgings.city)
        if spot.lodging == NO_LODGING:
            first = sites + int(chains.first_site[spot.chain])
            last = sites + int(chains.last_site[spot.chain])
        else:
            first = last = int(city.stays.lodgings[spot.lodging])
        start, leave = int(city.start[spot.chain]), int(city.leave[spot.chain])
        return (
            self.front(spot.check_in, start, first, outbound=True),
            self.front(spot.check_out, leave, last, outbound=False),
        )

    def front(self, day: int, time: int, place: int, *, outbound: bool) -> Front:
        """Return the front of one direction: legs of a day, ready by a time, to or from a place."""
        name = (outbound, day, time, place)
        if name not in self._fronts:
            front = self._build_front(day, time, place, outbound=outbound)
            if sum(len(kept.leg) for kept in self._fronts.values()) + len(front.leg) > ROWS_MAX:
                self._fronts.clear()
            self._fronts[name] = front
        return self._fronts[name]

    def _build_front(self, day: int, time: int, place: int, *, outbound: bool) -> Front:
        legs = self.city.out if outbound else self.city.back
        edges = self._edges[outbound]
        bent = self.city.weighted.aim.is_bent
        parts: list[Front] = []
        held = 0
        for key in range(int(edges[day]), int(edges[day + 1])):
            rides = self._rides_of(place, tuple(legs.key_gateways[key].tolist()), outbound=outbound)
            low, high = np.searchsorted(legs.key, [key, key + 1])
            chosen = np.arange(int(low), int(high))
            chosen = chosen[legs.time[chosen] <= time]
            portion = max(1, PORTION // max(1, len(rides.leg)))
            for begin in range(0, max(1, len(chosen)), portion):
                part = _crossed(legs, chosen[begin : begin + portion], rides)
                if held + len(part.leg) > PORTION:
                    # Equal ones keep their order, so the first among equals stays the first.
                    self.watch.check()
                    parts = [_pareto(_concatenated([*parts, part]), bent=bent)]
                    held = len(parts[0].leg)
                    self.room.hold_rows(held)
                else:
                    parts.append(part)
                    held += len(part.leg)
        return _pareto(_concatenated(parts), bent=bent)

    def _rides_of(self, place: int, gateways: tuple[int, ...], *, outbound: bool) -> Front:
        """Return the front of the transfers of all parties between their gateways and a place."""
        name = (outbound, place, gateways)
        if name not in self._rides:
            rows = [
                self._transfers(party, gateway, place, outbound=outbound)
                for party, gateway in enumerate(gateways)
            ]
            cost = self.city.weighted.transfers
            picks = np.array(list(product(*rows)), dtype=np.int64).reshape(-1, len(gateways))
            front = Front(
                below=cost.below[picks].sum(axis=1),
                above=cost.above[picks].sum(axis=1),
                leg=np.zeros(len(picks), dtype=np.int64),
                rides=picks,
            )
            self._rides[name] = _pareto(front, bent=self.city.weighted.aim.is_bent)
        return self._rides[name]

    def _transfers(self, party: int, gateway: int, place: int, *, outbound: bool) -> list[int]:
        """Return the undominated transfers of one party between a gateway and a place."""
        transfers, selection = self.city.columns.transfers, self.city.selection
        usable: Bools = selection.arrivals if outbound else selection.departures
        rows = np.flatnonzero(
            usable
            & (transfers.party == party)
            & (transfers.gateway == gateway)
            & (transfers.place == place)
        )
        cost = self.city.weighted.transfers
        front = Front(cost.below[rows], cost.above[rows], rows, rows.reshape(-1, 1))
        chosen: list[int] = _pareto(front, bent=self.city.weighted.aim.is_bent).leg.tolist()
        return chosen

    def _plan(self, spot: Spot, fronts: tuple[Front, Front], pair: tuple[int, int]) -> Plan:
        city, (out, back), (i, j) = self.city, fronts, pair
        below, above = self.fixed(spot)
        below += int(out.below[i] + back.below[j])
        above += int(out.above[i] + back.above[j])
        chosen = None if spot.lodging == NO_LODGING else int(city.stays.lodgings[spot.lodging])
        return Plan(
            slots=tuple(city.chains.slots[spot.chain].tolist()),
            outbound=tuple(city.out.members[out.leg[i]].tolist()),
            returns=tuple(city.back.members[back.leg[j]].tolist()),
            lodging=chosen,
            arrivals=tuple(out.rides[i].tolist()),
            departures=tuple(back.rides[j].tolist()),
            below=below,
            above=above,
            cost=city.weighted.aim.cost(below, above),
        )


def _day_edges(legs: Legs) -> Ints:
    """Return where each day's keys begin, and where the last day's end."""
    return np.append(np.unique(legs.key_day, return_index=True)[1], len(legs.key_day))


def _crossed(legs: Legs, chosen: Ints, rides: Front) -> Front:
    """Return every combination of a chosen leg and a combination of transfers."""
    count = len(rides.below)
    leg = np.repeat(chosen, count)
    return Front(
        below=legs.cost.below[leg] + np.tile(rides.below, len(chosen)),
        above=legs.cost.above[leg] + np.tile(rides.above, len(chosen)),
        leg=leg,
        rides=np.tile(rides.rides, (len(chosen), 1)),
    )


def _concatenated(parts: list[Front]) -> Front:
    return Front(
        np.concatenate([part.below for part in parts]),
        np.concatenate([part.above for part in parts]),
        np.concatenate([part.leg for part in parts]),
        np.concatenate([part.rides for part in parts]),
    )


def _pareto(front: Front, *, bent: bool) -> Front:
    """Return the undominated entries, A ascending and B descending; the first among equals."""
    if len(front.below) == 0:
        return front
    if bent:
        order = np.lexsort((front.above, front.below))
        high = front.above[order]
        least = np.minimum.accumulate(high)
        order = order[np.concatenate(([True], high[1:] < least[:-1]))]
    else:
        order = np.array([np.argmin(front.below)])
    return Front(front.below[order], front.above[order], front.leg[order], front.rides[order])


def _best_pair(out: Front, back: Front, lead: int) -> tuple[int, int]:
    """Return the pair with the least max(A, B), where B stands `lead` above A beforehand."""
    gain = back.below - back.above
    crossing = np.searchsorted(gain, lead - (out.below - out.above), side="left")
    pairs = []
    for shift in (-1, 0):
        j = np.clip(crossing + shift, 0, len(gain) - 1)
        cost = np.maximum(out.below + back.below[j], out.above + back.above[j] + lead)
        i = int(np.argmin(cost))
        pairs.append((int(cost[i]), i, int(j[i])))
    _, i, partner = min(pairs)
    return i, partner
