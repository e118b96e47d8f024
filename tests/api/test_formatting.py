"""Values as words: plain, the same in every locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from api.formatting import (
    format_count,
    format_date,
    format_difference,
    format_instant,
    format_language,
    format_list,
    format_offset,
    format_short_date,
    format_words,
    format_zone,
)
from pricing.money import Money


@pytest.mark.parametrize(
    ("minor", "words"),
    [(0, "the same"), (1_200, "+USD 12.00"), (-350, "−USD 3.50"), (1_234_567, "+USD 12,345.67")],
)
def test_a_difference_carries_its_sign(minor: int, words: str) -> None:
    assert format_difference(Money(minor, "USD")) == words


def test_days_are_written_out() -> None:
    assert format_date(date(2026, 12, 8)) == "Tue 8 Dec 2026"
    assert format_short_date(date(2027, 3, 1)) == "Mon 1 Mar"


def test_a_moment_names_its_zone() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)

    assert format_instant(noon, "Europe/Zurich") == "Wed 1 Jul 2026, 14:00 CEST"
    assert format_zone(noon, "America/New_York") == "America/New York, UTC−4"
    assert format_zone(noon, "Asia/Kolkata") == "Asia/Kolkata, UTC+5:30"


def test_no_offset_is_plain_utc() -> None:
    assert format_offset(timedelta(0)) == "UTC"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 nights"), (1, "1 night"), (2, "2 nights"), (1000, "1,000 nights")]
)
def test_a_count_agrees_with_its_noun(number: int, words: str) -> None:
    assert format_count(number, "night") == words


def test_an_odd_plural_is_given() -> None:
    assert format_count(2, "country", "countries") == "2 countries"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_joined_as_in_a_sentence(words: list[str], sentence: str) -> None:
    assert format_list(words) == sentence


def test_codes_become_words() -> None:
    assert format_words("premium_economy") == "premium economy"
    assert format_language("de") == "German"
    assert format_language("xx") == "xx"
