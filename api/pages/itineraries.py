"""The page of an accepted visit."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, url_for

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.operations.traces import decide_again, gather
from api.pages.requests import query_text
from api.presenters.coverage import present_trace
from api.presenters.itineraries import present_itinerary
from api.wiring import get_services
from scheduling.repository.itineraries import get_itinerary, list_revisions

pages = Blueprint("itineraries", __name__)


@pages.get("/itineraries/<itinerary_id>")
@acts(Action.ITINERARY_READ)
def itinerary_page(itinerary_id: str) -> str:
    """Show a revision of an itinerary, by default the latest."""
    revision = _revision()
    with get_services().sessions.read() as session:
        itinerary = get_itinerary(session, itinerary_id, revision)
        revisions = list_revisions(session, itinerary_id)
    return render_template("itinerary.html", itinerary=present_itinerary(itinerary, revisions))


@pages.get("/itineraries/<itinerary_id>/coverage")
@acts(Action.ITINERARY_READ)
def coverage_page(itinerary_id: str) -> str:
    """Show how every cost line of a revision is decided, by default of the latest."""
    revision = _revision()
    with get_services().sessions.read() as session:
        itinerary = get_itinerary(session, itinerary_id, revision)
        kept = gather(session, itinerary.id, itinerary.coverage)
    back = url_for(
        "itineraries.itinerary_page", itinerary_id=itinerary_id, revision=itinerary.revision
    )
    about = {
        "of": itinerary.title,
        "title": f"Itinerary {itinerary.id}, revision {itinerary.revision}",
        "reference": itinerary.case_reference,
        "back": {"href": back, "label": "Itinerary"},
    }
    shown = present_trace(itinerary.coverage, decide_again(kept))
    return render_template("coverage_trace.html", about=about, decision=shown)


def _revision() -> int | None:
    text = query_text("revision")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InvalidRequest((FieldError("revision", "must be a whole number from 1"),))
    return int(text)
