"""Who travels together: the parties of a case, each flying from one airport."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from logistics.case.model import Case
from logistics.people import Person

PATIENT_PARTY = "patient"
"""The id of the party the patient travels in; it is always the first."""


@dataclass(frozen=True, slots=True)
class TravelParty:
    """People who share every flight; ``travellers`` are names, ``birth_dates`` in the same order.

    ``id`` is ``"patient"`` or ``"companion-ZRH"`` after the airport the party flies from.
    """

    id: str
    travellers: tuple[str, ...]
    birth_dates: tuple[date, ...]
    home_airport: str

    @property
    def size(self) -> int:
        """Return how many seats the party needs."""
        return len(self.travellers)

    @property
    def is_patients(self) -> bool:
        """Return whether the patient travels in this party."""
        return self.id == PATIENT_PARTY


def parties_of(case: Case) -> tuple[TravelParty, ...]:
    """Return the patient's party first, then other companions by home airport, in case order."""
    groups: dict[str, list[Person]] = {PATIENT_PARTY: [case.patient]}
    for companion in case.companions:
        person = companion.person
        together = companion.travels_with_patient
        key = PATIENT_PARTY if together else f"companion-{person.home_airport}"
        groups.setdefault(key, []).append(person)
    return tuple(
        TravelParty(
            id=key,
            travellers=tuple(person.name for person in people),
            birth_dates=tuple(person.birth_date for person in people),
            home_airport=people[0].home_airport,
        )
        for key, people in groups.items()
    )
