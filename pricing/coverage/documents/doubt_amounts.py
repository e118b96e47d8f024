"""Doubts about amounts: a point that parts thousands, and 0 where something was to be paid."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pricing.coverage.documents.check_money import THOUSAND
from pricing.coverage.documents.formulas import Formula, list_formulas
from pricing.coverage.documents.policy_document import Policy
from pricing.documents.fault_list import FaultList
from pricing.expressions.constants import constant_of
from pricing.expressions.tree import Constant
from pricing.money import Money

_AMOUNTS: Final = frozenset(
    {"amount", "up_to", "cap", "deductible", "minimum", "at_most", "otherwise_at_most"}
)
_PAID: Final = frozenset({"amount", "up_to", "cap", "share", "pays_share"})
"""Keys under which 0 pays nothing."""

_THOUSANDS: Final = re.compile(r"(?<![\d.'\"])[1-9]\d{0,2}\.\d{3}(?![\d.'\"])", re.ASCII)
_HUNDREDTH: Final = Fraction(1, 100)
_BY_DISTANCE: Final = frozenset({"mile", "km"})


def doubt_amounts(policy: Policy, found: FaultList) -> None:
    """Note amounts such as 10.000, which are 10, and amounts of nothing."""
    decimals = Money.zero(policy.currency).decimals
    for formula in list_formulas(policy):
        key = _key_of(formula)
        if key in _AMOUNTS and decimals < THOUSAND and not _is_rate(formula, found):
            for written in _THOUSANDS.finditer(formula.expression.text):
                _doubt_point(written.group(), formula, found)
        if formula.is_share:
            _doubt_share(formula, found)
        root = formula.expression.root
        if key in _PAID and isinstance(root, Constant) and root.value == 0:
            message = (
                "is 0, so nothing is paid; correct it, or exclude the kind by a benefit that "
                "pays: nothing"
            )
            found.add(formula.path, message)


def _key_of(formula: Formula) -> str:
    """Return the key of a rule that an amount stands under, be it one of several by currency."""
    last, before = str(formula.path[-1]), str(formula.path[-2])
    return before if before in {"up_to", "cap"} else last


def _is_rate(formula: Formula, found: FaultList) -> bool:
    """Tell whether it is a rate for a distance, which may have three decimals."""
    per = found.root.find((*formula.path[:4], "per"))
    return per is not None and per.content in _BY_DISTANCE


def _doubt_share(formula: Formula, found: FaultList) -> None:
    """Note 0.8 % and 1, by which 80 % and 1 % may be meant."""
    root, text = formula.expression.root, formula.expression.text.strip()
    value = constant_of(formula.expression)
    if value is not None and 0 < value < _HUNDREDTH:
        found.add(formula.path, f"{text} is less than 1 %; did you mean {_percent_of(value)} %?")
    elif isinstance(root, Constant) and text == "1":
        found.add(formula.path, "1 is everything; write 100 %, or 1 % for a hundredth")


def _percent_of(share: Fraction) -> str:
    """Return a share that was written in percent as the percentage that was probably meant."""
    return format((Decimal(share.numerator) / share.denominator * 10_000).normalize(), "f")


def _doubt_point(written: str, formula: Formula, found: FaultList) -> None:
    plain, meant = written.rstrip("0").rstrip("."), written.replace(".", "")
    found.add(formula.path, f"{written} is {plain}; if the point parts thousands, write {meant}")
