"""Facilities for the pages: the list, and one with its specialists and open slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from api.formatting import format_count, format_language, format_list, format_offset
from logistics.facility import Facility
from logistics.people import Specialist
from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.documents import wording
from scheduling.itinerary import LocalInstant
from scheduling.slots import Slot

SLOTS_A_PAGE: Final = 20


def present_facility_list(
    facilities: Iterable[Facility], specialists: Iterable[Specialist]
) -> dict[str, Any]:
    """Return every facility with the count of its specialists."""
    owners = [specialist.facility_id for specialist in specialists]
    return {
        "entries": [
            {
                "id": facility.id,
                "name": facility.name,
                "place": f"{facility.city}, {facility.country}",
                "languages": _languages(facility.languages),
                "specialists": format_count(owners.count(facility.id), "specialist"),
            }
            for facility in facilities
        ],
        "countries": format_count(
            len({facility.country for facility in facilities}), "country", "countries"
        )
        if isinstance(facilities, Sequence)
        else "",
    }


def present_facility(
    facility: Facility,
    specialists: Sequence[Specialist],
    slots: Sequence[Slot],
    *,
    now: datetime,
    page: int,
) -> dict[str, Any]:
    """Return one facility, its specialists, and a page of its open slots."""
    names = {specialist.id: specialist.name for specialist in specialists}
    pages = max(1, -(-len(slots) // SLOTS_A_PAGE))
    shown = min(max(page, 1), pages)
    part = slots[(shown - 1) * SLOTS_A_PAGE : shown * SLOTS_A_PAGE]
    offset = to_local(now, facility.zone).utcoffset()
    return {
        "id": facility.id,
        "name": facility.name,
        "zone": facility.zone,
        "zone_words": f"{facility.zone.replace('_', ' ')}"
        + (f", now {format_offset(offset)}" if offset is not None else ""),
        "website": facility.website,
        "source": facility.source,
        "facts": _facts(facility),
        "specialists": [_specialist(specialist, slots) for specialist in specialists],
        "specialist_options": [
            {"value": specialist.id, "label": f"{specialist.name}, {specialist.specialty}"}
            for specialist in specialists
        ],
        "has_samples": any(specialist.is_sample for specialist in specialists),
        "slots": [_slot(slot, facility.zone, names) for slot in part],
        "slot_count": format_count(len(slots), "open slot"),
        "page": shown,
        "pages": pages,
    }


def _facts(facility: Facility) -> list[dict[str, str]]:
    airports = [f"{get_airport(iata).city} ({iata})" for iata in facility.gateways]
    pairs = [
        ("City", f"{facility.city}, {facility.country}"),
        ("Address", facility.address),
        ("Telephone", facility.phone or "not given"),
        ("Airports, nearest first", format_list(airports)),
        ("Languages", _languages(facility.languages)),
        ("Time zone", facility.zone.replace("_", " ")),
    ]
    return [{"label": label, "text": text} for label, text in pairs]


def _languages(tags: Sequence[str]) -> str:
    return format_list([format_language(tag) for tag in tags])


def _specialist(specialist: Specialist, slots: Sequence[Slot]) -> dict[str, Any]:
    count = sum(slot.specialist_id == specialist.id for slot in slots)
    return {
        "name": specialist.name,
        "specialty": specialist.specialty,
        "credentials": ", ".join(specialist.credentials),
        "languages": _languages(specialist.languages),
        "is_sample": specialist.is_sample,
        "slots": str(count),
    }


def _slot(slot: Slot, zone: str, names: dict[str, str]) -> dict[str, str]:
    return {
        "when": wording.time_range(
            LocalInstant(slot.starts_at, zone), LocalInstant(slot.ends_at, zone)
        ),
        "who": names.get(slot.specialist_id, slot.specialist_id),
        "fee": wording.money(slot.fee),
    }
