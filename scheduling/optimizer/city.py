"""One city, reduced: its chains, its legs there and back, its stays; exact, nothing searched."""

from dataclasses import dataclass

import numpy as np

from scheduling.optimizer.chains import Chains, link_slots
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.legs import Direction, Legs, join_parties
from scheduling.optimizer.numbers import Ints
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


def reduce_city(
    columns: Columns, weighted: Weighted, selection: Selection, number: int, watch: Watch
) -> City | None:
    """Return a city's chains, legs, and stays; None when no plan can be made there.

    Raises:
        OutOfTime: the time limit was reached on the way.
    """
    chains = link_slots(columns, weighted, selection, number)
    watch.check()
    if len(chains) == 0:
        return None
    starts, start = np.unique(chains.start, return_inverse=True)
    leaves, leave = np.unique(-chains.leave, return_inverse=True)
    rules, bent = columns.problem.rules, weighted.aim.is_bent
    out = join_parties(
        columns,
        Direction(
            journeys=columns.outbound,
            cost=weighted.outbound,
            usable=selection.outbound & (columns.outbound.city == number),
            thresholds=starts,
            limit=rules.meeting_minutes if selection.keeps("meeting") else None,
            ignores_ready=not selection.keeps("arrival_buffer"),
            bent=bent,
            watch=watch,
        ),
    )
    if len(out) == 0:
        return None
    back = join_parties(
        columns,
        Direction(
            journeys=columns.returns,
            cost=weighted.returns,
            usable=selection.returns & (columns.returns.city == number),
            thresholds=leaves,
            limit=rules.parting_minutes if selection.keeps("parting") else None,
            ignores_ready=not selection.keeps("recovery"),
            bent=bent,
            watch=watch,
        ),
    )
    if len(back) == 0:
        return None
    days = np.unique(out.key_day), -np.unique(back.key_day)
    stays = find_stays(columns, weighted, selection, number, days)
    stay_of = np.full((len(days[0]), len(days[1])), -1, dtype=np.int64)
    stay_of[stays.check_in, stays.check_out] = np.arange(len(stays.check_in))
    return City(
        number=number,
        columns=columns,
        weighted=weighted,
        selection=selection,
        chains=chains,
        start=start.astype(np.int64),
        leave=leave.astype(np.int64),
        out=out,
        back=back,
        check_in=days[0],
        check_out=days[1],
        stays=stays,
        stay_of=stay_of,
    )
