"""Facilities and specialists over REST."""

from __future__ import annotations

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.rest.reading import API_PREFIX
from api.schemas.facility import (
    FacilityAnswer,
    FacilityList,
    SpecialistList,
    facility_answer,
    specialist_answer,
)
from api.schemas.fields import Asked
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.repository.facilities import get_facility, list_facilities
from logistics.repository.specialists import list_specialists

rest = APIBlueprint(
    "facilities_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Facilities")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


class FacilityPath(Asked):
    """The facility an address names."""

    facility_id: str


class SpecialistQuery(Asked):
    """Which specialists are asked for."""

    facility_id: str | None = Field(default=None, description="only those of this facility")
    specialty: str | None = Field(default=None, description="only those of exactly this specialty")


@rest.get("/facilities", responses={200: FacilityList}, operation_id="listFacilities")
@acts(Action.FACILITY_READ)
def list_all_facilities() -> dict[str, Any]:
    """List all facilities."""
    with get_services().sessions.read() as session:
        return {"facilities": [facility_answer(one) for one in list_facilities(session)]}


@rest.get(
    "/facilities/<facility_id>",
    responses={200: FacilityAnswer, **refusals(404)},
    operation_id="getFacility",
)
@acts(Action.FACILITY_READ)
def get_one_facility(path: FacilityPath) -> dict[str, Any]:
    """Tell everything about a facility."""
    with get_services().sessions.read() as session:
        return facility_answer(get_facility(session, path.facility_id))


@rest.get("/specialists", responses={200: SpecialistList}, operation_id="listSpecialists")
@acts(Action.FACILITY_READ)
def list_some_specialists(query: SpecialistQuery) -> dict[str, Any]:
    """List specialists."""
    facility_ids = None if query.facility_id is None else [query.facility_id]
    with get_services().sessions.read() as session:
        found = list_specialists(session, facility_ids=facility_ids, specialty=query.specialty)
    return {"specialists": [specialist_answer(one) for one in found]}
