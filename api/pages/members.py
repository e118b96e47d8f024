"""Who sees a case as its patient or companion, and the links that let them in."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.guard.asking import get_principal
from api.people.links import GOOD_FOR, issue_link
from api.people.members import add_member, list_members, people_of, remove_member
from api.people.users import get_user
from api.presenters.people import present_members
from api.wiring import get_services
from logistics.organisation import CasePart
from logistics.repository.cases import get_case
from logistics.repository.organisations import list_participants

pages = Blueprint("members", __name__)

_PLACE: Final = re.compile(r"\d{1,2}", re.ASCII)
_NOWHERE: Final = -1
_DONE: Final = {
    "added": "The person can be given a link now.",
    "removed": "The person has no access any more; every session and link has ended.",
}


@pages.get("/cases/<reference>/people")
@acts(Action.CASE_PEOPLE)
def members_page(reference: str) -> str:
    """Show the people of a case, and which of them may see it."""
    with get_services().sessions.read() as session:
        case = get_case(session, reference)
        members = list_members(session, reference)
        users = {one.user_id: get_user(session, one.user_id) for one in members}
    return render_template(
        "members.html",
        case={"reference": case.reference, "title": case.title},
        people=present_members(people_of(case), members, users),
        done=_DONE.get(request.args.get("done", ""), ""),
    )


@pages.post("/cases/<reference>/people")
@acts(Action.CASE_PEOPLE)
def add(reference: str) -> Response:
    """Make a user of a person of the case."""
    services, principal = get_services(), get_principal()
    typed = request.form.get("place", "")
    place = int(typed) if _PLACE.fullmatch(typed) else _NOWHERE
    with services.sessions.write() as session:
        case = get_case(session, reference)
        operator = list_participants(session, reference)[CasePart.OPERATOR]
        add_member(session, case, place, organisation_id=operator, by=principal, now=services.now())
    return redirect(url_for("members.members_page", reference=reference, done="added"), 303)


@pages.post("/cases/<reference>/people/<user_id>/remove")
@acts(Action.CASE_PEOPLE)
def remove(reference: str, user_id: str) -> Response:
    """Take somebody's access away."""
    services = get_services()
    with services.sessions.write() as session:
        get_case(session, reference)
        remove_member(session, user_id, reference, by=get_principal(), now=services.now())
    return redirect(url_for("members.members_page", reference=reference, done="removed"), 303)


@pages.post("/cases/<reference>/people/<user_id>/link")
@acts(Action.LINK_ISSUE)
def issue(reference: str, user_id: str) -> str:
    """Make a link and show it once."""
    services = get_services()
    with services.sessions.write() as session:
        case = get_case(session, reference)
        link = issue_link(
            session,
            user_id=user_id,
            case_reference=reference,
            by=get_principal(),
            now=services.now(),
        )
        name = get_user(session, user_id).name
    return render_template(
        "link_new.html",
        case={"reference": case.reference, "title": case.title},
        name=name,
        address=f"{services.settings.public_url}{url_for('link.link_page')}#{link.token}",
        minutes=int(GOOD_FOR.total_seconds()) // 60,
    )
