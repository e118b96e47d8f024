"""Cases for the pages: the list with its filter, and one case with its past plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from api.formatting import (
    format_count,
    format_date,
    format_instant,
    format_language,
    format_list,
    format_words,
)
from api.presenters.phases import phase_status
from logistics.case.model import Case, ServiceLevel
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.facility import Facility
from logistics.people import Companion, Person
from logistics.places import get_airport
from logistics.repository.sealed import HIDDEN
from scheduling.documents.wording import duration
from scheduling.repository.plans import PlanSummary

LEVELS: Final = {
    ServiceLevel.STANDARD: ("Standard", "arranges the visit; travel is paid by the patient"),
    ServiceLevel.PREMIUM: ("Premium", "travel of the patient and one loved one, within limits"),
    ServiceLevel.VIP: ("VIP", "as Premium with higher limits and coordinated admission"),
}


def level_options() -> list[dict[str, str]]:
    """Return the service levels for a select."""
    return [{"value": level.value, "label": LEVELS[level][0]} for level in ServiceLevel]


def present_case_list(
    cases: Iterable[Case],
    facilities: Mapping[str, Facility],
    *,
    level: str,
    text: str,
    addresses: Mapping[str, str],
) -> dict[str, Any]:
    """Return the cases that match the level (empty: any) and hold every word of the text.

    ``addresses`` has for each case, by its reference, the page that a reader of the list may open.
    """
    every = list(cases)
    chosen = [
        case
        for case in every
        if (not level or case.service_level.value == level) and _holds(case, text, facilities)
    ]
    return {
        "entries": [
            {**_entry(case, facilities), "href": addresses.get(case.reference, "")}
            for case in chosen
        ],
        "total": len(every),
        "found": format_count(len(chosen), "case"),
        "has_samples": any(case.is_sample for case in every),
        "level": level,
        "text": text,
        "levels": [{"value": "", "label": "All levels"}, *level_options()],
    }


def present_case(
    case: Case,
    facilities: Mapping[str, Facility],
    plans: Iterable[PlanSummary],
    *,
    today: date,
) -> dict[str, Any]:
    """Return everything a case page shows."""
    name, meaning = LEVELS[case.service_level]
    return {
        "reference": case.reference,
        "title": case.title,
        "story": "" if case.story == HIDDEN else case.story,
        "diagnosis": case.diagnosis,
        "is_sample": case.is_sample,
        "level": {"code": case.service_level.value, "name": name, "meaning": meaning},
        "patient": _person(case.patient, today),
        "companions": [_companion(companion, today) for companion in case.companions],
        "needs": [_need(need, place) for place, need in enumerate(case.visit.needs)],
        "facilities": [
            {"id": facility.id, "name": facility.name, "city": facility.city}
            for name in case.visit.facility_ids
            if (facility := facilities.get(name))
        ],
        "wishes": _wishes(case.visit),
        "limits": _limits(case.visit.limits),
        "plans": [_plan(plan) for plan in plans],
    }


def _holds(case: Case, text: str, facilities: Mapping[str, Facility]) -> bool:
    cities = [facilities[name].city for name in case.visit.facility_ids if name in facilities]
    hay = " ".join(
        (case.reference, case.title, case.patient.name, case.patient.home_airport, *cities)
    ).casefold()
    return all(word in hay for word in text.casefold().split())


def _entry(case: Case, facilities: Mapping[str, Facility]) -> dict[str, Any]:
    cities = [facilities[name].city for name in case.visit.facility_ids if name in facilities]
    return {
        "reference": case.reference,
        # Whoever may not read why somebody travels reads which trip it is.
        "title": f"Trip {case.reference}" if case.title == HIDDEN else case.title,
        "patient": case.patient.name,
        "home": _home(case.patient),
        "cities": format_list(list(dict.fromkeys(cities))),
        "people": format_count(1 + len(case.companions), "traveller"),
        "level": {
            "code": case.service_level.value,
            "name": LEVELS[case.service_level][0],
        },
        "is_sample": case.is_sample,
    }


def _home(person: Person) -> str:
    airport = get_airport(person.home_airport)
    return f"{airport.city or airport.name} ({airport.iata})"


def _person(person: Person, today: date) -> dict[str, str]:
    return {
        "name": person.name,
        "age": format_count(person.age_on(today), "year"),
        "birth_date": format_date(person.birth_date),
        "home": _home(person),
        "languages": format_list([format_language(tag) for tag in person.languages]),
    }


def _companion(companion: Companion, today: date) -> dict[str, str]:
    way = "travels with the patient" if companion.travels_with_patient else "travels separately"
    return {
        **_person(companion.person, today),
        "relation": companion.relation.value.capitalize(),
        "way": way,
    }


def _need(need: AppointmentNeed, place: int) -> dict[str, str]:
    gaps = []
    if place and need.gap_min_minutes:
        gaps.append(f"at least {duration(need.gap_min_minutes)} after the one before")
    if place and need.gap_max_minutes is not None:
        gaps.append(f"at most {duration(need.gap_max_minutes)} after the one before")
    if need.recovery_minutes:
        gaps.append(f"{duration(need.recovery_minutes)} of recovery before departure")
    return {
        "title": need.title,
        "specialty": need.specialty,
        "length": duration(need.minutes),
        "conditions": "; ".join(gaps),
    }


def _wishes(visit: VisitRequest) -> list[dict[str, str]]:
    pairs = [
        (
            "Leave home",
            format_date(visit.earliest_date) + " or later" if visit.earliest_date else "any day",
        ),
        ("Home again", f"by {format_date(visit.latest_date)}" if visit.latest_date else "any day"),
        ("Rooms", str(visit.rooms)),
    ]
    if visit.max_nights is not None:
        pairs.append(("Longest stay", format_count(visit.max_nights, "night")))
    if visit.meeting_minutes is not None:
        pairs.append(("Separate travellers", f"arrive within {duration(visit.meeting_minutes)}"))
    return _pairs(pairs)


def _limits(limits: TravelLimits) -> list[dict[str, str]]:
    pairs = [("Cabin", format_list([format_words(cabin) for cabin in limits.cabins]))]
    if limits.assistance:
        words = sorted(word.value for word in limits.assistance)
        pairs.append(("Assistance", format_list(words)))
    if limits.nonstop_only:
        pairs.append(("Flights", "nonstop only"))
    elif limits.max_connections is not None:
        pairs.append(("Changes of flight", f"at most {limits.max_connections}"))
    if limits.max_segment_minutes is not None:
        pairs.append(("Longest flight", duration(limits.max_segment_minutes)))
    if limits.max_travel_minutes is not None:
        pairs.append(("Longest journey", duration(limits.max_travel_minutes)))
    return _pairs(pairs)


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "text": text} for label, text in pairs]


def _plan(plan: PlanSummary) -> dict[str, Any]:
    return {
        "id": plan.id,
        "created": format_instant(plan.created_at, "UTC"),
        "status": phase_status(plan.phase, plan.status),
    }
