"""Flights of the sample catalogue: plausible, bookable, and never in the past."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from statistics import median

import pytest

from logistics.case.model import Case
from logistics.case.parties import parties_of
from logistics.errors import InvalidField, SupplierError, UnknownAirport
from logistics.offers.flights import FlightOffer
from logistics.people import Assistance
from logistics.places import flight_kilometres, get_airport
from logistics.suppliers.catalogue.ingredients import read_ingredients
from logistics.timing import to_local
from tests.logistics.travels import NOW, cases, catalogue, facilities, flights

CABINS = ("economy", "premium_economy", "business", "first")
INGREDIENTS = read_ingredients()
CARRIERS = {one.code: one for one in INGREDIENTS.carriers}


@cache
def journeys(origin: str, destination: str) -> tuple[FlightOffer, ...]:
    """Return three weeks of offers in every cabin."""
    return catalogue().search_flights(flights(origin, destination, cabins=CABINS))


def routes_of(case: Case) -> set[tuple[str, str]]:
    """Return the ways of a case's parties there and back."""
    gateways = {code for one in case.visit.facility_ids for code in facilities()[one].gateways}
    ways = {(party.home_airport, code) for party in parties_of(case) for code in gateways}
    return ways | {(there, home) for home, there in ways}


ROUTES = sorted(set().union(*(routes_of(case) for case in cases())))


@cache
def every_offer() -> tuple[FlightOffer, ...]:
    """Return the offers of every sample route."""
    return tuple(offer for route in ROUTES for offer in journeys(*route))


@pytest.mark.parametrize("route", ROUTES, ids="-".join)
def test_every_sample_route_has_flights_both_to_choose_and_to_compare(
    route: tuple[str, str],
) -> None:
    offers = journeys(*route)

    assert len(offers) > 40
    assert len({offer.id for offer in offers}) == len(offers)
    assert {offer.segments[0].origin for offer in offers} == {route[0]}
    assert {offer.segments[-1].destination for offer in offers} == {route[1]}


def test_block_times_fit_the_distance() -> None:
    for segment in {segment for offer in every_offer() for segment in offer.segments}:
        kilometres = flight_kilometres(segment.origin, segment.destination)
        expected = 30 + kilometres / 850 * 60
        assert abs(segment.minutes - expected) < 0.07 * expected + 5, segment
        assert kilometres <= 15_600


def test_flights_leave_by_day_on_whole_five_minutes() -> None:
    for segment in {segment for offer in every_offer() for segment in offer.segments}:
        local = to_local(segment.departs_at, get_airport(segment.origin).zone)
        assert 5 <= local.hour <= 23
        assert local.minute % 5 == 0


def test_connections_keep_the_minimum_connection_time() -> None:
    changed = 0
    for offer in every_offer():
        for (before, after), minutes in zip(
            pairwise(offer.segments), offer.connection_minutes, strict=True
        ):
            countries = {
                get_airport(code).country
                for code in (before.origin, after.origin, after.destination)
            }
            hub = INGREDIENTS.hubs[after.origin]
            domestic = len(countries) == 1
            least = hub.domestic_minutes if domestic else hub.international_minutes
            assert least <= minutes <= 14 * 60
            changed += 1
    assert changed > 1000


def test_connections_never_go_far_out_of_the_way() -> None:
    for offer in every_offer():
        flown = sum(flight_kilometres(one.origin, one.destination) for one in offer.segments)
        direct = flight_kilometres(offer.segments[0].origin, offer.segments[-1].destination)
        assert flown <= max(direct * 1.3, direct + 700) + 3
        assert len(offer.segments) <= 3


def test_carriers_fly_from_their_bases_and_connect_to_partners() -> None:
    for offer in every_offer():
        for segment in offer.segments:
            assert {segment.origin, segment.destination} & set(CARRIERS[segment.carrier].hubs)
        for one, other in pairwise(CARRIERS[segment.carrier] for segment in offer.segments):
            assert one == other or (one.alliance and one.alliance == other.alliance)


