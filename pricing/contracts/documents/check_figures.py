"""Figures written into terms: none below zero, shares that are shares, no bare share."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.formulas import Formula
from pricing.documents.fault_list import FaultList
from pricing.expressions.constants import constant_of, is_share_alone
from pricing.expressions.errors import CannotCompute
from pricing.expressions.types import FactType

_MAY_BE_NEGATIVE: Final = frozenset({"plus", "by"})
"""What is added may lower an amount; a raise may be a cut."""
_AMOUNTS: Final = frozenset(
    {
        *("amount", "per_diem", "per_unit", "case_rate", "then_per_day", "base", "capital"),
        *("at_most", "at_least", "becomes", "plus", "less", "up_to"),
        *("exceeds", "reaches", "fixed_loss", "threshold", "of", "share_of", "charges"),
    }
)
"""Keys of amounts: 90 % alone would be 90 cents there."""
_SHARE_MAX: Final = 20
"""Two thousand percent; a larger share is a forgotten percent sign."""
_SMALL: Final[Mapping[str, int]] = MappingProxyType({"reduce_by": 1, "discount": 1, "by": 1})
"""Shares that leave nothing, or double a rate, long before."""


def check_figure(formula: Formula, found: FaultList) -> None:
    """Note what is wrong with a figure that depends on no claim."""
    if formula.type is not FactType.NUMBER:
        return
    try:
        value = constant_of(formula.expression)
    except CannotCompute as error:
        found.add(formula.path, str(error))
        return
    if value is not None and (fault := _fault_of(formula, value)):
        found.add(formula.path, fault)


def _fault_of(formula: Formula, value: Fraction) -> str | None:
    text = formula.expression.text.strip()
    key = next(step for step in reversed(formula.path) if isinstance(step, str))
    if value < 0 and key not in _MAY_BE_NEGATIVE:
        return "must not be negative"
    if key in _AMOUNTS and is_share_alone(formula.expression):
        return f"is a share where an amount belongs: say of what, such as {text} * group.charges"
    if formula.is_share and value > _SMALL.get(key, _SHARE_MAX):
        advice = "" if text.endswith("%") else f"; did you mean {text} %?"
        return f"is {text} times the whole{advice}" if advice else f"is {text} of the whole"
    return None
