"""The page a one-time link leads to: code from the address, birth date from whoever holds it."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.account_errors import LinkRefused, TooManyAttempts
from api.errors import FieldError
from api.pages.form_state import FormState
from api.pages.visitor import keep_session, read_caller
from api.people.links import redeem_link
from api.wiring import get_whole_services

pages = Blueprint("link", __name__)

_LABELS: Final = {"code": "Code of the link", "birth_date": "Date of birth"}
_GONE: Final = 410
_TOO_MANY: Final = 429


@pages.get("/link")
@acts(Action.REDEEM_LINK)
def link_page() -> str:
    """Ask for the birth date; the script takes the code from the fragment of the address."""
    return _form(FormState(_LABELS, {}))


@pages.post("/link")
@acts(Action.REDEEM_LINK)
def redeem() -> Response | tuple[str, int]:
    """Begin a session for a link and the right birth date."""
    services = get_whole_services()
    code, typed = request.form.get("code", ""), request.form.get("birth_date", "")
    try:
        begun = redeem_link(
            services.database,
            token=code,
            birth_date=_to_date(typed),
            caller=read_caller(),
            now=services.now(),
        )
    except LinkRefused as error:
        return _form(_refused(code, typed, error)), _GONE
    except TooManyAttempts as error:
        return _form(_refused(code, typed, error)), _TOO_MANY
    return keep_session(redirect(url_for("login.login_page"), 303), begun)


def _refused(code: str, typed: str, error: Exception) -> FormState:
    fault = FieldError("birth_date", str(error))
    return FormState(_LABELS, {"code": code, "birth_date": typed}, (fault,))


def _form(state: FormState) -> str:
    return render_template("link.html", form=state.to_dict())


def _to_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
