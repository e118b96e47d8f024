"""People of a case: the patient, companions, and the specialists they travel to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from logistics.errors import InvalidField


class Assistance(StrEnum):
    """What a traveller needs on the way (IATA special service requests in brackets)."""

    WHEELCHAIR = "wheelchair"
    """Cannot walk long distances or stairs (WCHR, WCHS, WCHC)."""

    OXYGEN = "oxygen"
    """Needs medical oxygen on board (OXYG)."""


class Relation(StrEnum):
    """What a companion is to the patient."""

    SPOUSE = "spouse"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CHILD = "child"
    SIBLING = "sibling"
    FRIEND = "friend"
    NURSE = "nurse"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who travels; languages are BCP 47 primary tags such as ``"en"``."""

    name: str
    birth_date: date
    home_airport: str
    languages: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a person without a name or a language."""
        if not self.name.strip():
            raise InvalidField("name", "must not be empty")
        if not self.languages:
            raise InvalidField("languages", "name at least one, such as 'en'")

    def age_on(self, day: date) -> int:
        """Return the age in completed years on that day."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class Companion:
    """A person who comes along: from the patient's airport together, or from elsewhere."""

    person: Person
    relation: Relation
    travels_with_patient: bool


@dataclass(frozen=True, slots=True)
class Specialist:
    """A physician at a facility; ``is_sample`` marks an invented person."""

    id: str
    facility_id: str
    name: str
    specialty: str
    credentials: tuple[str, ...]
    languages: tuple[str, ...]
    is_sample: bool
