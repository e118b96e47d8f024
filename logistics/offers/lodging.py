"""Lodging offers: a room near the facility with a price and a count for every night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from logistics.places import Coordinates
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class LodgingNight:
    """One night of one room type: price per room with taxes, of which ``taxes``; rooms left."""

    date: date
    price: Money
    taxes: Money
    rooms_left: int


@dataclass(frozen=True, slots=True)
class LodgingOffer:
    """A property and room type; ``nights`` are consecutive, one entry a date.

    ``metres_to_facility`` is geodesic. ``free_cancellation_hours`` before check-in; None means
    never free; later cancellation costs the first night. Clock times are local in ``zone``.
    """

    id: str
    supplier: str
    name: str
    room: str
    coordinates: Coordinates
    address: str
    zone: str
    facility_id: str
    metres_to_facility: int
    sleeps: int
    is_accessible: bool
    has_kitchen: bool
    min_nights: int
    check_in_from: time
    check_out_until: time
    free_cancellation_hours: int | None
    nights: tuple[LodgingNight, ...]

    def __post_init__(self) -> None:
        """Refuse gaps between the nights."""
        for before, after in zip(self.nights, self.nights[1:], strict=False):
            if (after.date - before.date).days != 1:
                raise ValueError(
                    f"lodging offer {self.id}: {before.date} is not followed by a night"
                )


@dataclass(frozen=True, slots=True)
class LodgingQuery:
    """Rooms near a facility for the nights of local dates ``first_date``..``last_date``."""

    facility_id: str
    facility_coordinates: Coordinates
    city: str
    zone: str
    first_date: date
    last_date: date
    rooms: int
    guests: int
    currency: str
    asked_at: datetime
