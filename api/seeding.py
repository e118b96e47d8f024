"""Fill a database with the sample facilities, organisations, specialists, cases and slots.

Whatever is stored already stays as people left it: only what is missing is added. On a later day
that is the later slots.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from sqlmodel import Session

from api.coverage.samples import add_sample_policies
from api.people.samples import add_sample_people
from logistics.case.model import Case
from logistics.facility import Facility
from logistics.organisation import CasePart, Organisation
from logistics.people import Specialist
from logistics.repository.cases import add_cases, list_cases
from logistics.repository.facilities import add_facilities, list_facilities
from logistics.repository.organisations import (
    add_organisations,
    add_participants,
    list_organisations,
)
from logistics.repository.sessions import Sessions
from logistics.repository.specialists import add_specialists, list_specialists
from logistics.samples import SampleSlot
from scheduling.repository.slots import add_slots, list_slots
from scheduling.slots import Slot


class Samples(Protocol):
    """Where samples come from: the module ``logistics.samples``."""

    def load_facilities(self) -> Iterable[Facility]:
        """Return the facilities: real hospitals."""
        ...

    def load_organisations(self) -> Iterable[Organisation]:
        """Return the organisations: invented, or standing for a facility."""
        ...

    def case_payer(self) -> str:
        """Return the id of the organisation that pays for the cases."""
        ...

    def load_specialists(self) -> Iterable[Specialist]:
        """Return the specialists: invented people."""
        ...

    def load_cases(self, today: date, /) -> Iterable[Case]:
        """Return the cases, their dates relative to today."""
        ...

    def sample_slots(
        self,
        specialists: tuple[Specialist, ...],
        facilities: tuple[Facility, ...],
        today: date,
        /,
    ) -> Iterable[SampleSlot]:
        """Return the slots of the coming days, each with the same id on every day of seeding."""
        ...


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How many of each were added; what was there already is not counted."""

    facilities: int
    organisations: int
    specialists: int
    cases: int
    slots: int
    users: int = 0
    policies: int = 0


def seed(
    database: Sessions, *, today: date, samples: Samples, has_people: bool = True
) -> SeedReport:
    """Add the samples a migrated database lacks, all or none; raises DatabaseUnavailable.

    ``has_people`` says whether users for demonstration and the policies they try are among them.
    """
    began = datetime.combine(today, time(), UTC)
    facilities = tuple(samples.load_facilities())
    organisations = tuple(samples.load_organisations())
    specialists = tuple(samples.load_specialists())
    cases = tuple(samples.load_cases(today))
    slots = tuple(
        Slot(slot.id, slot.specialist_id, slot.starts_at, slot.ends_at, slot.fee)
        for slot in samples.sample_slots(specialists, facilities, today)
    )
    with database.write() as session:
        return SeedReport(
            facilities=_seed_facilities(session, facilities),
            organisations=_seed_organisations(session, organisations),
            specialists=_seed_specialists(session, specialists),
            cases=_seed_cases(session, cases, samples.case_payer()),
            slots=_seed_slots(session, slots),
            users=add_sample_people(session, now=began) if has_people else 0,
            policies=add_sample_policies(session, samples.case_payer(), now=began)
            if has_people
            else 0,
        )


def _seed_facilities(session: Session, facilities: tuple[Facility, ...]) -> int:
    stored = {facility.id for facility in list_facilities(session)}
    missing = [facility for facility in facilities if facility.id not in stored]
    add_facilities(session, missing)
    return len(missing)


def _seed_specialists(session: Session, specialists: tuple[Specialist, ...]) -> int:
    stored = {specialist.id for specialist in list_specialists(session)}
    missing = [specialist for specialist in specialists if specialist.id not in stored]
    add_specialists(session, missing)
    return len(missing)


def _seed_organisations(session: Session, organisations: tuple[Organisation, ...]) -> int:
    stored = {organisation.id for organisation in list_organisations(session)}
    missing = [organisation for organisation in organisations if organisation.id not in stored]
    add_organisations(session, missing)
    return len(missing)


def _seed_cases(session: Session, cases: tuple[Case, ...], payer_id: str) -> int:
    """Add the cases that are missing, and the parts in samples that nobody has a part in."""
    stored = {case.reference for case in list_cases(session)}
    missing = [case for case in cases if case.reference not in stored]
    add_cases(session, missing)
    operators = [one for one in list_organisations(session) if one.case_prefix]
    references = [case.reference for case in cases]
    owned = {ref: one.id for ref in references for one in operators if one.owns(ref)}
    add_participants(session, owned, part=CasePart.OPERATOR)
    add_participants(session, dict.fromkeys(references, payer_id), part=CasePart.PAYER)
    return len(missing)


def _seed_slots(session: Session, slots: tuple[Slot, ...]) -> int:
    """Add the slots that are missing and whose time nobody has given to another slot."""
    stored = list_slots(session, specialist_ids={slot.specialist_id for slot in slots})
    known = {slot.id for slot in stored}
    times = defaultdict(list)
    for slot in stored:
        times[slot.specialist_id].append(slot)
    missing = [
        slot for slot in slots if slot.id not in known and _is_free(slot, times[slot.specialist_id])
    ]
    add_slots(session, missing)
    return len(missing)


def _is_free(slot: Slot, others: list[Slot]) -> bool:
    """Tell whether the slot overlaps none of the others, which are in order and disjoint."""
    place = bisect_right(others, slot.starts_at, key=lambda other: other.starts_at)
    return not any(slot.window.overlaps(other.window) for other in others[max(0, place - 1) :][:2])
