"""Instants, zones, nights and windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.errors import UnknownZone
from logistics.timing import (
    TimeWindow,
    get_zone,
    night_date,
    require_utc,
    to_local,
    to_utc,
)

ZONES = ("Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Melbourne", "Asia/Tokyo")
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — hypothesis adds the zone


@given(instants, st.sampled_from(ZONES))
def test_a_local_time_reads_back_as_its_instant(instant: datetime, zone: str) -> None:
    whole = instant.replace(second=0, microsecond=0)
    local = to_local(whole, zone)

    back = to_utc(local.date(), local.time(), zone)

    # An hour repeated in autumn is read as its first occurrence.
    assert back == whole or (local.fold and whole - back == timedelta(hours=1))


def test_a_skipped_hour_is_read_with_the_offset_before() -> None:
    assert to_utc(date(2027, 3, 28), time(2, 30), "Europe/Zurich") == datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("name", ["", "Europe/Zürich", "EST5EDT4", "../etc/passwd", "Mars/Base"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        get_zone(name)


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(3, 59, 30), (4, 0, 1), (23, 59, 1), (0, 0, 30)]
)
def test_before_four_the_night_belongs_to_the_day_before(hour: int, minute: int, day: int) -> None:
    instant = to_utc(date(2026, 12, 1), time(hour, minute), "Europe/Zurich")

    assert night_date(instant, "Europe/Zurich").day == day


def test_an_instant_must_be_in_utc() -> None:
    with pytest.raises(ValueError, match="starts_at must be an aware UTC datetime"):
        require_utc(datetime(2026, 1, 1), "starts_at")  # noqa: DTZ001 — naive is what is tested
    with pytest.raises(ValueError, match="starts_at"):
        require_utc(to_local(datetime(2026, 1, 1, tzinfo=UTC), "Asia/Tokyo"), "starts_at")


def window(start: int, end: int) -> TimeWindow:
    """Return the window between two minutes of a day."""
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return TimeWindow(day + timedelta(minutes=start), day + timedelta(minutes=end))


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_windows_overlap_when_they_share_a_minute(ends: list[int]) -> None:
    a, b, c, d = ends
    if a >= b or c >= d:
        return

    shared = bool(set(range(a, b)) & set(range(c, d)))

    assert window(a, b).overlaps(window(c, d)) == shared
    assert window(a, b).minutes == b - a


@pytest.mark.parametrize("end", [10, 9])
def test_a_window_ends_after_its_start(end: int) -> None:
    with pytest.raises(ValueError, match="not after its start"):
        window(10, end)
