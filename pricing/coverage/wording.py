"""Amounts and numbers as people read them in a trace."""

from __future__ import annotations

import math
from fractions import Fraction

from pricing.coverage.scene import Scene
from pricing.money import Money


def money(scene: Scene, minor: Fraction | int) -> str:
    """Return minor units as an amount without its currency: ``1,250.00``."""
    return amount(math.floor(minor + Fraction(1, 2)), scene.policy.currency)


def amount(minor: int, currency: str) -> str:
    """Return minor units as an amount without its currency: ``1,250.00``."""
    whole, _, decimals = Money(minor, currency).to_decimal_text().partition(".")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def decimal(number: Fraction) -> str:
    """Return a number with at most six decimals, as many as it needs."""
    millionths = round(abs(number) * 10**6)
    whole, rest = divmod(millionths, 10**6)
    decimals = f"{rest:06}".rstrip("0")
    return ("−" if number < 0 else "") + f"{whole:,}" + (f".{decimals}" if decimals else "")
