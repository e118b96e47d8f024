"""From a checked request to a case: the values' own rules, told with the field they belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from api.errors import FieldError, InvalidRequest, field_errors_of
from api.schemas.case import CaseBody, NeedBody, PersonBody, VisitBody
from api.schemas.faults import faults_of
from logistics.case.model import Case
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.errors import LogisticsError
from logistics.people import Companion, Person

_V = TypeVar("_V")


def read_case(body: Any, *, facility_ids: Collection[str], today: date) -> Case:  # noqa: ANN401 — JSON
    """Return the case that JSON values describe; raises InvalidRequest naming every field."""
    try:
        checked = CaseBody.model_validate(body)
    except ValidationError as error:
        raise InvalidRequest(faults_of(error)) from error
    return to_case(checked, facility_ids=facility_ids, today=today)


def read_visit(body: Any, *, facility_ids: Collection[str]) -> VisitRequest:  # noqa: ANN401 — JSON
    """Return the visit that JSON values describe; raises InvalidRequest naming every field."""
    try:
        checked = VisitBody.model_validate(body)
    except ValidationError as error:
        raise InvalidRequest(faults_of(error)) from error
    return to_visit(checked, facility_ids=facility_ids)


def to_case(body: CaseBody, *, facility_ids: Collection[str], today: date) -> Case:
    """Return the case a body describes; raises InvalidRequest for what only the values know."""
    errors: list[FieldError] = []
    visit = _collect(errors, "visit", lambda: to_visit(body.visit, facility_ids=facility_ids))
    if visit is None:
        raise InvalidRequest(tuple(errors))
    case = _collect(errors, "", lambda: _case(body, visit, today))
    if case is None:
        raise InvalidRequest(tuple(errors))
    return case


def to_visit(body: VisitBody, *, facility_ids: Collection[str]) -> VisitRequest:
    """Return the visit a body describes; raises InvalidRequest for what only the values know."""
    errors = [
        FieldError(f"facility_ids.{place}", f"there is no facility {name!r}")
        for place, name in enumerate(body.facility_ids)
        if name not in facility_ids
    ]
    needs = [
        _collect(errors, f"needs.{place}", partial(_need, need))
        for place, need in enumerate(body.needs)
    ]
    if errors:
        raise InvalidRequest(tuple(errors))
    visit = _collect(errors, "", lambda: _visit(body, tuple(need for need in needs if need)))
    if visit is None:
        raise InvalidRequest(tuple(errors))
    return visit


def _collect(errors: list[FieldError], path: str, build: Callable[[], _V]) -> _V | None:
    """Return what was built, or None after noting what its fields lack below the path."""
    try:
        return build()
    except (InvalidRequest, LogisticsError) as error:
        errors.extend(
            FieldError(".".join(filter(None, (path, fault.field))), fault.message)
            for fault in field_errors_of(error)
        )
        return None


def _case(body: CaseBody, visit: VisitRequest, today: date) -> Case:
    case = Case(
        reference=body.reference,
        title=body.title.strip(),
        diagnosis=body.diagnosis.strip(),
        service_level=body.service_level,
        patient=_person(body.patient),
        companions=tuple(
            Companion(_person(row.person), row.relation, row.travels_with_patient)
            for row in body.companions
        ),
        visit=visit,
        is_sample=False,
        story=body.story.strip(),
    )
    case.require_plausible(today)
    return case


def _person(body: PersonBody) -> Person:
    return Person(body.name.strip(), body.birth_date, body.home_airport, tuple(body.languages))


def _need(body: NeedBody) -> AppointmentNeed:
    return AppointmentNeed(
        id=body.id,
        title=body.title.strip(),
        specialty=body.specialty.strip(),
        minutes=body.minutes,
        gap_min_minutes=body.gap_min_minutes,
        gap_max_minutes=body.gap_max_minutes,
        recovery_minutes=body.recovery_minutes,
    )


def _visit(body: VisitBody, needs: tuple[AppointmentNeed, ...]) -> VisitRequest:
    limits = body.limits
    return VisitRequest(
        needs=needs,
        facility_ids=tuple(dict.fromkeys(body.facility_ids)),
        limits=TravelLimits(
            assistance=frozenset(limits.assistance),
            nonstop_only=limits.nonstop_only,
            max_connections=limits.max_connections,
            max_segment_minutes=limits.max_segment_minutes,
            max_travel_minutes=limits.max_travel_minutes,
            cabins=tuple(dict.fromkeys(limits.cabins)),
        ),
        rooms=body.rooms,
        earliest_date=body.earliest_date,
        latest_date=body.latest_date,
        max_nights=body.max_nights,
        meeting_minutes=body.meeting_minutes,
    )
