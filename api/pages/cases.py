"""Pages about cases: the list, one case, opening one, and changing what its visit asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import count
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import InvalidRequest, field_errors_of
from api.guard.asking import get_principal, may_do, own_key
from api.guard.once import once, read_form_key
from api.jobs.queue_plan import queue_plan
from api.overrides.glass import list_broken_glass
from api.pages import case_form
from api.pages.form_state import FormState
from api.pages.requests import query_text
from api.people.users import get_user
from api.presenters.case_options import present_options, present_payers
from api.presenters.cases import LEVELS, present_case, present_case_list
from api.presenters.itineraries import present_itinerary_link
from api.presenters.overrides import present_glass
from api.schemas.case_values import read_case, read_visit
from api.wiring import get_services
from logistics.case.model import Case, ServiceLevel
from logistics.errors import DuplicateCase, InvalidField
from logistics.facility import Facility
from logistics.open_case import open_case, replace_visit
from logistics.organisation import Organisation, OrganisationKind
from logistics.repository.cases import get_case, list_cases, list_used_references
from logistics.repository.facilities import list_facilities
from logistics.repository.organisations import get_organisation, list_organisations
from logistics.repository.specialists import list_specialists
from scheduling.repository.itineraries import find_itinerary_for_case
from scheduling.repository.plans import list_plans

pages = Blueprint("cases", __name__)

_NUMBER: Final = re.compile(r"-(\d{1,9})\Z", re.ASCII)
_UNPROCESSABLE: Final = 422
_CONFLICT: Final = 409
_TRIES: Final = 5
"""So often a proposed reference may be taken by somebody else in the moment of saving."""


@pages.get("/")
@acts(Action.CASE_LIST)
def list_page() -> str:
    """Show all cases, or those the filter asks for."""
    level, text = query_text("level"), query_text("q")
    chosen = level if level in {known.value for known in ServiceLevel} else ""
    with get_services().sessions.read() as session:
        cases, facilities = list_cases(session), _facilities(session)
        addresses = _addresses(session, cases)
    shown = present_case_list(cases, facilities, level=chosen, text=text, addresses=addresses)
    return render_template("case_list.html", **shown)


@pages.get("/cases/<reference>")
@acts(Action.CASE_READ)
def case_page(reference: str) -> str:
    """Show one case."""
    services = get_services()
    with services.sessions.read() as session:
        case = get_case(session, reference)
        facilities, plans = _facilities(session), list_plans(session, reference)
        itinerary = find_itinerary_for_case(session, reference)
        broken = list_broken_glass(session, case_reference=reference)
        names = {one.user_id: get_user(session, one.user_id).name for one in broken}
    return render_template(
        "case.html",
        case=present_case(case, facilities, plans, today=services.today()),
        itinerary=present_itinerary_link(itinerary) if itinerary else None,
        broken=present_glass(broken, names, now=services.now()),
    )


@pages.post("/cases/<reference>/plans")
@acts(Action.PLAN_MAKE)
@once
def plan_case(reference: str) -> Response:
    """Begin to plan the visit; the same form sent twice begins one plan."""
    key = own_key(read_form_key())
    services = get_services()
    plan, _ = queue_plan(reference, services=services, request_key=key, actor=get_principal())
    return redirect(url_for("plans.plan_page", plan_id=plan.id), 303)


@pages.get("/cases/new")
@acts(Action.CASE_OPEN)
def new_case_page() -> str:
    """Show the form of a new case."""
    return _case_form(case_form.new_case_state(_propose_reference()))


@pages.post("/cases")
@acts(Action.CASE_OPEN)
@once
def create_case() -> Response | tuple[str, int]:
    """Open the case the form describes, or show what is wrong beside the fields."""
    services = get_services()
    body = case_form.read_case_form(request.form)
    with services.sessions.read() as session:
        known = _facilities(session)
    try:
        case = read_case(body, facility_ids=known, today=services.today())
        opened = _open(case, body["payer_id"])
    except (InvalidRequest, InvalidField, DuplicateCase) as error:
        state = case_form.posted_case_state(
            body, field_errors_of(error), proposed=request.form.get(case_form.PROPOSED, "")
        )
        return _case_form(state), _status(error)
    return redirect(url_for("cases.case_page", reference=opened.reference), 303)


def _open(case: Case, payer_id: str | None) -> Case:
    """Open the case; one whose reference was only proposed and is taken by now gets the next."""
    services = get_services()
    for _try in range(_TRIES):
        try:
            return open_case(
                case,
                operator_id=get_principal().organisation_id,
                payer_id=payer_id,
                sessions=services.sessions,
                today=services.today(),
            )
        except DuplicateCase:
            if not case_form.is_as_proposed(request.form):
                raise
            case = replace(case, reference=_propose_reference())
    raise DuplicateCase(case.reference)


def _propose_reference() -> str:
    """Return the next free reference of the own organisation."""
    with get_services().sessions.read() as session:
        operator = get_organisation(session, get_principal().organisation_id)
        used = list_used_references(session, f"{operator.case_prefix}-")
    return _next_reference(used, operator)


@pages.get("/cases/<reference>/visit")
@acts(Action.CASE_CHANGE)
def visit_page(reference: str) -> str:
    """Show the wishes for the visit, to be changed."""
    with get_services().sessions.read() as session:
        case = get_case(session, reference)
    return _visit_form(case, case_form.visit_state(case.visit))


@pages.post("/cases/<reference>/visit")
@acts(Action.CASE_CHANGE)
@once
def change_visit(reference: str) -> Response | tuple[str, int]:
    """Store the changed wishes, or show what is wrong beside the fields."""
    services = get_services()
    body = case_form.read_visit_form(request.form)
    with services.sessions.read() as session:
        case, known = get_case(session, reference), _facilities(session)
    try:
        visit = read_visit(body, facility_ids=known)
        replace_visit(reference, visit, sessions=services.sessions, today=services.today())
    except (InvalidRequest, InvalidField) as error:
        state = case_form.posted_visit_state(body, field_errors_of(error))
        return _visit_form(case, state), _status(error)
    return redirect(url_for("cases.case_page", reference=reference), 303)


def _addresses(session: Session, cases: Iterable[Case]) -> dict[str, str]:
    """Return the page for each case: its own, or the itinerary for those who see no more."""
    if may_do(Action.CASE_READ):
        return {
            case.reference: url_for("cases.case_page", reference=case.reference) for case in cases
        }
    found = {case.reference: find_itinerary_for_case(session, case.reference) for case in cases}
    return {
        reference: url_for("itineraries.itinerary_page", itinerary_id=itinerary.id)
        for reference, itinerary in found.items()
        if itinerary is not None
    }


def _facilities(session: Session) -> dict[str, Facility]:
    return {facility.id: facility for facility in list_facilities(session)}


def _next_reference(used: Collection[str], operator: Organisation) -> str:
    """Return a free reference of the operator after the highest number that was ever in use."""
    own = (reference.removeprefix(operator.case_prefix) for reference in used)
    matches = (_NUMBER.match(rest) for rest in own)
    highest = max([2000, *(int(match[1]) for match in matches if match)])
    following = (f"{operator.case_prefix}-{number}" for number in count(highest + 1))
    return next(reference for reference in following if reference not in used)


def _status(error: Exception) -> int:
    return _CONFLICT if isinstance(error, DuplicateCase) else _UNPROCESSABLE


def _options() -> dict[str, Any]:
    with get_services().sessions.read() as session:
        return present_options(list_facilities(session), list_specialists(session))


def _case_form(state: FormState) -> str:
    levels = [
        {"value": level.value, "label": f"{name}: {meaning}"}
        for level, (name, meaning) in LEVELS.items()
    ]
    with get_services().sessions.read() as session:
        payers = list_organisations(session, kind=OrganisationKind.PAYER)
    return render_template(
        "case_new.html",
        form=state.to_dict(),
        options=_options(),
        levels=levels,
        payers=present_payers(payers),
    )


def _visit_form(case: Case, state: FormState) -> str:
    return render_template(
        "visit_edit.html",
        form=state.to_dict(),
        options=_options(),
        case={"reference": case.reference, "title": case.title},
    )
