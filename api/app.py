"""The web application: settings in, a Flask application with all its faces out."""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from api.access.actions import Action, acts
from api.account_errors import TooManyAttempts
from api.address_rules import PatientRule
from api.errors import (
    PROBLEM_JSON,
    RETRY_SECONDS,
    ActionDenied,
    InvalidRequest,
    KeyInUse,
    LoginRequired,
    TooFast,
    problem_of,
)
from api.guard.gate import Identify, guard_requests, is_front_door
from api.guard.once import form_key
from api.observing.requests import get_request_id, observe_requests, route_of
from api.pages import (
    about,
    access_report,
    account,
    audit,
    case_bills,
    case_facts,
    cases,
    claim_decisions,
    claim_expenses,
    claim_receipts,
    claims,
    contracts,
    deadlines,
    estimate_prices,
    estimates,
    facilities,
    guides,
    itineraries,
    jobs,
    link,
    login,
    member_coverage,
    members,
    navigation,
    overrides,
    plans,
    policies,
    policy_trials,
    policy_trips,
    prices,
    reference,
    users,
    why_not,
)
from api.people.principals import find_principal
from api.rest import case_facts as rest_case_facts
from api.rest import cases as rest_cases
from api.rest import claims as rest_claims
from api.rest import contracts as rest_contracts
from api.rest import coverage as rest_coverage
from api.rest import estimates as rest_estimates
from api.rest import exports, health
from api.rest import facilities as rest_facilities
from api.rest import itineraries as rest_itineraries
from api.rest import plans as rest_plans
from api.rest import prices as rest_prices
from api.rest import slots as rest_slots
from api.rest.reading import refuse_unreadable_bodies
from api.schemas.description import openapi_document
from api.schemas.faults import faults_of
from api.schemas.problem import ProblemDetails
from api.security.bodies import refuse_large_bodies
from api.security.forms import protect_forms
from api.security.headers import add_headers
from api.security.origins import refuse_other_sites
from api.settings import Settings
from api.wiring import Services, build_services

_LOG: Final = logging.getLogger(__name__)
_MACHINE_PATHS: Final = ("/api/", "/openapi.json", "/healthz", "/readyz", "/metrics")
_CLIENT_ERROR: Final = 400
_UNAUTHORIZED: Final = 401
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503


class _Application(OpenAPI):
    url_rule_class = PatientRule


def create_app(
    settings: Settings, services: Services | None = None, identify: Identify = find_principal
) -> Flask:
    """Return the application; ``services`` replaces what `build_services` would plug together.

    Raises UndeclaredAction when a route does not say what it does.
    """
    app = _Application(
        "api",
        info=Info(title="Sojourn", version="1", description="Plans in-person medical visits."),
        doc_ui=False,
        security_schemes={},
        validation_error_model=ProblemDetails,
        validation_error_callback=_validation_answer,
    )
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_upload_bytes,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        # Without a key Flask has no sessions of its own: ours are in the database.
        SECRET_KEY=None,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # — the default provider has it
    wired = services or build_services(settings)
    app.extensions["services"] = wired
    app.wsgi_app = _behind_proxies(app, settings.proxy_hops)  # type: ignore[method-assign]  # — as Flask's documentation says
    observe_requests(app, trusts_proxy=settings.proxy_hops > 0, database=wired.database)
    add_headers(app, settings)
    refuse_other_sites(app, settings)
    refuse_large_bodies(app, settings)
    _register_faces(app)
    guard_requests(app, wired, identify)
    protect_forms(app, settings)
    app.before_request(refuse_unreadable_bodies)
    app.register_error_handler(Exception, _answer_error)
    app.context_processor(navigation.shared_context)
    app.jinja_env.globals["form_key"] = form_key
    return app


