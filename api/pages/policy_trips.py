"""The policy workbench: two revisions compared over the trips that were accepted lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, render_template

from api.access.actions import Action, acts
from api.coverage.apart import ask_apart
from api.coverage.wishes import list_refusals
from api.errors import FieldError, InvalidRequest
from api.guard.noting import note_done
from api.operations.accepted_trips import TRIPS_MAX, list_trips
from api.operations.policies import rules_of, told_of
from api.pages.policies import Opened, open_policy, to_revision
from api.pages.requests import query_text
from api.policy_errors import TooLongToDecide
from api.presenters.comparison import present_comparison
from api.presenters.decisions import present_refusals
from api.presenters.policies import present_head
from api.wiring import get_services
from pricing.policies import RevisionKey

pages = Blueprint("policy_trips", __name__)

_DAYS: Final = 31
_DAYS_MAX: Final = 366


@pages.get("/policies/<policy_id>/compare/accepted")
@acts(Action.COVERAGE_TRIPS)
def accepted_page(policy_id: str) -> str:
    """Show whose payable changes, over the trips accepted in the last days."""
    opened, days = open_policy(policy_id), _days()
    newest = opened.policy.newest.key.revision
    in_force = opened.policy.in_force
    former = in_force.key.revision if in_force else max(1, newest - 1)
    sides = {
        "before": to_revision(query_text("before", longest=6), former),
        "after": to_revision(query_text("after", longest=6), newest),
    }
    return render_template(
        "policy_trips.html",
        policy=present_head(opened.policy, opened.revision.note, opened.names),
        sides=sides,
        days=days,
        most=TRIPS_MAX,
        **_compared(opened, sides, days),
    )


def _compared(opened: Opened, sides: dict[str, int], days: int) -> dict[str, Any]:
    """Return the comparison, or why there is none, and what is known of the trips."""
    services = get_services()
    since = services.now() - timedelta(days=days)
    with services.sessions.read() as session:
        rules = {name: rules_of(session, _key(opened, number)) for name, number in sides.items()}
        found = list_trips(session, opened.key.policy_id, since=since)
    shown = {"found": found, "compared": None, "refusals": ()}
    # Every trip has its own day; this one decides none.
    wish = {**rules, "trips": list(found.trips), "as_of": services.today().isoformat()}
    try:
        told = ask_apart("compare", wish)
    except TooLongToDecide as error:
        return {**shown, "refusals": (str(error),)}
    note_done(Action.COVERAGE_TRIPS, {**told_of(opened.key), **sides, "trips": len(found.trips)})
    refusals = present_refusals(list_refusals(told))
    if refusals:
        return {**shown, "refusals": refusals}
    return {**shown, "compared": present_comparison(told["trips"])}


def _key(opened: Opened, number: int) -> RevisionKey:
    return RevisionKey(
        organisation_id=opened.key.organisation_id,
        policy_id=opened.key.policy_id,
        revision=number,
    )


def _days() -> int:
    text = query_text("days", longest=6) or str(_DAYS)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _DAYS_MAX):
        fault = f"must be a whole number from 1 to {_DAYS_MAX}"
        raise InvalidRequest((FieldError("days", fault),))
    return int(text)
