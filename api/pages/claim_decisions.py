"""Deciding claims: what waits, what a claim comes to, what is missing, the decision and after."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response

from api.access.actions import Action, acts
from api.coverage.ruling import rule_apart
from api.errors import FieldError
from api.guard.asking import get_principal, may_do
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.claim_letters import write_letter
from api.operations.claims import foresee, open_file, replay_latest
from api.pages.claims import posted_version
from api.pages.form_state import FormState, Values
from api.people.users import list_users
from api.presenters.claim_decisions import (
    present_claim_head,
    present_decided,
    present_decisions,
    present_earlier,
    present_foreseen,
    present_queue,
    present_replay,
)
from api.wiring import get_services
from logistics.claims.claim import ClaimMove
from logistics.decide_claim import Decider, decide_claim
from logistics.handle_claim import move_claim, set_aside
from logistics.repository.claims import get_claim, list_claims_to_decide
from pricing.coverage.documents.trip_document import Override
from scheduling.documents.reimbursement_letter import letter_to_pdf

pages = Blueprint("claim_decisions", __name__)

_FORM: Final = {"rule": "Condition", "lines": "Expenses", "reason": "Why"}


@pages.get("/claims")
@acts(Action.CLAIM_DECIDE)
def queue_page() -> str:
    """Show the claims that wait for a decision, the longest waiting first."""
    services = get_services()
    with services.sessions.read() as session:
        claims = list_claims_to_decide(session)
    return render_template("claim_queue.html", claims=present_queue(claims, services.today()))


@pages.get("/claims/<claim_id>/decision")
@acts(Action.CLAIM_READ)
def decision_page(claim_id: str) -> str:
    """Show what was decided about a claim, or what it would come to now and what is missing."""
    return _page(claim_id, {})


@pages.post("/claims/<claim_id>/decide")
@acts(Action.CLAIM_DECIDE)
@once
def decide(claim_id: str) -> Response:
    """Decide the claim as it was shown."""
    services = get_services()
    with services.sessions.read() as session:
        get_claim(session, claim_id)
    decide_claim(
        claim_id,
        version=posted_version(claim_id),
        sessions=services.sessions,
        rule=rule_apart,
        by=Decider(get_principal().user_id, services.now()),
    )
    return _back(claim_id)


@pages.post("/claims/<claim_id>/set-aside")
@acts(Action.CLAIM_DECIDE)
@once
def set_condition_aside(claim_id: str) -> Response | tuple[str, int]:
    """Set a condition aside, with a reason that the trace and the letter repeat."""
    services, principal = get_services(), get_principal()
    typed = {name: request.form.get(name, "").strip() for name in _FORM}
    if not typed["reason"]:
        return _page(claim_id, typed, (FieldError("reason", "must not be empty"),)), 422
    with services.sessions.write() as session:
        get_claim(session, claim_id)
        names = {one.id: one.name for one in list_users(session, principal.organisation_id)}
        try:
            override = Override(
                rule=typed["rule"],
                by=names.get(principal.user_id, principal.user_id),
                date=services.today(),
                reason=typed["reason"],
                lines=tuple(typed["lines"].replace(",", " ").split()) or None,
            )
        except ValidationError as error:
            faults = tuple(FieldError(str(one["loc"][0]), one["msg"]) for one in error.errors())
            return _page(claim_id, typed, faults), 422
        set_aside(session, claim_id, posted_version(claim_id), override)
        add_done(session, Action.CLAIM_DECIDE, {"claim": claim_id, "set_aside": override.rule})
    return _back(claim_id)


@pages.post("/claims/<claim_id>/reopen")
@acts(Action.CLAIM_DECIDE)
@once
def reopen(claim_id: str) -> Response:
    """Open a decided claim again, so that it can be corrected and filed anew."""
    with get_services().sessions.write() as session:
        get_claim(session, claim_id)
        move_claim(session, claim_id, posted_version(claim_id), ClaimMove.REOPEN)
        add_done(session, Action.CLAIM_DECIDE, {"claim": claim_id, "moved": "reopened"})
    return _back(claim_id)


@pages.get("/claims/<claim_id>/decisions/<int:number>/letter.pdf")
@acts(Action.CLAIM_READ)
def letter(claim_id: str, number: int) -> Response:
    """Give the letter about a decision as a tagged PDF."""
    with get_services().sessions.read() as session:
        written = write_letter(session, claim_id, number)
    response = Response(letter_to_pdf(written), mimetype="application/pdf")
    name = f"{claim_id}-decision-{number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(claim_id: str, typed: Values, faults: tuple[FieldError, ...] = ()) -> str:
    services, principal = get_services(), get_principal()
    with services.sessions.read() as session:
        file = open_file(session, claim_id, now=services.now())
        names = {one.id: one.name for one in list_users(session, principal.organisation_id)}
    foreseen, latest, replay = foresee(file), file.latest, replay_latest(file)
    return render_template(
        "claim_decision.html",
        claim=present_claim_head(file.claim),
        foreseen=foreseen and present_foreseen(file, foreseen, services.today()),
        earlier=present_earlier(file),
        decided=latest and present_decided(latest),
        replay=replay and present_replay(replay),
        decisions=present_decisions(file.decisions, names),
        form=FormState(_FORM, typed, faults).to_dict(),
        may_decide=may_do(Action.CLAIM_DECIDE) and file.claim.filed_by != principal.user_id,
        is_filer=may_do(Action.CLAIM_DECIDE) and file.claim.filed_by == principal.user_id,
    )


def _back(claim_id: str) -> Response:
    return redirect(url_for("claim_decisions.decision_page", claim_id=claim_id), 303)
