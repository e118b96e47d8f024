"""What a list of amounts looks like: minimum, percentiles, maximum, each one that was observed.

A percentile that falls between two amounts is the higher one, as the price transparency rules have
it for allowed amounts (numpy calls the method 'higher'). Nothing is interpolated or rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FEW: Final = 5
"""Fewer amounts than this say little, and the answer says so."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Observed amounts in dollars; ``count`` is how many there are, at least one."""

    count: int
    minimum: Decimal
    p10: Decimal
    median: Decimal
    p90: Decimal
    maximum: Decimal

    @property
    def is_few(self) -> bool:
        """Return whether the amounts are too few to lean upon."""
        return self.count < FEW


def distribution_of(amounts: Iterable[Decimal]) -> Distribution | None:
    """Return the distribution, or None of no amounts."""
    ordered = sorted(amounts)
    if not ordered:
        return None
    return Distribution(
        count=len(ordered),
        minimum=ordered[0],
        p10=_higher(ordered, 1),
        median=_higher(ordered, 5),
        p90=_higher(ordered, 9),
        maximum=ordered[-1],
    )


def _higher(ordered: list[Decimal], tenths: int) -> Decimal:
    """Return the observed amount at so many tenths of the way, the higher one between two."""
    return ordered[-(-(len(ordered) - 1) * tenths // 10)]
