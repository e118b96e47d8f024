"""What the calendar says, how it is written, and what a cancellation cancels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest

from scheduling.invites.calendar import event_uid, to_calendar, to_cancellation
from scheduling.invites.errors import NotALaterRevision, NothingToCancel
from scheduling.itinerary import Itinerary
from tests.itineraries import (
    ACCEPTED,
    HARD_NAMES,
    day_visit,
    every_itinerary,
    hard_names,
    intercontinental,
)


def _events(feed: bytes) -> dict[str, Any]:
    calendar = icalendar.Calendar.from_ical(feed)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def _event(visit: Itinerary, key: str) -> Any:  # noqa: ANN401 — icalendar's own types
    return _events(to_calendar(visit))[event_uid(visit.id, key)]


def _revised(visit: Itinerary, *, without: str = "") -> Itinerary:
    """Return the next revision, with one item gone."""
    kept = tuple(item for item in visit.items if item.key != without)
    later = ACCEPTED + timedelta(days=1)
    return replace(visit, revision=visit.revision + 1, items=kept, accepted_at=later)


def test_the_same_itinerary_gives_the_same_bytes() -> None:
    assert to_calendar(intercontinental()) == to_calendar(intercontinental())


def test_a_feed_is_published_and_refreshed_twice_a_day() -> None:
    calendar: Any = icalendar.Calendar.from_ical(to_calendar(intercontinental()))

    assert str(calendar["METHOD"]) == "PUBLISH"
    assert str(calendar["X-WR-CALNAME"]) == "Second opinion in Zürich"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in to_calendar(intercontinental())


def test_a_feed_has_no_uid_of_its_own() -> None:
    calendar: Any = icalendar.Calendar.from_ical(to_calendar(intercontinental()))

    assert "UID" not in calendar


def test_uids_stay_and_sequence_grows_with_each_revision() -> None:
    first = intercontinental()
    second = _revised(first)

    before, after = _events(to_calendar(first)), _events(to_calendar(second))

    assert before.keys() == after.keys()
    assert {event["SEQUENCE"] for event in before.values()} == {0}
    assert {event["SEQUENCE"] for event in after.values()} == {1}


def test_events_are_stamped_with_the_acceptance_not_the_clock() -> None:
    stamps = {event["DTSTAMP"].dt for event in _events(to_calendar(intercontinental())).values()}

    assert stamps == {ACCEPTED}


def test_a_uid_tells_nothing_about_anybody() -> None:
    uids = " ".join(_events(to_calendar(hard_names())))

    assert not any(name in uids for name in HARD_NAMES)


def test_a_flight_begins_and_ends_each_in_its_own_zone() -> None:
    event = _event(intercontinental(), "flight-UA134-Ana Sample-Ben Sample")

    assert event["DTSTART"].params["TZID"] == "America/New_York"
    assert event["DTEND"].params["TZID"] == "Europe/Zurich"


def test_no_time_floats() -> None:
    for visit in every_itinerary().values():
        for event in _events(to_calendar(visit)).values():
            assert all(isinstance(event[key].dt, datetime) for key in ("DTSTART", "DTEND"))
            assert all(event[key].dt.tzinfo is not None for key in ("DTSTART", "DTEND"))


def test_lodging_leaves_the_days_free() -> None:
    visit = intercontinental()

    assert _event(visit, "lodging")["TRANSP"] == "TRANSPARENT"
    assert _event(visit, "appointment-1")["TRANSP"] == "OPAQUE"


def test_an_appointment_has_its_place_and_two_reminders() -> None:
    event = _event(intercontinental(), "appointment-1")

    assert "Rämistrasse 100" in event["LOCATION"]
    assert (event["GEO"].latitude, event["GEO"].longitude) == (47.3769, 8.5511)
    triggers = {alarm["TRIGGER"].dt for alarm in event.walk("VALARM")}
    assert triggers == {timedelta(days=-1), timedelta(hours=-3)}


def test_departures_remind_and_connections_do_not() -> None:
    reminding = {
        str(event["SUMMARY"])
        for event in _events(to_calendar(intercontinental())).values()
        if event.walk("VALARM")
    }

    assert reminding == {
        "Flight UA 1206 IAH to EWR",
        "Flight LX 14 ZRH to JFK",
        "Second opinion with Dr Sample",
    }


def test_the_description_has_both_clocks_and_everybody() -> None:
    description = str(
        _event(intercontinental(), "flight-LX14-Ana Sample-Ben Sample")["DESCRIPTION"]
    )

    assert "Departs: Thu 10 Dec 2026, 13:00 CET (06:00 in Houston)" in description
    assert "Travellers: Ana Sample and Ben Sample" in description
    assert "Cabin: economy" in description
    assert "Sample data" in description


def test_names_arrive_as_they_are_written() -> None:
    description = str(_event(hard_names(), "appointment-1")["DESCRIPTION"])

    assert all(name.replace("\n", " ") in description for name in HARD_NAMES)


def test_lines_are_folded_by_octets_within_letters_whole() -> None:
    for visit in every_itinerary().values():
        lines = to_calendar(visit).split(b"\r\n")
        assert max(map(len, lines)) <= 75
        for line in lines:
            line.decode("utf-8")
        assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_nothing_can_smuggle_in_a_property() -> None:
    wicked = "Ana\r\nATTACH:http://example.com/x\r\nX:y\x00\x0b"
    visit = intercontinental(wicked)
    visit = replace(visit, title=wicked, contacts=())

    names = {
        line.split(b":", maxsplit=1)[0].split(b";", maxsplit=1)[0]
        for line in to_calendar(visit).replace(b"\r\n ", b"").split(b"\r\n")
    }

    assert not names & {b"ATTACH", b"X"}


def test_without_a_mail_address_the_visit_is_its_own_organizer() -> None:
    visit = replace(intercontinental(), contacts=())

    assert str(_event(visit, "lodging")["ORGANIZER"]).startswith("urn:uuid:")


def test_a_withdrawn_visit_cancels_every_event() -> None:
    visit = intercontinental()

    events = _events(to_cancellation(visit, None))

    assert events.keys() == _events(to_calendar(visit)).keys()
    assert {str(event["STATUS"]) for event in events.values()} == {"CANCELLED"}
    assert {event["SEQUENCE"] for event in events.values()} == {1}
    assert b"METHOD:CANCEL" in to_cancellation(visit, None)


def test_a_cancellation_names_only_what_has_gone() -> None:
    before = intercontinental()
    after = _revised(before, without="to-hotel")

    (event,) = _events(to_cancellation(before, after)).values()

    assert str(event["UID"]) == event_uid(before.id, "to-hotel")
    assert event["SEQUENCE"] == 1
    assert event["DTSTAMP"].dt == after.accepted_at


def test_a_cancellation_comes_from_the_organizer_of_what_it_cancels() -> None:
    before = intercontinental()
    after = replace(_revised(before, without="to-hotel"), contacts=())

    (event,) = _events(to_cancellation(before, after)).values()

    assert event["ORGANIZER"] == _event(before, "to-hotel")["ORGANIZER"]


def test_a_cancellation_of_nothing_is_refused() -> None:
    before = intercontinental()

    with pytest.raises(NothingToCancel):
        to_cancellation(before, _revised(before))


def test_a_cancellation_needs_a_later_revision_of_the_same_itinerary() -> None:
    before = intercontinental()

    for current in (before, replace(_revised(before), id="itn-other")):
        with pytest.raises(NotALaterRevision):
            to_cancellation(before, current)


def test_a_day_visit_needs_one_zone() -> None:
    calendar: Any = icalendar.Calendar.from_ical(to_calendar(day_visit()))

    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Zurich"]
