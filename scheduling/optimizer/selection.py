"""Which options a search may use, and which rules it must keep.

Everything that searches again (alternatives, why not, what stands in the way) does so by handing
the same reduction another selection: options banned, an option fixed, rules dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scheduling.optimizer.columns import Columns, Journeys
from scheduling.optimizer.numbers import Bools

# Section 4 of the page, in its order: first what people may give way on, safety last.
RULES: Final = (
    "home_by",
    "earliest_departure",
    "max_nights",
    "meeting",
    "parting",
    "order",
    "connections",
    "travel_time",
    "segment_length",
    "min_nights",
    "rooms",
    "seats",
    "transfer_seats",
    "lodging_services",
    "transfer_services",
    "journey_services",
    "connection_time",
    "recovery",
    "arrival_buffer",
)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """One mask for each list, in list order; transfers have one for each direction.

    `day_visit` and `overnight` say whether plans without and with a night are wanted.
    """

    slots: Bools
    outbound: Bools
    returns: Bools
    lodgings: Bools
    arrivals: Bools
    departures: Bools
    dropped: frozenset[str] = frozenset()
    day_visit: bool = True
    overnight: bool = True

    def keeps(self, rule: str) -> bool:
        """Answer whether the rule must hold."""
        return rule not in self.dropped

    def without(self, table: str, index: int) -> "Selection":
        """Return the selection with one option banned."""
        mask = getattr(self, table).copy()
        mask[index] = False
        return replace(self, **{table: mask})

    def only(self, table: str, index: int, rivals: Bools) -> "Selection":
        """Return the selection in which one option has lost all its rivals."""
        mask = getattr(self, table) & ~rivals
        mask[index] = getattr(self, table)[index]
        return replace(self, **{table: mask})


def select_all(columns: Columns, dropped: frozenset[str] = frozenset()) -> Selection:
    """Return every option that no kept rule excludes by itself."""
    transfers = _holding(columns.transfers.holds, len(columns.transfers.party), dropped)
    return Selection(
        slots=np.ones(len(columns.slots.need), dtype=np.bool_),
        outbound=_journeys(columns.outbound, dropped),
        returns=_journeys(columns.returns, dropped),
        lodgings=_holding(columns.lodgings.holds, len(columns.lodgings.city), dropped),
        arrivals=transfers,
        departures=transfers,
        dropped=dropped,
    )


def _journeys(journeys: Journeys, dropped: frozenset[str]) -> Bools:
    return _holding(journeys.holds, len(journeys.party), dropped)


def _holding(holds: Mapping[str, Bools], length: int, dropped: frozenset[str]) -> Bools:
    mask = np.ones(length, dtype=np.bool_)
    for rule, kept in holds.items():
        if rule not in dropped:
            mask &= kept
    return mask
