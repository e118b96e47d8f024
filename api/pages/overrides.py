"""Pages for exceptions: opening a case in an emergency, and deciding as the second person."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest, field_errors_of
from api.guard.asking import get_principal, may_do
from api.guard.once import once
from api.operations.effects import EFFECTS
from api.overrides.approvals import Decision, ask, decide, get_approval, list_approvals
from api.overrides.glass import break_glass, list_broken_glass
from api.pages.form_state import FormState
from api.people.users import list_users
from api.presenters.overrides import present_approvals, present_glass
from api.wiring import get_services
from logistics.errors import CaseNotFound, InvalidField
from logistics.repository.cases import require_case

pages = Blueprint("overrides", __name__)

_GLASS: Final = {"reference": "Case", "reason": "Why it cannot wait"}
_ERASURE: Final = {"reason": "Why"}


@pages.get("/emergency")
@acts(Action.BREAK_GLASS)
def glass_page() -> str:
    """Show the form that opens a case in an emergency, and what was opened before."""
    return _glass_page(FormState(_GLASS, {}))


@pages.post("/emergency")
@acts(Action.BREAK_GLASS)
@once
def open_by_force() -> Response | tuple[str, int]:
    """Open a case for an hour; everybody who works on it will see that."""
    services = get_services()
    typed: dict[str, str | list[str]] = {
        "reference": request.form.get("reference", "").strip().upper(),
        "reason": request.form.get("reason", ""),
    }
    reference = str(typed["reference"])
    try:
        with services.sessions.write() as session:
            break_glass(
                session,
                reference,
                reason=str(typed["reason"]),
                principal=get_principal(),
                now=services.now(),
            )
    except InvalidField as error:
        return _glass_page(FormState(_GLASS, typed, field_errors_of(error))), 422
    except CaseNotFound:
        fault = FieldError("reference", "your organisation runs no such case; check the reference")
        return _glass_page(FormState(_GLASS, typed, (fault,))), 404
    return redirect(url_for("cases.case_page", reference=reference), 303)


@pages.get("/approvals")
@acts(Action.APPROVAL_READ)
def approvals_page() -> str:
    """Show what waits for a second person, and what became of earlier wishes."""
    services, principal = get_services(), get_principal()
    with services.sessions.read() as session:
        approvals, names = list_approvals(session), _names(session)
    shown = present_approvals(approvals, names, principal, may=may_do(Action.APPROVAL_DECIDE))
    return render_template("approvals.html", approvals=shown)


@pages.post("/approvals/<approval_id>")
@acts(Action.APPROVAL_DECIDE)
@once
def decide_approval(approval_id: str) -> Response:
    """Approve or refuse as the second person."""
    services = get_services()
    word = request.form.get("decision", "")
    with services.sessions.write() as session:
        get_approval(session, approval_id)
        if word not in {Decision.APPROVED.value, Decision.REFUSED.value}:
            raise InvalidRequest((FieldError("decision", "must be approved or refused"),))
        decide(
            session,
            approval_id,
            Decision(word),
            principal=get_principal(),
            now=services.now(),
            effects=EFFECTS,
        )
    return redirect(url_for("overrides.approvals_page"), 303)


@pages.get("/cases/<reference>/erasure")
@acts(Action.PERSON_ERASE)
def erasure_page(reference: str) -> str:
    """Show what erasing the people of a case would do, and the form that asks for it."""
    return _erasure_page(reference, FormState(_ERASURE, {}))


@pages.post("/cases/<reference>/erasure")
@acts(Action.PERSON_ERASE)
@once
def ask_for_erasure(reference: str) -> Response | tuple[str, int]:
    """Ask for it; somebody else has to approve."""
    services = get_services()
    reason = request.form.get("reason", "")
    try:
        with services.sessions.write() as session:
            require_case(session, reference)
            ask(
                session,
                Action.PERSON_ERASE,
                reference,
                reason=reason,
                principal=get_principal(),
                now=services.now(),
            )
    except InvalidField as error:
        state = FormState(_ERASURE, {"reason": reason}, field_errors_of(error))
        return _erasure_page(reference, state), 422
    return redirect(url_for("overrides.approvals_page"), 303)


def _glass_page(form: FormState) -> str:
    services = get_services()
    with services.sessions.read() as session:
        broken, names = list_broken_glass(session), _names(session)
    shown = present_glass(broken, names, now=services.now())
    return render_template("glass.html", form=form.to_dict(), broken=shown)


def _erasure_page(reference: str, form: FormState) -> str:
    with get_services().sessions.read() as session:
        require_case(session, reference)
    return render_template("erasure.html", form=form.to_dict(), reference=reference)


def _names(session: Session) -> dict[str, str]:
    return {user.id: user.name for user in list_users(session, get_principal().organisation_id)}
