"""The page that says of every rejected option which rule or which amount beat it."""

from __future__ import annotations

import re

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.pages.requests import query_text
from api.presenters.why_not import (
    KINDS,
    list_options,
    present_choice_of_options,
    present_reasons,
)
from api.wiring import get_services
from logistics.repository.cases import get_case
from scheduling.errors import PlanNotReady
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan

pages = Blueprint("why_not", __name__)


@pages.get("/plans/<plan_id>/why-not")
@acts(Action.PLAN_EXPLAIN)
def why_not_page(plan_id: str) -> str:
    """Show options of one kind, or one option, each with what kept it out of the best visit."""
    services = get_services()
    with services.sessions.read() as session:
        plan = get_plan(session, plan_id)
        case = get_case(session, plan.case_reference)
    if plan.problem is None or plan.phase is not Phase.PLANNED:
        raise PlanNotReady(plan.id, plan.phase)
    asked = query_text("kind")
    number = query_text("page", longest=6)
    shown, options = present_choice_of_options(
        list_options(plan.problem),
        kind=asked if asked in KINDS else next(iter(KINDS)),
        text=query_text("q"),
        option=query_text("option", longest=300),
        page=int(number) if re.fullmatch(r"[0-9]+", number) else 1,
    )
    reasons = services.explain(plan.problem, tuple(option.name for option in options))
    return render_template(
        "why_not.html",
        plan={"id": plan.id},
        case={"reference": case.reference, "title": case.title},
        shown=shown,
        reasons=present_reasons(plan, options, reasons),
    )
