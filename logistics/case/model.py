"""A second-opinion case: patient, companions, service level, and the visit it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from logistics.case.visit_request import VisitRequest
from logistics.errors import InvalidField
from logistics.people import Companion, Person
from logistics.places import get_airport

MAX_COMPANIONS = 3
ADULT_AGE = 18
OLDEST_AGE = 130

_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,30}[A-Z0-9]", re.ASCII)


class ServiceLevel(StrEnum):
    """The three levels of the service; what each pays is data in the coverage policies."""

    STANDARD = "standard"
    PREMIUM = "premium"
    VIP = "vip"


@dataclass(frozen=True, slots=True)
class Case:
    """One case; ``reference`` is what people call it, such as ``"SJ-1004"``."""

    reference: str
    title: str
    diagnosis: str
    service_level: ServiceLevel
    patient: Person
    companions: tuple[Companion, ...]
    visit: VisitRequest
    is_sample: bool
    story: str = ""

    def __post_init__(self) -> None:
        """Refuse references nobody can type, unknown home airports and too many companions."""
        if not _REFERENCE.fullmatch(self.reference):
            raise InvalidField("reference", "3 to 32 capital letters, digits and hyphens")
        if not self.title.strip():
            raise InvalidField("title", "must not be empty")
        if len(self.companions) > MAX_COMPANIONS:
            raise InvalidField("companions", "at most three companions")
        for person in (self.patient, *(companion.person for companion in self.companions)):
            get_airport(person.home_airport)
        for place, companion in enumerate(self.companions):
            same_home = companion.person.home_airport == self.patient.home_airport
            if companion.travels_with_patient and not same_home:
                raise InvalidField(
                    f"companions.{place}.travels_with_patient",
                    "travelling together needs the same home airport",
                )

    def require_plausible(self, today: date) -> None:
        """Raise InvalidField for births in the future and for minors without a guardian."""
        people = [("patient", self.patient)] + [
            (f"companions.{place}", companion.person)
            for place, companion in enumerate(self.companions)
        ]
        for path, person in people:
            if person.birth_date > today:
                raise InvalidField(f"{path}.birth_date", "must not be in the future")
            if person.age_on(today) > OLDEST_AGE:
                raise InvalidField(f"{path}.birth_date", "must be within the last 130 years")
        adults = [c for c in self.companions if c.person.age_on(today) >= ADULT_AGE]
        if self.patient.age_on(today) < ADULT_AGE and not any(
            c.travels_with_patient for c in adults
        ):
            raise InvalidField("companions", "a minor travels with at least one adult")
