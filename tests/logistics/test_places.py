"""Airports, points on the globe and distances."""

from __future__ import annotations

import pytest

from logistics.errors import InvalidField, UnknownAirport
from logistics.facility import Facility
from logistics.places import (
    Coordinates,
    find_airport,
    flight_kilometres,
    get_airport,
    metres_between,
)


def test_an_airport_knows_its_city_and_zone() -> None:
    airport = get_airport("ZRH")

    assert (airport.city, airport.country, airport.zone) == ("Zurich", "CH", "Europe/Zurich")


@pytest.mark.parametrize("code", ["", "zrh", "XXZ", "ZRHX", "<script>"])
def test_an_unknown_airport_is_named(code: str) -> None:
    assert find_airport(code) is None
    with pytest.raises(UnknownAirport) as caught:
        get_airport(code)
    assert caught.value.iata == code


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (0, -181)])
def test_points_off_the_globe_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="not a point"):
        Coordinates(latitude, longitude)


def test_a_minute_of_latitude_is_a_nautical_mile() -> None:
    metres = metres_between(Coordinates(45, 8), Coordinates(45 + 1 / 60, 8))

    assert abs(metres - 1852) < 2


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("ZRH", "BOS", 6003), ("JFK", "LHR", 5540), ("SYD", "MEL", 706)],
)
def test_flight_distances_are_great_circles(one: str, other: str, kilometres: int) -> None:
    assert abs(flight_kilometres(one, other) - kilometres) < kilometres // 100
    assert flight_kilometres(one, other) == flight_kilometres(other, one)


def facility(*, zone: str = "Europe/Zurich", gateways: tuple[str, ...] = ("ZRH",)) -> Facility:
    """Return a facility in Zürich."""
    return Facility(
        id="f",
        name="F",
        city="Zürich",
        country="CH",
        coordinates=Coordinates(47.4, 8.5),
        zone=zone,
        gateways=gateways,
        languages=("de",),
        address="",
        phone=None,
        website="",
        source="",
    )


def test_a_facility_nobody_can_fly_to_is_refused() -> None:
    with pytest.raises(InvalidField, match="at least one airport"):
        facility(gateways=())
    with pytest.raises(UnknownAirport):
        facility(gateways=("ZRH", "QQQ"))
