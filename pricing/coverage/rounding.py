"""Exact amounts made whole minor units, the way the policy says, without losing any on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.coverage.documents.policy_document import Rounding

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Rounder:
    """Rounds exact minor units to multiples of ``unit`` minor units."""

    unit: int
    mode: str

    def round(self, exact: Fraction) -> int:
        """Return the amount rounded; amounts are never negative."""
        steps = exact / self.unit
        if self.mode == "down":
            return math.floor(steps) * self.unit
        if self.mode == "up":
            return math.ceil(steps) * self.unit
        if self.mode == "half_even":
            return round(steps) * self.unit
        return math.floor(steps + _HALF) * self.unit

    def spread(self, exact: Iterable[Fraction | int]) -> list[int]:
        """Return whole amounts whose sums from the first on are the rounded sums of the exact ones.

        So their total is the rounded total, and each differs from its exact amount by less than
        one unit.
        """
        amounts = list(exact)
        if self.unit == 1 and all(amount.denominator == 1 for amount in amounts):
            return [amount.numerator for amount in amounts]
        whole, running, done = [], Fraction(0), 0
        for amount in amounts:
            running += amount
            reached = self.round(running)
            whole.append(reached - done)
            done = reached
        return whole


@dataclass(frozen=True, slots=True)
class RoundedOff:
    """An exact amount of minor units and what it was rounded to."""

    exact: Fraction
    whole: int

    @property
    def is_changed(self) -> bool:
        """Return whether rounding changed anything."""
        return self.exact != self.whole


CENTS: Final = Rounder(unit=1, mode="half_up")
"""Rounds to whole minor units, half up."""


def rounder_of(rounding: Rounding, minor_units: int) -> Rounder:
    """Return the rounder of a policy whose currency has that many minor units in one."""
    unit = Fraction(rounding.to) * minor_units
    return Rounder(unit=int(unit), mode=rounding.mode)
