"""Whether tests can hold at the same time, as far as their own literals say.

``patient.age < 18 and patient.age > 64`` never holds, whatever the trip. Only comparisons with
what stands in the document are looked through; of anything else nothing is known but that it holds
or does not. So what is called impossible is, and much that is impossible is not called so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.expressions.arithmetic import OPERATIONS
from pricing.expressions.tree import Binary, Call, Constant, Fact, Listed, Node, Operator, Unary
from pricing.expressions.values import Single, Value

_WAYS_MAX: Final = 64
"""Ways in which tests can hold that are followed at the same time."""
_TESTS_MAX: Final = 4_000
"""Comparisons that are added to ways before it is left open whether all of them can hold."""

_OPPOSITES: Final[Mapping[Operator, Operator]] = MappingProxyType(
    {
        Operator.EQUAL: Operator.UNEQUAL,
        Operator.UNEQUAL: Operator.EQUAL,
        Operator.LESS: Operator.AT_LEAST,
        Operator.AT_LEAST: Operator.LESS,
        Operator.MORE: Operator.AT_MOST,
        Operator.AT_MOST: Operator.MORE,
        Operator.IN: Operator.NOT_IN,
        Operator.NOT_IN: Operator.IN,
    }
)
_TURNED: Final[Mapping[Operator, Operator]] = MappingProxyType(
    {
        Operator.EQUAL: Operator.EQUAL,
        Operator.UNEQUAL: Operator.UNEQUAL,
        Operator.LESS: Operator.MORE,
        Operator.MORE: Operator.LESS,
        Operator.AT_LEAST: Operator.AT_MOST,
        Operator.AT_MOST: Operator.AT_LEAST,
    }
)
"""What an operator becomes when its sides are exchanged."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What something is compared with, such as ``patient.age < 18``.

    A test that cannot be looked through is its own ``subject``, equal to yes or to no.
    """

    subject: Node
    operator: Operator
    value: Value

    def __str__(self) -> str:
        """Return the test as it is written in a document."""
        if isinstance(self.value, bool):
            is_yes = self.value is (self.operator is Operator.EQUAL)
            return f"{'' if is_yes else 'not '}{_text(self.subject)}"
        return f"{_text(self.subject)} {self.operator} {_shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Tests that exclude each other; none where something is ``no`` by itself."""

    tests: tuple[Comparison, ...] = ()


@dataclass(slots=True)
class Effort:
    """How many comparisons may still be added to ways; several questions can share it.

    Where none is left, everything is left open.
    """

    left: int = _TESTS_MAX


@dataclass(frozen=True, slots=True)
class _Room:
    """The values that are left for one subject; an end is a value and whether it is left out."""

    tests: tuple[Comparison, ...] = ()
    low: tuple[Single, bool] | None = None
    high: tuple[Single, bool] | None = None
    among: frozenset[Single] | None = None
    without: frozenset[Single] = frozenset()

    def narrowed(self, test: Comparison) -> _Room:
        """Return what is left once a test holds, too."""
        room = replace(self, tests=(*self.tests, test))
        value = test.value
        if isinstance(value, tuple):
            if test.operator is Operator.IN:
                return room.within(frozenset(value))
            return replace(room, without=room.without | frozenset(value))
        match test.operator:
            case Operator.EQUAL:
                return room.within(frozenset({value}))
            case Operator.UNEQUAL:
                return replace(room, without=room.without | {value})
            case Operator.LESS | Operator.AT_MOST:
                return room.below(value, is_open=test.operator is Operator.LESS)
            case _:
                return room.above(value, is_open=test.operator is Operator.MORE)

    def within(self, values: frozenset[Single]) -> _Room:
        """Return what is left among these values."""
        return replace(self, among=values if self.among is None else self.among & values)

    def below(self, end: Single, *, is_open: bool) -> _Room:
        """Return what is left up to an end, or before it."""
        is_narrower = self.high is None or _is_less(end, self.high[0])
        is_same = self.high is not None and self.high[0] == end and is_open
        return replace(self, high=(end, is_open)) if is_narrower or is_same else self

    def above(self, end: Single, *, is_open: bool) -> _Room:
        """Return what is left from an end on, or behind it."""
        is_narrower = self.low is None or _is_less(self.low[0], end)
        is_same = self.low is not None and self.low[0] == end and is_open
        return replace(self, low=(end, is_open)) if is_narrower or is_same else self

    @property
    def is_empty(self) -> bool:
        """Return whether no value is left."""
        if self.among is not None:
            return not any(self._holds(value) for value in self.among)
        if {True, False} <= {one for one in self.without if isinstance(one, bool)}:
            return True
        if self.low is None or self.high is None:
            return False
        if self.low[0] == self.high[0]:
            return self.low[1] or self.high[1] or self.low[0] in self.without
        return _is_less(self.high[0], self.low[0])

    def _holds(self, value: Single) -> bool:
        if value in self.without:
            return False
        if self.low is not None and not self._is_behind(self.low, value):
            return False
        return self.high is None or self._is_before(value, self.high)

    @staticmethod
    def _is_behind(low: tuple[Single, bool], value: Single) -> bool:
        return _is_less(low[0], value) or (low[0] == value and not low[1])

    @staticmethod
    def _is_before(value: Single, high: tuple[Single, bool]) -> bool:
        return _is_less(value, high[0]) or (value == high[0] and not high[1])


