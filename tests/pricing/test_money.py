"""Money: exact in sums, parts and text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.errors import CurrencyMismatch, InvalidAmount
from pricing.money import Money

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "JPY", "KRW", "KWD")
amounts = st.builds(Money, st.integers(-(10**11), 10**11), st.sampled_from(CURRENCIES))


@given(amounts, st.integers(1, 50))
def test_the_parts_of_a_split_sum_to_the_whole(money: Money, parts: int) -> None:
    pieces = money.split(parts)

    assert len(pieces) == parts
    assert Money.total(pieces, money.currency) == money
    assert max(one.minor for one in pieces) - min(one.minor for one in pieces) <= 1
    assert list(pieces) == sorted(pieces, key=lambda one: -one.minor)


@given(amounts)
def test_an_amount_written_as_text_reads_back_the_same(money: Money) -> None:
    assert Money.parse(money.to_decimal_text(), money.currency) == money


@given(st.integers(0, 10**11), st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_is_rounded_half_up(minor: int, numerator: int, denominator: int) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(minor) * numerator / denominator
        expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    assert Money(minor, "USD").share(numerator, denominator).minor == expected


@given(amounts, st.integers(-1000, 1000))
def test_multiplying_is_adding_many_times(money: Money, count: int) -> None:
    assert (money * count).minor == money.minor * count


@given(amounts, st.integers(-(10**9), 10**9))
def test_subtracting_undoes_adding(money: Money, minor: int) -> None:
    other = Money(minor, money.currency)

    assert (money + other) - other == money
    assert money.at_most(other) == min(money, other, key=lambda one: one.minor)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.00", "USD", 125000),
        ("1250", "USD", 125000),
        ("0.5", "USD", 50),
        ("-0.05", "USD", -5),
        ("  7.25 ", "EUR", 725),
        ("1250", "JPY", 1250),
        ("1.234", "KWD", 1234),
    ],
)
def test_decimal_text_is_read_in_minor_units(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.345", "USD"),
        ("1.5", "JPY"),
        ("1.2345", "KWD"),
        ("1,250.00", "USD"),
        ("$5", "USD"),
        ("", "USD"),
        ("NaN", "USD"),
        ("1e3", "USD"),
        ("١٢", "USD"),
        ("9999999999999", "USD"),
        ("5", "XAU"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.parse(text, currency)


@pytest.mark.parametrize("minor", [1.0, True, "5"])
def test_only_whole_minor_units_make_money(minor: object) -> None:
    with pytest.raises(InvalidAmount):
        Money(minor, "USD")  # type: ignore[arg-type]  # — the wrong type is what is tested


def test_two_currencies_never_meet() -> None:
    dollars, francs = Money(1, "USD"), Money(1, "CHF")

    with pytest.raises(CurrencyMismatch):
        dollars + francs
    with pytest.raises(CurrencyMismatch):
        dollars < francs  # noqa: B015 — the comparison is what raises
    with pytest.raises(CurrencyMismatch):
        Money.total([dollars, francs], "USD")
    assert dollars != francs


def test_amounts_of_one_currency_are_ordered() -> None:
    small, large = Money(1, "USD"), Money(2, "USD")

    assert small < large
    assert small <= large
    assert large > small
    assert large >= small
    assert Money.zero("USD") < small
