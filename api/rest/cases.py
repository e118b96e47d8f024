"""Cases over REST."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.access.actions import Action, acts
from api.guard.asking import get_principal
from api.guard.once import once
from api.rest.reading import API_PREFIX, CasePath
from api.schemas.case import (
    CaseAnswer,
    CaseBody,
    CaseList,
    VisitBody,
    case_answer,
    case_summary,
)
from api.schemas.case_values import to_case, to_visit
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.open_case import open_case, replace_visit
from logistics.repository.cases import get_case, list_cases
from logistics.repository.facilities import list_facility_ids
from logistics.repository.organisations import find_payer

rest = APIBlueprint(
    "cases_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Cases")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


@rest.get("/cases", responses={200: CaseList}, operation_id="listCases")
@acts(Action.CASE_LIST)
def list_all_cases() -> dict[str, Any]:
    """List all cases."""
    with get_services().sessions.read() as session:
        return {"cases": [case_summary(case) for case in list_cases(session)]}


@rest.post(
    "/cases",
    responses={201: CaseAnswer, **refusals(409, 413, 415, 422)},
    operation_id="openCase",
)
@acts(Action.CASE_OPEN)
@once
def create_case(body: CaseBody) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Open a case."""
    services = get_services()
    with services.sessions.read() as session:
        known = list_facility_ids(session)
    case = to_case(body, facility_ids=known, today=services.today())
    open_case(
        case,
        operator_id=get_principal().organisation_id,
        payer_id=body.payer_id,
        sessions=services.sessions,
        today=services.today(),
    )
    address = url_for("cases_rest.get_one_case", reference=case.reference)
    return case_answer(case, payer_id=body.payer_id), 201, {"Location": address}


@rest.get(
    "/cases/<reference>",
    responses={200: CaseAnswer, **refusals(404)},
    operation_id="getCase",
)
@acts(Action.CASE_READ)
def get_one_case(path: CasePath) -> dict[str, Any]:
    """Tell everything about a case."""
    with get_services().sessions.read() as session:
        case = get_case(session, path.reference)
        return case_answer(case, payer_id=find_payer(session, case.reference))


@rest.put(
    "/cases/<reference>/visit",
    responses={200: CaseAnswer, **refusals(404, 413, 415, 422)},
    operation_id="changeVisit",
)
@acts(Action.CASE_CHANGE)
def put_visit(path: CasePath, body: VisitBody) -> dict[str, Any]:
    """Replace what the visit of a case asks for."""
    services = get_services()
    with services.sessions.read() as session:
        known = list_facility_ids(session)
        payer_id = find_payer(session, path.reference)
    visit = to_visit(body, facility_ids=known)
    case = replace_visit(path.reference, visit, sessions=services.sessions, today=services.today())
    return case_answer(case, payer_id=payer_id)
