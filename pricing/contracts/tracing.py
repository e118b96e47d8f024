"""How an amount came about, step by step, and what else was considered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal

from pricing.expressions.errors import CannotCompute
from pricing.expressions.explain import explain, to_shown
from pricing.expressions.tree import Constant, Expression
from pricing.expressions.values import Facts

_TOLD_MAX: Final = 400
"""Characters of arithmetic that are told; a sum over hundreds of lines is cut."""


@dataclass(frozen=True, slots=True)
class Considered:
    """An alternative of lesser of, greater of: what it is, what it comes to, whether taken."""

    what: str
    arithmetic: str
    amount: Fraction
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """One step: what was done, the arithmetic, and the amount afterwards."""

    what: str
    arithmetic: str
    amount: Fraction
    text: str | None = None
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True)
class Priced:
    """An exact amount and how it came about.

    ``how``: ``priced``; ``included`` in another rate; ``nothing``: not covered, with the reason.
    ``units``: how many units the rate paid, where it says how many are counted.
    """

    amount: Fraction
    trace: tuple[Trace, ...] = field(default_factory=tuple)
    how: Literal["priced", "included", "nothing"] = "priced"
    reason: str | None = None
    units: Fraction | None = None

    def then(self, step: Trace) -> Priced:
        """Return the amount after one more step."""
        trace = (*self.trace, step)
        if step.amount:
            return Priced(step.amount, trace, units=self.units)
        return replace(self, amount=step.amount, trace=trace)


def told(expression: Expression, facts: Facts) -> str:
    """Return an expression's arithmetic without what comes out: ``8000 + max(0, 3000 × 1)``."""
    try:
        whole = explain(expression, facts)
    except CannotCompute:
        return expression.text
    if isinstance(expression.root, Constant):
        return whole
    return whole.rpartition(" = ")[0] or whole


def in_parentheses(text: str) -> str:
    """Return a part of arithmetic as it can stand beside × or ÷."""
    is_plain = all(sign not in text for sign in (" + ", " − ", " ÷ ", " × "))
    return text if is_plain else f"({text})"


def shown(amount: Fraction) -> str:
    """Return an amount as text; one that no six decimals can say is cut and marked."""
    text = to_shown(amount)
    if "/" not in text:
        return text
    millionths = round(amount * 1_000_000)
    return f"≈{to_shown(Fraction(millionths, 1_000_000))}"


def result(arithmetic: str, amount: Fraction) -> str:
    """Return arithmetic with what comes out, unless it says so itself; long ones are cut."""
    if len(arithmetic) > _TOLD_MAX:
        arithmetic = arithmetic[:_TOLD_MAX] + " …"
    outcome = shown(amount)
    return arithmetic if arithmetic == outcome else f"{arithmetic} = {outcome}"