_Way = dict[Node, _Room]


class _TooMany(Exception):
    """There are more ways than are followed."""


@dataclass(slots=True)
class _Search:
    """The ways in which everything so far can hold."""

    ways: list[_Way]
    effort: Effort
    found: Contradiction | None = None

    def require(self, node: Node, *, holds: bool) -> None:
        """Keep the ways in which a test holds, or does not."""
        self.ways = self._extended(self.ways, node, holds=holds)

    def add(self, test: Comparison) -> None:
        """Keep the ways in which a comparison holds."""
        self.ways = self._added(self.ways, test)

    def _extended(self, ways: list[_Way], node: Node, *, holds: bool) -> list[_Way]:
        match node:
            case Unary(Operator.NOT):
                return self._extended(ways, node.operand, holds=not holds)
            case Binary(Operator.AND | Operator.OR):
                if (node.operator is Operator.AND) is holds:
                    left = self._extended(ways, node.left, holds=holds)
                    return self._extended(left, node.right, holds=holds)
                both = self._extended(ways, node.left, holds=holds)
                both = [*both, *self._extended(ways, node.right, holds=holds)]
                if len(both) > _WAYS_MAX:
                    raise _TooMany
                return both
        test = _test_of(node, holds=holds)
        if isinstance(test, Comparison):
            return self._added(ways, test)
        if not test:
            self.found = self.found or Contradiction()
        return ways if test else []

    def _added(self, ways: list[_Way], test: Comparison) -> list[_Way]:
        self.effort.left -= 1 + len(ways)
        if self.effort.left < 0:
            raise _TooMany
        kept = []
        for way in ways:
            room = way.get(test.subject, _Room()).narrowed(test)
            if room.is_empty:
                self.found = self.found or Contradiction(_excluding(room.tests))
            else:
                kept.append({**way, test.subject: room})
        return kept


def find_contradiction(
    all_of: Iterable[Node],
    none_of: Iterable[Node] = (),
    given: Iterable[Comparison] = (),
    effort: Effort | None = None,
) -> Contradiction | None:
    """Return why tests can never hold all at once, with none of the others; None where they may.

    ``given`` is known beforehand, such as that no age is below zero.
    """
    search = _Search([{}], Effort() if effort is None else effort)
    try:
        for test in given:
            search.add(test)
        for node in all_of:
            search.require(node, holds=True)
        for node in none_of:
            search.require(node, holds=False)
    except _TooMany:
        return None
    return None if search.ways else search.found


def _excluding(tests: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
    """Return the last test and the one that excludes it alone, or all where none does."""
    last = tests[-1]
    for other in tests[:-1]:
        if _Room().narrowed(other).narrowed(last).is_empty:
            return other, last
    return tests


def _test_of(node: Node, *, holds: bool) -> Comparison | bool:
    """Return a comparison with what stands in the document; yes or no where nothing is asked."""
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return node.value is holds
    if isinstance(node, Binary) and node.operator in _OPPOSITES:
        left, right = _value_of(node.left), _value_of(node.right)
        if left is not None and right is not None:
            return bool(OPERATIONS[node.operator](left, right)) is holds
        if right is not None:
            operator = node.operator if holds else _OPPOSITES[node.operator]
            return Comparison(node.left, operator, right)
        if left is not None and node.operator in _TURNED:
            turned = _TURNED[node.operator]
            return Comparison(node.right, turned if holds else _OPPOSITES[turned], left)
    return Comparison(node, Operator.EQUAL, holds)


def _value_of(node: Node) -> Value | None:
    match node:
        case Constant():
            return node.value
        case Listed():
            return tuple(item.value for item in node.items)
        case Unary(Operator.MINUS, Constant(value)) if isinstance(value, Fraction):
            return -value
        case _:
            return None


def _is_less(one: Single, other: Single) -> bool:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one < other
    return isinstance(one, date) and isinstance(other, date) and one < other


def _text(node: Node) -> str:
    match node:
        case Fact():
            return node.path
        case Constant():
            return _shown(node.value)
        case Listed():
            return _shown(tuple(item.value for item in node.items))
        case Unary():
            return f"{node.operator} {_text(node.operand)}"
        case Binary():
            return f"{_text(node.left)} {node.operator} {_text(node.right)}"
        case Call():
            return f"{node.function}({', '.join(_text(one) for one in node.arguments)})"


def _shown(value: Value) -> str:
    match value:
        case tuple():
            return f"[{', '.join(_shown(one) for one in value)}]"
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return str(value) if value.denominator == 1 else f"{float(value):g}"
        case str():
            return f"'{value}'"
        case date():
            return value.isoformat()
