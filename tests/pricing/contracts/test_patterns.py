"""Codes as contracts list them."""

from __future__ import annotations

import pytest

from pricing.contracts.patterns import (
    REVENUE_DIGITS,
    codes_of,
    normal_code,
    normal_drg,
    normal_revenue_code,
)


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("27447", "27447"),
        ("99281-99285", "99283"),
        ("I20-I25", "I214"),
        ("i21.4", "I214"),
        ("J*", "J9035"),
        ("50242-0040-62", "50242-0040-62"),
        ("0001T-0999T", "0042T"),
    ],
)
def test_a_list_has_a_code(listed: str, code: str) -> None:
    assert codes_of([listed]).has(code)


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("27447", "2744"),
        ("99281-99285", "99286"),
        ("99281-99285", "9928"),
        ("10000-20000", "15"),
        ("I20-I25", "I26"),
        ("J*", "K0001"),
        ("J1", None),
    ],
)
def test_a_list_has_no_other_code(listed: str, code: str | None) -> None:
    assert not codes_of([listed]).has(code)


@pytest.mark.parametrize("listed", ["0360", "360", "036*", "36*", "36X", "036x", "350-369"])
def test_a_revenue_code_is_listed_with_or_without_its_zero(listed: str) -> None:
    codes = codes_of([listed], REVENUE_DIGITS)

    assert codes.has(normal_revenue_code("360"))
    assert not codes.has(normal_revenue_code("370"))


def test_codes_are_compared_in_one_form() -> None:
    assert normal_code(" i21.4 ") == "I214"
    assert normal_drg("1") == "001"
    assert normal_drg("140-2") == "1402"


@pytest.mark.parametrize("listed", ["03XX", "3XX", "03xx"])
def test_two_digits_of_a_revenue_code_may_be_any(listed: str) -> None:
    codes = codes_of([listed], REVENUE_DIGITS)

    assert codes.has("0300")
    assert codes.has("0399")
    assert not codes.has("0400")
