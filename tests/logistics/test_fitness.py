"""Medical travel rules: rest, buffers, leads and what airlines are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.errors import InvalidField
from logistics.fitness import (
    airline_notices,
    arrival_buffer_minutes,
    check_in_lead_minutes,
    get_rule,
    jet_lag_minutes,
    min_connection_minutes,
    zones_crossed,
)
from logistics.people import Assistance

WINTER = datetime(2026, 12, 10, 12, tzinfo=UTC)
SUMMER = datetime(2027, 7, 10, 12, tzinfo=UTC)
DAY = WINTER.date()
WHEELCHAIR = frozenset({Assistance.WHEELCHAIR})
OXYGEN = frozenset({Assistance.OXYGEN})


@pytest.mark.parametrize(
    ("origin", "destination", "at", "zones"),
    [
        ("Europe/Zurich", "America/New_York", WINTER, -6),
        ("America/New_York", "Europe/Zurich", WINTER, 6),
        ("Europe/London", "Europe/London", WINTER, 0),
        ("Europe/London", "Asia/Kolkata", WINTER, 6),
        ("America/Vancouver", "Asia/Tokyo", WINTER, -7),
        ("Australia/Perth", "Australia/Melbourne", WINTER, 3),
        ("Australia/Perth", "Australia/Melbourne", SUMMER, 2),
        # New York keeps its old clock for three weeks in March.
        ("Europe/Zurich", "America/New_York", datetime(2027, 3, 20, 12, tzinfo=UTC), -5),
    ],
)
def test_zones_are_counted_the_short_way_around(
    origin: str, destination: str, at: datetime, zones: int
) -> None:
    assert zones_crossed(origin, destination, at) == zones


@pytest.mark.parametrize(
    ("zones", "planned_hours", "full_hours"),
    [(0, 0, 0), (3, 0, 0), (-3, 0, 0), (4, 48, 96), (-4, 48, 64), (8, 48, 192), (-9, 48, 144)],
)
def test_rest_follows_the_zones_up_to_the_planning_limit(
    zones: int, planned_hours: int, full_hours: int
) -> None:
    assert jet_lag_minutes(zones, DAY) == (planned_hours * 60, full_hours * 60)


@given(st.integers(-12, 12))
def test_westward_never_needs_more_rest_than_eastward(zones: int) -> None:
    _, east = jet_lag_minutes(abs(zones), DAY)
    _, west = jet_lag_minutes(-abs(zones), DAY)

    assert west <= east


def buffer(
    *,
    patient: bool = True,
    assistance: frozenset[Assistance] = frozenset(),
    international: bool = True,
    ground: int | None = None,
    destination: str = "America/New_York",
) -> tuple[int, str]:
    """Return the buffer after a flight from Zürich."""
    return arrival_buffer_minutes(
        origin_zone="Europe/Zurich",
        destination_zone=destination,
        arrives_at=WINTER,
        is_patient=patient,
        assistance=assistance,
        is_international=international,
        ground_minutes=ground,
    )


def test_the_patient_rests_and_the_companion_need_not() -> None:
    minutes, words = buffer()
    companion_minutes, companion_words = buffer(patient=False)

    assert minutes == 90 + 60 + 30 + 48 * 60
    assert "48 h rest after 6 time zones westward (the rule says 96 h" in words
    assert companion_minutes == 90 + 60 + 30
    assert "rest" not in companion_words


def test_the_buffer_is_the_sum_of_its_words() -> None:
    minutes, words = buffer(
        assistance=WHEELCHAIR, international=False, ground=25, destination="Europe/Vienna"
    )

    assert minutes == 45 + 30 + 25 + 30
    assert words == (
        "45 min domestic formalities; 30 min for assistance; 25 min to the facility; "
        "30 min registration"
    )


def test_check_in_takes_longer_abroad_and_with_assistance() -> None:
    def lead(*, assistance: frozenset[Assistance], international: bool) -> int:
        return check_in_lead_minutes(
            departs_at=WINTER,
            assistance=assistance,
            is_international=international,
            ground_minutes=20,
        )

    assert lead(assistance=frozenset(), international=False) == 90 + 20
    assert lead(assistance=frozenset(), international=True) == 150 + 20
    assert lead(assistance=WHEELCHAIR, international=True) == 150 + 30 + 20


def test_assisted_connections_take_the_strictest_source() -> None:
    assert min_connection_minutes(WHEELCHAIR) == 120
    assert min_connection_minutes(WHEELCHAIR, DAY) == 120
    assert min_connection_minutes(frozenset()) == 45
    assert get_rule("connection_minutes_with_assistance", DAY).is_disputed


def test_every_rule_names_its_sources() -> None:
    rule = get_rule("medical_clearance_hours", DAY)

    assert rule.value == max(value for value, _ in rule.sources) == 7 * 24
    assert all(where for _, where in rule.sources)


def test_airlines_are_told_in_time() -> None:
    notices = airline_notices(departs_at=WINTER, assistance=OXYGEN | WHEELCHAIR)

    assert [notice.due_at for notice in notices] == [
        WINTER - timedelta(days=7),
        WINTER - timedelta(hours=48),
    ]
    assert "oxygen and wheelchair" in notices[1].sentence
    assert "the strictest of several" in notices[0].sentence
    assert "British Airways" in notices[0].source
    assert len(airline_notices(departs_at=WINTER, assistance=WHEELCHAIR)) == 1
    assert airline_notices(departs_at=WINTER, assistance=()) == ()


def test_no_rule_is_made_up_for_a_day_without_one() -> None:
    with pytest.raises(InvalidField, match="no rule 'ground_minutes' is in force on 1999-01-01"):
        get_rule("ground_minutes", date(1999, 1, 1))
