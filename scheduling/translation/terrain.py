"""The lie of the land of one supply: cities, their gateways and zones, and time on the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from logistics.facility import Facility
from scheduling.translation.supply import Supply


def city_of(facility: Facility) -> str:
    """Return the city's name as the problem document writes it, such as ``"Zürich, CH"``."""
    return f"{facility.city}, {facility.country}"


@dataclass(frozen=True, slots=True)
class Terrain:
    """Where the facilities of a supply lie.

    ``cities`` maps a city to its facilities; ``ground_minutes`` maps (party id, gateway) to the
    longest ride on offer between that gateway and any place.
    """

    cities: Mapping[str, tuple[Facility, ...]]
    ground_minutes: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, supply: Supply) -> Terrain:
        """Return the terrain of a supply."""
        facilities = {one.facility.id: one.facility for one in supply.appointments}
        cities: dict[str, tuple[Facility, ...]] = {}
        for facility in facilities.values():
            city = city_of(facility)
            cities[city] = (*cities.get(city, ()), facility)
        ground: dict[tuple[str, str], int] = {}
        for one in supply.parties:
            for ride in one.rides:
                key = (one.party.id, ride.origin)
                ground[key] = max(ground.get(key, 0), ride.minutes)
        return cls(cities, ground)

    def zone(self, city: str) -> str:
        """Return the IANA zone of a city."""
        return self.cities[city][0].zone

    def cities_served_by(self, gateway: str) -> tuple[str, ...]:
        """Return the cities for which the airport is a gateway, in order of their facilities."""
        return tuple(
            city
            for city, facilities in self.cities.items()
            if any(gateway in facility.gateways for facility in facilities)
        )

    def city_of_facility(self, facility_id: str) -> str:
        """Return the city of a facility of the supply."""
        return next(
            city
            for city, facilities in self.cities.items()
            if any(facility.id == facility_id for facility in facilities)
        )

    def facility(self, facility_id: str) -> Facility:
        """Return a facility of the supply."""
        return next(
            one
            for facilities in self.cities.values()
            for one in facilities
            if one.id == facility_id
        )

    def longest_ride(self, party_id: str, gateway: str) -> int:
        """Return the minutes of the longest ride on offer, 0 where there is none."""
        return self.ground_minutes.get((party_id, gateway), 0)
