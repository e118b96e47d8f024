"""Amounts and numbers as people read them in a trace."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from pricing.coverage.scene import Scene
from pricing.expressions.explain import explain
from pricing.expressions.tree import Constant, Expression
from pricing.expressions.values import Facts
from pricing.money import Money

_HALF = Fraction(1, 2)


def money(scene: Scene, minor: Fraction | int) -> str:
    """Return minor units as an amount without its currency: ``1,250.00``."""
    whole = minor if isinstance(minor, int) else math.floor(minor + _HALF)
    return amount(whole, scene.policy.currency)


def times(many: int, words: str) -> str:
    """Return words that hold for so many: ``2 × (3 × 5 = 15)``."""
    if many == 1:
        return words
    return f"{many} × ({words})" if " " in words else f"{many} × {words}"


def explained(expression: Expression, facts: Facts) -> str:
    """Return in parentheses how an amount comes about, or nothing where it is written plainly."""
    if isinstance(expression.root, Constant):
        return ""
    return f" ({explain(expression, facts)})"


def amount(minor: int, currency: str) -> str:
    """Return minor units as an amount without its currency: ``1,250.00``."""
    decimals = _decimals(currency)
    if not decimals:
        return f"{minor:,}"
    units, rest = divmod(abs(minor), 10**decimals)
    return ("-" if minor < 0 else "") + f"{units:,}.{rest:0{decimals}}"


@lru_cache(maxsize=256)
def _decimals(currency: str) -> int:
    return Money.zero(currency).decimals


def decimal(number: Fraction) -> str:
    """Return a number with at most six decimals, as many as it needs."""
    millionths = round(abs(number) * 10**6)
    whole, rest = divmod(millionths, 10**6)
    decimals = f"{rest:06}".rstrip("0")
    return ("−" if number < 0 else "") + f"{whole:,}" + (f".{decimals}" if decimals else "")
