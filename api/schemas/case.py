"""Cases as JSON: what a new case must say, and how a case is told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.schemas.fields import (
    AirportCode,
    Answer,
    Body,
    GapMinutes,
    IsoDate,
    JourneyMinutes,
    Language,
    LongText,
    Name,
    Reference,
    ShortText,
)
from logistics.case.model import MAX_COMPANIONS, Case, ServiceLevel
from logistics.case.visit_request import (
    LONGEST_APPOINTMENT_MINUTES,
    MAX_NEEDS,
    MAX_ROOMS,
    SHORTEST_APPOINTMENT_MINUTES,
    VisitRequest,
)
from logistics.people import Assistance, Person, Relation

CABINS = ("economy", "premium_economy", "business", "first")


def _word_of(kind: type[ServiceLevel] | type[Assistance] | type[Relation]) -> BeforeValidator:
    """Return a validator that reads a word of the enumeration and nothing else."""

    def read(value: Any) -> Any:  # noqa: ANN401 — whatever the JSON holds
        words = [member.value for member in kind]
        if isinstance(value, str) and value in words:
            return kind(value)
        raise ValueError(f"must be one of {', '.join(words)}")

    return BeforeValidator(read)


def _known_cabin(value: Any) -> Any:  # noqa: ANN401 — whatever the JSON holds
    if not isinstance(value, str) or value not in CABINS:
        raise ValueError(f"must be one of {', '.join(CABINS)}")
    return value


Level = Annotated[ServiceLevel, _word_of(ServiceLevel)]
RelationWord = Annotated[Relation, _word_of(Relation)]
AssistanceWord = Annotated[Assistance, _word_of(Assistance)]
Cabin = Annotated[
    str, BeforeValidator(_known_cabin), Field(json_schema_extra={"enum": list(CABINS)})
]


class PersonBody(Body):
    """Somebody who travels."""

    name: ShortText
    birth_date: IsoDate
    home_airport: AirportCode
    languages: list[Language] = Field(min_length=1, max_length=10)


class CompanionBody(Body):
    """Somebody who comes along."""

    person: PersonBody
    relation: RelationWord
    travels_with_patient: bool = Field(
        default=True, description="false: travels alone and meets the patient there"
    )


class NeedBody(Body):
    """One appointment the visit must have; gaps count from the end of the one before."""

    id: Name
    title: ShortText
    specialty: ShortText
    minutes: int = Field(ge=SHORTEST_APPOINTMENT_MINUTES, le=LONGEST_APPOINTMENT_MINUTES)
    gap_min_minutes: GapMinutes = 0
    gap_max_minutes: GapMinutes | None = None
    recovery_minutes: GapMinutes = Field(
        default=0, description="nobody departs for so long after the appointment"
    )


class LimitsBody(Body):
    """Hard limits of every journey; null means no limit."""

    assistance: list[AssistanceWord] = Field(default_factory=list, max_length=len(Assistance))
    nonstop_only: bool = False
    max_connections: int | None = Field(default=None, ge=0, le=5)
    max_segment_minutes: JourneyMinutes | None = None
    max_travel_minutes: JourneyMinutes | None = None
    cabins: list[Cabin] = Field(default_factory=lambda: ["economy"], min_length=1, max_length=4)


class VisitBody(Body):
    """The visit to plan."""

    needs: list[NeedBody] = Field(min_length=1, max_length=MAX_NEEDS)
    facility_ids: list[Name] = Field(min_length=1, max_length=50)
    limits: LimitsBody = Field(default_factory=LimitsBody)
    rooms: int = Field(default=1, ge=1, le=MAX_ROOMS)
    earliest_date: IsoDate | None = Field(
        default=None, description="nobody leaves home before this date"
    )
    latest_date: IsoDate | None = Field(
        default=None, description="everybody is home by the end of this date"
    )
    max_nights: int | None = Field(default=None, ge=0, le=120)
    meeting_minutes: GapMinutes | None = Field(
        default=24 * 60, description="how far apart separate travellers may arrive and leave"
    )


class CaseBody(Body):
    """A new case."""

    reference: Reference
    title: ShortText
    diagnosis: LongText = ""
    service_level: Level
    patient: PersonBody
    companions: list[CompanionBody] = Field(default_factory=list, max_length=MAX_COMPANIONS)
    visit: VisitBody
    story: LongText = ""
    payer_id: Name | None = Field(
        default=None,
        description="organisation of the insurer or sponsor; null: nobody but the patient pays",
    )


class CaseAnswer(CaseBody, Answer):
    """A case as it is kept."""

    is_sample: bool = Field(description="true: invented people, for trying things out")


class CaseSummary(Answer):
    """A case in a list."""

    reference: Reference
    title: str
    patient: str
    service_level: Level
    is_sample: bool


class CaseList(Answer):
    """All cases, in order of their references."""

    cases: list[CaseSummary]


def case_answer(case: Case, *, payer_id: str | None) -> dict[str, Any]:
    """Return the case as JSON values, in the shape of `CaseAnswer`."""
    return {
        "reference": case.reference,
        "title": case.title,
        "diagnosis": case.diagnosis,
        "service_level": case.service_level.value,
        "patient": _person(case.patient),
        "companions": [
            {
                "person": _person(companion.person),
                "relation": companion.relation.value,
                "travels_with_patient": companion.travels_with_patient,
            }
            for companion in case.companions
        ],
        "visit": visit_answer(case.visit),
        "story": case.story,
        "payer_id": payer_id,
        "is_sample": case.is_sample,
    }


def case_summary(case: Case) -> dict[str, Any]:
    """Return what a list tells of a case, in the shape of `CaseSummary`."""
    return {
        "reference": case.reference,
        "title": case.title,
        "patient": case.patient.name,
        "service_level": case.service_level.value,
        "is_sample": case.is_sample,
    }


def visit_answer(visit: VisitRequest) -> dict[str, Any]:
    """Return the visit as JSON values, in the shape of `VisitBody`."""
    limits = visit.limits
    return {
        "needs": [
            {
                "id": need.id,
                "title": need.title,
                "specialty": need.specialty,
                "minutes": need.minutes,
                "gap_min_minutes": need.gap_min_minutes,
                "gap_max_minutes": need.gap_max_minutes,
                "recovery_minutes": need.recovery_minutes,
            }
            for need in visit.needs
        ],
        "facility_ids": list(visit.facility_ids),
        "limits": {
            "assistance": sorted(word.value for word in limits.assistance),
            "nonstop_only": limits.nonstop_only,
            "max_connections": limits.max_connections,
            "max_segment_minutes": limits.max_segment_minutes,
            "max_travel_minutes": limits.max_travel_minutes,
            "cabins": list(limits.cabins),
        },
        "rooms": visit.rooms,
        "earliest_date": visit.earliest_date.isoformat() if visit.earliest_date else None,
        "latest_date": visit.latest_date.isoformat() if visit.latest_date else None,
        "max_nights": visit.max_nights,
        "meeting_minutes": visit.meeting_minutes,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "birth_date": person.birth_date.isoformat(),
        "home_airport": person.home_airport,
        "languages": list(person.languages),
    }
