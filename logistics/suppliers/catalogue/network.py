"""Who flies where: nonstop services by simple hub rules, and paths with changes of flight.

A carrier flies between its bases and other airports, the farther the bigger they must be. Which
of the plausible routes exist, their times of day and weekdays are drawn from the seed, so the
network is invented; airports, distances and bases are real.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice, pairwise, product

import numpy as np
import numpy.typing as npt

from logistics.places import Airport, get_airport
from logistics.suppliers.catalogue.chance import draw, within
from logistics.suppliers.catalogue.ingredients import Carrier, Hub, Ingredients, Size
from logistics.suppliers.catalogue.schedules import (
    LONG_HAUL_KM,
    Leg,
    Service,
    plan_services,
)

_FARTHEST_KM = 15500
_NEAREST_KM = 100
_FEEDER_KM = 1500
_PATHS_ONE_STOP = 7
_PATHS_TWO_STOPS = 4
_PATHS_ENOUGH = 3
_HUBS_TRIED = 14
_EARTH_KM = 6371.009

_INTERCONTINENTAL_TIER = 3


Path = tuple[Leg, ...]


class Network:
    """The invented network over real airports; answers are cached, never changed."""

    def __init__(self, seed: int, ingredients: Ingredients) -> None:
        """Index carriers by base and hubs by position."""
        self._seed = seed
        self._ingredients = ingredients
        self._based: dict[str, list[Carrier]] = {code: [] for code in ingredients.hubs}
        for carrier in ingredients.carriers:
            for code in carrier.hubs:
                self._based[code].append(carrier)
        self._hubs = sorted(ingredients.hubs)
        spots = [get_airport(code).coordinates for code in self._hubs]
        self._radians = np.radians([(spot.latitude, spot.longitude) for spot in spots])
        self._kilometres: dict[str, dict[str, int]] = {}
        self._carriers: dict[tuple[str, str], tuple[Carrier, ...]] = {}
        self._services: dict[tuple[str, str, str], tuple[Service, ...]] = {}
        self._paths: dict[tuple[str, str], tuple[Path, ...]] = {}

    def hub(self, code: str) -> Hub:
        """Return the hub where a path changes flights."""
        return self._ingredients.hubs[code]

    def kilometres_from_hubs(self, airport: Airport) -> dict[str, int]:
        """Return the great-circle distance of every hub from the airport, in kilometres."""
        known = self._kilometres.get(airport.iata)
        if known is None:
            spot = airport.coordinates
            metres = _haversine(
                math.radians(spot.latitude), math.radians(spot.longitude), self._radians
            )
            known = dict(zip(self._hubs, metres.round().astype(int).tolist(), strict=True))
            self._kilometres[airport.iata] = known
        return known

    def paths(self, origin: str, destination: str) -> tuple[Path, ...]:
        """Return ways from one airport to the other: nonstop first, then by length; or nothing."""
        known = self._paths.get((origin, destination))
        if known is None:
            one, other = get_airport(origin), get_airport(destination)
            nonstop = [
                (Leg(carrier, origin, destination),) for carrier in self._between(one, other)
            ]
            one_stop = self._one_stop(one, other)
            two_stops = (
                self._two_stops(one, other) if len(nonstop) + len(one_stop) < _PATHS_ENOUGH else []
            )
            known = (*nonstop, *one_stop, *two_stops)
            self._paths[origin, destination] = known
        return known

    def services(self, leg: Leg) -> tuple[Service, ...]:
        """Return the carrier's flight numbers on that leg, in order of departure."""
        key = (leg.carrier.code, leg.origin, leg.destination)
        known = self._services.get(key)
        if known is None:
            sizes = self._ingredients.sizes
            ends = (leg.origin, leg.destination)
            known = self._services[key] = plan_services(
                self._seed,
                leg,
                kilometres=_direct(*map(get_airport, ends)),
                size=min(sizes.get(code, Size.UNLISTED) for code in ends),
            )
        return known

    def _one_stop(self, one: Airport, other: Airport) -> list[Path]:
        found: list[tuple[int, int, str, Path]] = []
        before, after = self.kilometres_from_hubs(one), self.kilometres_from_hubs(other)
        limit = _longest_way(_direct(one, other))
        for code in self._hubs:
            length = before[code] + after[code]
            if code in {one.iata, other.iata} or length > limit:
                continue
            hub = get_airport(code)
            pairs = _partners(self._between(one, hub), self._between(hub, other))
            for place, (first, second) in enumerate(pairs[:2]):
                path = (Leg(first, one.iata, code), Leg(second, code, other.iata))
                found.append((length + 400 * place, place, code, path))
        found.sort(key=lambda row: row[:3])
        return [path for *_, path in found[:_PATHS_ONE_STOP]]

    def _two_stops(self, one: Airport, other: Airport) -> list[Path]:
        before, after = self.kilometres_from_hubs(one), self.kilometres_from_hubs(other)
        limit = _longest_way(_direct(one, other))
        starts = self._served(one, lambda code: before[code] + after[code])
        ends = self._served(other, lambda code: before[code] + after[code])
        found: list[tuple[int, str, str, Path]] = []
        for first, second in product(starts, ends):
            if first == second or {first, second} & {one.iata, other.iata}:
                continue
            here, there = get_airport(first), get_airport(second)
            length = before[first] + self.kilometres_from_hubs(here)[second] + after[second]
            if length > limit:
                continue
            path = self._first_chain(one, here, there, other)
            if path:
                found.append((length, first, second, path))
        found.sort(key=lambda row: row[:3])
        return [path for *_, path in found[:_PATHS_TWO_STOPS]]

    def _first_chain(self, *stops: Airport) -> Path | None:
        legs = [self._between(a, b) for a, b in pairwise(stops)]
        codes = [stop.iata for stop in stops]
        for carriers in product(*legs):
            if all(_are_partners(a, b) for a, b in pairwise(carriers)):
                ends = zip(carriers, codes, codes[1:], strict=False)
                return tuple(Leg(carrier, start, end) for carrier, start, end in ends)
        return None

    def _served(self, airport: Airport, length: Callable[[str], int]) -> list[str]:
        """Return the hubs with nonstops to the airport, those least out of the way first."""
        ranked = sorted(self._hubs, key=lambda code: (length(code), code))
        served = (code for code in ranked if self._between(airport, get_airport(code)))
        return list(islice(served, _HUBS_TRIED))

    def _between(self, one: Airport, other: Airport) -> tuple[Carrier, ...]:
        """Return the carriers that fly nonstop between the two, in either direction."""
        key = (min(one.iata, other.iata), max(one.iata, other.iata))
        known = self._carriers.get(key)
        if known is None:
            based = {
                carrier.code: carrier
                for code in key
                for carrier in self._based.get(code, ())
                if self._flies(carrier, one, other)
            }
            known = tuple(based[code] for code in sorted(based))
            self._carriers[key] = known
        return known

    def _flies(self, carrier: Carrier, one: Airport, other: Airport) -> bool:
        if other.iata in carrier.hubs and (one.iata not in carrier.hubs or other.iata < one.iata):
            one, other = other, one
        kilometres = self.kilometres_from_hubs(other)[one.iata]
        if not _NEAREST_KM <= kilometres <= _FARTHEST_KM:
            return False
        if other.iata in carrier.hubs:
            return kilometres <= LONG_HAUL_KM or carrier.long_haul
        size = self._ingredients.sizes.get(other.iata, Size.UNLISTED)
        if size == Size.UNLISTED:
            return one.iata in self._feeders(other)
        if carrier.low_cost and size < Size.MEDIUM:
            return False
        chance = _route_permille(
            kilometres=kilometres,
            size=size,
            domestic=one.country == other.country,
            intercontinental=carrier.long_haul
            and self.hub(one.iata).tier >= _INTERCONTINENTAL_TIER,
        )
        return (
            within(draw(self._seed, "route", carrier.code, one.iata, other.iata), 1, 1000) <= chance
        )

    def _feeders(self, airport: Airport) -> list[str]:
        """Return the hubs that serve an airport the catalogue knows nothing about: the nearest."""
        kilometres = self.kilometres_from_hubs(airport)
        near = [code for code in self._hubs if kilometres[code] <= _FEEDER_KM]
        at_home = [code for code in near if get_airport(code).country == airport.country]
        return sorted(at_home or near, key=lambda code: (kilometres[code], code))[:2]


