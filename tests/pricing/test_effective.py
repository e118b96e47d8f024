"""Periods: the days on which a rule applies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.effective import EffectivePeriod, find_in_force

DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """Anything dated."""

    name: str
    period: EffectivePeriod


def days(first: int, last: int | None) -> EffectivePeriod:
    """Return the period between two day numbers."""
    end = None if last is None else DAY + timedelta(days=last)
    return EffectivePeriod(DAY + timedelta(days=first), end)


spans = st.builds(
    lambda first, length: (first, None if length is None else first + length),
    st.integers(0, 30),
    st.none() | st.integers(0, 30),
)


@given(spans, spans)
def test_periods_overlap_when_they_share_a_day(
    one: tuple[int, int | None], other: tuple[int, int | None]
) -> None:
    left, right = days(*one), days(*other)
    horizon = [DAY + timedelta(days=day) for day in range(70)]

    shared = any(left.contains(day) and right.contains(day) for day in horizon)

    assert left.overlaps(right) == shared
    assert right.overlaps(left) == shared


def test_both_ends_belong_to_the_period() -> None:
    period = days(3, 5)

    assert [period.contains(DAY + timedelta(days=day)) for day in range(2, 7)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        days(3, 2)


def test_the_rule_of_the_day_is_found() -> None:
    old, new = Rule("old", days(0, 9)), Rule("new", days(10, None))

    assert find_in_force([old, new], DAY + timedelta(days=9)) == old
    assert find_in_force([old, new], DAY + timedelta(days=10)) == new
    assert find_in_force([old, new], DAY - timedelta(days=1)) is None
