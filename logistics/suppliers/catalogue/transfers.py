"""Ground transfers: on foot, by public transport, taxi or accessible van, priced by country."""

from __future__ import annotations

import math
from collections.abc import Iterator

from logistics.offers.transfers import TransferMode, TransferOffer, TransferQuery, TransferStop
from logistics.places import Coordinates
from logistics.suppliers.catalogue.ingredients import GroundLevel, Ingredients
from pricing.money import Money

_EARTH_METRES = 6_371_009
_ROAD_PERCENT = 128
"""Road metres for a hundred metres as the crow flies."""

_WALK_METRES = 1200
_TAXI_SEATS = 4
_VAN_SEATS = 6
_PUBLIC_SEATS = 9


class TransferShelf:
    """Makes the transfer offers of one catalogue."""

    def __init__(self, *, supplier: str, ingredients: Ingredients) -> None:
        """Keep the price levels, and the name the offers carry."""
        self._supplier = supplier
        self._levels = ingredients.ground

    def search(self, query: TransferQuery) -> tuple[TransferOffer, ...]:
        """Return every mode for every pair of stops, in the order of the stops."""
        level = self._levels.get(query.country, self._levels["*"])
        return tuple(
            offer
            for origin in query.origins
            for destination in query.destinations
            if origin.id != destination.id
            for offer in self._between(origin, destination, level, query)
        )

    def _between(
        self,
        origin: TransferStop,
        destination: TransferStop,
        level: GroundLevel,
        query: TransferQuery,
    ) -> Iterator[TransferOffer]:
        straight = _metres(origin.coordinates, destination.coordinates)
        metres = max(straight * _ROAD_PERCENT // 100, 50)
        driving = _driving_minutes(metres)
        people = query.travellers
        taxis = -(-people // _TAXI_SEATS)
        taxi = level.taxi_base_cents + level.taxi_km_cents * metres // 1000
        fares = [
            (TransferMode.TAXI, 6 + driving, taxi * taxis, _TAXI_SEATS * taxis, False),
            (
                TransferMode.ACCESSIBLE_VAN,
                10 + driving,
                taxi * 5 // 4 + level.van_base_cents,
                _VAN_SEATS,
                True,
            ),
        ]
        if straight <= _WALK_METRES:
            fares.insert(0, (TransferMode.WALK, 2 + metres // 75, 0, people, False))
        else:
            ticket = level.public_base_cents + level.public_km_cents * metres // 1000
            step_free = level.public_is_step_free
            public = (TransferMode.PUBLIC, 12 + driving * 3 // 2, ticket * people, _PUBLIC_SEATS)
            fares.insert(0, (*public, step_free))
        for mode, minutes, cents, seats, is_accessible in fares:
            yield TransferOffer(
                id=f"{origin.id}~{destination.id}~{mode.name.lower()}~{people}",
                supplier=self._supplier,
                mode=mode,
                origin=origin.id,
                destination=destination.id,
                metres=metres,
                minutes=minutes,
                price=Money(cents, query.currency),
                seats=seats,
                is_accessible=is_accessible,
            )


def _driving_minutes(metres: int) -> int:
    """Return minutes by road: 24 km/h in town, 42 km/h from 5 km on, 75 km/h from 20 km on."""
    town = min(metres, 5_000)
    fringe = min(max(metres - 5_000, 0), 15_000)
    country = max(metres - 20_000, 0)
    return 1 + town // 400 + fringe // 700 + country // 1250


def _metres(one: Coordinates, other: Coordinates) -> int:
    """Return great-circle metres (haversine), within half a per cent of the geodesic."""
    here, there = math.radians(one.latitude), math.radians(other.latitude)
    high = math.sin((there - here) / 2) ** 2
    wide = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return round(
        2 * _EARTH_METRES * math.asin(math.sqrt(high + math.cos(here) * math.cos(there) * wide))
    )
