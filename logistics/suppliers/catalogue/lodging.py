"""Lodging offers: invented properties around a facility, with a price and a count every night."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, time

import numpy as np
import numpy.typing as npt

from logistics.offers.lodging import LodgingNight, LodgingOffer, LodgingQuery
from logistics.places import Coordinates, metres_between
from logistics.suppliers.catalogue.chance import draw, spread, within
from logistics.suppliers.catalogue.fares import season_permille
from logistics.suppliers.catalogue.ingredients import CityLevel, Ingredients, Water
from logistics.timing import to_local
from pricing.money import Money

_FEWEST, _MOST = 66, 88
_NEAREST_METRES, _REACH_METRES = 200, 11_800
_FRIDAY = 4
_ACCESSIBLE_PERCENT = 38

_WORDS = (
    "Linden", "Harbour", "Juniper", "Meadow", "Lantern", "Willow", "Compass", "Heron", "Birch",
    "Saffron", "Orchard", "Granite", "Marigold", "Cedar", "Swallow", "Copper", "Laurel", "Beacon",
    "Poppy", "Maple", "Clover", "Quartz", "Fennel", "Robin", "Amber", "Alder", "Thistle", "Pebble",
    "Hazel", "Violet", "Rowan", "Cobalt", "Aster", "Sparrow", "Ivory", "Myrtle", "Larch", "Coral",
    "Sorrel", "Finch", "Olive", "Slate", "Primrose", "Walnut",
)  # fmt: skip

_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of room: price in permille of the city's plain room, how often of 100."""

    house: str
    room: str
    sleeps: int
    permille: int
    min_nights: tuple[int, ...]
    share: int
    has_kitchen: bool = False


_KINDS = (
    _Kind("Hotel", "double room", 2, 1050, (1,), 30),
    _Kind("Inn", "twin room", 2, 880, (1,), 18),
    _Kind("Guesthouse", "double room", 2, 720, (1, 1, 2), 14),
    _Kind("Residence", "studio with kitchen", 2, 1000, (1, 2, 3), 14, has_kitchen=True),
    _Kind("Apartments", "two-room apartment", 4, 1380, (2, 2, 3), 10, has_kitchen=True),
    _Kind("Family Hotel", "family room", 4, 1330, (1,), 8),
    _Kind("Grand Hotel", "superior room", 2, 1850, (1,), 6),
)


@dataclass(frozen=True, slots=True)
class _Property:
    """One invented house with one room type; ``bits`` decide its nights."""

    id: str
    name: str
    kind: _Kind
    coordinates: Coordinates
    metres: int
    point: str
    is_accessible: bool
    min_nights: int
    free_cancellation_hours: int | None
    level_cents: int
    bits: int


