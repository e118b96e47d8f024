"""Legs: the journeys of all parties in one direction, joined.

For the rest of a plan a leg is four things: the night it makes necessary, when everybody is
ready, the gateway of each party, and its cost. Of two legs with the same night and gateways, one
that is ready no later and no dearer makes the other superfluous. While parties are still being
joined under a meeting limit, the arrival of the patient's party is part of what must be the same.
"""

from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.chains import PORTION
from scheduling.optimizer.columns import Columns, Journeys
from scheduling.optimizer.numbers import (
    LONG_AGO,
    Bools,
    Ints,
    number_rows,
    spread,
    stable_order,
    undominated,
)
from scheduling.optimizer.room import Room, Thinning
from scheduling.optimizer.watch import Watch
from scheduling.optimizer.weights import Pair

# Up to so many legs are kept without looking for dominated ones: finding them would cost more.
SMALL = 20_000

# Pairs looked at in one go while thinning: it sorts them several times, and the watch must be read.
THIN_PORTION = 150_000

ANY_ROOM = Room()


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """What joining needs to know of one direction in one city.

    `thresholds` are the times (ascending) at which readiness matters; `limit` is the meeting limit.
    """

    journeys: Journeys
    cost: Pair
    usable: Bools
    thresholds: Ints
    limit: int | None
    ignores_ready: bool
    bent: bool
    watch: Watch
    room: Room = ANY_ROOM
    thinning: Thinning | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """One entry for each leg, ordered by key and then time; `members` has a column for each party.

    `time` is the first threshold by which everybody is ready. A key is one day and one gateway for
    each party; keys are ordered by day.
    """

    members: Ints
    key: Ints
    time: Ints
    cost: Pair
    key_day: Ints
    key_gateways: Ints
    thresholds: int

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self.key)


@dataclass(frozen=True, slots=True, eq=False)
class _Joint:
    members: Ints
    clock: Ints
    day: Ints
    time: Ints
    gateways: Ints
    below: Ints
    above: Ints

    def take(self, keep: Ints) -> "_Joint":
        return _Joint(
            self.members[keep],
            self.clock[keep],
            self.day[keep],
            self.time[keep],
            self.gateways[keep],
            self.below[keep],
            self.above[keep],
        )


def join_parties(columns: Columns, direction: Direction) -> Legs:
    """Return the legs of one direction that could be part of a best plan; a sketch of them if thin.

    Raises:
        OutOfTime: the time limit was reached on the way, or there is no room for so many.
    """
    parties = len(columns.problem.parties)
    joint = _of_party(direction, 0)
    if parties > 1:
        joint = _pruned(joint, direction, by_clock=direction.limit is not None)
    for party in range(1, parties):
        following = _of_party(direction, party)
        if direction.limit is None:
            following = _pruned(following, direction, by_clock=False)
        last = party == parties - 1
        joint = _join(joint, following, direction, last=last)
    return _to_legs(joint, len(direction.thresholds))


def _of_party(direction: Direction, party: int) -> _Joint:
    journeys, thresholds = direction.journeys, direction.thresholds
    ready = np.full(len(journeys.ready), LONG_AGO) if direction.ignores_ready else journeys.ready
    time = np.searchsorted(thresholds, ready, side="left")
    usable = direction.usable & (journeys.party == party) & (time < len(thresholds))
    chosen = np.flatnonzero(usable)
    return _Joint(
        members=chosen.reshape(-1, 1),
        clock=journeys.clock[chosen],
        day=journeys.day[chosen],
        time=time[chosen],
        gateways=journeys.gateway[chosen].reshape(-1, 1),
        below=direction.cost.below[chosen],
        above=direction.cost.above[chosen],
    )


def _join(joint: _Joint, following: _Joint, direction: Direction, *, last: bool) -> _Joint:
    by_clock = direction.limit is not None and not last
    following = following.take(np.argsort(following.clock, kind="stable"))
    low = np.zeros(len(joint.clock), dtype=np.int64)
    high = np.full(len(joint.clock), len(following.clock), dtype=np.int64)
    if direction.limit is not None:
        low = np.searchsorted(following.clock, joint.clock - direction.limit, side="left")
        high = np.searchsorted(following.clock, joint.clock + direction.limit, side="right")
    direction.room.take_pairs(int((high - low).sum()))
    portion = PORTION if direction.thinning is None else THIN_PORTION
    rows = max(1, portion // max(1, int((high - low).max(initial=1))))
    parts: list[_Joint] = []
    held = 0
    for begin in range(0, len(low), rows):
        direction.watch.check()
        left, right = spread(low[begin : begin + rows], high[begin : begin + rows])
        part = _combined(joint, following, left + begin, right)
        if len(part.clock) > SMALL or not last:
            part = _pruned(part, direction, by_clock=by_clock)
        parts.append(part)
        held += len(part.clock)
        direction.room.hold_rows(held)
    direction.watch.check()
    stacked = _stacked(parts) if parts else _combined(joint, following, low[:0], low[:0])
    return _pruned(stacked, direction, by_clock=by_clock) if len(parts) > 1 else stacked


def _combined(joint: _Joint, following: _Joint, left: Ints, right: Ints) -> _Joint:
    return _Joint(
        members=np.column_stack((joint.members[left], following.members[right])),
        clock=joint.clock[left],
        day=np.minimum(joint.day[left], following.day[right]),
        time=np.maximum(joint.time[left], following.time[right]),
        gateways=np.column_stack((joint.gateways[left], following.gateways[right])),
        below=joint.below[left] + following.below[right],
        above=joint.above[left] + following.above[right],
    )


def _stacked(parts: list[_Joint]) -> _Joint:
    return _Joint(
        np.concatenate([part.members for part in parts]),
        np.concatenate([part.clock for part in parts]),
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.gateways for part in parts]),
        np.concatenate([part.below for part in parts]),
        np.concatenate([part.above for part in parts]),
    )


def _pruned(joint: _Joint, direction: Direction, *, by_clock: bool) -> _Joint:
    traits = [joint.day, *joint.gateways.T]
    if by_clock:
        traits.append(joint.clock)
    key = number_rows(traits)[0]
    if direction.thinning is not None:
        return joint.take(_sketched(joint, key, direction.thinning))
    above = joint.above if direction.bent else None
    return joint.take(undominated(key, joint.time, joint.below, above))


def _sketched(joint: _Joint, key: Ints, thinning: Thinning) -> Ints:
    """Return the cheapest entries by each mix, and of the undominated ones an even sample."""
    cost = Pair(joint.below, joint.above)
    kept = [undominated(key, joint.time, cost.mix(mix), None) for mix in thinning.mixes]
    if thinning.sample:
        front = undominated(key, joint.time, joint.below, joint.above)
        kept.append(front[:: -(-len(front) // thinning.sample) or 1])
    return np.unique(np.concatenate(kept))


def _to_legs(joint: _Joint, thresholds: int) -> Legs:
    key, example = number_rows([joint.day, *joint.gateways.T])
    order = stable_order(key * thresholds + joint.time, len(example) * thresholds)
    return Legs(
        members=joint.members[order],
        key=key[order],
        time=joint.time[order],
        cost=Pair(joint.below[order], joint.above[order]),
        key_day=joint.day[example],
        key_gateways=joint.gateways[example],
        thresholds=thresholds,
    )
