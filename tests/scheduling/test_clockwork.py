"""Whole minutes and days, and the way back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.translation.clockwork import Clockwork

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ZONES = [
    "America/Los_Angeles",
    "America/Toronto",
    "Europe/Zurich",
    "Asia/Tokyo",
    "Australia/Sydney",
]


@pytest.mark.parametrize("zone", ZONES)
def test_day_zero_is_the_same_date_everywhere(zone: str) -> None:
    assert Clockwork.around(NOW).date_of(0, zone) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("local_hour_utc", "day"),
    [
        (datetime(2026, 11, 25, 3, 59, tzinfo=UTC), 4),
        (datetime(2026, 11, 25, 4, 0, tzinfo=UTC), 5),
    ],
)
def test_an_arrival_before_four_belongs_to_the_night_before(
    local_hour_utc: datetime, day: int
) -> None:
    assert Clockwork.around(NOW).night(local_hour_utc, "UTC") == day


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware UTC"):
        Clockwork(datetime(2026, 11, 21))  # noqa: DTZ001 — the naive value is the point


@given(minute=st.integers(-10_000, 200_000))
def test_minutes_and_instants_are_inverse(minute: int) -> None:
    clock = Clockwork.around(NOW)

    assert clock.minute(clock.instant(minute)) == minute


@given(day=st.integers(-5, 200), zone=st.sampled_from(ZONES))
def test_days_and_dates_are_inverse_also_across_daylight_saving(day: int, zone: str) -> None:
    clock = Clockwork.around(NOW)

    assert clock.day(clock.date_of(day, zone), zone) == day


@given(seconds=st.integers(0, 59))
def test_seconds_are_cut_off(seconds: int) -> None:
    clock = Clockwork.around(NOW)

    assert clock.minute(clock.instant(5) + timedelta(seconds=seconds)) == 5
