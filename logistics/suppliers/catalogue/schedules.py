"""Schedules: the flight numbers of a carrier on a leg, their times of day and weekdays."""

from __future__ import annotations

import math
from dataclasses import dataclass

from logistics.places import Airport, get_airport
from logistics.suppliers.catalogue.chance import draw, within
from logistics.suppliers.catalogue.ingredients import Carrier, Size

LONG_HAUL_KM = 4500
"""Farther than this it takes a wide-body aircraft, an intercontinental base and a big airport."""

_MEDIUM_HAUL_KM = 2200
_TWICE_A_DAY_KM = 8000
_OVERNIGHT_KM = 9500
_FLIGHTS_A_DAY = {
    Size.INTERCONTINENTAL: 4,
    Size.MAJOR: 3,
    Size.MEDIUM: 3,
    Size.SMALL: 2,
    Size.UNLISTED: 1,
}

_JITTER_MINUTES = 100
"""Flights of a day leave in evenly spaced banks, each within so many minutes of its beginning."""

_CRUISE_KMH = 850
_TAXI_MINUTES = 30
_JET_STREAM = 0.06
_TROPICS_DEGREES = 20
_ACROSS_DEGREES = 45
"""East or west by more than this, a long flight has its usual time of day."""


@dataclass(frozen=True, slots=True)
class Service:
    """One flight number: local departure minute of the day, block minutes, weekdays it flies.

    ``weekdays`` holds one flag for Monday to Sunday. Departures lie between 05:30 and 23:55, so
    that no change of daylight saving time falls between 04:30 and a departure.
    """

    carrier: Carrier
    number: str
    origin: str
    destination: str
    zone: str
    departs_minute: int
    block_minutes: int
    weekdays: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """A carrier's flights from one airport to another."""

    carrier: Carrier
    origin: str
    destination: str


def plan_services(seed: int, leg: Leg, *, kilometres: int, size: Size) -> tuple[Service, ...]:
    """Return the leg's flight numbers in order of departure; ``size`` is of the smaller airport."""
    one, other = get_airport(leg.origin), get_airport(leg.destination)
    key = (leg.carrier.code, leg.origin, leg.destination)
    first_number = within(draw(seed, "schedule", *key), 10, 3809)
    flights = _flights_a_day(kilometres, size)
    first, last = _departure_span(_degrees_east(one, other), kilometres)
    span = last - first - _JITTER_MINUTES
    services = []
    for place in range(flights):
        bits = draw(seed, "service", *key, place)
        bank = first + (
            span * place // (flights - 1) if flights > 1 else within(bits >> 40, 0, span)
        )
        departs = bank + within(bits >> 8, 0, _JITTER_MINUTES)
        services.append(
            Service(
                carrier=leg.carrier,
                number=f"{first_number + 2 * place:03d}",
                origin=leg.origin,
                destination=leg.destination,
                zone=one.zone,
                departs_minute=departs // 5 * 5,
                block_minutes=_block_minutes(one, other, kilometres),
                weekdays=_weekdays(bits >> 24, kilometres, size),
            )
        )
    return tuple(services)


def _flights_a_day(kilometres: int, size: Size) -> int:
    if kilometres > LONG_HAUL_KM:
        often = size >= Size.INTERCONTINENTAL and kilometres < _TWICE_A_DAY_KM
        return 2 if often else 1
    if kilometres > _MEDIUM_HAUL_KM:
        return 2 if size >= Size.MEDIUM else 1
    return _FLIGHTS_A_DAY[size]


def _degrees_east(one: Airport, other: Airport) -> float:
    """Return the change of longitude the short way around, eastward positive."""
    degrees = other.coordinates.longitude - one.coordinates.longitude
    return (degrees + 540) % 360 - 180


def _block_minutes(one: Airport, other: Airport, kilometres: int) -> int:
    """Return gate-to-gate minutes, rounded to five: cruise, taxi and climb, a little jet stream."""
    middle = math.radians((one.coordinates.latitude + other.coordinates.latitude) / 2)
    east_km = _degrees_east(one, other) * 111.2 * math.cos(middle)
    windy = abs(math.degrees(middle)) > _TROPICS_DEGREES
    share = max(-1.0, min(1.0, east_km / kilometres)) if windy else 0.0
    minutes = _TAXI_MINUTES + kilometres * 60 / _CRUISE_KMH * (1 - _JET_STREAM * share)
    return 5 * round(minutes / 5)


def _departure_span(degrees_east: float, kilometres: int) -> tuple[int, int]:
    """Return the first and last local departure minute; long flights east leave in the evening."""
    if kilometres <= LONG_HAUL_KM:
        return 6 * 60 + 10, 21 * 60 + 40
    if degrees_east > _ACROSS_DEGREES:
        return 16 * 60, 23 * 60
    if degrees_east < -_ACROSS_DEGREES and kilometres < _OVERNIGHT_KM:
        return 9 * 60 + 30, 17 * 60
    return 9 * 60, 23 * 60


def _weekdays(bits: int, kilometres: int, size: Size) -> tuple[bool, ...]:
    """Return the flags for Monday to Sunday: daily, or some days on thin routes."""
    is_long = kilometres > LONG_HAUL_KM
    if size >= (Size.INTERCONTINENTAL if is_long else Size.MAJOR):
        return (True,) * 7
    idle = within(bits, 0, 2) + is_long
    first = within(bits >> 8, 0, 6)
    off = {(first + 2 * place) % 7 for place in range(idle)}
    return tuple(day not in off for day in range(7))
