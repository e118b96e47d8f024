"""Checking an expression before any trip is known: every fact, table and type in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.expressions.errors import InvalidExpression, UnknownFact
from pricing.expressions.tree import (
    Binary,
    Call,
    Constant,
    Expression,
    Fact,
    Listed,
    Node,
    Operator,
    Unary,
)


class FactType(StrEnum):
    """What a fact or an expression is, in the words of policy documents."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"
    TEXTS = "texts"


Tables = Collection[str] | Mapping[str, Sequence[FactType]]
"""The names of tables, or by these what each has to be looked up by."""

_NAMED: Final = MappingProxyType(
    {
        FactType.NUMBER: "a number",
        FactType.TEXT: "a text",
        FactType.DATE: "a date",
        FactType.YES_NO: "a yes or no",
        FactType.TEXTS: "a list",
    }
)
_ORDERED: Final = frozenset({FactType.NUMBER, FactType.DATE})
_ORDERING: Final = frozenset(
    {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST},
)
_KEYS: Final = frozenset({FactType.NUMBER, FactType.TEXT, FactType.DATE})
_PARAMETERS: Final = MappingProxyType(
    {
        "abs": (FactType.NUMBER,),
        "add_days": (FactType.DATE, FactType.NUMBER),
        "add_months": (FactType.DATE, FactType.NUMBER),
        "add_years": (FactType.DATE, FactType.NUMBER),
        "ceil": (FactType.NUMBER,),
        "floor": (FactType.NUMBER,),
        "month": (FactType.DATE,),
        "power": (FactType.NUMBER, FactType.NUMBER),
        "round": (FactType.NUMBER,),
        "weekday": (FactType.DATE,),
        "year": (FactType.DATE,),
        "years_between": (FactType.DATE, FactType.DATE),
    }
)
_GIVE_DATES: Final = frozenset({"add_days", "add_months", "add_years"})


def check(
    expression: Expression,
    *,
    fact_type: Callable[[str], FactType],
    tables: Tables,
    expected: FactType,
) -> None:
    """Refuse an expression that cannot have a value of the expected type.

    ``fact_type`` answers for each fact and raises UnknownFact. ``tables`` are the names of those
    there are; as a mapping, it says what each has to be looked up by. Raises InvalidExpression
    with the column of what is unknown, or does not go together.
    """
    checker = _Checker(expression.text, fact_type, tables)
    checker.require(expression.root, expected, "the whole")


def type_of_constant(constant: Constant) -> FactType:
    """Return the type of what stands in the document itself."""
    match constant.value:
        case bool():
            return FactType.YES_NO
        case Fraction():
            return FactType.NUMBER
        case str():
            return FactType.TEXT
        case date():
            return FactType.DATE


