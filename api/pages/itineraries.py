"""The page of an accepted visit."""

from __future__ import annotations

import re

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.pages.requests import query_text
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


def _revision() -> int | None:
    text = query_text("revision")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InvalidRequest((FieldError("revision", "must be a whole number from 1"),))
    return int(text)
