"""Random expressions as trees, and the three ways to write one: our language, tight, as Python."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from pricing.expressions.tree import (
    SIGN_STRENGTH,
    STRENGTH,
    Binary,
    Call,
    Constant,
    Fact,
    Listed,
    Node,
    Operator,
    Unary,
)
from pricing.expressions.values import Single

ATOM: Final = 9
COMPARISONS: Final = (
    *(Operator.EQUAL, Operator.UNEQUAL, Operator.LESS),
    *(Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST),
)
ARITHMETIC: Final = (Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.DIVIDE)
NUMBERS: Final = ("trip.nights", "line.distance_km", "used.per-leg")
TESTS: Final = ("line.receipt", "person.same_day")


def constant(value: Single) -> Constant:
    """Return a constant, wherever it stands."""
    return Constant(value, column=1)


def binary(operator: Operator, left: Node, right: Node) -> Node:
    """Return two parts joined."""
    return Binary(operator, left, right, column=1)


def unary(operator: Operator, operand: Node) -> Node:
    """Return one part changed."""
    return Unary(operator, operand, column=1)


def call(function: str, *arguments: Node) -> Node:
    """Return a call."""
    return Call(function, arguments, column=1)


def facts_named(*paths: str) -> st.SearchStrategy[Node]:
    """Return one of the facts."""
    return st.sampled_from(paths).map(lambda path: Fact(path, column=1))


decimals = st.builds(lambda cents: Fraction(cents, 100), st.integers(0, 1000)).map(constant)
number_leaves: st.SearchStrategy[Node] = st.one_of(decimals, facts_named(*NUMBERS))
test_leaves: st.SearchStrategy[Node] = st.one_of(st.booleans().map(constant), facts_named(*TESTS))


def _numbers(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(binary, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(unary, st.just(Operator.MINUS), inner),
        st.builds(call, st.sampled_from(["min", "max"]), inner, inner),
        st.builds(call, st.sampled_from(["floor", "ceil", "abs"]), inner),
        st.builds(
            call,
            st.just("if"),
            st.builds(binary, st.sampled_from(COMPARISONS), inner, inner),
            inner,
            inner,
        ),
    )


numbers: st.SearchStrategy[Node] = st.recursive(number_leaves, _numbers, max_leaves=12)
lists: st.SearchStrategy[Node] = st.lists(
    st.integers(0, 5).map(lambda whole: constant(Fraction(whole))), min_size=1, max_size=3
).map(lambda items: Listed(tuple(items), column=1))
compared: st.SearchStrategy[Node] = st.one_of(
    test_leaves,
    st.builds(binary, st.sampled_from(COMPARISONS), numbers, numbers),
    st.builds(binary, st.sampled_from([Operator.IN, Operator.NOT_IN]), numbers, lists),
)


def _tests(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(binary, st.sampled_from([Operator.AND, Operator.OR]), inner, inner),
        st.builds(unary, st.just(Operator.NOT), inner),
        st.builds(call, st.just("if"), inner, inner, inner),
    )


tests: st.SearchStrategy[Node] = st.recursive(compared, _tests, max_leaves=8)
texts = st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=5)
odd_constants: st.SearchStrategy[Node] = st.one_of(
    texts.map(constant), st.dates().map(constant), st.booleans().map(constant)
)
trees: st.SearchStrategy[Node] = st.one_of(
    numbers,
    tests,
    odd_constants,
    st.builds(binary, st.sampled_from(COMPARISONS), odd_constants, odd_constants),
)


def strength_of(node: Node) -> int:
    """Return how tightly the written node holds together."""
    match node:
        case Unary(operator=Operator.NOT):
            return STRENGTH[Operator.NOT]
        case Unary():
            return SIGN_STRENGTH
        case Binary():
            return STRENGTH[node.operator]
        case _:
            return ATOM


def to_text(node: Node) -> str:
    """Return the node in our language, with no parentheses but those it needs."""
    match node:
        case Constant():
            return _constant_text(node.value)
        case Fact():
            return node.path
        case Listed():
            return f"[{', '.join(to_text(item) for item in node.items)}]"
        case Call():
            return f"{node.function}({', '.join(to_text(each) for each in node.arguments)})"
        case Unary():
            space = " " if node.operator is Operator.NOT else ""
            return f"{node.operator}{space}{_held(node.operand, strength_of(node))}"
        case Binary():
            own = strength_of(node)
            is_comparison = own == STRENGTH[Operator.EQUAL]
            left = _held(node.left, own + is_comparison)
            return f"{left} {node.operator} {_held(node.right, own + 1)}"


def _held(node: Node, strength: int) -> str:
    written = to_text(node)
    return written if strength_of(node) >= strength else f"({written})"


def _constant_text(value: Single) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            whole, cents = divmod(value.numerator * 100 // value.denominator, 100)
            return f"{whole}.{cents:02}"
        case date():
            return value.isoformat()
        case str():
            return f"'{value}'"