def _behind_proxies(app: Flask, hops: int) -> Any:  # noqa: ANN401 — a WSGI application
    """Return the application as seen through that many reverse proxies, none of them forged.

    The host is taken from no header but ``Host``: a proxy that does not set another would let
    anybody set it.
    """
    if not hops:
        return app.wsgi_app
    return ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)


def _register_faces(app: OpenAPI) -> None:
    for module in (
        cases, case_facts, access_report, members, plans, why_not, itineraries, facilities,
        policies, policy_trials, policy_trips, claims, contracts, prices, claim_expenses,
        claim_receipts, estimates, estimate_prices, deadlines, case_bills, claim_decisions,
        member_coverage, jobs, overrides, audit, users, about, guides, reference, login, link,
        account,
    ):  # fmt: skip
        app.register_blueprint(module.pages)
    for blueprint in (
        rest_cases.rest,
        rest_case_facts.rest,
        rest_facilities.rest,
        rest_slots.rest,
        rest_plans.rest,
        rest_itineraries.rest,
        rest_claims.rest,
        rest_estimates.rest,
        rest_coverage.rest,
        rest_prices.rest,
        rest_contracts.rest,
        exports.rest,
        health.rest,
    ):
        app.register_api(blueprint)
    app.add_url_rule("/openapi.json", "openapi", _openapi)


@acts(Action.PUBLIC_READ)
def _openapi() -> Response:
    """Give the OpenAPI document; it describes the interface and shows nothing of anybody."""
    return jsonify(openapi_document(current_app))


def _validation_answer(error: ValidationError) -> Response:
    return _problem_answer(problem_of(InvalidRequest(faults_of(error)), request.path))


def _answer_error(error: Exception) -> Any:  # noqa: ANN401 — a response, or the exception as one
    if isinstance(error, HTTPException) and _is_answer_itself(error):
        return error
    if isinstance(error, SecurityError):
        # The request named a host that is not ours: no page can be built for it.
        return _problem_answer(problem_of(error, request.path))
    if isinstance(error, LoginRequired) and request.method == "GET" and not _is_for_machines():
        return redirect(url_for("login.login_page", next=_wanted()), 303)
    if isinstance(error, ActionDenied) and is_front_door(request):
        return redirect(navigation.find_home()["href"], 303)
    problem = problem_of(error, request.path)
    if problem["status"] >= _SERVER_ERROR and problem["status"] != _UNAVAILABLE:
        _LOG.exception("request.failed", extra={"route": route_of(request)})
    response = _problem_answer(problem) if _is_for_machines() else _error_page(problem)
    _add_headers(response, error, problem["status"])
    return response


def _add_headers(response: Response, error: Exception, status: int) -> None:
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
    if status == _UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Sojourn"'
    seconds = _wait_of(error, status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)


def _wait_of(error: Exception, status: int) -> int:
    """Return the seconds after which it is worth asking again; 0 where that is not known."""
    if isinstance(error, TooFast):
        return error.seconds
    if isinstance(error, TooManyAttempts):
        return error.wait_seconds
    if isinstance(error, KeyInUse):
        return 1
    return RETRY_SECONDS if status == _UNAVAILABLE else 0


def _is_answer_itself(error: HTTPException) -> bool:
    """Return whether the exception carries a finished answer, such as a redirect."""
    return error.response is not None or (error.code or 0) < _CLIENT_ERROR


def _wanted() -> str | None:
    """Return the page that was asked for, to be shown after the login; None for the first one."""
    address = request.full_path.rstrip("?")
    return None if address == "/" else address


def _is_for_machines() -> bool:
    return request.path.startswith(_MACHINE_PATHS)


def _problem_answer(problem: dict[str, Any]) -> Response:
    response = jsonify({**problem, "request_id": get_request_id()})
    response.status_code = problem["status"]
    response.mimetype = PROBLEM_JSON
    return response


def _error_page(problem: dict[str, Any]) -> Response:
    return make_response(
        render_template("error.html", problem=problem, request_id=get_request_id()),
        problem["status"],
    )
