"""Times as people write them: read back as the same moment, with an offset only where needed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pricing.documents.local_times import read_local_time, write_by_the_clock

MINUTES: Final = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(  # noqa: DTZ001 — a clock
    lambda clock: clock.replace(second=0, microsecond=0)
)


@given(
    clock=MINUTES,
    zone=st.sampled_from(("America/New_York", "Europe/Zurich", "Asia/Kolkata", "UTC")),
    fold=st.integers(0, 1),
)
def test_a_time_by_the_clock_is_read_back_as_the_same_moment(
    clock: datetime, zone: str, fold: int
) -> None:
    stated = clock.replace(tzinfo=ZoneInfo(zone), fold=fold)
    moment = stated.astimezone(UTC).astimezone(ZoneInfo(zone))  # a skipped time becomes a real one

    read = read_local_time(write_by_the_clock(moment))

    assert isinstance(read, datetime)
    assert read.astimezone(UTC) == moment.astimezone(UTC)


def test_a_time_by_the_clock_has_its_offset_only_where_it_is_told_twice() -> None:
    zone = ZoneInfo("America/New_York")

    plain = write_by_the_clock(datetime(2027, 2, 10, 22, 30, tzinfo=zone))
    twice = write_by_the_clock(datetime(2027, 11, 7, 1, 30, tzinfo=zone, fold=1))

    assert plain == "2027-02-10 22:30 America/New_York"
    assert twice == "2027-11-07T01:30:00-05:00 America/New_York"