def _haversine(
    latitude: float, longitude: float, others: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return great-circle kilometres from one point to each row (latitude, longitude, radians)."""
    high = np.sin((others[:, 0] - latitude) / 2) ** 2
    wide = np.sin((others[:, 1] - longitude) / 2) ** 2
    part = high + math.cos(latitude) * np.cos(others[:, 0]) * wide
    kilometres: npt.NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(part))
    return kilometres


def _direct(one: Airport, other: Airport) -> int:
    spot = other.coordinates
    row = np.radians([(spot.latitude, spot.longitude)])
    here = one.coordinates
    return round(
        float(_haversine(math.radians(here.latitude), math.radians(here.longitude), row)[0])
    )


def _longest_way(kilometres: int) -> int:
    """Return how long a way with changes may be: a fifth more, and short ways up to 700 km."""
    return max(kilometres * 13 // 10, kilometres + 700)


def _are_partners(one: Carrier, other: Carrier) -> bool:
    return one.code == other.code or (one.alliance is not None and one.alliance == other.alliance)


def _partners(
    one: tuple[Carrier, ...], other: tuple[Carrier, ...]
) -> list[tuple[Carrier, Carrier]]:
    pairs = [pair for pair in product(one, other) if _are_partners(*pair)]
    return sorted(pairs, key=lambda pair: (pair[0].code != pair[1].code, pair[0].code))


_LONG_HAUL_STEPS_KM = (9000, 12500)
_LONG_HAUL_PERMILLE = {Size.INTERCONTINENTAL: (850, 600, 350), Size.MAJOR: (420, 180, 60)}
_DOMESTIC_SMALL_KM = 2200
_REACH_KM = {Size.INTERCONTINENTAL: 4500, Size.MAJOR: 4500, Size.MEDIUM: 3000, Size.SMALL: 1500}
_REGIONAL_PERMILLE = {
    Size.INTERCONTINENTAL: 950,
    Size.MAJOR: 850,
    Size.MEDIUM: 600,
    Size.SMALL: 300,
}


def _route_permille(*, kilometres: int, size: Size, domestic: bool, intercontinental: bool) -> int:
    """Return how likely a carrier flies from its base to an airport of that size, in permille."""
    if kilometres > LONG_HAUL_KM:
        place = bisect_right(_LONG_HAUL_STEPS_KM, kilometres)
        return _LONG_HAUL_PERMILLE.get(size, (0, 0, 0))[place] if intercontinental else 0
    if domestic:
        if size >= Size.MEDIUM:
            return 1000
        return 850 if kilometres <= _DOMESTIC_SMALL_KM else 0
    return _REGIONAL_PERMILLE[size] if kilometres <= _REACH_KM[size] else 0
