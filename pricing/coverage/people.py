"""Who is on a trip, in one form for patient and companions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pricing.coverage.documents.trip_document import Companion, Patient, Trip

PATIENT: Final = "patient"
"""The role of the patient."""


@dataclass(frozen=True, slots=True)
class TripPerson:
    """One traveller: ``stated`` is the part of the document, ``field`` its place there.

    ``number`` is 0 for the patient and counts the companions from 1 in the document's order.
    """

    id: str
    role: str
    number: int
    stated: Patient | Companion
    field: str

    @property
    def is_patient(self) -> bool:
        """Return whether this is the one who is treated."""
        return self.number == 0

    def age_on(self, day: date) -> int | None:
        """Return the age in completed years on that day, None where nothing states it."""
        born = self.stated.birth_date
        if born is None:
            return self.stated.age
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def people_of(trip: Trip) -> dict[str, TripPerson]:
    """Return everybody on the trip by id, the patient first."""
    people = [TripPerson(trip.patient.id, PATIENT, 0, trip.patient, "patient")]
    people += (
        TripPerson(one.id, one.role, number, one, f"companions[{one.id}]")
        for number, one in enumerate(trip.companions, start=1)
    )
    return {person.id: person for person in people}


def day_of(moment: datetime | date) -> date:
    """Return the local calendar day of a date or a time."""
    return moment.date() if isinstance(moment, datetime) else moment


def is_inpatient(patient: Patient, night: date) -> bool:
    """Return whether the patient spends that night in hospital."""
    return any(stay.admitted <= night < stay.discharged for stay in patient.inpatient)
