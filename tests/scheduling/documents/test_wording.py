"""Times, spans, amounts and names are written the one way we write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pricing.money import Money
from scheduling.documents import wording
from scheduling.itinerary import ItemKind, LocalInstant, Stop
from tests.itineraries import (
    across_clock_change,
    across_the_pacific,
    day_visit,
    intercontinental,
    through_another_city,
)
from tests.itinerary_parts import CHICAGO, HOSPITAL, ZURICH, airport, at, staying


def test_a_moment_names_weekday_date_time_and_zone() -> None:
    assert wording.moment(at("2026-12-08", "14:05", ZURICH)) == "Tue 8 Dec 2026, 14:05 CET"


def test_a_day_without_a_clock_names_its_weekday() -> None:
    assert wording.calendar_day(date(2026, 12, 8)) == "Tue 8 Dec 2026"


@pytest.mark.parametrize(
    ("last", "written"),
    [
        (date(2026, 12, 24), "24 Dec 2026"),
        (date(2026, 12, 26), "24–26 Dec 2026"),
        (date(2027, 1, 2), "24 Dec 2026 – 2 Jan 2027"),
        (date(2027, 12, 26), "24 Dec 2026 – 26 Dec 2027"),
    ],
)
def test_a_span_of_days_repeats_no_more_than_it_must(last: date, written: str) -> None:
    assert wording.day_span(date(2026, 12, 24), last) == written


def test_a_span_within_a_year_names_the_year_once() -> None:
    assert wording.day_span(date(2027, 2, 28), date(2027, 3, 2)) == "28 Feb – 2 Mar 2027"


@pytest.mark.parametrize("text", ["דנה", "محمد 2", "Clinic محمد", "\U0001e900"])
def test_text_from_right_to_left_is_isolated_within_a_sentence(text: str) -> None:
    assert wording.isolated(f" {text}\n") == f"\u2068{text}\u2069"


def test_text_from_left_to_right_stands_as_it_is() -> None:
    assert wording.isolated("Zoë\n王小明") == "Zoë 王小明"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        (ZURICH, "CET"),
        ("Asia/Dubai", "UTC+4"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/Sao_Paulo", "UTC-3"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_without_letters_is_written_by_its_offset(zone: str, written: str) -> None:
    assert wording.zone_abbreviation(at("2026-12-08", "14:05", zone)) == written


def test_a_moment_elsewhere_stands_in_brackets() -> None:
    text = wording.moment_and_elsewhere(
        at("2026-12-08", "14:05", ZURICH), zone=CHICAGO, place="Houston"
    )

    assert text == "Tue 8 Dec 2026, 14:05 CET (07:05 in Houston)"


def test_a_moment_elsewhere_has_its_date_where_it_differs() -> None:
    text = wording.elsewhere(at("2026-12-08", "05:00", ZURICH), zone=CHICAGO, place="Houston")

    assert text == "Mon 7 Dec, 22:00 in Houston"


def test_a_moment_elsewhere_is_left_out_where_the_clocks_agree() -> None:
    moment = at("2026-12-08", "05:00", ZURICH)

    assert wording.moment_and_elsewhere(moment, zone="Europe/Berlin", place="Berlin") == (
        "Tue 8 Dec 2026, 05:00 CET"
    )


@pytest.mark.parametrize(
    ("starts", "ends", "written"),
    [
        (
            at("2026-12-08", "14:05", ZURICH),
            at("2026-12-08", "15:00", ZURICH),
            "Tue 8 Dec 2026, 14:05–15:00 CET",
        ),
        (
            at("2026-12-08", "14:05", ZURICH),
            at("2026-12-08", "17:00", CHICAGO),
            "Tue 8 Dec 2026, 14:05 CET – 17:00 CST",
        ),
        (
            at("2026-11-01", "20:15", "Pacific/Auckland"),
            at("2026-11-01", "11:15", "America/Los_Angeles"),
            "Sun 1 Nov 2026, 20:15 NZDT – Sun 1 Nov 2026, 11:15 PST",
        ),
        (
            at("2027-03-28", "01:30", ZURICH),
            at("2027-03-28", "03:30", ZURICH),
            "Sun 28 Mar 2027, 01:30 CET – 03:30 CEST",
        ),
        (
            at("2026-12-31", "22:00", ZURICH),
            at("2027-01-01", "06:00", ZURICH),
            "Thu 31 Dec 2026, 22:00 CET – Fri 1 Jan 2027, 06:00 CET",
        ),
    ],
)
def test_a_span_says_what_differs_between_its_ends(
    starts: LocalInstant, ends: LocalInstant, written: str
) -> None:
    assert wording.time_range(starts, ends) == written


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "0 min"),
        (45, "45 min"),
        (60, "1 h"),
        (565, "9 h 25 min"),
        (47 * 60 + 59, "47 h 59 min"),
        (48 * 60, "2 days"),
        (51 * 60 + 20, "2 days 3 h"),
    ],
)
def test_a_duration_is_written_in_hours_then_days(minutes: int, written: str) -> None:
    assert wording.duration(minutes) == written


def test_a_lodging_is_counted_in_nights_and_a_flight_in_hours_passed() -> None:
    items = {item.key: item for item in across_clock_change().items}

    assert wording.length_of(items["lodging"]) == "3 nights"
    assert wording.length_of(items["rest"]) == "9 h"


def test_one_night_is_one_night() -> None:
    stay = staying(
        "k", ItemKind.LODGING, "Hotel", starts=at("2026-12-08", "15:00", ZURICH),
        ends=at("2026-12-09", "11:00", ZURICH), place=HOSPITAL, travellers=("A",),
    )  # fmt: skip

    assert wording.length_of(stay) == "1 night"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(125_000, "USD"), "USD 1,250.00"),
        (Money(-350, "USD"), "USD −3.50"),
        (Money(1_250_000, "JPY"), "JPY 1,250,000"),
        (Money(1_234_567, "KWD"), "KWD 1,234.567"),
        (Money(0, "EUR"), "EUR 0.00"),
    ],
)
def test_an_amount_has_its_currency_and_all_its_decimals(amount: Money, written: str) -> None:
    assert wording.money(amount) == written


@pytest.mark.parametrize(
    ("names", "written"),
    [((), ""), (("Ana",), "Ana"), (("Ana", "Ben"), "Ana and Ben"), (("A", "B", "C"), "A, B and C")],
)
def test_names_are_listed_as_in_a_sentence(names: tuple[str, ...], written: str) -> None:
    assert wording.people(names) == written


def test_a_line_holds_no_break_and_nothing_unprintable() -> None:
    assert wording.one_line("  Line\r\nbreak\x00\x1b[31m \ud800") == "Line break��[31m �"


def test_an_airport_is_called_by_its_city() -> None:
    assert wording.stop_name(airport("ZRH")) == "Zurich (ZRH)"
    assert wording.stop_name(HOSPITAL) == "University Hospital Zurich"


def test_a_full_place_has_name_code_and_address() -> None:
    assert wording.full_place(airport("ZRH")) == "Zurich Airport (ZRH), Zurich"
    assert wording.full_place(HOSPITAL) == (
        "University Hospital Zurich, Rämistrasse 100, 8091 Zürich"
    )
    assert wording.full_place(Stop("Home", "", 0, 0)) == "Home"


def test_an_unknown_code_falls_back_to_the_name_given() -> None:
    assert wording.stop_name(Stop("Airfield", "", 0, 0, "QQQ")) == "Airfield (QQQ)"


def test_a_zone_is_called_by_the_first_airport_in_it() -> None:
    assert wording.place_of_zone(intercontinental(), CHICAGO) == "Houston"
    assert wording.place_of_zone(intercontinental(), "America/Los_Angeles") == "Los Angeles"


def test_a_zone_with_several_airports_is_called_by_the_one_nearest_the_clinic() -> None:
    visit = through_another_city()

    assert wording.place_of_zone(visit, "America/New_York") == "Cleveland"
    assert wording.place_of_zone(visit, ZURICH) == "Zurich"


def test_a_visit_is_told_in_two_zones_only_where_their_clocks_differ() -> None:
    assert wording.clock_zones(intercontinental()) == (ZURICH, CHICAGO)
    assert wording.clock_zones(day_visit()) == (ZURICH,)
    assert wording.clock_zones(replace(day_visit(), home_zone="Europe/Paris")) == (ZURICH,)


def test_a_service_level_is_written_as_a_name() -> None:
    assert [wording.level_name(level) for level in ("standard", "premium", "vip")] == [
        "Standard",
        "Premium",
        "VIP",
    ]


def test_the_other_zone_is_home_or_at_home_the_clinic() -> None:
    visit = intercontinental()

    assert wording.other_zone(visit, visit.starts) == ZURICH
    assert wording.other_zone(visit, visit.items[4].starts) == CHICAGO


def test_a_span_elsewhere_names_the_place_once() -> None:
    visit = intercontinental()

    assert wording.span_elsewhere(visit, visit.items[0]) == "17:20–18:05 in Zurich"
    assert wording.span_elsewhere(visit, visit.items[1]) == "20:15 in Zurich – 16:40 in Houston"
    assert not wording.span_elsewhere(day_visit(), day_visit().items[0])


def test_the_dates_of_a_visit_are_those_of_its_own_clocks() -> None:
    assert wording.dates(intercontinental()) == "Sun 6 Dec – Thu 10 Dec 2026"
    assert wording.dates(across_the_pacific()) == "Sun 1 Nov – Fri 6 Nov 2026"
    assert wording.dates(day_visit()) == "Wed 9 Dec 2026"