def test_fares_and_seats_are_sane() -> None:
    for offer in every_offer():
        assert 20_00 < offer.fare.minor < 25_000_00
        assert 1 <= offer.seats_left <= 9
        assert offer.supplier == catalogue().name


def test_fares_rise_with_the_cabin_and_with_freedom_to_refund() -> None:
    by_flight: dict[str, dict[tuple[str, str], FlightOffer]] = defaultdict(dict)
    for offer in every_offer():
        by_flight[offer.id.rsplit(".", 2)[0]][offer.cabin, offer.fare_brand] = offer

    for brands in by_flight.values():
        order = [
            brands[key].fare.minor
            for key in (
                ("economy", "light"),
                ("economy", "flex"),
                ("business", "flex"),
                ("first", "flex"),
            )
            if key in brands
        ]
        assert order == sorted(order)
        for (_, brand), offer in brands.items():
            assert (offer.conditions.refund_fee is None) == (brand == "light")


def fare_on(day: date, asked_at: datetime) -> int:
    """Return the median economy light fare from Zürich to Boston on a day."""
    offers = catalogue().search_flights(
        flights("ZRH", "BOS", first=day, last=day, asked_at=asked_at)
    )
    return round(median(one.fare.minor for one in offers if one.fare_brand == "light"))


def test_the_later_one_asks_the_dearer_the_flight() -> None:
    day = date(2027, 2, 17)

    def fares(days_before: int) -> dict[str, int]:
        asked_at = datetime(2027, 2, 17, 1, tzinfo=UTC) - timedelta(days=days_before)
        query = flights("ZRH", "BOS", first=day, last=day, asked_at=asked_at)
        return {one.id: one.fare.minor for one in catalogue().search_flights(query)}

    early, later, last = fares(60), fares(14), fares(2)

    assert set(early) & set(later)
    assert all(early[one] < later[one] for one in set(early) & set(later))
    assert set(later) & set(last)
    assert all(later[one] < last[one] for one in set(later) & set(last))


def test_weekends_cost_more_than_midweek() -> None:
    def mean(weekday: int) -> float:
        days = [date(2027, 2, 1) + timedelta(days=weekday + 7 * week) for week in range(4)]
        return sum(fare_on(day, NOW) for day in days) / len(days)

    assert mean(4) > mean(1)


@pytest.mark.parametrize("hour", [4, 9, 14, 19])
def test_nothing_departs_within_six_hours_or_in_the_past(hour: int) -> None:
    asked_at = datetime(2026, 11, 21, hour, 1, tzinfo=UTC)
    query = flights(
        "OSL", "LHR", first=date(2026, 11, 1), last=date(2026, 11, 22), asked_at=asked_at
    )

    offers = catalogue().search_flights(query)

    assert offers
    assert min(offer.departs_at for offer in offers) >= asked_at + timedelta(hours=6)


def test_a_span_in_the_past_or_backwards_has_no_flights() -> None:
    past = flights("JFK", "LHR", first=date(2026, 11, 1), last=date(2026, 11, 10))
    backwards = flights("JFK", "LHR", first=date(2026, 12, 9), last=date(2026, 12, 8))

    assert catalogue().search_flights(past) == ()
    assert catalogue().search_flights(backwards) == ()


def test_every_offer_departs_on_a_local_date_asked_for() -> None:
    query = flights("HND", "YVR", first=date(2026, 12, 8), last=date(2026, 12, 9))

    days = {
        to_local(one.departs_at, "Asia/Tokyo").date() for one in catalogue().search_flights(query)
    }

    assert days == {date(2026, 12, 8), date(2026, 12, 9)}


