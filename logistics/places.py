"""Places: coordinates, airports by IATA code, and the distance between two points.

Airports come from the ``airportsdata`` package (MIT), distances from ``geopy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import airportsdata
from geopy.distance import geodesic, great_circle

from logistics.errors import UnknownAirport
from logistics.timing import get_zone

_NORTH_POLE = 90.0
_DATE_LINE = 180.0


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point on the WGS 84 ellipsoid, in decimal degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Refuse points off the globe."""
        if abs(self.latitude) > _NORTH_POLE or abs(self.longitude) > _DATE_LINE:
            raise ValueError(f"({self.latitude}, {self.longitude}) is not a point on the globe")


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport with its IATA code, ISO 3166 alpha-2 country and IANA zone."""

    iata: str
    name: str
    city: str
    country: str
    coordinates: Coordinates
    zone: str


@lru_cache(maxsize=1)
def _airports() -> dict[str, airportsdata.Airport]:
    return airportsdata.load("IATA")


@lru_cache(maxsize=4096)
def find_airport(iata: str) -> Airport | None:
    """Return the airport with that IATA code, or None."""
    row = _airports().get(iata)
    if row is None:
        return None
    get_zone(row["tz"])
    return Airport(
        iata=iata,
        name=row["name"],
        city=row["city"],
        country=row["country"],
        coordinates=Coordinates(row["lat"], row["lon"]),
        zone=row["tz"],
    )


def get_airport(iata: str) -> Airport:
    """Return the airport with that IATA code; raises UnknownAirport."""
    airport = find_airport(iata)
    if airport is None:
        raise UnknownAirport(iata)
    return airport


def metres_between(one: Coordinates, other: Coordinates) -> int:
    """Return the geodesic distance in whole metres (exact and slow: ask once for each pair)."""
    metres: float = geodesic(_pair(one), _pair(other)).meters
    return round(metres)


@lru_cache(maxsize=65536)
def flight_kilometres(origin: str, destination: str) -> int:
    """Return the great-circle distance between two airports in whole kilometres."""
    one, other = get_airport(origin).coordinates, get_airport(destination).coordinates
    kilometres: float = great_circle(_pair(one), _pair(other)).kilometers
    return round(kilometres)


def _pair(point: Coordinates) -> tuple[float, float]:
    return point.latitude, point.longitude
