"""What is due about the estimates and bills of all cases, in one list."""

from __future__ import annotations

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.operations.deadlines import open_deadlines
from api.presenters.deadlines import present_deadlines
from api.wiring import get_services

pages = Blueprint("deadlines", __name__)


@pages.get("/deadlines")
@acts(Action.ESTIMATE_WRITE)
def list_page() -> str:
    """Show what is not done yet, what is late first."""
    services = get_services()
    today = services.today()
    with services.sessions.read() as session:
        found = open_deadlines(session, today)
    return render_template("deadlines.html", deadlines=present_deadlines(found, today))
