"""Centers of Excellence: where they are, how to reach them, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass

from logistics.errors import InvalidField
from logistics.places import Coordinates, get_airport
from logistics.timing import get_zone


@dataclass(frozen=True, slots=True)
class Facility:
    """A hospital; ``country`` is ISO 3166 alpha-2, ``gateways`` are IATA codes, nearest first."""

    id: str
    name: str
    city: str
    country: str
    coordinates: Coordinates
    zone: str
    gateways: tuple[str, ...]
    languages: tuple[str, ...]
    address: str
    phone: str | None
    website: str
    source: str

    def __post_init__(self) -> None:
        """Refuse unknown zones and airports, and a facility nobody can fly to."""
        get_zone(self.zone)
        if not self.gateways:
            raise InvalidField("gateways", "name at least one airport")
        for iata in self.gateways:
            get_airport(iata)
