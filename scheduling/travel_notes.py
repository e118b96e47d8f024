"""What to bring, whom to call, and what still stands between a plan and the journey.

Sentences for the traveller, made from the case and the items of its timeline.
"""

from __future__ import annotations

from datetime import datetime

from logistics.case.model import ADULT_AGE, Case
from logistics.facility import Facility
from logistics.fitness import airline_notices
from logistics.people import Assistance
from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.itinerary import Contact, ItemKind, ItineraryItem

SAMPLE_NOTICE = "Sample data: the people, specialists, offers and prices shown are fictional."

_NOT_BOUGHT = "Only the appointment is held for you; flights, rooms and rides are not bought yet."

_ENTRY_RULES = (
    "Check the entry rules of every country now: a US ESTA takes up to 72 hours, a UK ETA three "
    "working days, a Schengen visa 15 to 45 days."
)


def what_to_bring(case: Case, items: tuple[ItineraryItem, ...]) -> tuple[str, ...]:
    """Return what the travellers should have in their bags, most important first."""
    abroad = len(_countries(items)) > 1
    things = [
        "Passport of every traveller, valid for six months after the return"
        if abroad
        else "Photo identity document of every adult",
        "Insurance card and the coverage decision printed with this itinerary",
        "Physician notes, laboratory results, imaging reports and the images themselves",
        "Glass pathology slides where the facility asked for them; a picture does not replace them",
        "Medication in hand luggage, in its packaging, with the prescription",
    ]
    if abroad:
        things.append("Visa or electronic travel authorisation where the destination asks for one")
    assistance = case.visit.limits.assistance
    if Assistance.OXYGEN in assistance:
        things.append("The airline's medical clearance (MEDIF) and the oxygen prescription")
    if Assistance.WHEELCHAIR in assistance:
        things.append("Size and weight of your own wheelchair, and the type of its battery")
    if case.patient.age_on(items[0].starts.local.date()) < ADULT_AGE:
        things.append("Birth certificate, and the consent of any guardian who does not travel")
    return tuple(things)


def notices_for(case: Case, items: tuple[ItineraryItem, ...]) -> tuple[str, ...]:
    """Return what must still be done, each with the last moment for it."""
    notices = [SAMPLE_NOTICE] if case.is_sample else []
    notices.append(_NOT_BOUGHT)
    notices += _assistance_notices(case, items)
    if len(_countries(items)) > 1:
        notices.append(_ENTRY_RULES)
    return tuple(notices)


def contacts_for(
    items: tuple[ItineraryItem, ...], facilities: tuple[Facility, ...]
) -> tuple[Contact, ...]:
    """Return whom to call: the coordination desk, the facilities seen, the lodging."""
    seen = {item.origin.name for item in items if item.kind is ItemKind.APPOINTMENT}
    stays = (item.origin.name for item in items if item.kind is ItemKind.LODGING)
    return (
        Contact("Travel coordination", "Sojourn coordination desk", "", ""),
        *(
            Contact("Facility", facility.name, facility.phone or "", "")
            for facility in facilities
            if facility.name in seen
        ),
        *(Contact("Lodging", name, "", "") for name in stays),
    )


def _assistance_notices(case: Case, items: tuple[ItineraryItem, ...]) -> tuple[str, ...]:
    """Return what every airline must be told, with the last moment for it."""
    flights = [item for item in items if item.kind is ItemKind.FLIGHT]
    if not flights:
        return ()
    first = min(flights, key=lambda item: item.starts.at).starts
    return tuple(
        f"{notice.sentence}: by {_written(notice.due_at, first.zone)} for the first flight."
        for notice in airline_notices(departs_at=first.at, assistance=case.visit.limits.assistance)
    )


def _countries(items: tuple[ItineraryItem, ...]) -> frozenset[str]:
    return frozenset(
        get_airport(stop.code).country
        for item in items
        for stop in (item.origin, item.destination)
        if stop is not None and stop.code
    )


def _written(instant: datetime, zone: str) -> str:
    local = to_local(instant, zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone})"
