"""Reading expressions: what the language says, and how every fault is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.expressions.errors import InvalidExpression
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import (
    Binary,
    Call,
    Constant,
    Fact,
    Listed,
    Node,
    Operator,
    list_facts,
    list_tables,
)
from pricing.expressions.values import Single


def constant(value: int | str | date) -> Constant:
    """Return a constant; where it stands does not matter to equality."""
    return Constant(Fraction(value) if isinstance(value, int) else value, column=1)


def binary(operator: str, left: Node, right: Node) -> Binary:
    """Return two parts joined."""
    return Binary(Operator(operator), left, right, column=1)


def fact(path: str) -> Fact:
    """Return a fact."""
    return Fact(path, column=1)


def root(text: str) -> Node:
    """Return the tree of a text."""
    return parse_expression(text).root


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", Fraction(100)),
        ("0.205", Fraction(41, 200)),
        ("75 %", Fraction(3, 4)),
        ("75%", Fraction(3, 4)),
        ("12.5 %", Fraction(1, 8)),
        ("'coe'", "coe"),
        ('"the patient\'s"', "the patient's"),
        ("''", ""),
        ("2026-01-31", date(2026, 1, 31)),
        ("yes", True),
        ("true", True),
        ("no", False),
        ("false", False),
    ],
)
def test_a_constant_is_read_exactly(text: str, value: Single) -> None:
    node = root(text)

    assert isinstance(node, Constant)
    assert (type(node.value), node.value) == (type(value), value)


def test_a_list_holds_constants() -> None:
    assert root("['hotel', 'apartment']") == Listed(
        (constant("hotel"), constant("apartment")), column=1
    )


def test_a_list_may_hold_negative_numbers() -> None:
    assert root("[-1, 2]") == Listed((constant(-1), constant(2)), column=1)


def test_a_fact_is_a_path() -> None:
    assert root("distances.home_to_site.road_mi") == fact("distances.home_to_site.road_mi")


def test_a_balance_keeps_the_hyphens_of_its_limit() -> None:
    assert root("used.per-leg") == fact("used.per-leg")
    assert root("left.per-leg - 3") == binary("-", fact("left.per-leg"), constant(3))


def test_other_facts_end_at_a_minus() -> None:
    assert root("trip.nights-1") == binary("-", fact("trip.nights"), constant(1))


def test_a_date_is_no_subtraction() -> None:
    assert root("2026-01-31 - 1") == binary("-", constant(date(2026, 1, 31)), constant(1))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("8 / 4 / 2", "(8 / 4) / 2"),
        ("-1 * 2", "(-1) * 2"),
        ("--1", "-(-1)"),
        ("1 + 2 > 2 and 3 > 4 or yes", "(((1 + 2) > 2) and (3 > 4)) or yes"),
        ("yes or yes and no", "yes or (yes and no)"),
        ("not 1 = 2 and yes", "(not (1 = 2)) and yes"),
        ("not line.kind in ['air']", "not (line.kind in ['air'])"),
        ("1 == 2", "1 = 2"),
        ("yes and not no", "yes and (not no)"),
    ],
)
def test_operators_bind_as_people_expect(text: str, same: str) -> None:
    assert root(text) == root(same)


def test_not_in_is_one_operator() -> None:
    assert root("line.kind not in ['air']") == binary(
        "not in", fact("line.kind"), Listed((constant("air"),), column=1)
    )


def test_a_list_has_a_value() -> None:
    assert root("site.designations has 'coe'") == binary(
        "has", fact("site.designations"), constant("coe")
    )


def test_a_function_takes_expressions() -> None:
    assert root("max(0, line.distance_km - 100)") == Call(
        "max",
        (constant(0), binary("-", fact("line.distance_km"), constant(100))),
        column=1,
    )


def test_a_choice_looks_like_a_function() -> None:
    assert root("if(patient.age < 18, 2, 1)") == Call(
        "if",
        (binary("<", fact("patient.age"), constant(18)), constant(2), constant(1)),
        column=1,
    )


def test_an_expression_may_go_over_lines() -> None:
    assert root("line.receipt\n  and line.approved") == root("line.receipt and line.approved")


def test_a_node_knows_its_column() -> None:
    node = root("trip.nights * not_a.fact")

    assert isinstance(node, Binary)
    assert (node.left.column, node.column, node.right.column) == (1, 13, 15)


def test_the_facts_and_tables_of_an_expression_are_listed() -> None:
    expression = parse_expression("lookup('mileage', line.date) * if(stated(leg.date), 1, 2)")

    assert [fact.path for fact in list_facts(expression)] == ["line.date", "leg.date"]
    assert [table.value for table in list_tables(expression)] == ["mileage"]


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ("", 1, "nothing is written"),
        ("  ", 1, "nothing is written"),
        ("yes && no", 5, "write and"),
        ("yes || no", 5, "write or"),
        ("! yes", 1, "write not"),
        ("1 <> 2", 3, "write !="),
        ("1 =< 2", 3, "write <="),
        ("1 => 2", 3, "write >="),
        ("1 ≤ 2", 3, "write <="),
        ("3 × 4", 3, "write *"),
        ("3 – 4", 3, "write -"),
        ("2 ** 3", 3, "x * x"),
        ("7 // 2", 3, "floor(a / b)"),
        ("$50", 1, "plain number"),
        ("yes ? 1 : 2", 5, "if(test, a, b)"),
        ("1 # one", 3, "no comments"),
        ("“coe”", 1, "straight quotes"),
        ("'coe", 1, "close it with '"),
        ("1,000", 2, "write 1000"),
        ("10,000", 3, "a comma only parts arguments; write 10000"),
        ("1,250,000.50", 2, "write 1250000.50"),
        ("2 + 10,000", 7, "write 10000"),
        ("trip.days, 000", 10, "write 1000, not 1,000"),
        ("1e5", 1, "plain digits"),
        ("100mi", 1, "no unit"),
        (".5", 1, "write 0.5"),
        ("5.", 1, "write 5"),
        ("2026-1-5", 1, "2026-01-31"),
        ("2026-02-30", 1, "no day 2026-02-30"),
        ("2026-02-03T10:00", 1, "without a time"),
        ("1 +", 4, "missing at the end"),
        ("* 2", 1, "missing before *"),
        ("(1 + 2", 7, "write )"),
        ("1 + 2)", 6, "closes nothing"),
        ("1 2", 3, "between 1 and 2"),
        ("2 line.nights", 3, "between 2 and line.nights"),
        ("2 min(1, 2)", 3, "between 2 and min"),
        ("50 EUR", 4, "a number has no unit; write 50 alone"),
        ("30 days", 4, "30 days after a date is add_days(date, 30)"),
        ("1 month", 3, "1 month after a date is add_months(date, 1)"),
        ("50 x 2", 4, "write * for times"),
        ("50 per night", 4, "behind the key per"),
        ("1 < 2 < 3", 7, "a < b and b < c"),
        ("1 = 2 = 3", 7, "a < b and b < c"),
        ("yes AND no", 5, "write and in small letters"),
        ("Yes", 1, "write yes in small letters"),
        ("line.item is 'x'", 11, "write = instead of is"),
        ("site.designations contains 'coe'", 19, "write has"),
        ("site.designations has coe", 23, "'coe'"),
        ("if yes", 1, "if(test, a, b)"),
        ("lookup = 1", 1, "lookup('table'"),
        ("minimum(1, 2)", 1, "did you mean min(a, b, …)?"),
        ("cieling(1)", 1, "did you mean ceil(x)?"),
        ("sqrt(2)", 1, "there is no function sqrt"),
        ("round(2, 1)", 1, "round(x)"),
        ("max(1)", 1, "max(a, b, …)"),
        ("max()", 1, "max(a, b, …)"),
        ("if(yes, 1)", 1, "if(test, a, b)"),
        ("stated(1)", 1, "stated(claim.filed)"),
        ("lookup(mileage.x, 1)", 1, "quoted"),
        ("lookup('mileage')", 1, "lookup('table', key, …)"),
        ("max(1, 2,)", 10, "missing before )"),
        ("[]", 1, "the list is empty"),
        ("[line.kind]", 2, "no facts"),
        ("[1 2]", 4, "between 1 and 2"),
        ("[1", 3, "write ]"),
        ("max(1, 2", 9, "write )"),
        ("50 % %", 6, "right behind a number"),
        ("(50) %", 6, "right behind a number"),
        ("1 + not yes", 5, "(not …)"),
        ("a.b; c.d", 4, "one single value"),
        ("mileage", 1, "quote a text: 'mileage'"),
        ("9" * 31, 1, "at most 30 digits"),
        ("1 +" * 700 + "1", 2000, "at most 2000 characters"),
    ],
)
def test_a_fault_is_told_with_its_column_and_what_to_write(
    text: str, column: int, advice: str
) -> None:
    with pytest.raises(InvalidExpression) as caught:
        parse_expression(text)

    assert advice in caught.value.fault
    assert caught.value.column == column
    assert f"column {column} of" in str(caught.value)


@pytest.mark.parametrize("opening", ["(", "[", "-", "not ", "min(1, ", "if(yes, "])
def test_nesting_without_end_is_refused(opening: str) -> None:
    with pytest.raises(InvalidExpression, match="nested too deeply"):
        parse_expression(opening * (1900 // len(opening)))


def test_a_chain_without_end_is_refused() -> None:
    with pytest.raises(InvalidExpression, match="more than 100 parts"):
        parse_expression("1" + "+1" * 900)


def test_a_long_text_is_shown_around_its_fault() -> None:
    with pytest.raises(InvalidExpression) as caught:
        parse_expression("line.receipt and " * 20 + "&& line.approved" + " or line.receipt" * 20)

    assert len(str(caught.value)) < 150
    assert "&& line.approved" in str(caught.value)


WORDS = (
    *"()[],%+-*/=<>!'\" .$·é\x00\ud800",
    *("and", "or", "not", "in", "has", "yes", "if(", "min(", "stated(", "lookup('t', "),
    *("1", "2.5", "2026-01-31", "trip.nights", "used.a-b", "'air'", " "),
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=60).map("".join)))
def test_garbage_raises_nothing_but_invalid_expression(text: str) -> None:
    with suppress(InvalidExpression):
        assert parse_expression(text).text == text


@given(st.lists(st.sampled_from(WORDS), max_size=8).map("".join))
def test_a_fault_stands_within_its_text(text: str) -> None:
    try:
        parse_expression(text)
    except InvalidExpression as error:
        fault = error
    else:
        return

    assert 1 <= fault.column <= len(text) + 1
    assert fault.fault