class LodgingShelf:
    """Makes the lodging offers of one catalogue; properties are invented once per facility."""

    def __init__(self, *, seed: int, supplier: str, ingredients: Ingredients) -> None:
        """Keep the seed, and the name the offers carry."""
        self._seed = seed
        self._supplier = supplier
        self._ingredients = ingredients
        self._properties: dict[tuple[str, Coordinates, str], tuple[_Property, ...]] = {}

    def search(self, query: LodgingQuery) -> tuple[LodgingOffer, ...]:
        """Return the rooms that sleep the guests, nearest first, with every night asked for."""
        today = to_local(query.asked_at, query.zone).date()
        first = max(query.first_date, today)
        if query.last_date < first:
            return ()
        level = self._level(query.city)
        suited = [
            one
            for one in self._around(query, level)
            if one.kind.sleeps * query.rooms >= query.guests
        ]
        if not suited:
            return ()
        days = [
            date.fromordinal(o) for o in range(first.toordinal(), query.last_date.toordinal() + 1)
        ]
        prices, rooms = self._nights(suited, days, level, query.city)
        taxes = prices * level.tax_permille // 1000 + level.tax_night_cents
        offers = zip(suited, (prices + taxes).tolist(), taxes.tolist(), rooms.tolist(), strict=True)
        amounts = _Amounts(query.currency)
        return tuple(
            self._offer(
                one,
                query,
                tuple(
                    LodgingNight(day, amounts.of(price), amounts.of(tax), left)
                    for day, price, tax, left in zip(days, row, tax_row, left_row, strict=True)
                ),
            )
            for one, row, tax_row, left_row in offers
        )

    def _offer(
        self, one: _Property, query: LodgingQuery, nights: tuple[LodgingNight, ...]
    ) -> LodgingOffer:
        return LodgingOffer(
            id=one.id,
            supplier=self._supplier,
            name=one.name,
            room=one.kind.room,
            coordinates=one.coordinates,
            address=f"sample address, {one.metres} m {one.point} of the facility, {query.city}",
            zone=query.zone,
            facility_id=query.facility_id,
            metres_to_facility=one.metres,
            sleeps=one.kind.sleeps,
            is_accessible=one.is_accessible,
            has_kitchen=one.kind.has_kitchen,
            min_nights=one.min_nights,
            check_in_from=time(14 + one.bits % 3),
            check_out_until=time(10 + one.bits % 3),
            free_cancellation_hours=one.free_cancellation_hours,
            nights=nights,
        )

    def _level(self, city: str) -> CityLevel:
        cities = self._ingredients.cities
        return cities.get(city, cities["*"])

    def _around(self, query: LodgingQuery, level: CityLevel) -> tuple[_Property, ...]:
        key = (query.facility_id, query.facility_coordinates, query.city)
        known = self._properties.get(key)
        if known is None:
            bits = draw(self._seed, "properties", query.facility_id)
            count = within(bits, _FEWEST, _MOST)
            found = [self._property(place, query, level) for place in range(count)]
            known = tuple(sorted(found, key=lambda one: (one.metres, one.id)))
            self._properties[key] = known
        return known

    def _property(self, place: int, query: LodgingQuery, level: CityLevel) -> _Property:
        bits = draw(self._seed, "property", query.facility_id, place)
        kind = _kind_of(within(bits, 0, 99))
        share = within(bits >> 8, 0, 9999)
        metres = _NEAREST_METRES + _REACH_METRES * share * share // 10**8
        degrees, metres = _on_land(within(bits >> 24, 0, 359), metres, level.water)
        coordinates = _at(query.facility_coordinates, degrees, metres)
        word = _WORDS[place % len(_WORDS)]
        suffix = " II" if place >= len(_WORDS) else ""
        quality = within(bits >> 33, 780, 1280) * (1150 - 300 * metres // 12_000)
        return _Property(
            id=f"{query.facility_id}-stay-{place:02d}",
            name=f"{word} {kind.house}{suffix} (sample)",
            kind=kind,
            coordinates=coordinates,
            metres=metres_between(query.facility_coordinates, coordinates),
            point=_POINTS[(degrees * 10 + 225) // 450 % 8],
            is_accessible=within(bits >> 43, 0, 99) < _ACCESSIBLE_PERCENT,
            min_nights=kind.min_nights[within(bits >> 50, 0, len(kind.min_nights) - 1)],
            free_cancellation_hours=(24, 24, 48, 72, None)[within(bits >> 53, 0, 4)],
            level_cents=level.level_cents * kind.permille * quality // 10**9,
            bits=bits,
        )

    def _nights(
        self, suited: list[_Property], days: list[date], level: CityLevel, city: str
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return net prices in cents and rooms left, one row a property, one column a night."""
        ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
        starts = np.array([one.bits for one in suited], dtype=np.uint64)[:, None]
        bits = spread(starts, ordinals[None, :])
        noise = (bits % np.uint64(121)).astype(np.int64) + 940
        busy = np.array([self._is_eventful(city, day) for day in days])
        weekend = [level.weekend_permille if day.weekday() in {4, 5} else 1000 for day in days]
        season = [season_permille(self._ingredients.seasons, day) for day in days]
        daily = np.array(weekend, dtype=np.int64) * np.array(season, dtype=np.int64)
        daily = daily * np.where(busy, 1240, 1000) // 1000
        base = np.array([one.level_cents for one in suited], dtype=np.int64)[:, None]
        prices = base * daily[None, :] // 1000 * noise // 1_000_000
        full = ((bits >> np.uint64(20)) % np.uint64(100)).astype(np.int64)
        left = ((bits >> np.uint64(40)) % np.uint64(8)).astype(np.int64) + 1
        rooms = np.where(full < np.where(busy, 28, 8)[None, :], 0, left)
        return prices, rooms

    def _is_eventful(self, city: str, day: date) -> bool:
        """Return whether a congress or fair fills the city that week: about one week in eight."""
        year, week, weekday = day.isocalendar()
        return weekday < _FRIDAY and draw(self._seed, "event", city, year, week) % 8 == 0


class _Amounts:
    """Money values by cents: many nights cost the same tax, so each value is made once."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._known: dict[int, Money] = {}

    def of(self, cents: int) -> Money:
        money = self._known.get(cents)
        if money is None:
            money = self._known[cents] = Money(cents, self._currency)
        return money


def _kind_of(percent: int) -> _Kind:
    for kind in _KINDS:
        if percent < kind.share:
            return kind
        percent -= kind.share
    return _KINDS[0]


def _on_land(degrees: int, metres: int, water: tuple[Water, ...]) -> tuple[int, int]:
    """Return the bearing turned out of the water, or the distance shortened to the shore."""
    for turn in range(8):
        turned = (degrees + 47 * turn) % 360
        if all(metres <= one.beyond_metres for one in water if _faces(turned, one)):
            return turned, metres
    shore = min(one.beyond_metres for one in water if _faces(degrees, one))
    return degrees, min(metres, shore)


def _faces(degrees: int, water: Water) -> bool:
    return water.from_degrees <= degrees <= water.to_degrees


def _at(centre: Coordinates, degrees: int, metres: int) -> Coordinates:
    """Return the point so far from the centre, to about a metre: the earth is flat at 12 km."""
    north = metres * math.cos(math.radians(degrees)) / 111_200
    east = metres * math.sin(math.radians(degrees)) / 111_200
    east /= math.cos(math.radians(centre.latitude))
    return Coordinates(round(centre.latitude + north, 5), round(centre.longitude + east, 5))
