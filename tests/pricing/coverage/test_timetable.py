"""Scheduled hours across zones: what the times of a leg tell, and which times are refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.timetable import find_timed
from pricing.coverage.documents.trip_document import Leg
from pricing.coverage.documents.write import write_document
from pricing.coverage.library import get_shipped_text
from pricing.documents.faults import InvalidDocument
from pricing.documents.local_times import read_local_time, write_local_time
from tests.pricing.coverage.deciding import decided, paid, policy_text, trip_text
from tests.pricing.coverage.documents.examples import DOCS, blocks_of, faults_of, line_of

PAGE: Final = next(one for one in blocks_of("trip-documents.md") if "id: T-3" in one)
NIGHT: Final = "departs: 2026-03-07T22:30 America/New_York, arrives: 2026-03-08T11:15 Europe/Zurich"


def told(fact: str, keys: str) -> int:
    """Return a fact of a flight as whole cents of an allowance, for one ticket."""
    rules = f"""
    benefits:
    - {{id: told, text: T., covers: [air], pays: allowance, amount: "{fact}", per: line}}
    """
    return paid(rules, f"- {{id: flight, kind: air, travellers: [mary], {keys}}}")


@pytest.mark.parametrize(
    ("fact", "cents"),
    [
        ("leg.scheduled_hours", 6_75),
        ("line.scheduled_hours", 6_75),
        ("leg.departure_hour", 22_50),
        ("leg.arrival_hour", 11_25),
        ("if(leg.overnight, 1, 2)", 1_00),
        ("if(line.overnight, 1, 2)", 1_00),
        ("if(leg.date = 2026-03-07, 1, 2)", 1_00),
        ("if(line.date = 2026-03-07, 1, 2)", 1_00),
    ],
)
@pytest.mark.parametrize("keys", [NIGHT, f"legs: [{{{NIGHT}}}]"])
def test_the_times_of_a_flight_tell(fact: str, cents: int, keys: str) -> None:
    assert told(fact, keys) == cents


@pytest.mark.parametrize(
    ("departs", "arrives", "hours", "night"),
    [
        # 8 h 40 min by day, the United States on summer time already.
        ("2026-03-12T10:00 Europe/Zurich", "2026-03-12T13:40 America/New_York", 8_67, "by day"),
        # East over the date line it arrives on the day before, and yet later.
        ("2026-03-12T17:00 Asia/Tokyo", "2026-03-12T10:00 America/Los_Angeles", 9_00, "by night"),
        ("2026-03-12T09:00 Pacific/Auckland", "2026-03-11T21:00 Pacific/Honolulu", 11_00, "by day"),
        # West over it.
        ("2026-03-12T23:00 Pacific/Honolulu", "2026-03-14T06:00 Asia/Tokyo", 12_00, "by night"),
        # Clocks put forward and back between two times of one zone.
        ("2026-03-08T00:00 America/New_York", "2026-03-08T06:00 America/New_York", 5_00, "by day"),
        ("2026-11-01T00:00 America/New_York", "2026-11-01T06:00 America/New_York", 7_00, "by day"),
        # From the first of the two 01:30 to the second.
        (
            "2026-11-01T01:30-04:00 America/New_York",
            "2026-11-01T01:30-05:00 America/New_York",
            1_00,
            "by day",
        ),
        # By the clock of New York, put back meanwhile, 23:30 is the same day; at -04:00 it is not.
        ("2026-11-01T00:30 America/New_York", "2026-11-02T04:30Z", 24_00, "by day"),
        ("2026-11-01T00:30-04:00", "2026-11-02T04:30Z", 24_00, "by night"),
        ("2026-03-12T23:59Z", "2026-03-13T00:00Z", 2, "by night"),
        ("2026-03-12T08:00 Asia/Kathmandu", "2026-03-12T08:15 Asia/Kolkata", 50, "by day"),
    ],
)
def test_hours_are_those_that_pass_and_nights_those_of_the_departure(
    departs: str, arrives: str, hours: int, night: str
) -> None:
    keys = f"departs: {departs}, arrives: {arrives}"

    assert told("leg.scheduled_hours", keys) == hours
    assert told("if(leg.overnight, 1, 2)", keys) == (1_00 if night == "by night" else 2_00)


def test_a_leg_without_times_takes_the_hours_that_are_stated() -> None:
    assert told("leg.scheduled_hours", "date: 2026-03-07, legs: [{scheduled_hours: 3.5}]") == 3_50


def test_hours_that_agree_may_be_stated_beside_the_times() -> None:
    keys = "departs: 2026-03-12T10:00Z, arrives: 2026-03-12T18:40Z, date: 2026-03-12"

    assert told("leg.scheduled_hours * 3", f"{keys}, scheduled_hours: 8.67, overnight: no") == 26_00


def test_hours_of_several_legs_may_be_those_of_the_journey() -> None:
    second = "departs: 2026-03-08T12:00 Europe/Zurich, arrives: 2026-03-08T13:00 Europe/Zurich"
    keys = f"scheduled_hours: 8.5, legs: [{{{NIGHT}}}, {{{second}}}]"

    assert told("line.scheduled_hours", keys) == 8_50


def test_the_trip_of_the_page_is_decided_as_the_page_says() -> None:
    rules = """
    benefits:
    - id: air
      text: Business by night over 6 hours, by day over 9.
      covers: [air]
      pays: actual
      cabin:
        highest:
        - {when: "leg.scheduled_hours > if(leg.overnight, 6, 9)", cabin: business}
        - {cabin: economy}
        above: comparable
    """

    decision = decided(policy_text(rules), PAGE)

    assert decision.payable == 1050_00 + 450_00


@pytest.mark.parametrize(
    ("policy", "minutes", "night", "cabin"),
    [
        ("walmart-india-air-class", 479, "by day", "economy"),
        ("walmart-india-air-class", 480, "by day", "business"),
        ("dartmouth-air-class", 301, "by night", "business"),
        ("dartmouth-air-class", 300, "by night", "economy"),
        ("dartmouth-air-class", 420, "by day", "economy"),
        ("dartmouth-air-class", 421, "by day", "business"),
    ],
)
def test_classes_of_real_policies_follow_from_the_times(
    policy: str, minutes: int, night: str, cabin: str
) -> None:
    departs = datetime(2026, 3, 12, 23 if night == "by night" else 1, tzinfo=UTC)
    arrives = (departs + timedelta(minutes=minutes)).astimezone(ZoneInfo("Asia/Kolkata"))
    keys = f"departs: {departs:%Y-%m-%dT%H:%MZ}, arrives: {write_local_time(arrives)}"
    flight = f"""
    - {{id: flight, kind: air, travellers: [mary], amount: 900, cabin: business,
       fares: {{economy: 400, premium_economy: 600}}, international: yes, {keys}}}
    """
    days = "starts: 2026-03-10\nends: 2026-03-16"

    decision = decided(get_shipped_text(policy), trip_text(flight, more=days))

    assert decision.payable == (900_00 if cabin == "business" else 400_00)


def test_a_trip_with_times_is_read_back_the_same() -> None:
    trip = read_trip(PAGE, "page")

    kept = write_document(trip)

    assert read_trip(kept, "kept") == trip
    assert "2026-03-07T22:30:00-05:00 America/New_York" in kept


REFUSED: Final = [
    ("departs: 2026-03-07T22:30-05:00", "departs", "departs and arrives belong together"),
    ("arrives: 2026-03-07T22:30-05:00", "arrives", "arrives and departs belong together"),
    ("departs: 2026-03-07T22:30, arrives: 2026-03-08T08:00Z", "departs", "with its IANA zone"),
    ("departs: 2026-03-07, arrives: 2026-03-08T08:00Z", "departs", "with its IANA zone"),
    ("departs: [a], arrives: 2026-03-08T08:00Z", "departs", "with its IANA zone"),
    ("departs: 2026-13-07T22:30Z, arrives: 2026-03-08T08:00Z", "departs", "a day and a time"),
    ("departs: 2026-03-07T22:30+99:00, arrives: 2026-03-08T08:00Z", "departs", "a day and a time"),
    ("departs: 0001-01-01T00:00Z, arrives: 2026-03-08T08:00Z", "departs", "1900 to 2199"),
    (NIGHT.replace("New_York", "New_Yrok"), "departs", "did you mean America/New_York?"),
    (NIGHT.replace("Europe/Zurich", "Q"), "arrives", "'Q' is no zone"),
    (NIGHT.replace("Europe/Zurich", "localtime"), "arrives", "'localtime' is no zone"),
    (NIGHT.replace("Europe/Zurich", "../UTC"), "arrives", "'../UTC' is no zone"),
    (
        "departs: 2026-03-08T02:30 America/New_York, arrives: 2026-03-08T12:00Z",
        "departs",
        "2026-03-08 02:30 does not exist in America/New_York",
    ),
    (
        "departs: 2026-03-08T02:30-05:00 America/New_York, arrives: 2026-03-08T12:00Z",
        "departs",
        "does not exist in America/New_York",
    ),
    (
        "departs: 2026-11-01T01:30 America/New_York, arrives: 2026-11-01T12:00Z",
        "departs",
        "write 2026-11-01T01:30:00-04:00 America/New_York or 2026-11-01T01:30:00-05:00 America",
    ),
    (
        NIGHT.replace("22:30", "22:30-04:00"),
        "departs",
        "write 2026-03-07T22:30:00-05:00 America/New_York",
    ),
    (NIGHT.replace("2026-03-08", "2026-03-07"), "arrives", "must be after departs"),
    (f"{NIGHT}, scheduled_hours: 6", "scheduled_hours", "6 h 45 min apart"),
    (f"{NIGHT}, scheduled_hours: 6.77", "scheduled_hours", "6 h 45 min apart"),
    (f"{NIGHT}, overnight: no", "overnight", "it arrives on a later day"),
    (f"{NIGHT}, date: 2026-03-08", "date", "another day than that of departs, 2026-03-07"),
    (f"{NIGHT}, legs: [{{date: 2026-03-07}}]", "departs", "of each leg, or without legs"),
    (f"legs: [{{{NIGHT}, scheduled_hours: 6}}]", "legs[0].scheduled_hours", "6 h 45 min"),
    (f"legs: [{{{NIGHT}}}], scheduled_hours: 6", "scheduled_hours", "6 h 45 min apart"),
    (f"legs: [{{{NIGHT}}}], overnight: no", "overnight", "it arrives on a later day"),
    (
        f"legs: [{{direction: out, date: 2026-03-09}}, {{direction: return, {NIGHT}}}]",
        "legs[1].departs",
        "the way back, 2026-03-07, is before the way out, 2026-03-09",
    ),
]


@pytest.mark.parametrize(("keys", "field", "message"), REFUSED)
def test_times_that_cannot_be_are_faults_of_their_line(keys: str, field: str, message: str) -> None:
    text = trip_text(f"- {{id: f, kind: air, amount: 1, {keys}}} # here")

    (fault,) = faults_of(read_trip, text)

    assert (fault.line, fault.path) == (line_of(text), f"expenses[f].{field}")
    assert message in fault.message


def test_times_belong_to_transport() -> None:
    with pytest.raises(InvalidDocument, match="belongs to transport"):
        read_trip(trip_text(f"- {{id: f, kind: visa, amount: 1, {NIGHT}}}"), "trip")


def test_an_hour_of_the_day_that_no_time_tells_is_asked_for() -> None:
    with pytest.raises(Exception, match=re.escape("expenses[flight].departs")):
        told("leg.departure_hour", "date: 2026-03-07, scheduled_hours: 3")


ZONES: Final = st.sampled_from(
    ["America/New_York", "Europe/Zurich", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia",
     "Pacific/Auckland", "America/St_Johns", "Africa/Casablanca", "UTC"]
).map(ZoneInfo)  # fmt: skip
AROUND_CHANGES: Final = st.sampled_from(
    ["2026-03-08T07", "2026-11-01T06", "2026-03-29T01", "2026-10-25T01", "2026-04-04T15",
     "2011-12-30T10"]
).map(lambda hour: datetime.fromisoformat(f"{hour}:00Z"))  # fmt: skip
"""Hours in UTC in which some clocks are changed; Samoa has no 30 December 2011."""


@given(AROUND_CHANGES, st.integers(-1500, 1500), st.integers(1, 40 * 60), ZONES, ZONES)
def test_hours_and_nights_are_those_of_the_instants(
    change: datetime, shift: int, minutes: int, here: ZoneInfo, there: ZoneInfo
) -> None:
    begins = change + timedelta(minutes=shift)
    ends = begins + timedelta(minutes=minutes)
    departs, arrives = begins.astimezone(here), ends.astimezone(there)

    written = write_local_time(departs), write_local_time(arrives)
    leg = Leg.model_validate({"departs": written[0], "arrives": written[1]})

    assert leg.departs is not None
    assert leg.departs.astimezone(UTC) == begins
    assert find_timed(leg, "scheduled_hours") == Fraction(minutes, 60)
    assert find_timed(leg, "overnight") == (ends.astimezone(here).date() > departs.date())
    clock = departs.hour * 60 + departs.minute
    assert find_timed(leg, "departure_hour") == Fraction(clock, 60)
    event(f"clocks changed meanwhile: {departs.utcoffset() != ends.astimezone(here).utcoffset()}")


@given(AROUND_CHANGES, st.integers(-1500, 1500), ZONES)
def test_a_clock_without_offset_is_read_if_one_instant_alone_shows_it(
    change: datetime, shift: int, zone: ZoneInfo
) -> None:
    clock = change.replace(tzinfo=None) + timedelta(minutes=shift)
    offsets = {clock.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    shown_by = [
        instant
        for offset in offsets
        if offset is not None
        and (instant := (clock - offset).replace(tzinfo=UTC))
        .astimezone(zone)
        .replace(tzinfo=None, fold=0)
        == clock
    ]
    event(f"shown {len(shown_by)} times")
    written = f"{clock.isoformat()} {zone.key}"

    if len(shown_by) == 1:
        assert read_local_time(written).astimezone(UTC) == shown_by[0]
    else:
        with pytest.raises(ValueError, match="comes twice" if shown_by else "does not exist"):
            read_local_time(written)


HOURS: Final = """
benefits:
- {id: told, text: T., covers: [other], pays: allowance, amount: trip.hours, per: trip}
"""
FEE: Final = "- {id: fee, kind: other, date: 2026-03-07}"
ZONED: Final = (
    "starts: 2026-03-07T20:00 America/New_York\nends: 2026-03-08T13:00 Europe/Zurich",
    "starts: 2026-03-07T20:00-05:00\nends: 2026-03-08T13:00+01:00",
)


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        # 13:00 in Zurich is 7:00 in New York.
        *((days, 11) for days in ZONED),
        ("starts: 2026-03-07T20:00\nends: 2026-03-08T13:00", 17),
        # A night of 23 hours: clocks are put forward at 2.
        ("starts: 2026-03-07T12:00 America/New_York\nends: 2026-03-08T12:00 America/New_York", 23),
        ("starts: 2026-03-07T12:00\nends: 2026-03-08T12:00", 24),
        # Over the date line, back to the morning: from 6:00 to 20:00 UTC.
        ("starts: 2026-03-08T19:00 Pacific/Auckland\nends: 2026-03-08T10:00 Pacific/Honolulu", 14),
    ],
)
def test_hours_of_the_trip_are_what_passes_between_two_clocks(days: str, hours: int) -> None:
    assert paid(HOURS, FEE, more=days) == hours * 100


@pytest.mark.parametrize("days", ZONED)
def test_a_zoned_trip_is_read_back_the_same(days: str) -> None:
    trip = read_trip(trip_text(FEE, more=days), "trip")

    assert read_trip(write_document(trip), "kept") == trip
    assert "11 hours (`trip.hours`), without the zones 17" in (
        DOCS / "trip-documents.md"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("fact", "cents"),
    [("trip.start_hour", 20_00), ("trip.end_hour", 13_00), ("trip.days", 2_00)],
)
def test_hours_of_the_day_and_days_are_those_of_the_place(fact: str, cents: int) -> None:
    assert paid(HOURS.replace("trip.hours", fact), FEE, more=ZONED[0]) == cents


@pytest.mark.parametrize(
    ("days", "path", "words"),
    [
        ("starts: 2026-03-07T20:00 America/New_York\nends: 2026-03-08T13:00", "ends",
         "has no zone, and starts has one; write ends with its zone, too"),
        ("starts: 2026-03-07T20:00\nends: 2026-03-08T13:00Z", "starts", "and ends has one"),
        # By the clock an hour after, and yet five hours before.
        ("starts: 2026-03-07T20:00 America/New_York\nends: 2026-03-07T21:00 Europe/Zurich", "ends",
         "must not be before the start, 2026-03-07T20:00:00-05:00 America/New_York"),
        ("starts: 2026-03-08T02:30 America/New_York\nends: 2026-03-09", "starts", "does not exist"),
        ("starts: 2026-03-07T20:00 America/New_Yrok\nends: 2026-03-09", "starts", "New_York?"),
        ("starts: 2026-03-07 America/New_York\nends: 2026-03-09", "starts", "2026-01-31T08:00"),
    ],
)  # fmt: skip
def test_a_trip_whose_clocks_contradict_is_refused(days: str, path: str, words: str) -> None:
    text = trip_text(FEE, more=days)

    (fault,) = faults_of(read_trip, text)

    assert (fault.path, fault.line) == (path, line_of(text, f"\n{path}: ") + 1)
    assert words in fault.message


@pytest.mark.parametrize(
    ("days", "count"),
    [
        ("starts: 2026-03-07T20:00\nends: 2026-03-08T13:00", 1),
        (ZONED[0], 0),
        ("starts: 2026-03-07\nends: 2026-03-08", 0),
    ],
)
def test_hours_of_one_clock_are_doubtful_where_legs_end_by_another(days: str, count: int) -> None:
    rules = "benefits: [{id: all, text: A., covers: [air], pays: actual}]"
    flight = f"- {{id: flight, kind: air, amount: 90, {NIGHT}}}"

    made = decided(policy_text(rules), trip_text(flight, more=days))

    assert [one.field for one in made.doubts] == ["starts"] * count
    assert all("2026-03-07T22:30:00-05:00 America/New_York" in one.message for one in made.doubts)
