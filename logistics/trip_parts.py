"""A case as parts of a trip document: its people, where they go, what for.

Plans and claims write the same parts, so that a claim finds the balances a plan has counted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from logistics.case.model import Case
from logistics.case.visit_request import AppointmentNeed
from logistics.case_facts import CaseFacts
from logistics.facility import Facility
from logistics.people import Person, Relation
from logistics.places import Coordinates, get_airport, metres_between
from pricing.coverage.documents.trip_document import (
    Care,
    Companion,
    Distance,
    Patient,
    Site,
    Visit,
)

_LONGEST: Final = 100
"""Letters that a name in a trip document has at most."""

_ROOM: Final = 4
"""Letters that are left for the number of a second person of one name and day."""

_BORN: Final = re.compile(r" \d{4}-\d{2}-\d{2}( #\d+)?\Z", re.ASCII)


def member_id(person: Person) -> str:
    """Return how trip documents and balances name somebody: the same in every case of theirs."""
    return _called(person.name, person.birth_date)


def member_ids(people: Iterable[tuple[str, date]]) -> tuple[str, ...]:
    """Return the id of everybody on a trip, by name and birth date.

    Two people of one name may be born on one day; the later one gets a number.
    """
    named: list[str] = []
    for name, born in people:
        member = _called(name, born)
        same = sum(one == member or one.startswith(f"{member} #") for one in named)
        named.append(f"{member} #{same + 1}" if same else member)
    return tuple(named)


def household_of(case: Case, facts: CaseFacts) -> str:
    """Return under which name the household's balances are kept: the patient's unless stated."""
    return facts.household or member_id(case.patient)


def name_of(member: str) -> str:
    """Return how people call somebody whom trip documents name so."""
    return _BORN.sub("", member)


def patient_of(case: Case, member: str) -> Patient:
    """Return the patient under an id."""
    home = get_airport(case.patient.home_airport)
    return Patient(id=member, birth_date=case.patient.birth_date, residence=home.country)


def companion_of(relation: Relation, birth_date: date, member: str, *, same_day: bool) -> Companion:
    """Return a companion under an id."""
    return Companion(
        id=member,
        role="nurse" if relation is Relation.NURSE else "companion",
        relation=relation.value,
        birth_date=birth_date,
        same_day=same_day,
    )


def site_of(facility: Facility) -> Site:
    """Return where the patient goes."""
    return Site(name=facility.name, city=facility.city, country=facility.country)


def distances_of(case: Case, facility: Facility) -> dict[str, Distance]:
    """Return how far the site is from home, which is the home airport."""
    home = get_airport(case.patient.home_airport)
    straight = Decimal(_metres(home.coordinates, facility.coordinates)) / 1000
    return {"home_to_site": Distance(straight_km=straight)}


def care_of(case: Case) -> Care:
    """Return what the trip is for."""
    return Care(diagnosis=_one_line(case.diagnosis))


def visit_of(need: AppointmentNeed, day: date) -> Visit:
    """Return the visit at the site that meets a need on a day."""
    return Visit(id=need.id, date=day, purpose=_one_line(need.title), scheduled=True)


def _called(name: str, birth_date: date) -> str:
    born = f" {birth_date.isoformat()}"
    return " ".join(name.split())[: _LONGEST - _ROOM - len(born)].rstrip() + born


@lru_cache(maxsize=1024)
def _metres(home: Coordinates, site: Coordinates) -> int:
    return metres_between(home, site)


def _one_line(text: str) -> str | None:
    return " ".join(text.split())[:_LONGEST].strip() or None
