"""Journeys of one day: which flights of a path connect, and the handful worth offering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from logistics.places import get_airport
from logistics.suppliers.catalogue.network import Network, Path
from logistics.suppliers.catalogue.schedules import Leg, Service
from logistics.timing import get_zone

_WAIT_MAX_MINUTES = 7 * 60
_NIGHT_WAIT_MAX_MINUTES = 14 * 60
"""How long one waits for the next flight; through the night only when nothing leaves before."""

_EASY_WAIT_MINUTES = 120
"""A change that suits travellers with assistance; offered beside the quickest."""

_NONSTOPS_A_DAY = 3
_JOURNEYS_A_DAY = 4

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Departure:
    """A service on a date; minutes after 1970-01-01 00:00 UTC."""

    service: Service
    departs: int
    arrives: int


Journey = tuple[Departure, ...]


def journeys_on(network: Network, origin: str, destination: str, ordinal: int) -> list[Journey]:
    """Return the day's journeys leaving on the local date (its proleptic ordinal), best first.

    Nonstops, then the quickest connections, each path's quickest before any path's second.
    """
    nonstop: list[Journey] = []
    connecting: list[tuple[int, int, Journey]] = []
    for path in network.paths(origin, destination):
        if len(path) == 1:
            nonstop += [(first,) for first in _departures(network, path[0], ordinal)]
            continue
        journeys = sorted(_connect(network, path, ordinal), key=_minutes)
        connecting += [(place, _minutes(one), one) for place, one in enumerate(journeys[:2])]
    connecting.sort(key=lambda row: row[:2])
    nonstop = _evenly(nonstop, _NONSTOPS_A_DAY)
    room = _JOURNEYS_A_DAY - len(nonstop)
    return nonstop + [journey for *_, journey in connecting[:room]]


def _connect(network: Network, path: Path, ordinal: int) -> list[Journey]:
    journeys: list[Journey] = [(first,) for first in _departures(network, path[0], ordinal)]
    for before, leg in pairwise(path):
        least = _least_minutes(network, before, leg)
        journeys = [
            (*journey, follower)
            for journey in journeys
            for follower in _followers(network, leg, journey[-1].arrives, least)
        ]
    return journeys


def _followers(network: Network, leg: Leg, arrives: int, least: int) -> list[Departure]:
    """Return the first flight one can change to, and the first that leaves time for assistance."""
    zone = get_airport(leg.origin).zone
    local = arrives + _offset_minutes(zone, arrives // _DAY + _EPOCH)
    ordinal = local // _DAY + _EPOCH
    waits = [
        departure
        for day in (ordinal, ordinal + 1)
        for departure in _departures(network, leg, day)
        if least <= departure.departs - arrives <= _NIGHT_WAIT_MAX_MINUTES
    ]
    waits.sort(key=lambda one: one.departs)
    soon = [one for one in waits if one.departs - arrives <= _WAIT_MAX_MINUTES]
    waits = soon or waits[:1]
    easy = [one for one in waits if one.departs - arrives >= _EASY_WAIT_MINUTES]
    return waits[:1] if waits[:1] == easy[:1] else waits[:1] + easy[:1]


def _departures(network: Network, leg: Leg, ordinal: int) -> list[Departure]:
    weekday = (ordinal + 6) % 7
    found = []
    for service in network.services(leg):
        if service.weekdays[weekday]:
            offset = _offset_minutes(service.zone, ordinal)
            departs = (ordinal - _EPOCH) * _DAY + service.departs_minute - offset
            found.append(Departure(service, departs, departs + service.block_minutes))
    return found


def _least_minutes(network: Network, before: Leg, after: Leg) -> int:
    hub = network.hub(after.origin)
    countries = {
        get_airport(code).country for code in (before.origin, after.origin, after.destination)
    }
    return hub.domestic_minutes if len(countries) == 1 else hub.international_minutes


def _minutes(journey: Journey) -> int:
    return journey[-1].arrives - journey[0].departs


def _evenly(journeys: list[Journey], most: int) -> list[Journey]:
    """Return at most so many, spread over the day."""
    ordered = sorted(journeys, key=lambda one: (one[0].departs, one[0].service.carrier.code))
    if len(ordered) <= most:
        return ordered
    return [ordered[place * (len(ordered) - 1) // (most - 1)] for place in range(most)]


@lru_cache(maxsize=65536)
def _offset_minutes(zone: str, ordinal: int) -> int:
    """Return the UTC offset at 04:30 local, which holds for every departure of that date."""
    day = date.fromordinal(ordinal)
    local = datetime(day.year, day.month, day.day, 4, 30, tzinfo=get_zone(zone))
    offset = local.utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60
