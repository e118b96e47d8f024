"""The page that tells a member in plain words what the plan pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.operations.member_coverage import open_member_coverage
from api.operations.traces import KeptDecision, decide_again, gather
from api.policy_errors import NoTrace
from api.presenters.member_coverage import present_member_coverage
from api.wiring import get_services
from scheduling.repository.itineraries import find_itinerary_for_case

pages = Blueprint("member_coverage", __name__)


@pages.get("/cases/<reference>/coverage")
@acts(Action.CLAIM_READ)
def coverage_page(reference: str) -> str:
    """Show what is paid, until when receipts must come, and what is left of each cap."""
    services = get_services()
    today = services.today()
    kept: KeptDecision | None = None
    with services.sessions.read() as session:
        found = open_member_coverage(session, reference, today)
        itinerary = find_itinerary_for_case(session, reference)
        if itinerary is not None:
            try:
                kept = gather(session, itinerary.id, itinerary.coverage)
            except NoTrace:
                kept = None
    answer: Mapping[str, Any] | None = None if kept is None else decide_again(kept)
    return render_template(
        "member_coverage.html",
        coverage=present_member_coverage(found, answer, today),
        itinerary=itinerary and itinerary.id,
    )
