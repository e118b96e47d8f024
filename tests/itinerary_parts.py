"""Pieces of itineraries for tests: real airports and zones, an invented hotel and home."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from logistics.places import get_airport
from logistics.timing import to_utc
from scheduling.itinerary import ItemKind, ItineraryItem, LocalInstant, Stop

ZURICH: Final = "Europe/Zurich"
CHICAGO: Final = "America/Chicago"

HOSPITAL: Final = Stop(
    "University Hospital Zurich", "Rämistrasse 100, 8091 Zürich", 47.3769, 8.5511
)
HOTEL: Final = Stop("Hotel Limmatblick (sample)", "Limmatquai 82, 8001 Zürich", 47.3735, 8.5433)


def at(day: str, clock: str, zone: str) -> LocalInstant:
    """Return the instant of a wall-clock time such as ``("2026-12-08", "14:05", zone)``."""
    return LocalInstant(to_utc(date.fromisoformat(day), time.fromisoformat(clock), zone), zone)


def _on_the_clock(text: str, zone: str) -> LocalInstant:
    day, clock = text.split()
    return at(day, clock, zone)


def airport(code: str) -> Stop:
    """Return the stop of a real airport."""
    found = get_airport(code)
    point = found.coordinates
    return Stop(found.name, found.city, point.latitude, point.longitude, code)


def home(code: str) -> Stop:
    """Return an invented home some 15 km from a real airport."""
    near = airport(code)
    return Stop("Home", "", near.latitude + 0.12, near.longitude + 0.05)


def flight(
    number: str,
    *,
    route: str,
    departs: str,
    arrives: str,
    travellers: tuple[str, ...],
) -> ItineraryItem:
    """Return a flight; ``route`` is ``"ZRH-IAH"``, times are local, ``"2026-12-08 14:05"``."""
    origin, destination = route.split("-")
    carrier = number.split(maxsplit=1)[0]
    return ItineraryItem(
        key=f"flight-{number.replace(' ', '')}-{'-'.join(travellers)}",
        kind=ItemKind.FLIGHT,
        title=f"Flight {number} {origin} to {destination}",
        travellers=travellers,
        starts=_on_the_clock(departs, get_airport(origin).zone),
        ends=_on_the_clock(arrives, get_airport(destination).zone),
        origin=airport(origin),
        destination=airport(destination),
        details=(("Flight", number), ("Carrier", carrier), ("Cabin", "economy")),
    )


def transfer(
    key: str,
    *,
    starts: LocalInstant,
    ends: LocalInstant,
    origin: Stop,
    destination: Stop,
    travellers: tuple[str, ...],
) -> ItineraryItem:
    """Return a ground transfer."""
    return ItineraryItem(
        key=key,
        kind=ItemKind.TRANSFER,
        title=f"Taxi to {destination.name}",
        travellers=travellers,
        starts=starts,
        ends=ends,
        origin=origin,
        destination=destination,
        details=(("Vehicle", "taxi"),),
    )


def staying(
    key: str,
    kind: ItemKind,
    title: str,
    *,
    starts: LocalInstant,
    ends: LocalInstant,
    place: Stop,
    travellers: tuple[str, ...],
    details: tuple[tuple[str, str], ...] = (),
) -> ItineraryItem:
    """Return something that stays in place: lodging, appointment or rest."""
    return ItineraryItem(key, kind, title, travellers, starts, ends, place, None, details)
