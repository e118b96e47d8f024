"""The gate: nobody reaches a view without a grant, and no view a row beyond it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Request, g, request

from api.access.policy import find_reach
from api.access.principal import ANONYMOUS, Principal
from api.errors import ActionDenied, LoginRequired, TooFast
from api.guard.declared import declared_actions
from api.people.principals import Sightings
from api.security.credentials import find_bearer_token, find_session_token
from api.security.pace import Pace
from api.wiring import Services

Identify = Callable[..., Principal | None]
"""Says who a session token or an API token stands for; None when it stands for nobody (any more).

Called with the session of the database and ``session_token``, ``api_token``, ``now``.
"""


def guard_requests(app: Flask, services: Services, identify: Identify) -> None:
    """Have every request pass the gate; raises UndeclaredAction for a route without an action."""
    actions = declared_actions(app)
    app.extensions["actions"] = actions
    sightings = Sightings()
    pace = Pace(services.settings.rate_limit)

    def pass_gate() -> None:
        now = services.now()
        principal = _find_principal(request, services, identify, now)
        g.principal = principal
        if principal.is_known:
            sightings.note(services.database, principal, now=now)
        seconds = pace.count(principal.user_id or f"address {request.remote_addr}")
        if seconds:
            raise TooFast(seconds)
        if request.endpoint is None:
            # No such address, or not with this method: the answer shows nothing of anybody.
            return
        action = actions[request.endpoint]
        reach = find_reach(principal, action)
        if reach is None:
            raise ActionDenied(action) if principal.is_known else LoginRequired
        g.reach = reach
        g.services = services.as_seen_by(principal, action, reach, now=now)

    app.before_request(pass_gate)


def _find_principal(
    asked: Request, services: Services, identify: Identify, now: datetime
) -> Principal:
    """Return who the credentials of the request stand for; those that are no good are nobody's.

    A bearer token goes before a cookie: a program that sends one means it.
    """
    api_token = find_bearer_token(asked)
    session_token = find_session_token(asked, is_https=services.settings.is_https)
    if api_token is None and session_token is None:
        return ANONYMOUS
    with services.database.read() as session:
        found = identify(session, session_token=session_token, api_token=api_token, now=now)
    return found or ANONYMOUS
