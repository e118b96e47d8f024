"""Exact amounts made money the way the terms say."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.contracts.documents.terms_document import Rounding
from pricing.money import Money

_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Rounder:
    """Rounds exact amounts, in whole units of the currency, to multiples of ``to``."""

    to: Fraction
    mode: str
    minor: int

    def round_units(self, exact: Fraction) -> Fraction:
        """Return the amount rounded, in whole units with decimals."""
        steps = exact / self.to
        match self.mode:
            case "down":
                return math.floor(steps) * self.to
            case "up":
                return math.ceil(steps) * self.to
            case "half_even":
                return round(steps) * self.to
            case _:
                return math.floor(steps + _HALF) * self.to

    def to_minor(self, amount: Fraction) -> int:
        """Return a rounded amount in minor units (cents)."""
        return int(amount * self.minor)

    def spread(self, total: Fraction, weights: Iterable[Fraction]) -> list[Fraction]:
        """Return a rounded total in parts by weight that sum to it; without weight, to the first.

        The sums of the parts from the first on are the rounded sums of the exact parts.
        """
        shares = list(weights)
        whole = sum(shares, Fraction(0))
        if not whole:
            return [total if place == 0 else Fraction(0) for place in range(len(shares))]
        parts, running, done = [], Fraction(0), Fraction(0)
        for share in shares:
            running += share
            reached = self.round_units(total * running / whole)
            parts.append(reached - done)
            done = reached
        return parts


def rounder_of(rounding: Rounding, currency: str) -> Rounder:
    """Return the rounder of terms in a currency: to its minor unit unless they say otherwise."""
    minor = 10 ** Money.zero(currency).decimals
    to = Fraction(1, minor) if rounding.to is None else Fraction(rounding.to)
    return Rounder(to, rounding.mode, minor)


def round_half_up(amount: Fraction, to: Fraction) -> Fraction:
    """Return an amount rounded half up to a multiple, as the step ``round_to`` does."""
    return math.floor(amount / to + _HALF) * to
