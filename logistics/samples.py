"""The sample world of ``seed_data``: facilities (real), specialists, slots and cases (invented).

Facilities are public facts with their source. Everything else is fictional and marked so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from logistics.case.model import Case, ServiceLevel
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.errors import FacilityNotFound, InvalidField, SpecialistNotFound
from logistics.facility import Facility
from logistics.organisation import Organisation, OrganisationKind
from logistics.people import Assistance, Companion, Person, Relation, Specialist
from logistics.places import Coordinates
from logistics.timing import require_utc, to_utc
from pricing.money import Money

SLOT_DAYS = 60
"""Slots are offered on the days 1 to 60 after the day of seeding."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOSED = ((12, 25), (12, 26), (1, 1))
"""Month and day on which no sample clinic is held."""

_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class SampleSlot:
    """A time an invented specialist offers; instants in UTC, ``fee`` what the visit costs."""

    id: str
    specialist_id: str
    starts_at: datetime
    ends_at: datetime
    fee: Money

    def __post_init__(self) -> None:
        """Refuse naive instants."""
        require_utc(self.starts_at, "starts_at")
        require_utc(self.ends_at, "ends_at")


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Facility(_Row):
    id: str
    name: str
    city: str
    country: str
    coordinates: tuple[float, float]
    zone: str
    gateways: tuple[str, ...]
    languages: tuple[str, ...]
    address: str
    phone: str | None
    website: str
    source: str


class _Facilities(_Row):
    facilities: tuple[_Facility, ...]


class _Specialty(_Row):
    minutes: Annotated[tuple[int, ...], Field(min_length=1)]
    fee_usd_per_hour: int


class _Clinic(_Row):
    weekdays: tuple[str, ...]
    starts: tuple[time, ...]


class _Specialist(_Row):
    id: str
    facility: str
    name: str
    specialty: str
    credentials: tuple[str, ...]
    languages: tuple[str, ...]
    clinic: _Clinic


class _Specialists(_Row):
    specialties: dict[str, _Specialty]
    fee_permille_by_country: dict[str, int]
    specialists: tuple[_Specialist, ...]


class _Person(_Row):
    name: str
    birth_date: date
    home_airport: str
    languages: tuple[str, ...]


class _Companion(_Person):
    relation: Relation
    with_patient: bool


class _Need(_Row):
    id: str
    title: str
    specialty: str
    minutes: int
    gap_min_hours: int = 0
    gap_max_hours: int | None = None
    recovery_hours: int = 0


class _Limits(_Row):
    assistance: frozenset[Assistance] = frozenset()
    nonstop_only: bool = False
    max_connections: int | None = None
    max_segment_minutes: int | None = None
    max_travel_minutes: int | None = None
    cabins: tuple[str, ...] = ("economy",)


class _Visit(_Row):
    facilities: tuple[str, ...]
    rooms: int
    needs: tuple[_Need, ...]
    earliest_in_days: int
    latest_in_days: int | None = None
    max_nights: int | None = None
    meeting_hours: int = 24
    limits: _Limits = _Limits()


class _Case(_Row):
    reference: str
    title: str
    diagnosis: str
    service_level: ServiceLevel
    story: str
    patient: _Person
    companions: tuple[_Companion, ...] = ()
    visit: _Visit


class _Cases(_Row):
    cases: tuple[_Case, ...]


class _Organisation(_Row):
    id: str
    name: str
    kind: OrganisationKind
    case_prefix: str = ""


class _Organisations(_Row):
    case_payer: str
    organisations: tuple[_Organisation, ...]


def load_organisations() -> tuple[Organisation, ...]:
    """Return the invented operators and payers, then one organisation for each facility."""
    document = _read("organisations.yaml", _Organisations)
    invented = (
        Organisation(
            id=row.id, name=row.name, kind=row.kind, case_prefix=row.case_prefix, is_sample=True
        )
        for row in document.organisations
    )
    standing_for = (
        Organisation(
            id=facility.id,
            name=facility.name,
            kind=OrganisationKind.FACILITY,
            facility_id=facility.id,
            is_sample=True,
        )
        for facility in load_facilities()
    )
    return (*invented, *standing_for)


def case_payer() -> str:
    """Return the id of the organisation that pays for the sample cases."""
    return _read("organisations.yaml", _Organisations).case_payer


def load_facilities() -> tuple[Facility, ...]:
    """Return the facilities in the order of the file."""
    return tuple(
        Facility(
            id=row.id,
            name=row.name,
            city=row.city,
            country=row.country,
            coordinates=Coordinates(*row.coordinates),
            zone=row.zone,
            gateways=row.gateways,
            languages=row.languages,
            address=row.address,
            phone=row.phone,
            website=row.website,
            source=row.source,
        )
        for row in _read("facilities.yaml", _Facilities).facilities
    )


