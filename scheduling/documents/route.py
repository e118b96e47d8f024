"""Where a visit goes: its places, each once, and the ways between them, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scheduling.documents import wording
from scheduling.documents.globe import Vector, great_circle, to_vector
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, Stop

_STEPS: Final = 48


class Mark(StrEnum):
    """What a place is to the visit, the weightiest first."""

    CLINIC = "clinic"
    AIRPORT = "airport"
    LODGING = "lodging"
    PLACE = "place"


_ORDER: Final = {mark: place for place, mark in enumerate(Mark)}


@dataclass(frozen=True, slots=True)
class Site:
    """A place with what it is, what it is called, and its point on the unit sphere."""

    mark: Mark
    label: str
    at: Vector


@dataclass(frozen=True, slots=True)
class Leg:
    """A way between two places; ``for_patient`` unless only companions take it."""

    start: Vector
    end: Vector
    flown: bool
    for_patient: bool

    def path(self) -> list[Vector]:
        """Return points along the shortest way, close enough together to draw a curve."""
        return great_circle(self.start, self.end, _STEPS)


def list_sites(itinerary: Itinerary) -> list[Site]:
    """Return every place of the visit once: clinics first, then airports, lodging, the rest."""
    found: dict[str, Site] = {}
    for item, stop in _stops(itinerary):
        label = f"{stop.code} {wording.city_of(stop)}" if stop.code else wording.one_line(stop.name)
        site = Site(_mark(item, stop), label, _vector(stop))
        known = found.get(label)
        if known is None or _ORDER[site.mark] < _ORDER[known.mark]:
            found[label] = site
    return sorted(found.values(), key=lambda site: _ORDER[site.mark])


def list_legs(itinerary: Itinerary) -> list[Leg]:
    """Return each way once, whichever direction; the patient's where anyone else shares it.

    Those drawn last, on top, come last: flights over ground, the patient's over others'.
    """
    legs: dict[frozenset[Vector], Leg] = {}
    for item in itinerary.items:
        if item.destination is None:
            continue
        start, end = _vector(item.origin), _vector(item.destination)
        for_patient = itinerary.patient in item.travellers
        leg = Leg(start, end, flown=item.kind is ItemKind.FLIGHT, for_patient=for_patient)
        known = legs.get(frozenset((start, end)))
        if known is None or (leg.for_patient and not known.for_patient):
            legs[frozenset((start, end))] = leg
    return sorted(legs.values(), key=lambda leg: (leg.flown, leg.for_patient))


def _vector(stop: Stop) -> Vector:
    return to_vector(stop.latitude, stop.longitude)


def _stops(itinerary: Itinerary) -> Iterator[tuple[ItineraryItem, Stop]]:
    for item in itinerary.items:
        yield item, item.origin
        if item.destination:
            yield item, item.destination


def _mark(item: ItineraryItem, stop: Stop) -> Mark:
    if stop.code:
        return Mark.AIRPORT
    match item.kind:
        case ItemKind.APPOINTMENT:
            return Mark.CLINIC
        case ItemKind.LODGING:
            return Mark.LODGING
        case ItemKind.FLIGHT | ItemKind.TRANSFER | ItemKind.REST:
            return Mark.PLACE
