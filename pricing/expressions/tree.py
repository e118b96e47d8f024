"""What an expression is once it is read: a small tree of frozen nodes.

Every node keeps the column (from 1) at which it stands in the text; two nodes are equal when they
say the same, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pricing.expressions.values import Single


class Operator(StrEnum):
    """What joins or changes parts of an expression, as it is written."""

    OR = "or"
    AND = "and"
    NOT = "not"
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"
    HAS = "has"
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    DIVIDE = "/"


_COMPARISON_STRENGTH: Final = 4
STRENGTH: Final[Mapping[Operator, int]] = MappingProxyType(
    {
        Operator.OR: 1,
        Operator.AND: 2,
        Operator.NOT: 3,
        Operator.EQUAL: _COMPARISON_STRENGTH,
        Operator.UNEQUAL: _COMPARISON_STRENGTH,
        Operator.LESS: _COMPARISON_STRENGTH,
        Operator.AT_MOST: _COMPARISON_STRENGTH,
        Operator.MORE: _COMPARISON_STRENGTH,
        Operator.AT_LEAST: _COMPARISON_STRENGTH,
        Operator.IN: _COMPARISON_STRENGTH,
        Operator.NOT_IN: _COMPARISON_STRENGTH,
        Operator.HAS: _COMPARISON_STRENGTH,
        Operator.PLUS: 5,
        Operator.MINUS: 5,
        Operator.TIMES: 6,
        Operator.DIVIDE: 6,
    }
)
"""How tightly an operator binds; the minus is that between two numbers."""
SIGN_STRENGTH: Final = 7
"""How tightly the sign of a number binds."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, a date, or yes or no (True, False) that stands in the document itself."""

    value: Single
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of constants, such as ``['hotel', 'apartment']``."""

    items: tuple[Constant, ...]
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """The path of a fact, such as ``line.distance_km``."""

    path: str
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``not x`` or ``-x``."""

    operator: Operator
    operand: Node
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two parts and what joins them; the column is the operator's."""

    operator: Operator
    left: Node
    right: Node
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]
    column: int = field(compare=False)


Node = Constant | Listed | Fact | Unary | Binary | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole expression: the text that a person wrote, and the tree that was read from it."""

    text: str
    root: Node

    def __hash__(self) -> int:
        """Hash the text alone, which is quick; equality compares the tree too."""
        return hash(self.text)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, from left to right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children_of(current)))


def children_of(node: Node) -> tuple[Node, ...]:
    """Return the parts a node is made of."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Listed():
            return node.items
        case Constant() | Fact():
            return ()


def list_facts(expression: Expression) -> tuple[Fact, ...]:
    """Return every fact the expression may read or ask for, as often as it is written."""
    return tuple(node for node in walk(expression.root) if isinstance(node, Fact))


def list_tables(expression: Expression) -> tuple[Constant, ...]:
    """Return the name of each table that the expression looks up, as often as it is written."""
    calls = (node for node in walk(expression.root) if isinstance(node, Call))
    names = (call.arguments[0] for call in calls if call.function == "lookup")
    return tuple(name for name in names if isinstance(name, Constant))
