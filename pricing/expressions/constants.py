"""Figures that depend on nothing: what is wrong with them is known before any trip or claim."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from pricing.expressions.evaluate import evaluate
from pricing.expressions.tree import Constant, Expression
from pricing.expressions.values import Value


def constant_of(expression: Expression) -> Fraction | None:
    """Return the number that an expression always is; None: it depends, or is no number.

    Raises CannotCompute where it can never be computed.
    """
    try:
        value = evaluate(expression, _NOTHING)
    except _NotConstant:
        return None
    return value if isinstance(value, Fraction) else None


def is_share_alone(expression: Expression) -> bool:
    """Tell whether it is nothing but a share: 500 * 80 % is an amount."""
    return isinstance(expression.root, Constant) and "%" in expression.text


class _NotConstant(Exception):
    """The value depends on a fact."""


class _Nothing:
    """No facts: whoever asks for one is no constant."""

    def get(self, path: str) -> Value:
        """Raise: no fact is known."""
        raise _NotConstant(path)

    def is_stated(self, path: str) -> bool:
        """Raise: no fact is known."""
        raise _NotConstant(path)

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        """Raise: rows are looked at one by one."""
        raise _NotConstant(table, arguments)


_NOTHING: Final = _Nothing()