def test_a_flight_costs_the_same_whatever_days_are_asked_with_it() -> None:
    wide = catalogue().search_flights(flights("OSL", "LHR"))
    narrow = catalogue().search_flights(
        flights("OSL", "LHR", first=date(2026, 12, 8), last=date(2026, 12, 8))
    )

    assert narrow
    assert set(narrow) <= set(wide)


def test_only_fares_with_seats_for_everybody_are_offered() -> None:
    offers = catalogue().search_flights(flights("MAD", "CDG", travellers=5))

    assert offers
    assert min(offer.seats_left for offer in offers) >= 5


def test_oxygen_needs_carriers_that_take_it_and_notice() -> None:
    late = flights("YVR", "HND", first=date(2026, 11, 22), last=date(2026, 11, 26))
    for offer in (*every_offer(), *catalogue().search_flights(late)):
        notices = [CARRIERS[one.carrier].oxygen_notice_hours for one in offer.segments]
        ahead = (offer.departs_at - NOW) / timedelta(hours=1)
        willing = all(hours is not None and ahead >= hours for hours in notices)
        assert (Assistance.OXYGEN in offer.assistance) == willing
        assert (Assistance.WHEELCHAIR in offer.assistance) == (ahead >= 48)
    assert any(Assistance.OXYGEN not in offer.assistance for offer in every_offer())
    assert any(Assistance.OXYGEN in offer.assistance for offer in every_offer())


def test_baggage_and_cabins_depend_on_carrier_and_length() -> None:
    for offer in every_offer():
        low_cost = any(CARRIERS[one.carrier].low_cost for one in offer.segments)
        if low_cost:
            assert offer.cabin == "economy"
        if offer.cabin == "premium_economy":
            assert max(one.minutes for one in offer.segments) > 300
        if low_cost and offer.fare_brand == "light":
            assert offer.conditions.checked_bags == 0
            assert offer.conditions.change_fee is None
        if offer.cabin in {"business", "first"}:
            assert offer.conditions.checked_bags >= 2


def test_flights_across_the_change_of_clocks_keep_their_local_time() -> None:
    query = flights("ZRH", "LHR", first=date(2027, 3, 27), last=date(2027, 3, 29))
    by_flight: dict[tuple[str, str], set[str]] = defaultdict(set)
    for offer in catalogue().search_flights(query):
        if len(offer.segments) == 1:
            segment = offer.segments[0]
            local = to_local(segment.departs_at, "Europe/Zurich")
            by_flight[segment.carrier, segment.number].add(f"{local:%H:%M}")

    assert by_flight
    assert all(len(clocks) == 1 for clocks in by_flight.values())


def test_an_airport_the_catalogue_does_not_list_is_fed_by_near_hubs() -> None:
    offers = catalogue().search_flights(flights("DOL", "BER"))

    assert get_airport("DOL").city == "Deauville"
    assert "DOL" not in INGREDIENTS.sizes
    assert offers
    for offer in offers:
        assert flight_kilometres("DOL", offer.segments[0].destination) <= 1500


def test_no_flights_at_all_is_an_answer() -> None:
    assert catalogue().search_flights(flights("IPC", "BER")) == ()
    assert catalogue().search_flights(flights("ZRH", "ZRH")) == ()


@pytest.mark.parametrize("code", ["QQQ", "", "zrh"])
def test_an_unknown_airport_is_named(code: str) -> None:
    with pytest.raises(UnknownAirport):
        catalogue().search_flights(flights(code, "ZRH"))
    with pytest.raises(UnknownAirport):
        catalogue().search_flights(flights("ZRH", code))


def test_other_currencies_are_refused_for_good() -> None:
    with pytest.raises(SupplierError, match="sells in USD only, not in EUR") as caught:
        catalogue().search_flights(flights("ZRH", "BOS", currency="EUR"))
    assert not caught.value.retryable


def test_nobody_is_no_party() -> None:
    with pytest.raises(InvalidField):
        catalogue().search_flights(flights("ZRH", "BOS", travellers=0))