class _Checker:
    """Finds the type of every part of one expression."""

    def __init__(
        self,
        text: str,
        fact_type: Callable[[str], FactType],
        tables: Tables,
    ) -> None:
        self._text = text
        self._fact_type = fact_type
        self._tables = tables

    def require(self, node: Node, wanted: FactType, what: str) -> FactType:
        found = self._type(node)
        if found is not wanted:
            fault = f"{what} has to be {_NAMED[wanted]}, and this is {_NAMED[found]}"
            raise self._fault(node, fault)
        return found

    def _fault(self, node: Node, fault: str) -> InvalidExpression:
        return InvalidExpression(self._text, node.column, fault)

    def _type(self, node: Node) -> FactType:
        match node:
            case Constant() | Listed():
                return self._written_type(node)
            case Fact():
                return self._fact_type_of(node)
            case Unary():
                wanted = FactType.YES_NO if node.operator is Operator.NOT else FactType.NUMBER
                return self.require(node.operand, wanted, f"what stands behind {node.operator}")
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)

    def _fact_type_of(self, node: Fact) -> FactType:
        try:
            return self._fact_type(node.path)
        except UnknownFact as error:
            raise InvalidExpression(self._text, node.column, str(error)) from error

    def _written_type(self, node: Constant | Listed) -> FactType:
        if isinstance(node, Constant):
            return type_of_constant(node)
        if self._item_type(node) is not FactType.TEXT:
            raise self._fault(node, "a list of numbers or dates stands only behind in")
        return FactType.TEXTS

    def _item_type(self, node: Listed) -> FactType:
        first = type_of_constant(node.items[0])
        for item in node.items[1:]:
            if type_of_constant(item) is not first:
                raise self._fault(
                    item, "a list holds values of one type: all numbers, or all texts"
                )
        return first

    def _binary(self, node: Binary) -> FactType:
        match node.operator:
            case Operator.AND | Operator.OR:
                for side in (node.left, node.right):
                    self.require(side, FactType.YES_NO, f"each part joined by {node.operator}")
                return FactType.YES_NO
            case Operator.IN | Operator.NOT_IN:
                return self._membership(node, item=node.left, holder=node.right)
            case Operator.HAS:
                return self._membership(node, item=node.right, holder=node.left)
            case Operator.PLUS | Operator.MINUS:
                return self._sum(node)
            case Operator.TIMES | Operator.DIVIDE:
                return self._product(node)
            case _:
                return self._comparison(node)

    def _membership(self, node: Binary, *, item: Node, holder: Node) -> FactType:
        what = f"the list of {node.operator}"
        if isinstance(holder, Listed):
            wanted = self._item_type(holder)
        else:
            self.require(holder, FactType.TEXTS, what)
            wanted = FactType.TEXT
        self.require(item, wanted, f"what {node.operator} looks for in this list")
        return FactType.YES_NO

    def _comparison(self, node: Binary) -> FactType:
        left, right = self._type(node.left), self._type(node.right)
        if FactType.TEXTS in {left, right}:
            advice = "lists are not compared; ask whether one has a value: has 'coe'"
            raise self._fault(node, advice)
        if left is not right:
            fault = (
                f"{_NAMED[left]} cannot be compared with {_NAMED[right]}; "
                "18 is a number, '18' a text, 2026-01-31 a date, yes needs no quotes"
            )
            raise self._fault(node, fault)
        if node.operator in _ORDERING and left not in _ORDERED:
            raise self._fault(node, f"{_NAMED[left]} has no order; compare it with =, != or in")
        return FactType.YES_NO

    def _sum(self, node: Binary) -> FactType:
        left, right = self._type(node.left), self._type(node.right)
        both = {left, right}
        if both == {FactType.NUMBER}:
            return FactType.NUMBER
        is_minus = node.operator is Operator.MINUS
        if is_minus and both == {FactType.DATE}:
            return FactType.NUMBER
        if both == {FactType.DATE, FactType.NUMBER} and (left is FactType.DATE or not is_minus):
            return FactType.DATE
        fault = (
            f"{_NAMED[left]} {node.operator} {_NAMED[right]} has no meaning; reckon with numbers"
        )
        raise self._fault(node, f"{fault}, a date ± days, or date - date")

    def _product(self, node: Binary) -> FactType:
        for side in (node.left, node.right):
            self.require(side, FactType.NUMBER, f"what stands beside {node.operator}")
        is_zero = isinstance(node.right, Constant) and node.right.value == 0
        if node.operator is Operator.DIVIDE and is_zero:
            raise self._fault(node.right, "nothing can be divided by 0")
        return FactType.NUMBER

    def _call(self, node: Call) -> FactType:
        match node.function:
            case "stated":
                self._type(node.arguments[0])
                return FactType.YES_NO
            case "if":
                return self._choice(node)
            case "lookup":
                return self._lookup(node)
            case "min" | "max":
                return self._extreme(node)
            case _:
                return self._plain_call(node)

    def _choice(self, node: Call) -> FactType:
        test, chosen, otherwise = node.arguments
        self.require(test, FactType.YES_NO, "the test of if")
        return self.require(otherwise, self._type(chosen), "the last part of if, like the middle,")

    def _lookup(self, node: Call) -> FactType:
        name, *keys = node.arguments
        table = name.value if isinstance(name, Constant) else None
        if table not in self._tables:
            raise self._fault(
                name, f"there is no table '{table}'; {self._table_advice(str(table))}"
            )
        needs = self._tables.get(str(table)) if isinstance(self._tables, Mapping) else None
        missing = list(needs or ())
        for key in keys:
            found = self._type(key)
            if found not in _KEYS:
                raise self._fault(key, f"{_NAMED[found]} cannot be looked up in a table")
            if found in missing:
                missing.remove(found)
            elif needs:
                raise self._fault(key, self._no_key(str(table), found, needs))
        if missing:
            told = " and ".join(_NAMED[one] for one in missing)
            raise self._fault(node, f"the rows of table '{table}' ask for {told}, too: add it here")
        return FactType.NUMBER

    def _no_key(self, table: str, found: FactType, needs: Sequence[FactType]) -> str:
        told = " and ".join(_NAMED[one] for one in needs)
        return f"table '{table}' is looked up by {told} once, and not by this: {_NAMED[found]}"

    def _table_advice(self, table: str) -> str:
        close = get_close_matches(table, sorted(self._tables), n=1, cutoff=0)
        return f"did you mean '{close[0]}'?" if close else "write it below tables"

    def _extreme(self, node: Call) -> FactType:
        first = self._type(node.arguments[0])
        if first not in _ORDERED:
            raise self._fault(node.arguments[0], f"{node.function} chooses among numbers or dates")
        for argument in node.arguments[1:]:
            self.require(argument, first, f"every part of this {node.function}")
        return first

    def _plain_call(self, node: Call) -> FactType:
        parameters = _PARAMETERS[node.function]
        for argument, wanted in zip(node.arguments, parameters, strict=True):
            self.require(argument, wanted, f"this part of {node.function}")
        return FactType.DATE if node.function in _GIVE_DATES else FactType.NUMBER
