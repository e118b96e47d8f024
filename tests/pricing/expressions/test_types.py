"""Checking expressions before any trip is known."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import pytest

from pricing.expressions.errors import InvalidExpression, UnknownFact
from pricing.expressions.parse import parse_expression
from pricing.expressions.types import FactType, check

KNOWN: Final = MappingProxyType(
    {
        "trip.start": FactType.DATE,
        "trip.nights": FactType.NUMBER,
        "line.kind": FactType.TEXT,
        "line.receipt": FactType.YES_NO,
        "site.designations": FactType.TEXTS,
    }
)


def fact_type(path: str) -> FactType:
    """Return the type of one of the facts above."""
    if path not in KNOWN:
        raise UnknownFact(path, "did you mean trip.nights?")
    return KNOWN[path]


def check_text(text: str, expected: FactType) -> None:
    """Check a text against the facts above and one table."""
    check(
        parse_expression(text), fact_type=fact_type, tables=("mileage", "meals"), expected=expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("75 %", FactType.NUMBER),
        ("trip.nights * 50 - 1 / 2", FactType.NUMBER),
        ("trip.start - 2026-01-01", FactType.NUMBER),
        ("-min(trip.nights, 2)", FactType.NUMBER),
        ("lookup('mileage', trip.start) * 2", FactType.NUMBER),
        ("lookup('meals', line.kind, 3)", FactType.NUMBER),
        ("if(line.receipt, 1, abs(2))", FactType.NUMBER),
        ("year(trip.start) + month(trip.start)", FactType.NUMBER),
        ("trip.start + 1", FactType.DATE),
        ("1 + trip.start", FactType.DATE),
        ("trip.start - trip.nights", FactType.DATE),
        ("add_months(max(trip.start, 2026-01-01), 12)", FactType.DATE),
        ("if(yes, line.kind, 'air')", FactType.TEXT),
        ("site.designations", FactType.TEXTS),
        ("['coe']", FactType.TEXTS),
        ("line.receipt", FactType.YES_NO),
        ("not line.receipt = no", FactType.YES_NO),
        ("line.kind in ['air', 'rail']", FactType.YES_NO),
        ("line.kind not in site.designations", FactType.YES_NO),
        ("trip.nights in [1, 2]", FactType.YES_NO),
        ("trip.start in [2026-01-01]", FactType.YES_NO),
        ("site.designations has 'coe'", FactType.YES_NO),
        ("trip.start <= 2026-01-01 and stated(line.kind) or 1 < 2", FactType.YES_NO),
    ],
)
def test_an_expression_has_the_type_it_looks_like(text: str, expected: FactType) -> None:
    check_text(text, expected)

    for other in set(FactType) - {expected}:
        with pytest.raises(InvalidExpression, match="the whole has to be"):
            check_text(text, other)


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ("trip.night > 1", 1, "did you mean trip.nights?"),
        ("stated(trip.night)", 8, "did you mean trip.nights?"),
        ("lookup('milage', trip.start) > 1", 8, "did you mean 'mileage'?"),
        ("lookup('mileage', line.receipt) > 1", 19, "a yes or no cannot be looked up"),
        ("site.designations = 'coe'", 19, "ask whether one has a value: has 'coe'"),
        ("trip.nights > '2'", 13, "a number cannot be compared with a text"),
        ("line.receipt = 'yes'", 14, "yes needs no quotes"),
        ("trip.start > '2026-01-01'", 12, "2026-01-31 a date"),
        ("line.kind < 'b'", 11, "a text has no order"),
        ("yes < no", 5, "a yes or no has no order"),
        ("site.designations = ['coe']", 19, "has 'coe'"),
        ("line.kind has 'a'", 1, "the list of has has to be a list"),
        ("trip.nights in ['a']", 1, "has to be a text, and this is a number"),
        ("site.designations has 1", 23, "has to be a text"),
        ("line.kind in 'air'", 14, "the list of in has to be a list"),
        ("trip.nights in [1, 'a']", 20, "values of one type"),
        ("[1, 2] = 1", 1, "only behind in"),
        ("trip.nights and yes", 1, "each part joined by and"),
        ("yes or trip.nights", 8, "each part joined by or"),
        ("not trip.nights", 5, "behind not"),
        ("-line.kind = 1", 2, "behind -"),
        ("trip.start + trip.start = 1", 12, "no meaning"),
        ("1 - trip.start = 1", 3, "no meaning"),
        ("'a' + 'b' = 'ab'", 5, "no meaning"),
        ("trip.start * 2 = 1", 1, "beside *"),
        ("trip.nights / 0 = 1", 15, "divided by 0"),
        ("if(trip.nights, yes, no)", 4, "the test of if"),
        ("if(yes, 1, 'a') = 1", 12, "the last part of if, like the middle, has to be a number"),
        ("max(yes, no)", 5, "max chooses among numbers or dates"),
        ("min(1, trip.start) = 1", 8, "every part of this min has to be a number"),
        ("floor(line.kind) = 1", 7, "this part of floor has to be a number"),
        ("year(1) = 1", 6, "this part of year has to be a date"),
        ("add_days(trip.start, 'a') = trip.start", 22, "has to be a number"),
    ],
)
def test_what_does_not_go_together_is_told_with_its_column(
    text: str, column: int, advice: str
) -> None:
    with pytest.raises(InvalidExpression) as caught:
        check_text(text, FactType.YES_NO)

    assert advice in caught.value.fault
    assert caught.value.column == column


def test_without_tables_the_advice_is_to_write_one() -> None:
    with pytest.raises(InvalidExpression, match="write it below tables"):
        check(
            parse_expression("lookup('a', 1)"),
            fact_type=fact_type,
            tables=(),
            expected=FactType.NUMBER,
        )
