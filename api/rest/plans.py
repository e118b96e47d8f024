"""Plans over REST: asking for one, following it, taking it, or giving it up."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.access.actions import Action, acts
from api.guard.asking import get_principal, own_key
from api.guard.once import once
from api.jobs.queue_plan import cancel_plan as cancel_queued_plan
from api.jobs.queue_plan import queue_plan
from api.operations.traces import decide_again, gather
from api.presenters.why_not import reason_sentence
from api.rest.reading import API_PREFIX, CasePath, KeyHeader, PlanPath
from api.schemas.coverage import KeptDecisionAnswer
from api.schemas.plan import (
    AcceptBody,
    OptionQuery,
    PlanAnswer,
    PlanList,
    ProgressAnswer,
    ProposalQuery,
    WhyNotAnswer,
    plan_answer,
    plan_summary_answer,
    progress_answer,
)
from api.schemas.problem import refusals
from api.wiring import get_services
from scheduling.accept_plan import accept_plan
from scheduling.documents.itinerary_json import to_document
from scheduling.errors import PlanNotReady
from scheduling.planning import Phase, Plan
from scheduling.repository.plans import get_plan, list_plans

rest = APIBlueprint(
    "plans_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Plans")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)
_DOCUMENT = {"application/json": {"schema": {"type": "object"}}}
_Created = tuple[dict[str, Any], int, dict[str, str]]


@rest.post(
    "/cases/<reference>/plans",
    responses={200: PlanAnswer, 202: PlanAnswer, **refusals(404, 422)},
    operation_id="planVisit",
)
@acts(Action.PLAN_MAKE)
@once
def plan_case(path: CasePath, header: KeyHeader) -> _Created:
    """Begin to plan the visit of a case; 200 is the plan the same key asked for before."""
    plan, is_new = queue_plan(
        path.reference,
        services=get_services(),
        request_key=own_key(header.idempotency_key),
        actor=get_principal(),
    )
    address = url_for("plans_rest.get_one_plan", plan_id=plan.id)
    return plan_answer(plan), 202 if is_new else 200, {"Location": address}


@rest.get(
    "/cases/<reference>/plans",
    responses={200: PlanList, **refusals(404)},
    operation_id="listPlans",
)
@acts(Action.PLAN_READ)
def list_case_plans(path: CasePath) -> dict[str, Any]:
    """List the plans of a case, newest first."""
    with get_services().sessions.read() as session:
        plans = list_plans(session, path.reference)
    return {"plans": [plan_summary_answer(plan) for plan in plans]}


@rest.get("/plans/<plan_id>", responses={200: PlanAnswer, **refusals(404)}, operation_id="getPlan")
@acts(Action.PLAN_READ)
def get_one_plan(path: PlanPath) -> dict[str, Any]:
    """Tell everything about a plan but its problem document."""
    return plan_answer(_get(path.plan_id, with_problem=False))


@rest.get(
    "/plans/<plan_id>/progress",
    responses={200: ProgressAnswer, **refusals(404)},
    operation_id="getProgress",
)
@acts(Action.PLAN_READ)
def get_progress(path: PlanPath) -> dict[str, Any]:
    """Tell how far a plan is."""
    return progress_answer(_get(path.plan_id, with_problem=False))


@rest.get(
    "/plans/<plan_id>/problem",
    responses={
        200: {"description": "The problem document", "content": _DOCUMENT},
        **refusals(404, 409),
    },
    operation_id="getProblemDocument",
)
@acts(Action.PLAN_PROBLEM)
def get_plan_problem(path: PlanPath) -> Response:
    """Give the problem document the plan solved, byte for byte."""
    plan = _get(path.plan_id)
    if plan.problem is None:
        raise PlanNotReady(plan.id, plan.phase)
    return Response(plan.problem, mimetype="application/json")


@rest.get(
    "/plans/<plan_id>/coverage",
    responses={200: KeptDecisionAnswer, **refusals(404, 409, 422)},
    operation_id="getPlanCoverage",
)
@acts(Action.PLAN_READ)
def get_plan_coverage(path: PlanPath, query: ProposalQuery) -> dict[str, Any]:
    """Tell how every cost line of a proposal is decided, made again from what was kept of it."""
    with get_services().sessions.read() as session:
        plan = get_plan(session, path.plan_id, with_problem=False)
        proposal = plan.get_proposal(query.proposal)
        kept = gather(session, plan.id, proposal.coverage)
    return decide_again(kept)


@rest.post(
    "/plans/<plan_id>/cancel",
    responses={202: ProgressAnswer, **refusals(404)},
    operation_id="cancelPlan",
)
@acts(Action.PLAN_CANCEL)
@once
def cancel_plan(path: PlanPath) -> tuple[dict[str, Any], int]:
    """Ask a plan to stop; a finished plan stays as it is."""
    cancel_queued_plan(path.plan_id, services=get_services())
    return progress_answer(_get(path.plan_id, with_problem=False)), 202


@rest.post(
    "/plans/<plan_id>/accept",
    responses={
        200: {"description": "The itinerary the same key made before", "content": _DOCUMENT},
        201: {"description": "The itinerary, frozen as its next revision", "content": _DOCUMENT},
        **refusals(404, 409, 410, 413, 415, 422),
    },
    operation_id="acceptPlan",
)
@acts(Action.PLAN_ACCEPT)
@once
def accept(path: PlanPath, header: KeyHeader, body: AcceptBody) -> _Created:
    """Accept a proposal: take its slots and freeze the next revision of the itinerary."""
    services = get_services()
    now = services.now()
    itinerary = accept_plan(
        plan_id=path.plan_id,
        proposal=body.proposal,
        sessions=services.sessions,
        now=now,
        request_key=own_key(header.idempotency_key),
    )
    address = url_for(
        "itineraries_rest.get_itinerary_document",
        itinerary_id=itinerary.id,
        revision=itinerary.revision,
    )
    status = 201 if itinerary.accepted_at == now else 200
    return to_document(itinerary), status, {"Location": address}


@rest.get(
    "/plans/<plan_id>/why-not",
    responses={200: WhyNotAnswer, **refusals(404, 409, 422)},
    operation_id="whyNot",
)
@acts(Action.PLAN_EXPLAIN)
def why_not(path: PlanPath, query: OptionQuery) -> dict[str, Any]:
    """Say why an option of the problem document is not in the best visit."""
    plan = _get(path.plan_id)
    if plan.problem is None or plan.phase is not Phase.PLANNED:
        raise PlanNotReady(plan.id, plan.phase)
    (reason,) = get_services().explain(plan.problem, (query.option,))
    return {**reason, "sentence": reason_sentence(reason, plan.best)}


def _get(plan_id: str, *, with_problem: bool = True) -> Plan:
    with get_services().sessions.read() as session:
        return get_plan(session, plan_id, with_problem=with_problem)
