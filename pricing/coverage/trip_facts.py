"""Facts of the whole trip: its days, its people, its places, its care and its process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from pricing.coverage.documents.timetable import hour_of, hours_between
from pricing.coverage.documents.trip_document import Site
from pricing.coverage.legs import in_unit
from pricing.coverage.people import TripPerson
from pricing.coverage.scene import Scene
from pricing.coverage.view import Found, Unstated, View, one_person_of, plain


def _trip(view: View, name: str) -> Found:
    match name:
        case "hours":
            return _hours(view)
        case "start_hour":
            return _hour(view.scene.trip.starts, "starts (with its time, such as 2026-03-01T08:00)")
        case "end_hour":
            return _hour(view.scene.trip.ends, "ends (with its time, such as 2026-03-01T20:00)")
        case _:
            return _OF_TRIP[name](view.scene)


_OF_TRIP: Final[Mapping[str, Callable[[Scene], Found]]] = {
    "start": lambda scene: scene.start,
    "end": lambda scene: scene.end,
    "nights": lambda scene: Fraction((scene.end - scene.start).days),
    "days": lambda scene: Fraction((scene.end - scene.start).days + 1),
    "persons": lambda scene: Fraction(len(scene.people)),
    "visits": lambda scene: Fraction(len(scene.trip.visits) or 1),
    "stage": lambda scene: scene.trip.stage,
    "kinds": lambda scene: tuple(
        dict.fromkeys(expense.kind.value for expense in scene.trip.expenses)
    ),
    "claimed": lambda scene: Fraction(
        sum(price.cost or 0 for price in scene.prices), scene.minor_units
    ),
}


def _hours(view: View) -> Found:
    starts, ends = view.scene.trip.starts, view.scene.trip.ends
    if not isinstance(starts, datetime):
        return Unstated("starts (with its time, such as 2026-03-01T08:00)")
    if not isinstance(ends, datetime):
        return Unstated("ends (with its time, such as 2026-03-01T20:00)")
    return hours_between(starts, ends)


def _hour(moment: date, field: str) -> Found:
    """Return the time of a moment in hours since midnight."""
    if not isinstance(moment, datetime):
        return Unstated(field)
    return hour_of(moment)


def _patient(view: View, name: str) -> Found:
    if name in {"admitted", "discharged"}:
        days: list[date] = [getattr(stay, name) for stay in view.scene.trip.patient.inpatient]
        if not days:
            return Unstated("patient.inpatient")
        return min(days) if name == "admitted" else max(days)
    patient = next(iter(view.scene.people.values()))
    return _one(patient, name, view.scene.start)


def _person(view: View, name: str) -> Found:
    if view.person is None:
        return Unstated(one_person_of(view))
    return _one(view.person, name, view.scene.start)


def _one(person: TripPerson, name: str, day: date) -> Found:
    match name:
        case "id" | "role":
            return str(getattr(person, name))
        case "number":
            return Fraction(person.number)
        case "age":
            return plain(person.age_on(day), f"{person.field}.age (or birth_date)")
        case _:
            return _stated_of(person, name)


def _stated_of(person: TripPerson, name: str) -> Found:
    field = f"{person.field}.{name}"
    if not hasattr(person.stated, name):
        return Unstated(f"{field} (a patient never has one: ask person.role first)")
    if name == "birth_date" and person.stated.age is not None:
        field += " (instead of age)"
    return plain(getattr(person.stated, name), field)


def _site(view: View, name: str) -> Found:
    return _of_place(view, view.scene.trip.site, name, f"site.{name}")


def _nearest(view: View, name: str) -> Found:
    return _of_place(view, view.scene.trip.nearest, name, f"nearest.{name}")


def _of_place(view: View, place: Site, name: str, field: str) -> Found:
    """Return a fact of a place of care, its costs in units of the policy's currency."""
    value = getattr(place, name)
    if name not in _COSTS or value is None:
        return plain(value, field)
    return Fraction(value) * view.scene.trip_rates.unit_rate(view.piece, field)


_COSTS: Final = frozenset({"care_cost", "travel_cost"})


def _distances(view: View, name: str) -> Found:
    between, _, way_unit = name.partition(".")
    distance = view.scene.trip.distances.get(between)
    way, _, unit = way_unit.partition("_")
    if distance is not None:
        miles, kilometres = getattr(distance, f"{way}_mi"), getattr(distance, f"{way}_km")
        found = in_unit(miles, kilometres, unit)
        if found is not None:
            return found
    others = [other for other in view.scene.trip.distances if other != between]
    hint = f" (it states {', '.join(others)})" if others else ""
    return Unstated(f"distances.{name}{hint}")


def _care(view: View, name: str) -> Found:
    return plain(getattr(view.scene.trip.care, name), f"care.{name}")


def _referral(view: View, name: str) -> Found:
    return plain(getattr(view.scene.trip.referral, name), f"referral.{name}")


def _claim(view: View, _: str) -> Found:
    claim = view.scene.trip.claim
    return Unstated("claim.filed") if claim is None else claim.filed


def _decided(view: View, _: str) -> Found:
    return view.scene.decided_on


TRIP_FACTS: Final[Mapping[str, Callable[[View, str], Found]]] = {
    "trip": _trip,
    "patient": _patient,
    "person": _person,
    "site": _site,
    "nearest": _nearest,
    "distances": _distances,
    "care": _care,
    "referral": _referral,
    "claim": _claim,
    "decided": _decided,
}
"""How to read a fact, by its owner."""
