"""Logging in and out: password, second factor, provider, demonstration users."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.exceptions import NotFound

from api.access.actions import Action, acts
from api.account_errors import LinkRefused, LoginRefused, ProviderUnavailable, TooManyAttempts
from api.errors import FieldError, InvalidRequest, field_errors_of
from api.guard.asking import get_principal
from api.pages.form_state import FormState
from api.pages.visitor import (
    drop_session,
    home_address,
    keep_outside_secret,
    keep_session,
    outside_cookie_name,
    read_caller,
    read_next,
    read_session_token,
)
from api.people.credentials import set_password_with_code
from api.people.log_in import (
    Finished,
    begin_demanded_enrolment,
    confirm_demanded_enrolment,
    find_stage,
    log_in,
    log_in_as_sample,
    log_out,
    pass_second_factor,
)
from api.people.members import find_parts
from api.people.outside_login import begin_outside, finish_outside
from api.people.passwords import warm_up
from api.people.samples import in_sample_order
from api.people.sessions import BegunSession, Stage
from api.people.users import has_users, list_sample_users
from api.presenters.people import present_demonstration
from api.settings import OidcSettings
from api.wiring import get_whole_services
from logistics.organisation import OrganisationKind
from logistics.repository.organisations import list_organisations

pages = Blueprint("login", __name__)

_UNPROCESSABLE: Final = 422
_TOO_MANY: Final = 429
_GONE: Final = 410
_LABELS: Final = {"email": "E-mail", "password": "Password"}
_CODE: Final = {"code": "Code"}
_WELCOME: Final = {"code": "Code", "password": "New password"}
_Answer = Response | tuple[str, int]


@pages.get("/login")
@acts(Action.LOG_IN)
def login_page() -> Response | str:
    """Show the ways in."""
    if get_principal().is_known:
        return redirect(read_next() or home_address(), 303)
    return _login_form(FormState(_LABELS, {}))


@pages.post("/login")
@acts(Action.LOG_IN)
def log_in_with_password() -> _Answer:
    """Begin a session for e-mail and password."""
    services = get_whole_services()
    email = request.form.get("email", "")
    try:
        begun = log_in(
            services.database,
            email=email,
            password=request.form.get("password", ""),
            caller=read_caller(),
            now=services.now(),
            demanding=_demanding(),
        )
    except (LoginRefused, TooManyAttempts) as error:
        fault = FieldError("", f"{str(error).capitalize()}.")
        return _login_form(FormState(_LABELS, {"email": email}, (fault,))), _status(error)
    return _go_on(begun)


@pages.post("/login/demo")
@acts(Action.LOG_IN)
def log_in_as_demo() -> Response:
    """Begin a session for a demonstration user, in the sample setting."""
    services = get_whole_services()
    begun = log_in_as_sample(
        services.database,
        request.form.get("user", ""),
        caller=read_caller(),
        now=services.now(),
        is_sample_setting=services.settings.is_sample,
    )
    return _go_on(begun)


@pages.get("/login/second-factor")
@acts(Action.LOG_IN)
def second_factor_page() -> Response | str:
    """Ask for a code of the phone."""
    if _stage() is not Stage.SECOND_FACTOR:
        return redirect(url_for("login.login_page"), 303)
    return _code_form(FormState(_CODE, {}))


@pages.post("/login/second-factor")
@acts(Action.LOG_IN)
def check_second_factor() -> _Answer:
    """Complete the login with a code."""
    services = get_whole_services()
    if _stage() is not Stage.SECOND_FACTOR:
        return redirect(url_for("login.login_page"), 303)
    try:
        done = pass_second_factor(
            services.database,
            read_session_token(),
            request.form.get("code", ""),
            caller=read_caller(),
            now=services.now(),
        )
    except (LoginRefused, TooManyAttempts) as error:
        return _code_form(FormState(_CODE, {}, (FieldError("code", str(error)),))), _status(error)
    return _go_on(done.begun)


@pages.get("/login/second-factor/new")
@acts(Action.LOG_IN)
def new_second_factor_page() -> Response | str:
    """Have a second factor set up, as the organisation demands one."""
    if _stage() is not Stage.ENROLMENT:
        return redirect(url_for("login.login_page"), 303)
    return _enrolment_form(FormState(_CODE, {}))


@pages.post("/login/second-factor/new")
@acts(Action.LOG_IN)
def confirm_new_second_factor() -> _Answer:
    """Complete the login with the first code, and show the recovery codes once."""
    services = get_whole_services()
    if _stage() is not Stage.ENROLMENT:
        return redirect(url_for("login.login_page"), 303)
    try:
        done = confirm_demanded_enrolment(
            services.database,
            read_session_token(),
            request.form.get("code", ""),
            now=services.now(),
        )
    except LoginRefused as error:
        state = FormState(_CODE, {}, (FieldError("code", str(error)),))
        return _enrolment_form(state), _UNPROCESSABLE
    return _show_recovery_codes(done)


@pages.get("/login/outside")
@acts(Action.LOG_IN)
def begin_outside_login() -> Response:
    """Send the browser to the provider."""
    begun = begin_outside(_provider(), _back_address())
    return keep_outside_secret(redirect(begun.address, 303), begun.browser_secret)


@pages.get("/login/outside/back")
@acts(Action.LOG_IN)
def finish_outside_login() -> Response:
    """Take the browser back from the provider."""
    services = get_whole_services()
    try:
        begun = finish_outside(
            services.database,
            _provider(),
            redirect_uri=_back_address(),
            browser_secret=request.cookies.get(outside_cookie_name()),
            answer=request.args.to_dict(),
            caller=read_caller(),
            now=services.now(),
            demanding=_demanding(),
        )
    except (LoginRefused, TooManyAttempts, ProviderUnavailable) as error:
        fault = FieldError("", f"{str(error)[:1].upper()}{str(error)[1:]}.")
        answer = make_response(_login_form(FormState(_LABELS, {}, (fault,))), _status(error))
        # The address of this page holds code and state; no request from it may repeat them.
        answer.headers["Referrer-Policy"] = "strict-origin"
        return answer
    return keep_outside_secret(_go_on(begun), "")


@pages.post("/logout")
@acts(Action.LOG_IN)
def log_out_here() -> Response:
    """End the session."""
    services = get_whole_services()
    log_out(services.database, read_session_token(), now=services.now())
    return drop_session(redirect(url_for("login.login_page"), 303))


@pages.get("/welcome")
@acts(Action.LOG_IN)
def welcome_page() -> str:
    """Ask a new user for the code received and a password."""
    return _welcome_form(FormState(_WELCOME, {}))


@pages.post("/welcome")
@acts(Action.LOG_IN)
def set_first_password() -> _Answer:
    """Set the password of the user the code was made for."""
    services = get_whole_services()
    code = request.form.get("code", "")
    try:
        set_password_with_code(
            services.database, code, request.form.get("password", ""), now=services.now()
        )
    except InvalidRequest as error:
        state = FormState(_WELCOME, {"code": code}, field_errors_of(error))
        return _welcome_form(state), _UNPROCESSABLE
    except LinkRefused as error:
        state = FormState(_WELCOME, {}, (FieldError("code", str(error)),))
        return _welcome_form(state), _GONE
    return redirect(url_for("login.login_page", welcome="yes"), 303)


def _go_on(begun: BegunSession) -> Response:
    """Send the browser to what is left of the login, or to where it wanted to go."""
    wanted = read_next()
    addresses = {
        Stage.SECOND_FACTOR: url_for("login.second_factor_page", next=wanted or None),
        Stage.ENROLMENT: url_for("login.new_second_factor_page", next=wanted or None),
        # The login page knows where a user begins, once the cookie has come back.
        Stage.FULL: wanted or url_for("login.login_page"),
    }
    return keep_session(redirect(addresses[begun.stage], 303), begun)


def _show_recovery_codes(done: Finished) -> Response:
    page = render_template(
        "recovery_codes.html", codes=done.recovery_codes, href=url_for("login.login_page")
    )
    return keep_session(Response(page, mimetype="text/html"), done.begun)


def _login_form(state: FormState) -> str:
    warm_up()
    services = get_whole_services()
    demonstration: list[dict[str, Any]] = []
    with services.database.read() as session:
        is_empty = not has_users(session)
        if services.settings.is_sample:
            users = in_sample_order(list_sample_users(session))
            parts = find_parts(session, [user.id for user in users])
            demonstration = present_demonstration(users, list_organisations(session), parts)
    provider = services.settings.oidc
    return render_template(
        "login.html",
        form=state.to_dict(),
        next=read_next(),
        demonstration=demonstration,
        is_empty=is_empty and not services.settings.is_sample,
        provider=provider.name if provider else "",
        is_welcome=request.args.get("welcome") == "yes",
    )


def _code_form(state: FormState) -> str:
    return render_template("second_factor.html", form=state.to_dict(), next=read_next())


def _enrolment_form(state: FormState) -> str:
    services = get_whole_services()
    enrolment = begin_demanded_enrolment(
        services.database, read_session_token(), now=services.now()
    )
    return render_template(
        "second_factor_new.html",
        form=state.to_dict(),
        enrolment={"key": enrolment.key, "qr_svg": enrolment.qr_svg, "uri": enrolment.uri},
        action=url_for("login.confirm_new_second_factor"),
        is_demanded=True,
    )


def _welcome_form(state: FormState) -> str:
    return render_template("welcome.html", form=state.to_dict())


def _stage() -> Stage | None:
    services = get_whole_services()
    return find_stage(services.database, read_session_token(), now=services.now())


def _provider() -> OidcSettings:
    provider = get_whole_services().settings.oidc
    if provider is None:
        raise NotFound
    return provider


def _back_address() -> str:
    return get_whole_services().settings.public_url + url_for("login.finish_outside_login")


def _demanding() -> frozenset[OrganisationKind]:
    kinds = get_whole_services().settings.second_factor_for
    return frozenset(OrganisationKind(kind) for kind in kinds)


def _status(error: Exception) -> int:
    return _TOO_MANY if isinstance(error, TooManyAttempts) else _UNPROCESSABLE
