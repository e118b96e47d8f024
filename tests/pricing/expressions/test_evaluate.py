"""Evaluating expressions: exact, stopping where it may, and never without a word."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pricing.coverage.decision_errors import FactNotStated
from pricing.expressions.errors import CannotCompute
from pricing.expressions.evaluate import _compiled, evaluate
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import Expression
from pricing.expressions.values import Value
from tests.pricing.coverage.stated import Stated

TRIP = Stated(
    facts={
        "trip.start": date(2026, 3, 1),
        "trip.nights": Fraction(5),
        "line.distance_km": Fraction(600),
        "line.kind": "air",
        "line.receipt": True,
        "site.designations": ("coe", "transplant"),
    },
    tables={("mileage", date(2026, 3, 1)): Fraction(41, 200)},
)


def value_of(text: str) -> Value:
    """Return what a text is worth on the trip above."""
    return evaluate(parse_expression(text), TRIP)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1 / 3 * 3", Fraction(1)),
        ("max(0, line.distance_km - 100)", Fraction(500)),
        ("min(3, 1, 2)", Fraction(1)),
        ("max(trip.start, 2026-04-01)", date(2026, 4, 1)),
        ("floor(-1 / 2)", Fraction(-1)),
        ("ceil(trip.nights / 7)", Fraction(1)),
        ("round(2.5)", Fraction(3)),
        ("round(-2.5)", Fraction(-3)),
        ("round(2.499)", Fraction(2)),
        ("abs(2 - 5)", Fraction(3)),
        ("trip.start + 31", date(2026, 4, 1)),
        ("1 + trip.start", date(2026, 3, 2)),
        ("trip.start - 1", date(2026, 2, 28)),
        ("2026-03-01 - 2026-02-01", Fraction(28)),
        ("add_days(trip.start, -1)", date(2026, 2, 28)),
        ("add_months(2026-01-31, 1)", date(2026, 2, 28)),
        ("add_months(2026-01-31, -2)", date(2025, 11, 30)),
        ("add_months(2026-12-15, 1)", date(2027, 1, 15)),
        ("add_years(2024-02-29, 1)", date(2025, 2, 28)),
        ("year(trip.start) * 100 + month(trip.start)", Fraction(202603)),
        ("line.distance_km * lookup('mileage', trip.start)", Fraction(123)),
        ("if(line.kind = 'air', 1, 2)", Fraction(1)),
        ("if(line.kind != 'air', 1, 2)", Fraction(2)),
        ("-trip.nights", Fraction(-5)),
        ("power(1.03, 2)", Fraction("1.0609")),
        ("power(2, -2)", Fraction(1, 4)),
        ("power(0, 0)", Fraction(1)),
        ("power(-1, 99999999999)", Fraction(-1)),
        ("power(1 + 3 %, years_between(2026-07-01, 2028-06-30))", Fraction("1.03")),
        ("years_between(2026-07-01, 2028-07-01)", Fraction(2)),
        ("years_between(2024-02-29, 2025-02-28)", Fraction(1)),
        ("years_between(2026-07-01, 2026-06-30)", Fraction(-1)),
    ],
)
def test_reckoning_is_exact(text: str, value: Value) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "1 < 2",
        "2 <= 2",
        "trip.start >= 2026-03-01",
        "2026-03-02 > trip.start",
        "line.kind = 'air'",
        "line.kind in ['air', 'rail']",
        "line.kind not in ['car']",
        "trip.nights in [4, 5]",
        "trip.start in [2026-03-01]",
        "site.designations has 'coe'",
        "not (site.designations has 'none')",
        "line.receipt = yes",
        "stated(line.kind)",
        "not stated(line.item)",
        "line.receipt or line.approved",
        "not (not line.receipt and line.approved)",
        "if(yes, yes, line.approved)",
    ],
)
def test_this_holds(text: str) -> None:
    assert value_of(text) is True


@pytest.mark.parametrize(
    "text", ["line.approved", "line.approved or yes", "yes and line.approved", "if(no, 1, line.x)"]
)
def test_a_fact_that_decides_and_is_missing_is_named(text: str) -> None:
    with pytest.raises(FactNotStated, match=r"does not state line\.(approved|x)"):
        value_of(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1 / (trip.nights - 5)", "divided by 0"),
        ("power(0, -1)", "divided by 0"),
        ("power(1.03, 0.5)", "a power is a whole number of times, and 1/2 is not"),
        ("power(1.03, 99999999999)", "longer than three thousand digits"),
        ("power(1.03, -99999999999)", "longer than three thousand digits"),
        ("trip.start + 0.5", "whole"),
        ("trip.start + 99999999999999999999", "calendar"),
        ("trip.start + 3999999", "calendar"),
        ("add_months(trip.start, 120000)", "calendar"),
        ("add_months(trip.start, -99999999999999999999)", "calendar"),
        ("add_years(trip.start, 99999999999999999999)", "calendar"),
        ("add_days(0001-01-01, -1)", "calendar"),
        ("1 + 'air'", "1 and 'air' cannot be added"),
        ("'air' - 1", "1 cannot be taken from 'air'"),
        ("yes * 2", "yes is no number"),
        ("1 < 'air'", "have no order"),
        ("1 has 2", "1 is no list"),
        ("1 and yes", "1 is neither yes nor no"),
        ("year(1)", "1 is no date"),
        ("-site.designations", "a list is no number"),
    ],
)
def test_what_has_no_value_says_why(text: str, fault: str) -> None:
    with pytest.raises(CannotCompute) as caught:
        value_of(text)

    assert fault in caught.value.fault
    assert caught.value.text == text


def test_yes_is_not_one() -> None:
    assert value_of("yes = 1") is False
    assert value_of("yes != 1") is True


def test_an_expression_answers_for_every_trip_anew() -> None:
    expression = parse_expression("trip.nights * 50")

    values = [evaluate(expression, Stated({"trip.nights": Fraction(n)})) for n in range(3)]

    assert values == [0, 50, 100]


def test_an_expression_is_compiled_once() -> None:
    expression = parse_expression("trip.nights * 51 + 7")
    compiled = _compiled.cache_info().misses

    for _ in range(3):
        evaluate(expression, TRIP)

    assert _compiled.cache_info().misses == compiled + 1


def test_finding_a_compiled_expression_looks_at_its_text_alone() -> None:
    expression = parse_expression("trip.nights * 51")

    assert hash(expression) == hash(expression.text)


def test_trees_that_differ_below_one_text_are_told_apart() -> None:
    once = parse_expression("trip.nights * 2")
    other = Expression(once.text, parse_expression("trip.nights * 3").root)

    assert (evaluate(once, TRIP), evaluate(other, TRIP)) == (10, 15)


def test_a_number_that_grows_beyond_measure_is_refused() -> None:
    huge = Fraction(10**3000)

    with pytest.raises(CannotCompute, match="three thousand digits"):
        evaluate(parse_expression("trip.nights * trip.nights"), Stated({"trip.nights": huge}))
