"""Pages about the service itself: its sources and licences, and the kinds of problem it reports."""

from __future__ import annotations

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.errors import PROBLEMS, UNEXPECTED
from api.guard.asking import get_principal
from api.presenters.about import present_about
from api.presenters.policy import present_policy
from scheduling.preferences import load_preferences

pages = Blueprint("about", __name__)


@pages.get("/about")
@acts(Action.PUBLIC_READ)
def about_page() -> str:
    """Show where facts and prices come from and how the planner weighs them."""
    return render_template("about.html", about=present_about(load_preferences()))


@pages.get("/about/permissions")
@acts(Action.POLICY_READ)
def permissions_page() -> str:
    """Show who may do what, as the policy table says it."""
    return render_template("permissions.html", policy=present_policy(get_principal().roles))


@pages.get("/problems")
@acts(Action.PUBLIC_READ)
def problems_page() -> str:
    """Show every kind of problem an answer can name, each at the URI of its type."""
    kinds = sorted({*PROBLEMS.values(), UNEXPECTED}, key=lambda kind: (kind.status, kind.title))
    shown = [{"slug": kind.slug, "status": kind.status, "title": kind.title} for kind in kinds]
    return render_template("problems.html", kinds=shown)
