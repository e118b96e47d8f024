"""Finding travel for a case: everything a visit can be made of, bounded and accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from logistics.case.model import Case
from logistics.case.visit_request import TravelLimits
from logistics.errors import InvalidField, SupplierError
from logistics.find_travel import LODGINGS_MAX, find_travel
from logistics.offers.search import FoundTravel, TravelSearch
from logistics.offers.selection import keeps_limits
from tests.logistics.travels import NOW, case, cases, catalogue, facilities, search


def found(of: Case) -> FoundTravel:
    """Return what is found for a case."""
    return find_travel(search(of), catalogue())


@pytest.mark.parametrize("of", cases(), ids=lambda one: one.reference)
def test_each_case_finds_travel_for_every_party_gateway_and_facility(of: Case) -> None:
    request = search(of)

    travel = find_travel(request, catalogue())

    gateways = {code for facility in request.facilities for code in facility.gateways}
    keys = {(party.id, code) for party in travel.parties for code in gateways}
    assert set(travel.outbound) == set(travel.returns) == keys
    assert set(travel.lodgings) == set(travel.commutes) == set(of.visit.facility_ids)
    assert set(travel.transfers) == {party.id for party in travel.parties}
    assert travel.flights_count > 50
    for party in travel.parties:
        for code in gateways:
            assert {o.segments[0].origin for o in travel.outbound[party.id, code]} <= {
                party.home_airport
            }
            assert {o.segments[-1].destination for o in travel.returns[party.id, code]} <= {
                party.home_airport
            }
            assert all(o.seats_left >= party.size for o in travel.outbound[party.id, code])
        ways = {(ride.origin, ride.destination) for ride in travel.transfers[party.id]}
        for facility in request.facilities:
            places = [facility.id, *(one.id for one in travel.lodgings[facility.id])]
            assert {(code, place) for code in facility.gateways for place in places} <= ways
    for facility in request.facilities:
        lodgings = travel.lodgings[facility.id]
        assert 30 < len(lodgings) <= LODGINGS_MAX
        assert {one.id for one in lodgings} <= {
            ride.origin for ride in travel.commutes[facility.id]
        }


def test_what_was_set_aside_is_counted_in_words() -> None:
    travel = found(case("SJ-1006"))

    assert travel.set_aside
    for one in travel.set_aside:
        assert one.count > 0
        assert one.sentence.startswith(f"{one.count} ")


def test_a_limit_still_leaves_offers_that_break_it_for_the_explanation() -> None:
    of = case("SJ-1009")

    travel = found(of)

    offers = [one for kept in travel.outbound.values() for one in kept]
    fitting = [one for one in offers if keeps_limits(one, of.visit.limits)]
    assert fitting
    assert len(fitting) < len(offers)


def test_lodgings_of_one_city_reach_both_of_its_hospitals() -> None:
    travel = found(case("SJ-1013"))

    for facility_id in ("memorial-sloan-kettering", "hospital-for-special-surgery"):
        origins = {ride.origin for ride in travel.commutes[facility_id]}
        assert {one.id for offers in travel.lodgings.values() for one in offers} <= origins


def test_two_searches_find_the_same() -> None:
    assert found(case("SJ-1002")) == found(case("SJ-1002"))


def test_nobody_flies_to_the_hospital_next_door() -> None:
    of = case("SJ-1001")
    neighbour = replace(of, patient=replace(of.patient, home_airport="RST"), companions=())

    with pytest.raises(InvalidField, match="RST is the airport of Mayo Clinic") as caught:
        found(neighbour)

    assert caught.value.field == "patient.home_airport"


def test_a_companion_next_door_is_named_as_a_companion() -> None:
    of = case("SJ-1006")
    friend = of.companions[0]
    near = replace(friend, person=replace(friend.person, home_airport="LBG"))

    with pytest.raises(InvalidField) as caught:
        found(replace(of, companions=(near,)))

    assert caught.value.field == "companions.home_airport"


def test_a_search_needs_days_in_order_and_a_place() -> None:
    request = search(case("SJ-1001"))

    with pytest.raises(InvalidField, match="before the earliest"):
        replace(request, latest=request.earliest - timedelta(days=1))
    with pytest.raises(InvalidField, match="at most 120 days"):
        replace(request, latest=request.earliest + timedelta(days=120))
    with pytest.raises(InvalidField, match="at least one facility"):
        replace(request, facilities=())
    with pytest.raises(ValueError, match="asked_at"):
        replace(request, asked_at=NOW.replace(tzinfo=None))


def test_a_supplier_that_cannot_answer_is_not_hidden() -> None:
    with pytest.raises(SupplierError, match="USD only"):
        find_travel(replace(search(case("SJ-1001")), currency="EUR"), catalogue())


def test_no_flights_is_found_as_nothing() -> None:
    of = case("SJ-1016")
    far = replace(
        of,
        patient=replace(of.patient, home_airport="IPC"),
        companions=(),
        visit=replace(of.visit, limits=TravelLimits()),
    )
    request = TravelSearch(
        case=far,
        facilities=(facilities()["charite-berlin"],),
        earliest=NOW.date(),
        latest=NOW.date() + timedelta(days=10),
        currency="USD",
        asked_at=NOW,
    )

    travel = find_travel(request, catalogue())

    assert travel.flights_count == 0
    assert travel.lodgings_count > 30