def load_specialists() -> tuple[Specialist, ...]:
    """Return the invented specialists in the order of the file."""
    return tuple(
        Specialist(
            id=row.id,
            facility_id=row.facility,
            name=row.name,
            specialty=row.specialty,
            credentials=row.credentials,
            languages=row.languages,
            is_sample=True,
        )
        for row in _read("specialists.yaml", _Specialists).specialists
    )


def load_cases(today: date) -> tuple[Case, ...]:
    """Return the invented cases, their dates counted from ``today``."""
    return tuple(_case(row, today) for row in _read("cases.yaml", _Cases).cases)


def sample_slots(
    specialists: tuple[Specialist, ...], facilities: tuple[Facility, ...], today: date
) -> tuple[SampleSlot, ...]:
    """Return what the specialists offer in the 60 days after ``today``, by specialist and time.

    Clinic days and starting times are local; lengths take turns from start to start and week to
    week. Raises SpecialistNotFound, FacilityNotFound for people and places not in the sample.
    """
    document = _read("specialists.yaml", _Specialists)
    clinics = {row.id: row.clinic for row in document.specialists}
    places = {facility.id: facility for facility in facilities}
    slots: list[SampleSlot] = []
    for specialist in specialists:
        clinic = clinics.get(specialist.id)
        if clinic is None:
            raise SpecialistNotFound(specialist.id)
        facility = places.get(specialist.facility_id)
        if facility is None:
            raise FacilityNotFound(specialist.facility_id)
        specialty = document.specialties[specialist.specialty]
        permille = document.fee_permille_by_country[facility.country]
        for day in _clinic_days(clinic, today):
            for place, start in enumerate(clinic.starts):
                turn = (day.toordinal() // 7 + place) % len(specialty.minutes)
                minutes = specialty.minutes[turn]
                starts_at = to_utc(day, start, facility.zone)
                slots.append(
                    SampleSlot(
                        id=f"{specialist.id}-{day:%Y%m%d}-{start:%H%M}",
                        specialist_id=specialist.id,
                        starts_at=starts_at,
                        ends_at=starts_at + timedelta(minutes=minutes),
                        fee=_fee(specialty, minutes, permille),
                    )
                )
    return tuple(slots)


def _clinic_days(clinic: _Clinic, today: date) -> list[date]:
    held = {_WEEKDAYS.index(name) for name in clinic.weekdays}
    days = [today + timedelta(days=after) for after in range(1, SLOT_DAYS + 1)]
    return [day for day in days if day.weekday() in held and (day.month, day.day) not in _CLOSED]


def _fee(specialty: _Specialty, minutes: int, permille: int) -> Money:
    """Return the fee of a visit of that length in the country, rounded half up to a cent."""
    hour = Money(specialty.fee_usd_per_hour * 100, _CURRENCY)
    return hour.share(minutes * permille, 60 * 1000)


def _case(row: _Case, today: date) -> Case:
    return Case(
        reference=row.reference,
        title=row.title,
        diagnosis=row.diagnosis,
        service_level=row.service_level,
        patient=_person(row.patient),
        companions=tuple(
            Companion(_person(one), one.relation, one.with_patient) for one in row.companions
        ),
        visit=_visit(row.visit, today),
        is_sample=True,
        story=row.story,
    )


def _person(row: _Person) -> Person:
    return Person(row.name, row.birth_date, row.home_airport, row.languages)


def _visit(row: _Visit, today: date) -> VisitRequest:
    latest = row.latest_in_days
    return VisitRequest(
        needs=tuple(_need(one) for one in row.needs),
        facility_ids=row.facilities,
        limits=TravelLimits(
            assistance=row.limits.assistance,
            nonstop_only=row.limits.nonstop_only,
            max_connections=row.limits.max_connections,
            max_segment_minutes=row.limits.max_segment_minutes,
            max_travel_minutes=row.limits.max_travel_minutes,
            cabins=row.limits.cabins,
        ),
        rooms=row.rooms,
        earliest_date=today + timedelta(days=row.earliest_in_days),
        latest_date=None if latest is None else today + timedelta(days=latest),
        max_nights=row.max_nights,
        meeting_minutes=row.meeting_hours * 60,
    )


def _need(row: _Need) -> AppointmentNeed:
    return AppointmentNeed(
        id=row.id,
        title=row.title,
        specialty=row.specialty,
        minutes=row.minutes,
        gap_min_minutes=row.gap_min_hours * 60,
        gap_max_minutes=None if row.gap_max_hours is None else row.gap_max_hours * 60,
        recovery_minutes=row.recovery_hours * 60,
    )


_S = TypeVar("_S", bound=_Row)


def _read(name: str, shape: type[_S]) -> _S:
    try:
        return shape.model_validate(_document(name))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InvalidField(f"seed_data/{name}: {path}", first["msg"]) from error


@lru_cache(maxsize=8)
def _document(name: str) -> Any:  # noqa: ANN401 — YAML can hold anything; the shape is checked next
    text = (files("seed_data") / name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 — both loaders are the safe ones
    except yaml.YAMLError as error:
        raise InvalidField(f"seed_data/{name}", f"not readable as YAML: {error}") from error
