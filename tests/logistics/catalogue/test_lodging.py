"""Rooms of the sample catalogue: near the facility, night by night."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from statistics import mean

import pytest

from logistics.errors import InvalidField, SupplierError
from logistics.facility import Facility
from logistics.offers.lodging import LodgingOffer
from logistics.places import metres_between
from tests.logistics.travels import TODAY, catalogue, facilities, lodging

EVERYWHERE = tuple(facilities().values())


@cache
def rooms(facility_id: str) -> tuple[LodgingOffer, ...]:
    """Return fifty nights around a facility."""
    return catalogue().search_lodging(lodging(facilities()[facility_id]))


@pytest.mark.parametrize("facility", EVERYWHERE, ids=lambda one: one.id)
def test_rooms_lie_around_the_facility_at_their_true_distance(facility: Facility) -> None:
    offers = rooms(facility.id)

    assert 60 <= len(offers) <= 90
    assert len({one.id for one in offers}) == len(offers)
    assert [one.metres_to_facility for one in offers] == sorted(
        one.metres_to_facility for one in offers
    )
    assert offers[0].metres_to_facility < 700
    for one in offers:
        assert 150 <= one.metres_to_facility <= 12_600
        assert one.metres_to_facility == metres_between(facility.coordinates, one.coordinates)
        assert one.name.endswith("(sample)")
        assert one.zone == facility.zone


@pytest.mark.parametrize("facility", EVERYWHERE, ids=lambda one: one.id)
def test_there_are_rooms_for_everybody(facility: Facility) -> None:
    offers = rooms(facility.id)

    assert sum(one.is_accessible for one in offers) >= 10
    assert any(one.has_kitchen for one in offers)
    assert any(one.sleeps >= 4 for one in offers)
    assert any(one.min_nights > 1 for one in offers)
    assert any(one.free_cancellation_hours is None for one in offers)
    assert any(one.free_cancellation_hours for one in offers)
    assert any(one.is_accessible and one.metres_to_facility < 3000 for one in offers)


@pytest.mark.parametrize("facility", EVERYWHERE, ids=lambda one: one.id)
def test_nights_vary_and_some_are_sold_out(facility: Facility) -> None:
    nights = [night for one in rooms(facility.id) for night in one.nights]

    sold_out = sum(night.rooms_left == 0 for night in nights) / len(nights)

    assert 0.03 < sold_out < 0.25
    assert all(0 <= night.rooms_left <= 9 for night in nights)
    assert all(30_00 < night.price.minor < 1_500_00 for night in nights)
    assert all(0 <= night.taxes.minor < night.price.minor for night in nights)
    assert all(len({night.price for night in one.nights}) > 10 for one in rooms(facility.id))


def test_the_holidays_cost_more() -> None:
    offers = rooms("universitaetsspital-zuerich")

    def price(days: range) -> float:
        return mean(
            night.price.minor
            for one in offers
            for night in one.nights
            if night.date.month == 12 and night.date.day in days
        )

    assert price(range(21, 31)) > 1.15 * price(range(7, 17))


def test_nights_are_the_dates_asked_for_but_not_the_past() -> None:
    facility = EVERYWHERE[0]

    offers = catalogue().search_lodging(
        lodging(facility, first=date(2026, 11, 1), last=date(2026, 11, 30))
    )

    for one in offers:
        assert [night.date for night in one.nights] == [
            TODAY + timedelta(days=day) for day in range(10)
        ]


def test_a_night_costs_the_same_whatever_nights_are_asked_with_it() -> None:
    facility = EVERYWHERE[3]
    day = date(2026, 12, 15)

    narrow = catalogue().search_lodging(lodging(facility, first=day, last=day))

    wide = {one.id: {night.date: night for night in one.nights} for one in rooms(facility.id)}
    assert all(wide[one.id][day] == one.nights[0] for one in narrow)


def test_only_rooms_that_sleep_everybody_are_offered() -> None:
    facility = EVERYWHERE[0]

    four = catalogue().search_lodging(lodging(facility, guests=4))

    assert 0 < len(four) < len(rooms(facility.id))
    assert min(one.sleeps for one in four) >= 4
    assert catalogue().search_lodging(lodging(facility, guests=30)) == ()


def test_an_empty_span_has_no_rooms() -> None:
    query = lodging(EVERYWHERE[0], first=date(2026, 12, 2), last=date(2026, 12, 1))

    assert catalogue().search_lodging(query) == ()


def test_water_stays_without_hotels() -> None:
    facility = facilities()["toronto-general-hospital"]

    for one in rooms(facility.id):
        south = one.coordinates.latitude < facility.coordinates.latitude - 0.025
        assert not (
            south and abs(one.coordinates.longitude - facility.coordinates.longitude) < 0.02
        )


def test_other_currencies_and_no_rooms_are_refused() -> None:
    with pytest.raises(SupplierError, match="USD only"):
        catalogue().search_lodging(lodging(EVERYWHERE[0], currency="JPY"))
    with pytest.raises(InvalidField) as caught:
        catalogue().search_lodging(lodging(EVERYWHERE[0], rooms=0))
    assert caught.value.field == "rooms"
