"""What an option is called when it is shown to people: one line, local times with their zone."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.visit import PlannedAppointment


def slot_label(one: PlannedAppointment) -> str:
    """Return when, with whom and where."""
    when = _moment(one.slot.starts_at, one.facility.zone)
    return f"{when}, {one.specialist.name}, {one.facility.name}"


def flight_label(offer: FlightOffer) -> str:
    """Return the flights with their local times, the way and the fare."""
    first, last = offer.segments[0], offer.segments[-1]
    departs = _moment(offer.departs_at, get_airport(first.origin).zone)
    arrives = _moment(offer.arrives_at, get_airport(last.destination).zone)
    numbers = ", ".join(segment.designator for segment in offer.segments)
    stops = " ".join(segment.destination for segment in offer.segments[:-1])
    way = f"via {stops}" if stops else "nonstop"
    return (
        f"{first.origin} {departs} → {last.destination} {arrives}, {numbers} {way}, "
        f"{offer.cabin.replace('_', ' ')} {offer.fare_brand}, "
        f"{offer.fare.currency} {offer.fare.to_decimal_text()} each"
    )


def lodging_label(lodging: LodgingOffer) -> str:
    """Return the property, the room and how far it is."""
    away = f"{lodging.metres_to_facility / 1000:.1f} km from the facility"
    return f"{lodging.name}, {lodging.room}, {away}"


def ride_label(ride: TransferOffer, destination: str) -> str:
    """Return the ride in words; ``destination`` is the place's display name."""
    price = f"{ride.price.currency} {ride.price.to_decimal_text()}"
    return f"{ride.mode.capitalize()} {ride.origin} to {destination}, {ride.minutes} min, {price}"


@lru_cache(maxsize=16384)
def _moment(instant: datetime, zone: str) -> str:
    local = to_local(instant, zone)
    return f"{local:%a} {local.day} {local:%b %H:%M} {local.tzname()}"
