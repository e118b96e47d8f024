"""Independent calendar programs read the right instants from our feeds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.invites.calendar import event_uid, to_calendar, to_cancellation
from scheduling.itinerary import ItemKind, Itinerary
from tests.itineraries import across_clock_change, every_itinerary, itinerary
from tests.itinerary_parts import HOSPITAL, ZURICH, at, flight, staying
from tests.scheduling.invites.readers import Libical, Times, with_khal, with_node, with_vobject
from tests.tools import require_tool


def _odd_clocks() -> Itinerary:
    """Return a visit through zones whose clocks keep no simple yearly rule."""
    only = ("Ana Sample",)
    places = (
        ("1", "Africa/Cairo", "2027-04-29", "2027-05-01"),
        ("2", "Africa/Casablanca", "2027-02-06", "2027-02-08"),
        ("3", "America/Santiago", "2027-04-03", "2027-04-05"),
        ("4", "Asia/Jerusalem", "2027-03-25", "2027-03-27"),
        ("5", "Australia/Lord_Howe", "2027-04-03", "2027-04-05"),
        ("6", "Asia/Kathmandu", "2027-04-03", "2027-04-05"),
        ("7", "America/St_Johns", "2027-03-13", "2027-03-15"),
        ("8", "UTC", "2027-03-13", "2027-03-15"),
    )
    items = tuple(
        staying(
            key, ItemKind.REST, zone, starts=at(first, "12:00", zone), ends=at(last, "12:00", zone),
            place=HOSPITAL, travellers=only,
        )
        for key, zone, first, last in places
    )  # fmt: skip
    return itinerary(items, patient=only[0])


CASES = {
    name: replace(visit, id=f"itn-{name}")
    for name, visit in (every_itinerary() | {"odd_clocks": _odd_clocks()}).items()
}
FEEDS = [to_calendar(visit) for visit in CASES.values()]
each_itinerary = pytest.mark.parametrize("visit", CASES.values(), ids=CASES.keys())


def _expected(visit: Itinerary) -> Times:
    return {event_uid(visit.id, it.key): (it.starts.at, it.ends.at) for it in visit.items}


def _all_expected() -> Times:
    return {uid: times for visit in CASES.values() for uid, times in _expected(visit).items()}


@each_itinerary
def test_vobject_reads_the_right_instants(visit: Itinerary) -> None:
    assert with_vobject(to_calendar(visit)) == _expected(visit)


@each_itinerary
def test_libical_reads_the_right_instants(visit: Itinerary, libical_path: Path) -> None:
    assert Libical(libical_path).read(to_calendar(visit)) == _expected(visit)


@each_itinerary
def test_libical_finds_no_fault_in_feed_and_cancellation(
    visit: Itinerary, libical_path: Path
) -> None:
    libical = Libical(libical_path)

    assert libical.faults(to_calendar(visit)) == []
    assert libical.faults(to_cancellation(visit, None)) == []


def test_libical_would_find_a_fault(libical_path: Path) -> None:
    feed = to_calendar(across_clock_change())

    assert Libical(libical_path).faults(feed.replace(b"ORGANIZER", b"X-ORGANIZER"))


def test_khal_reads_the_right_instants(khal_path: Path, tmp_path: Path) -> None:
    assert with_khal(khal_path, FEEDS, tmp_path) == _all_expected()


@pytest.mark.parametrize("reader", ["ical.js", "node-ical"])
def test_readers_in_node_read_the_right_instants(reader: str, node_modules_path: Path) -> None:
    node = require_tool("node")

    assert with_node(node, reader, FEEDS, node_modules_path) == _all_expected()


def test_a_flight_in_the_repeated_hour_keeps_its_instant(libical_path: Path) -> None:
    only = ("Ana Sample",)
    item = flight(
        "LX 1", route="ZRH-LHR", departs="2026-10-25 02:30", arrives="2026-10-25 04:00",
        travellers=only,
    )  # fmt: skip
    second = replace(
        item.starts, at=at("2026-10-25", "03:00", ZURICH).at.replace(minute=30, hour=1)
    )
    visit = itinerary((replace(item, starts=second),), patient=only[0])
    assert visit.starts.local.fold == 1

    feed = to_calendar(visit)

    assert with_vobject(feed) == _expected(visit)
    assert Libical(libical_path).read(feed) == _expected(visit)
