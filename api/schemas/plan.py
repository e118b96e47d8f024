"""Plans as JSON: how far one is, its proposals to the cent, and what stood in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from api.schemas.fields import Answer, Asked, Body
from api.schemas.slot import MoneyAnswer, money_answer, rfc3339
from scheduling.cost_split import CoverageDecision, DecidedLine
from scheduling.documents.itinerary_json import item_document
from scheduling.planning import Plan, Proposal, is_finished
from scheduling.repository.plans import PlanSummary


class AcceptBody(Body):
    """Which proposal of a plan is accepted."""

    proposal: str = Field(
        max_length=80, description="name of the proposal", examples=["best", "soonest"]
    )


class ProposalQuery(Asked):
    """Which proposal of a plan is asked about."""

    proposal: str = Field(default="best", min_length=1, max_length=100, description="its name")


class OptionQuery(Asked):
    """Which option is asked about."""

    option: str = Field(
        min_length=1,
        max_length=300,
        description="id of an option of the problem document, or list/id (outbound/F7)",
    )


class WhyNotAnswer(Answer):
    """Why an option is not in the best visit; keys as `sojourn why --json` prints them."""

    list: str
    option: str
    verdict: str = Field(description="chosen, rule, impossible, dearer, tie or unknown")
    sentence: str
    rules: Sequence[dict[str, Any]] = Field(description="the rules in the way")
    extra_cents: int | None = Field(description="what the best visit with it weighs more")
    extra: dict[str, int] | None = Field(description="the same, part by part")
    choices: dict[str, Any] | None
    parts: dict[str, Any] | None


class LineAnswer(Answer):
    """One cost line: `amount = payer + patient`."""

    key: str
    kind: str
    label: str
    amount: MoneyAnswer
    payable: MoneyAnswer = Field(description="what the line's own rule allows")
    payer: MoneyAnswer = Field(description="what is left of it under the trip cap")
    patient: MoneyAnswer
    rule: str
    reason: str


class CoverageAnswer(Answer):
    """Who pays what under one policy."""

    level: str
    policy_version: str
    policy_source: str
    currency: str
    trip_cap: MoneyAnswer | None
    amount: MoneyAnswer
    payer: MoneyAnswer
    patient: MoneyAnswer
    lines: list[LineAnswer]


class MomentAnswer(Answer):
    """An instant in UTC, the same at its place, and the place's IANA zone."""

    utc: str
    local: str
    zone: str


class StopAnswer(Answer):
    """A place on the map; `code` is an airport's IATA code, else empty."""

    name: str
    address: str
    latitude: float
    longitude: float
    code: str


class ItemAnswer(Answer):
    """One thing that happens."""

    key: str
    kind: str
    title: str
    travellers: list[str]
    starts: MomentAnswer
    ends: MomentAnswer
    minutes: int
    origin: StopAnswer
    destination: StopAnswer | None
    details: list[dict[str, str]]


class ProposalAnswer(Answer):
    """One complete visit; `choices` and `parts` are explained in docs/problem-documents.md."""

    name: str
    status: str
    cost: int = Field(description="weighted cents")
    bound: int = Field(description="no visit costs less than this")
    measure: int
    measure_bound: int
    same_as_best: bool
    choices: dict[str, Any]
    parts: dict[str, Any]
    coverage: CoverageAnswer
    items: list[ItemAnswer]


class ObstacleAnswer(Answer):
    """A rule in the way of any plan."""

    rule: str
    sentence: str


class ProgressAnswer(Answer):
    """How far a plan is."""

    id: str
    case_reference: str
    phase: str
    progress: str
    is_finished: bool


class PlanAnswer(ProgressAnswer):
    """What became of one request to plan a visit."""

    created_at: str
    finished_at: str | None
    status: str | None = Field(description="of the search: OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN")
    proposals: list[ProposalAnswer] = Field(description="the best first")
    obstacles: list[ObstacleAnswer]
    notes: list[str]
    policy_version: str | None
    failure: str | None
    statistics: dict[str, Any]


class PlanSummaryAnswer(Answer):
    """A plan in a list."""

    id: str
    phase: str
    status: str | None
    best_cost: int | None
    created_at: str
    finished_at: str | None


class PlanList(Answer):
    """The plans of a case, newest first."""

    plans: list[PlanSummaryAnswer]


def progress_answer(plan: Plan) -> dict[str, Any]:
    """Return how far the plan is, in the shape of `ProgressAnswer`."""
    return {
        "id": plan.id,
        "case_reference": plan.case_reference,
        "phase": plan.phase.value,
        "progress": plan.progress,
        "is_finished": is_finished(plan.phase),
    }


def plan_answer(plan: Plan) -> dict[str, Any]:
    """Return the whole plan but its problem document, in the shape of `PlanAnswer`."""
    return {
        **progress_answer(plan),
        "created_at": rfc3339(plan.created_at),
        "finished_at": rfc3339(plan.finished_at) if plan.finished_at else None,
        "status": plan.status,
        "proposals": [proposal_answer(proposal) for proposal in plan.proposals],
        "obstacles": [{"rule": one.rule, "sentence": one.sentence} for one in plan.obstacles],
        "notes": list(plan.notes),
        "policy_version": plan.policy_version,
        "failure": plan.failure,
        "statistics": dict(plan.statistics),
    }


def plan_summary_answer(plan: PlanSummary) -> dict[str, Any]:
    """Return what a list tells of a plan, in the shape of `PlanSummaryAnswer`."""
    return {
        "id": plan.id,
        "phase": plan.phase.value,
        "status": plan.status,
        "best_cost": plan.best_cost,
        "created_at": rfc3339(plan.created_at),
        "finished_at": rfc3339(plan.finished_at) if plan.finished_at else None,
    }


def proposal_answer(proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as JSON values, in the shape of `ProposalAnswer`."""
    return {
        "name": proposal.name,
        "status": proposal.status,
        "cost": proposal.cost,
        "bound": proposal.bound,
        "measure": proposal.measure,
        "measure_bound": proposal.measure_bound,
        "same_as_best": proposal.same_as_best,
        "choices": proposal.choices,
        "parts": proposal.parts,
        "coverage": coverage_answer(proposal.coverage),
        "items": [item_document(item) for item in proposal.items],
    }


def coverage_answer(coverage: CoverageDecision) -> dict[str, Any]:
    """Return the decision as JSON values, in the shape of `CoverageAnswer`."""
    return {
        "level": coverage.level,
        "policy_version": coverage.policy_version,
        "policy_source": coverage.policy_source,
        "currency": coverage.currency,
        "trip_cap": money_answer(coverage.trip_cap) if coverage.trip_cap else None,
        "amount": money_answer(coverage.amount),
        "payer": money_answer(coverage.payer),
        "patient": money_answer(coverage.patient),
        "lines": [_line(line) for line in coverage.lines],
    }


def _line(line: DecidedLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "kind": line.kind.value,
        "label": line.label,
        "amount": money_answer(line.amount),
        "payable": money_answer(line.payable),
        "payer": money_answer(line.payer),
        "patient": money_answer(line.patient),
        "rule": line.rule,
        "reason": line.reason,
    }
