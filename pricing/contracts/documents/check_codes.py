"""Codes in expressions: written as the facts hold them, else they would never be equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.formulas import Formula
from pricing.contracts.patterns import (
    normal_code,
    normal_drg,
    normal_revenue_code,
    normal_status,
    range_of,
)
from pricing.documents.fault_list import FaultList
from pricing.expressions.tree import Binary, Constant, Fact, Listed, Node, walk

_NORMAL: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "line.code": normal_code,
        "line.modifiers": normal_code,
        "line.revenue_code": normal_revenue_code,
        "claim.codes": normal_code,
        "claim.revenue_codes": normal_revenue_code,
        "claim.modifiers": normal_code,
        "claim.diagnoses": normal_code,
        "claim.principal_diagnosis": normal_code,
        "claim.procedures": normal_code,
        "claim.drg": normal_drg,
        "claim.discharge_status": normal_status,
        "group.codes": normal_code,
        "group.revenue_codes": normal_revenue_code,
        "group.modifiers": normal_code,
    }
)
_DIGIT: Final = re.compile(r"\d")
"""A text of letters alone, such as a word of a local code, is no end of a range."""


def check_codes(formula: Formula, found: FaultList) -> None:
    """Note each code that an expression compares in another form than the facts have."""
    for node in walk(formula.expression.root):
        if not isinstance(node, Binary):
            continue
        for fact, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(fact, Fact) and fact.path in _NORMAL:
                _check(formula, _NORMAL[fact.path], other, found)


def _check(formula: Formula, normal: Callable[[str], str], other: Node, found: FaultList) -> None:
    for written in _texts(other):
        meant = normal(written)
        if _is_several(written, is_revenue=normal is normal_revenue_code):
            found.add(
                formula.path,
                f"'{written}' stands for several codes, and an expression compares single ones; "
                "lists of codes hold it: in lines, in claim, or in a test, read as test.NAME",
            )
        elif meant != written:
            found.add(formula.path, f"write '{meant}' instead of '{written}': so codes are held")


def _is_several(written: str, *, is_revenue: bool) -> bool:
    """Tell whether a text is a range or a beginning, as lists of codes have them."""
    code = normal_code(written)
    if code.endswith("*") or (is_revenue and code.endswith("X")):
        return True
    ends = range_of(code)
    return ends is not None and ends[0] <= ends[1] and all(_DIGIT.search(end) for end in ends)


def _texts(node: Node) -> Iterator[str]:
    items = node.items if isinstance(node, Listed) else (node,)
    for item in items:
        if isinstance(item, Constant) and isinstance(item.value, str):
            yield item.value
