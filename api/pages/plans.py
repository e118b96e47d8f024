"""Pages about a plan: while it is made, its proposals side by side, and accepting one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.guard.asking import own_key
from api.guard.once import once, read_form_key
from api.jobs.queue_plan import cancel_plan as cancel_queued_plan
from api.operations.traces import decide_again, gather
from api.pages.requests import query_text
from api.presenters.coverage import present_trace
from api.presenters.plans import present_plan, present_progress, proposal_title
from api.wiring import get_services
from logistics.repository.cases import get_case
from scheduling.accept_plan import accept_plan
from scheduling.planning import Phase, is_finished
from scheduling.proposals import BEST
from scheduling.repository.plans import get_plan

pages = Blueprint("plans", __name__)


@pages.get("/plans/<plan_id>")
@acts(Action.PLAN_READ)
def plan_page(plan_id: str) -> str:
    """Show a plan: its progress, its proposals, or what stands in the way."""
    with get_services().sessions.read() as session:
        plan = get_plan(session, plan_id)
        case = get_case(session, plan.case_reference)
    if not is_finished(plan.phase):
        about = {"reference": case.reference, "title": case.title}
        return render_template("plan_progress.html", plan=present_progress(plan), case=about)
    template = "plan.html" if plan.phase is Phase.PLANNED else "plan_without.html"
    return render_template(template, plan=present_plan(plan, case))


@pages.get("/plans/<plan_id>/coverage")
@acts(Action.PLAN_READ)
def coverage_page(plan_id: str) -> str:
    """Show how every cost line of a proposal is decided, by default of the best."""
    with get_services().sessions.read() as session:
        plan = get_plan(session, plan_id, with_problem=False)
        proposal = plan.get_proposal(query_text("proposal") or BEST)
        title = proposal_title(proposal.name)
        kept = gather(session, plan.id, proposal.coverage)
    about = {
        "of": title,
        "title": f"Plan {plan.id}",
        "reference": plan.case_reference,
        "back": {"href": url_for("plans.plan_page", plan_id=plan_id), "label": "Plan"},
    }
    shown = present_trace(proposal.coverage, decide_again(kept))
    return render_template("coverage_trace.html", about=about, decision=shown)


@pages.post("/plans/<plan_id>/cancel")
@acts(Action.PLAN_CANCEL)
@once
def cancel_plan(plan_id: str) -> Response:
    """Ask a plan to stop."""
    cancel_queued_plan(plan_id, services=get_services())
    return redirect(url_for("plans.plan_page", plan_id=plan_id), 303)


@pages.post("/plans/<plan_id>/accept")
@acts(Action.PLAN_ACCEPT)
@once
def accept(plan_id: str) -> Response:
    """Accept a proposal; the same form sent twice freezes one revision."""
    services = get_services()
    itinerary = accept_plan(
        plan_id=plan_id,
        proposal=request.form.get("proposal", ""),
        sessions=services.sessions,
        now=services.now(),
        request_key=own_key(read_form_key()),
    )
    return redirect(url_for("itineraries.itinerary_page", itinerary_id=itinerary.id), 303)
