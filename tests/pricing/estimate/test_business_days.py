"""Business days: weekends, federal holidays and their observed days do not count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.estimate.business_days import (
    add_business_days,
    business_day_before,
    business_days_between,
    is_business_day,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 7, 3),  # the Fourth of July is a Saturday: Friday is kept
        date(2027, 7, 5),  # … a Sunday: Monday is kept
        date(2027, 12, 31),  # New Year's Day 2028 is a Saturday: the last day of 2027 is kept
        date(2026, 1, 19),  # Martin Luther King
        date(2026, 2, 16),  # Washington
        date(2026, 5, 25),  # Memorial Day
        date(2026, 6, 19),  # Juneteenth
        date(2026, 9, 7),  # Labor Day
        date(2026, 10, 12),  # Columbus Day
        date(2026, 11, 11),  # Veterans Day
        date(2026, 11, 26),  # Thanksgiving
        date(2026, 12, 25),
        date(2026, 11, 28),  # a Saturday
        date(2026, 11, 29),  # a Sunday
    ],
    ids=str,
)
def test_no_business_is_done_on_weekends_and_holidays(day: date) -> None:
    assert not is_business_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 27), date(2026, 12, 24), date(2026, 4, 3)], ids=str)
def test_days_that_only_some_keep_are_business_days(day: date) -> None:
    assert is_business_day(day)


def test_thanksgiving_is_stepped_over() -> None:
    assert add_business_days(date(2026, 11, 25), 1) == date(2026, 11, 27)
    assert add_business_days(date(2026, 11, 25), 3) == date(2026, 12, 1)


def test_monday_to_thursday_are_three_days() -> None:
    assert business_days_between(date(2022, 1, 3), date(2022, 1, 6)) == 3


def test_before_a_monday_comes_friday() -> None:
    assert business_day_before(date(2026, 12, 14)) == date(2026, 12, 11)


@given(day=DAYS, count=st.integers(0, 30))
def test_adding_days_and_counting_them_agree(day: date, count: int) -> None:
    later = add_business_days(day, count)

    assert business_days_between(day, later) == count
    assert count == 0 or is_business_day(later)


@given(day=DAYS)
def test_nothing_lies_between_a_day_and_the_business_day_before(day: date) -> None:
    before = business_day_before(day)

    assert is_business_day(before)
    assert before < day
    assert business_days_between(before, day - timedelta(1)) == 0
