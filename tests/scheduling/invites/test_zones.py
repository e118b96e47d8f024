"""The time zones we write agree with the IANA database, as another reader understands them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import airportsdata
import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]  # — vobject brings it, without types
from hypothesis import given
from hypothesis import strategies as st

from logistics.errors import UnknownZone
from scheduling.invites.zones import to_timezone

ZONES = sorted({row["tz"] for row in airportsdata.load("IATA").values()})
HOUR = timedelta(hours=1)


def _offsets_read(text: str, zone: str, moments: list[datetime]) -> list[timedelta | None]:
    """Return the offsets that dateutil reads from a VTIMEZONE at these instants."""
    reader = tzical(io.StringIO(text)).get(zone)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    return [
        at.replace(tzinfo=None).replace(tzinfo=reader, fold=at.fold).utcoffset() for at in local
    ]


def _offsets_true(zone: str, moments: list[datetime]) -> list[timedelta | None]:
    return [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments]


def _around_changes(zone: str, first: datetime, last: datetime) -> list[datetime]:
    """Return instants every five days and, where the offset changes between two, every hour."""
    moments, moment = [first], first
    while moment < last:
        following = min(moment + timedelta(days=5), last)
        before, after = _offsets_true(zone, [moment, following])
        if before != after:
            hours = (following - moment) // HOUR
            moments += [moment + hour * HOUR for hour in range(1, hours)]
        moments.append(following)
        moment = following
    return moments


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=0, max_value=10 * 365 * 24),
    st.integers(min_value=1, max_value=120 * 24),
)
def test_a_zone_is_right_over_any_visit(zone: str, hours_after_2023: int, hours: int) -> None:
    first = datetime(2024, 1, 1, tzinfo=UTC) + hours_after_2023 * HOUR
    last = first + hours * HOUR
    moments = _around_changes(zone, first, last)

    text = to_timezone(zone, first, last).to_ical().decode()

    assert _offsets_read(text, zone, moments) == _offsets_true(zone, moments)


@pytest.mark.parametrize("part", range(4))
def test_every_zone_with_an_airport_is_right_through_winter_and_spring(part: int) -> None:
    first, last = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 5, 15, tzinfo=UTC)
    wrong = []
    for zone in ZONES[part::4]:
        moments = _around_changes(zone, first, last)
        text = to_timezone(zone, first, last).to_ical().decode()
        if _offsets_read(text, zone, moments) != _offsets_true(zone, moments):
            wrong.append(zone)

    assert wrong == []


def test_only_zones_without_a_yearly_rule_are_written_change_by_change() -> None:
    first, last = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC)
    written = {zone: to_timezone(zone, first, last).to_ical().decode() for zone in ZONES}

    without = {zone for zone, text in written.items() if text.count("DTSTART") > 2}
    with_rules = [text for text in written.values() if "RRULE" in text]

    assert {"Africa/Casablanca", "America/Santiago", "Asia/Jerusalem"} <= without
    assert len(without) < 12
    assert len(with_rules) > 80
    assert all(text.count("RRULE") == 2 and text.count("DTSTART") == 2 for text in with_rules)


def test_a_zone_with_rules_stays_right_for_years() -> None:
    visit = datetime(2026, 12, 1, tzinfo=UTC)
    moments = [visit + timedelta(days=day) for day in range(0, 365 * 8, 3)]

    for zone in ("Europe/Zurich", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe"):
        text = to_timezone(zone, visit, visit).to_ical().decode()
        assert _offsets_read(text, zone, moments) == _offsets_true(zone, moments)


def test_a_zone_is_written_without_a_comment() -> None:
    text = to_timezone(
        "Europe/Zurich", datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    )

    assert b"COMMENT" not in text.to_ical()
    assert b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text.to_ical()


def test_an_unknown_zone_is_refused() -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC)

    with pytest.raises(UnknownZone):
        to_timezone("Europe/Atlantis", day, day)
