"""One city, reduced: its chains, its legs there and back, its stays; exact, nothing searched."""

from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.chains import Chains, link_slots
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.legs import Direction, Legs, join_parties
from scheduling.optimizer.memory import Memory
from scheduling.optimizer.numbers import Ints
from scheduling.optimizer.room import Room, Thinning
from scheduling.optimizer.selection import Selection
from scheduling.optimizer.stays import Stays, find_stays
from scheduling.optimizer.watch import Watch
from scheduling.optimizer.weights import Weighted


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Everything that can be combined in one city.

    `start` and `leave` are, for each chain, the last threshold by which the outbound and the
    return leg must be ready. `check_in` and `check_out` are the days of the legs, ascending and,
    for check-out, in the order of the return legs' keys (later days first). `stay_of` is the row
    of `stays` for each pair of them, -1 where no lodging can be had.
    """

    number: int
    columns: Columns
    weighted: Weighted
    selection: Selection
    chains: Chains
    start: Ints
    leave: Ints
    out: Legs
    back: Legs
    check_in: Ints
    check_out: Ints
    stays: Stays
    stay_of: Ints
    memory: Memory


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a search works on and with."""

    columns: Columns
    weighted: Weighted
    selection: Selection
    watch: Watch
    memory: Memory
    room: Room
    thinning: Thinning | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Linked:
    """A city's chains, and their different starts and leaves (negated), both ascending."""

    chains: Chains
    starts: Ints
    leaves: Ints
    start: Ints
    leave: Ints


def reduce_city(search: Setting, number: int) -> City | None:
    """Return a city's chains, legs, and stays; None when no plan can be made there.

    Raises:
        OutOfTime: the time limit was reached on the way, or there is no room for so many legs.
    """
    weighted, selection = search.weighted, search.selection
    dropped = selection.dropped
    linked = search.memory.recall(
        ("chains", number, dropped), (weighted, selection.slots), lambda: _link(search, number)
    )
    if linked is None:
        return None
    search.watch.check()
    out = search.memory.recall(
        ("out", number, dropped, search.thinning),
        (linked, selection.outbound),
        lambda: _outbound(search, number, linked.starts),
    )
    if len(out) == 0:
        return None
    back = search.memory.recall(
        ("back", number, dropped, search.thinning),
        (linked, selection.returns),
        lambda: _returns(search, number, linked.leaves),
    )
    if len(back) == 0:
        return None
    return _furnish(search, number, linked, (out, back))


def _furnish(search: Setting, number: int, linked: _Linked, legs: tuple[Legs, Legs]) -> City:
    """Return the city with the stays between its legs."""
    columns, weighted, selection = search.columns, search.weighted, search.selection
    out, back = legs
    days = np.unique(out.key_day), -np.unique(back.key_day)
    lodgings = search.memory.recall(
        ("lodgings", number),
        (selection.lodgings,),
        lambda: np.flatnonzero(selection.lodgings & (columns.lodgings.city == number)),
    )
    stays = find_stays(columns, weighted, selection, (number, lodgings), days)
    stay_of = np.full((len(days[0]), len(days[1])), -1, dtype=np.int64)
    stay_of[stays.check_in, stays.check_out] = np.arange(len(stays.check_in))
    return City(
        number=number,
        columns=columns,
        weighted=weighted,
        selection=selection,
        chains=linked.chains,
        start=linked.start,
        leave=linked.leave,
        out=out,
        back=back,
        check_in=days[0],
        check_out=days[1],
        stays=stays,
        stay_of=stay_of,
        memory=search.memory,
    )


def _link(search: Setting, number: int) -> _Linked | None:
    chains = link_slots(search.columns, search.weighted, search.selection, number)
    if len(chains) == 0:
        return None
    starts, start = np.unique(chains.start, return_inverse=True)
    leaves, leave = np.unique(-chains.leave, return_inverse=True)
    return _Linked(chains, starts, leaves, start.astype(np.int64), leave.astype(np.int64))


def _outbound(search: Setting, number: int, starts: Ints) -> Legs:
    columns, selection = search.columns, search.selection
    limit = columns.problem.rules.meeting_minutes
    return join_parties(
        columns,
        Direction(
            journeys=columns.outbound,
            cost=search.weighted.outbound,
            usable=selection.outbound & (columns.outbound.city == number),
            thresholds=starts,
            limit=limit if selection.keeps("meeting") else None,
            ignores_ready=not selection.keeps("arrival_buffer"),
            bent=search.weighted.aim.is_bent,
            watch=search.watch,
            room=search.room,
            thinning=search.thinning,
        ),
    )


def _returns(search: Setting, number: int, leaves: Ints) -> Legs:
    columns, selection = search.columns, search.selection
    limit = columns.problem.rules.parting_minutes
    return join_parties(
        columns,
        Direction(
            journeys=columns.returns,
            cost=search.weighted.returns,
            usable=selection.returns & (columns.returns.city == number),
            thresholds=leaves,
            limit=limit if selection.keeps("parting") else None,
            ignores_ready=not selection.keeps("recovery"),
            bent=search.weighted.aim.is_bent,
            watch=search.watch,
            room=search.room,
            thinning=search.thinning,
        ),
    )
