"""Chains: one slot for each need, in order and at the right distance, in one city.

A chain matters to the rest of a plan by five things only: when it starts, when the patient may
leave, where its first and last appointments are, and which commutes it asks for. Of two chains
equal in the last four, one that starts no earlier and is no dearer makes the other superfluous.
"""

from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.columns import Columns
from scheduling.optimizer.numbers import LONG_AGO, Ints, number_rows, spread, undominated
from scheduling.optimizer.selection import Selection
from scheduling.optimizer.weights import Pair, Weighted

# Pairs looked at in one go; more are taken in portions, so that memory stays bounded.
PORTION = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """One entry for each chain; `slots` has a column for each need.

    `kind` is a row of `counts`: how many appointments each site has (one column for each site).
    """

    slots: Ints
    start: Ints
    leave: Ints
    first_site: Ints
    last_site: Ints
    kind: Ints
    counts: Ints
    cost: Pair

    def __len__(self) -> int:
        """Return the number of chains."""
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    members: Ints
    leave: Ints
    counts: Ints
    below: Ints
    above: Ints


def link_slots(columns: Columns, weighted: Weighted, selection: Selection, city: int) -> Chains:
    """Return the chains of a city that could be part of a best plan; none if a need has no slot."""
    needs = columns.problem.needs
    slots = columns.slots
    here = selection.slots & (slots.city == city)
    partial = _first_slots(columns, weighted, np.flatnonzero(here & (slots.need == 0)))
    for need in range(1, len(needs)):
        following = np.flatnonzero(here & (slots.need == need))
        following = following[np.argsort(slots.start[following], kind="stable")]
        partial = _append(columns, weighted, selection, (partial, following, need))
    kind, example = number_rows([*partial.counts.T])
    first, last = partial.members[:, 0], partial.members[:, -1]
    return Chains(
        slots=partial.members,
        start=slots.start[first],
        leave=partial.leave if selection.keeps("recovery") else np.full(len(first), LONG_AGO),
        first_site=slots.site[first],
        last_site=slots.site[last],
        kind=kind,
        counts=partial.counts[example],
        cost=Pair(partial.below, partial.above),
    )


def _first_slots(columns: Columns, weighted: Weighted, chosen: Ints) -> _Partial:
    slots, aim = columns.slots, weighted.aim
    begin = slots.waiting[chosen] * aim.waiting
    if aim.start and len(chosen):
        begin = begin + (slots.start[chosen] - int(slots.start.min())) * aim.start
    return _Partial(
        members=chosen.reshape(-1, 1),
        leave=slots.leave[chosen],
        counts=(slots.site[chosen][:, None] == np.arange(columns.sites)).astype(np.int64),
        below=weighted.slots.below[chosen] + begin,
        above=weighted.slots.above[chosen] + begin,
    )


def _append(
    columns: Columns,
    weighted: Weighted,
    selection: Selection,
    step: tuple[_Partial, Ints, int],
) -> _Partial:
    partial, following, number = step
    low, high = _reach(columns, selection, step)
    parts = []
    for begin, end in _portions(high - low):
        left, right = spread(low[begin:end], high[begin:end])
        parts.append(_joined(columns, weighted, partial, (left + begin, following[right])))
    return _pruned(columns, weighted, _stacked(parts, partial, number))


def _reach(
    columns: Columns, selection: Selection, step: tuple[_Partial, Ints, int]
) -> tuple[Ints, Ints]:
    """Return for each partial chain which of the following slots (by start) it may go on to."""
    partial, following, number = step
    need = columns.problem.needs[number]
    end = columns.slots.end[partial.members[:, -1]]
    starts = columns.slots.start[following]
    low = np.zeros(len(end), dtype=np.int64)
    high = np.full(len(end), len(starts), dtype=np.int64)
    if selection.keeps("order"):
        low = np.searchsorted(starts, end + need.gap_min_minutes, side="left")
        if need.gap_max_minutes is not None:
            high = np.searchsorted(starts, end + need.gap_max_minutes, side="right")
    return low, high


def _portions(counts: Ints) -> list[tuple[int, int]]:
    """Return ranges of rows with about PORTION pairs each."""
    total = np.cumsum(np.maximum(counts, 0))
    if len(total) == 0:
        return []
    cuts = np.searchsorted(total, np.arange(PORTION, int(total[-1]) + 1, PORTION))
    edges = np.unique(np.concatenate(([0], cuts + 1, [len(total)])))
    edges = edges[edges <= len(total)]
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def _joined(
    columns: Columns, weighted: Weighted, partial: _Partial, pairs: tuple[Ints, Ints]
) -> _Partial:
    left, slot = pairs
    slots = columns.slots
    counts = partial.counts[left].copy()
    counts[np.arange(len(left)), slots.site[slot]] += 1
    joined = _Partial(
        members=np.column_stack((partial.members[left], slot)),
        leave=np.maximum(partial.leave[left], slots.leave[slot]),
        counts=counts,
        below=partial.below[left] + weighted.slots.below[slot],
        above=partial.above[left] + weighted.slots.above[slot],
    )
    return _pruned(columns, weighted, joined)


def _stacked(parts: list[_Partial], before: _Partial, number: int) -> _Partial:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        counts = np.zeros((0, before.counts.shape[1]), dtype=np.int64)
        return _Partial(np.zeros((0, number + 1), dtype=np.int64), none, counts, none, none)
    return _Partial(
        members=np.concatenate([part.members for part in parts]),
        leave=np.concatenate([part.leave for part in parts]),
        counts=np.concatenate([part.counts for part in parts]),
        below=np.concatenate([part.below for part in parts]),
        above=np.concatenate([part.above for part in parts]),
    )


def _pruned(columns: Columns, weighted: Weighted, partial: _Partial) -> _Partial:
    """Drop chains that another with the same last slot, first site, sites, and leave makes idle."""
    slots = columns.slots
    first, last = partial.members[:, 0], partial.members[:, -1]
    key = number_rows([last, slots.site[first], partial.leave, *partial.counts.T])[0]
    above = partial.above if weighted.aim.is_bent else None
    keep = np.sort(undominated(key, -slots.start[first], partial.below, above))
    return _Partial(
        members=partial.members[keep],
        leave=partial.leave[keep],
        counts=partial.counts[keep],
        below=partial.below[keep],
        above=partial.above[keep],
    )
