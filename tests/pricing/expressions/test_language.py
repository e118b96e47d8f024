"""The language as a whole: written and read back, and reckoned beside Python's own arithmetic."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from typing import Final

from hypothesis import assume, event, given
from hypothesis import strategies as st

from pricing.expressions.errors import CannotCompute, InvalidExpression
from pricing.expressions.evaluate import evaluate
from pricing.expressions.explain import explain, to_shown
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import Expression, Node
from pricing.expressions.types import FactType, check
from pricing.expressions.values import Value
from tests.pricing.coverage.stated import Stated
from tests.pricing.expressions import trees

halves = st.integers(-20, 20).map(lambda count: Fraction(count, 2))
trips = st.fixed_dictionaries(
    {
        **dict.fromkeys(trees.NUMBERS, halves),
        **dict.fromkeys(trees.TESTS, st.booleans()),
    }
)
FLOORS: Final = {
    "floor": lambda number: Fraction(number.numerator // number.denominator),
    "ceil": lambda number: -Fraction(-number.numerator // number.denominator),
}
PYTHONS: Final = {"=": "==", "yes": "True", "no": "False", "if": "choose"}
OURS: Final = re.compile(r"(?P<fact>[a-z]+\.[a-z_-]+)|(?P<number>\d+\.\d+)|!=|<=|>=|=|[a-z]+")


def choose(test: bool, chosen: Fraction, otherwise: Fraction) -> Fraction:  # noqa: FBT001 — called as the language calls it
    """Return one of two, both of which Python has reckoned already."""
    return chosen if test else otherwise


def pythons_value(text: str, facts: dict[str, Value]) -> Value:
    """Return what Python makes of a text of ours, word for word, with its own precedence."""

    def translated(match: re.Match[str]) -> str:
        word = match.group()
        if match["fact"]:
            return f"facts[{word!r}]"
        return f"Fraction({word!r})" if match["number"] else PYTHONS.get(word, word)

    words = {"facts": facts, "Fraction": Fraction, "choose": choose, **FLOORS}
    value: Value = eval(OURS.sub(translated, text), words)  # noqa: S307 — the oracle, on texts made here
    return value


def fact_type(path: str) -> FactType:
    """Return the type of a fact of the random trees."""
    return FactType.NUMBER if path in trees.NUMBERS else FactType.YES_NO


@given(trees.trees)
def test_an_expression_written_down_reads_back_the_same(node: Node) -> None:
    text = trees.to_text(node)

    assert parse_expression(text).root == node


@given(st.one_of(trees.numbers, trees.tests), trips)
def test_values_are_those_of_pythons_own_arithmetic(node: Node, facts: dict[str, Value]) -> None:
    text = trees.to_text(node)
    try:
        expected = pythons_value(text, facts)
    except ZeroDivisionError:
        event("divided by zero")
        assume(False)  # noqa: FBT003 — hypothesis has no other word for it

    assert evaluate(parse_expression(text), Stated(facts)) == expected


@given(st.one_of(trees.numbers, trees.tests), trips)
def test_an_explanation_ends_with_the_value(node: Node, facts: dict[str, Value]) -> None:
    expression = parse_expression(trees.to_text(node))
    try:
        value = evaluate(expression, Stated(facts))
    except CannotCompute as error:
        fault = error.fault
    else:
        told = explain(expression, Stated(facts))

        assert told.endswith(to_shown(value))
        return

    assert fault == "nothing can be divided by 0"


typed = st.one_of(
    st.tuples(trees.numbers, st.just(FactType.NUMBER)),
    st.tuples(trees.tests, st.just(FactType.YES_NO)),
)


@given(typed, trips)
def test_what_passes_the_check_has_its_type_or_divides_by_zero(
    case: tuple[Node, FactType], facts: dict[str, Value]
) -> None:
    node, expected = case
    expression = Expression(trees.to_text(node), node)

    with suppress(InvalidExpression):
        check(expression, fact_type=fact_type, tables=(), expected=expected)
        with suppress(CannotCompute):
            value = evaluate(expression, Stated(facts))

            assert isinstance(value, Fraction if expected is FactType.NUMBER else bool)


@given(typed)
def test_the_check_refuses_no_sound_tree_but_a_division_by_zero(
    case: tuple[Node, FactType],
) -> None:
    node, expected = case
    fault = ""
    try:
        check(
            Expression(trees.to_text(node), node),
            fact_type=fact_type,
            tables=(),
            expected=expected,
        )
    except InvalidExpression as error:
        fault = error.fault

    assert fault in {"", "nothing can be divided by 0"}


@given(trees.trees)
def test_a_tree_is_refused_with_a_sentence_or_not_at_all(node: Node) -> None:
    expression = Expression(trees.to_text(node), node)

    with suppress(InvalidExpression):
        check(expression, fact_type=fact_type, tables=(), expected=FactType.NUMBER)
