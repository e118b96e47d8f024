"""A plan for its pages: its progress, its proposals side by side, or what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.formatting import format_count
from api.presenters.coverage import present_coverage
from api.presenters.journeys import (
    present_appointments,
    present_journeys,
    present_lodging,
    present_rides,
    present_span,
)
from api.presenters.phases import phase_status, phase_steps
from logistics.case.model import Case
from pricing.money import Money
from scheduling.documents import wording
from scheduling.planning import Phase, Plan, Proposal, is_finished

_NAMES: Final = {
    "best": ("Best overall", "no visit within the rules costs less, all weights counted"),
    "cheapest_patient": ("Cheapest for the patient", "no visit costs the patient less"),
    "cheapest_payer": ("Cheapest for the payer", "no visit costs the plan less"),
    "soonest": ("Soonest", "no visit has an earlier first appointment"),
    "gentlest": ("Gentlest journey", "no visit strains the travellers less"),
    "runner_up": ("Runner-up", "no other visit but the best comes closer to it"),
}
_SENTENCES: Final = {
    Phase.PLANNED: "The visit is planned.",
    Phase.NO_PLAN: "No visit is possible under these wishes.",
    Phase.FAILED: "The plan could not be made.",
    Phase.CANCELLED: "The plan was cancelled. Nothing was booked.",
}


def present_progress(plan: Plan) -> dict[str, Any]:
    """Return the phase a plan is in, its steps, and whether more will happen."""
    return {
        "id": plan.id,
        "phase": plan.phase.value,
        "is_finished": is_finished(plan.phase),
        "progress": plan.progress or "Waiting to start.",
        "steps": phase_steps(plan.phase),
    }


def present_plan(plan: Plan, case: Case) -> dict[str, Any]:
    """Return a finished plan as its page shows it."""
    return {
        "id": plan.id,
        "case": {"reference": case.reference, "title": case.title},
        "phase": plan.phase.value,
        "sentence": _SENTENCES.get(plan.phase, ""),
        "failure": (plan.failure or "")[:1].upper() + (plan.failure or "")[1:],
        "status": phase_status(plan.phase, plan.status),
        "notes": list(plan.notes),
        "obstacles": [
            {"rule": obstacle.rule, "sentence": obstacle.sentence} for obstacle in plan.obstacles
        ],
        "proposals": _columns(plan.proposals),
        "has_problem": plan.problem is not None,
        "figures": _figures(plan),
        "seconds": _seconds(plan),
    }


def proposal_title(name: str) -> str:
    """Return what a proposal is called on pages and in the command line."""
    return _NAMES.get(name, (name.replace("_", " ").capitalize(), ""))[0]


def proof_sentence(proposal: Proposal) -> str:
    """Return what has been proven about a proposal, and how far it may be from the best."""
    title, claim = _NAMES.get(proposal.name, (proposal.name, "nothing is better by its measure"))
    if proposal.status == "OPTIMAL" and proposal.measure == proposal.measure_bound:
        return f"Proven: {claim}."
    gap = proposal.measure - proposal.measure_bound
    if proposal.name in {"best", "runner_up", "cheapest_patient", "cheapest_payer"}:
        size = wording.money(Money(gap, proposal.coverage.currency))
    else:
        size = wording.duration(gap)
    return f"{title} found in the time allowed; at most {size} better is still possible."


def _columns(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return one column for each different visit, the best first, with all names it has earned."""
    columns: list[tuple[Proposal, list[Proposal]]] = []
    for proposal in proposals:
        same = next((names for first, names in columns if _is_same(first, proposal)), None)
        if same is None:
            columns.append((proposal, [proposal]))
        else:
            same.append(proposal)
    return [_column(first, earned, proposals[0]) for first, earned in columns]


def _is_same(one: Proposal, other: Proposal) -> bool:
    return one.choices == other.choices


def _column(proposal: Proposal, earned: Sequence[Proposal], best: Proposal) -> dict[str, Any]:
    items = proposal.items
    return {
        "name": proposal.name,
        "titles": [proposal_title(one.name) for one in earned],
        "is_best": proposal is best,
        "proofs": [proof_sentence(one) for one in earned],
        "is_proven": all(one.status == "OPTIMAL" for one in earned),
        "appointments": present_appointments(items),
        "outbound": present_journeys(items, homebound=False),
        "homebound": present_journeys(items, homebound=True),
        "lodging": present_lodging(items),
        "rides": present_rides(items),
        "span": present_span(items),
        "amounts": _amounts(proposal, best),
        "coverage": present_coverage(proposal.coverage),
        "span_label": proposal_title(proposal.name),
    }


def _amounts(proposal: Proposal, best: Proposal) -> dict[str, dict[str, str]]:
    mine, its = proposal.coverage, best.coverage
    currency = mine.currency
    burden, its_burden = proposal.parts["burden_minutes"], best.parts["burden_minutes"]
    waiting, its_waiting = proposal.parts["waiting_days"], best.parts["waiting_days"]
    amounts = {
        "total": (wording.money(mine.amount), _more(mine.amount - its.amount)),
        "payer": (wording.money(mine.payer), _more(mine.payer - its.payer)),
        "patient": (wording.money(mine.patient), _more(mine.patient - its.patient)),
        "burden": (
            _hours(burden),
            _signed(burden - its_burden, wording.duration(abs(burden - its_burden))),
        ),
        "waiting": (
            format_count(waiting, "day"),
            _signed(waiting - its_waiting, format_count(abs(waiting - its_waiting), "day")),
        ),
        "cost": (
            wording.money(Money(proposal.cost, currency)),
            _more(Money(proposal.cost - best.cost, currency)),
        ),
    }
    return {
        name: {"text": text, "versus": "" if proposal is best else versus}
        for name, (text, versus) in amounts.items()
    }


def _hours(minutes: int) -> str:
    """Return burden minutes as whole and half hours: more would pretend precision."""
    halves = (minutes + 15) // 30
    return f"{halves // 2}{'½' if halves % 2 else ''} h"


def _more(difference: Money) -> str:
    """Return how much an amount is above or below that of the best."""
    return _signed(
        difference.minor, wording.money(Money(abs(difference.minor), difference.currency))
    )


def _signed(difference: int, size: str) -> str:
    if not difference:
        return "the same"
    return f"{size} {'more' if difference > 0 else 'less'}"


def _figures(plan: Plan) -> list[dict[str, str]]:
    best = plan.best
    if best is None:
        return []
    coverage = best.coverage
    return [
        {"label": "Total", "text": wording.money(coverage.amount), "note": ""},
        {"label": "The plan pays", "text": wording.money(coverage.payer), "note": ""},
        {"label": "The patient pays", "text": wording.money(coverage.patient), "note": ""},
        {
            "label": "First appointment in",
            "text": format_count(best.parts["waiting_days"], "day"),
            "note": "",
        },
    ]


def _seconds(plan: Plan) -> str:
    if plan.finished_at is None:
        return ""
    return f"{(plan.finished_at - plan.created_at).total_seconds():.1f} s"
