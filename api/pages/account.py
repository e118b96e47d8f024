"""The own account: password, second factor, sessions, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.account_errors import TooManyAttempts
from api.errors import FieldError, InvalidRequest, field_errors_of
from api.guard.asking import get_principal, may_do
from api.pages.form_state import FormState, to_number
from api.people.credentials import change_password, find_hash
from api.people.own_account import (
    begin_own_enrolment,
    confirm_own_enrolment,
    end_other_sessions,
    end_own_session,
    remove_own_second_factor,
    renew_own_recovery_codes,
)
from api.people.second_factor import count_recovery_codes, has_second_factor
from api.people.sessions import list_sessions
from api.people.tokens import list_tokens, make_token, revoke_token, scopes_of
from api.people.users import get_user
from api.presenters.people import present_account, present_scopes
from api.wiring import get_whole_services
from logistics.repository.organisations import get_organisation

pages = Blueprint("account", __name__)

_UNPROCESSABLE: Final = 422
_TOO_MANY: Final = 429
_PASSWORD: Final = {"present": "Present password", "password": "New password"}
_CODE: Final = {"code": "Code"}
_TOKEN: Final = {
    "name": "What it is for",
    "scopes": "What it may do",
    "days": "Days it is good for",
}
_DONE: Final = {
    "password": "The password is changed, and all other sessions have ended.",
    "removed": "The second factor is removed.",
    "ended": "The session has ended.",
    "others": "All other sessions have ended.",
    "token": "The token is revoked.",
}
_Answer = Response | tuple[str, int]


@pages.get("/account")
@acts(Action.ACCOUNT_MANAGE)
def account_page() -> str:
    """Show the own account."""
    return _page({})


@pages.post("/account/password")
@acts(Action.ACCOUNT_MANAGE)
def change_own_password() -> _Answer:
    """Change the password."""
    services = get_whole_services()
    try:
        change_password(
            services.database,
            principal=get_principal(),
            present=request.form.get("present", ""),
            password=request.form.get("password", ""),
            now=services.now(),
        )
    except (InvalidRequest, TooManyAttempts) as error:
        return _refused("password", FormState(_PASSWORD, {}, _faults(error, "present")), error)
    return _done("password")


@pages.get("/account/second-factor")
@acts(Action.ACCOUNT_MANAGE)
def second_factor_page() -> Response | str:
    """Show the key of a new second factor."""
    return _enrolment_form(FormState(_CODE, {}))


@pages.post("/account/second-factor")
@acts(Action.ACCOUNT_MANAGE)
def confirm_second_factor() -> Response | str | tuple[Response | str, int]:
    """Take the first code and show the recovery codes once."""
    services = get_whole_services()
    try:
        codes = confirm_own_enrolment(
            services.database,
            get_principal(),
            request.form.get("code", ""),
            now=services.now(),
        )
    except InvalidRequest as error:
        return _enrolment_form(FormState(_CODE, {}, field_errors_of(error))), _UNPROCESSABLE
    return _recovery_codes(codes)


@pages.post("/account/second-factor/change")
@acts(Action.ACCOUNT_MANAGE)
def change_second_factor() -> _Answer | str:
    """Remove the second factor, or make new recovery codes, for a code."""
    services = get_whole_services()
    code = request.form.get("code", "")
    try:
        if request.form.get("wish") == "remove":
            remove_own_second_factor(services.database, get_principal(), code, now=services.now())
            return _done("removed")
        codes = renew_own_recovery_codes(
            services.database, get_principal(), code, now=services.now()
        )
    except (InvalidRequest, TooManyAttempts) as error:
        return _refused("code", FormState(_CODE, {}, _faults(error, "code")), error)
    return _recovery_codes(codes)


@pages.post("/account/sessions/<session_id>/end")
@acts(Action.ACCOUNT_MANAGE)
def end_session(session_id: str) -> Response:
    """End one of the own sessions."""
    services = get_whole_services()
    end_own_session(services.database, get_principal(), session_id, now=services.now())
    return _done("ended")


@pages.post("/account/sessions/end-others")
@acts(Action.ACCOUNT_MANAGE)
def end_sessions() -> Response:
    """End all own sessions but this one."""
    services = get_whole_services()
    end_other_sessions(services.database, get_principal(), now=services.now())
    return _done("others")


@pages.post("/account/tokens")
@acts(Action.TOKEN_MANAGE)
def make_own_token() -> _Answer | str:
    """Make a token and show it once."""
    services, principal = get_whole_services(), get_principal()
    name, scopes = request.form.get("name", ""), request.form.getlist("scopes")
    typed = request.form.get("days", "")
    days = to_number(typed)
    try:
        with services.database.write() as session:
            made = make_token(
                session,
                get_user(session, principal.user_id),
                name=name,
                scopes=scopes,
                days=days if isinstance(days, int) else None,
                by=principal,
                now=services.now(),
            )
    except InvalidRequest as error:
        values: dict[str, str | list[str]] = {"name": name, "scopes": scopes, "days": typed}
        return _refused("token", FormState(_TOKEN, values, field_errors_of(error)), error)
    return render_template("token_new.html", token=made.text, name=made.token.name)


@pages.post("/account/tokens/<token_id>/revoke")
@acts(Action.TOKEN_MANAGE)
def revoke_own_token(token_id: str) -> Response:
    """End one of the own tokens."""
    services, principal = get_whole_services(), get_principal()
    with services.database.write() as session:
        revoke_token(session, token_id, user_id=principal.user_id, by=principal, now=services.now())
    return _done("token")


def _page(changed: Mapping[str, FormState]) -> str:
    """Return the page, its forms as sent where they were refused."""
    services, principal = get_whole_services(), get_principal()
    now = services.now()
    with services.database.read() as session:
        user = get_user(session, principal.user_id)
        account = present_account(
            user,
            get_organisation(session, user.organisation_id),
            roles=principal.roles,
            sessions=list_sessions(session, user.id, now=now),
            tokens=list_tokens(session, user.id, now=now),
            session_id=principal.credential_id,
        )
        account["has_password"] = find_hash(session, user.id) is not None
        account["has_second_factor"] = has_second_factor(session, user.id)
        account["recovery_codes"] = count_recovery_codes(session, user.id)
    forms = {
        "password": FormState(_PASSWORD, {}),
        "code": FormState(_CODE, {}),
        "token": FormState(_TOKEN, {"days": "90"}),
        **changed,
    }
    shown = {name: state.to_dict() for name, state in forms.items()}
    return render_template(
        "account.html",
        account=account,
        forms=shown,
        faults=[fault for form in shown.values() for fault in form["faults"]],
        scopes=present_scopes(scopes_of(user.roles)),
        may_make_tokens=may_do(Action.TOKEN_MANAGE),
        done=_DONE.get(request.args.get("done", ""), ""),
    )


def _enrolment_form(state: FormState) -> Response | str:
    services = get_whole_services()
    enrolment = begin_own_enrolment(services.database, get_principal(), now=services.now())
    if enrolment is None:
        return redirect(url_for("account.account_page"), 303)
    return render_template(
        "second_factor_new.html",
        form=state.to_dict(),
        enrolment={"key": enrolment.key, "qr_svg": enrolment.qr_svg, "uri": enrolment.uri},
        action=url_for("account.confirm_second_factor"),
        is_demanded=False,
    )


def _recovery_codes(codes: tuple[str, ...]) -> str:
    return render_template("recovery_codes.html", codes=codes, href=url_for("account.account_page"))


def _faults(error: Exception, field: str) -> tuple[FieldError, ...]:
    """Return what is wrong, at the fields; waiting is said at the one named."""
    return field_errors_of(error) or (FieldError(field, str(error)),)


def _refused(name: str, state: FormState, error: Exception) -> tuple[str, int]:
    status = _TOO_MANY if isinstance(error, TooManyAttempts) else _UNPROCESSABLE
    return _page({name: state}), status


def _done(what: str) -> Response:
    return redirect(url_for("account.account_page", done=what), 303)
