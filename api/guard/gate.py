"""The gate: nobody reaches a view without a grant, and no view a row beyond it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Request, g, request

from api.access.actions import Action
from api.access.policy import Reach, find_reach
from api.access.principal import ANONYMOUS, Principal
from api.audit.address import shorten_address
from api.audit.origin import Origin, forget_origin, get_origin, set_origin
from api.audit.trail import NewEntry, Outcome
from api.errors import ActionDenied, LoginRequired
from api.guard.declared import declared_actions
from api.guard.pace import PaceKeeper
from api.observing.requests import get_request_id
from api.people.principals import Sightings
from api.scoped.sessions import Scope
from api.security.credentials import find_bearer_token, find_session_token
from api.wiring import Services

Identify = Callable[..., Principal | None]
"""Says who a session token or an API token stands for; None when it stands for nobody (any more).

Called with a connection to the database and ``session_token``, ``api_token``, ``now``.
"""


def guard_requests(app: Flask, services: Services, identify: Identify) -> None:
    """Have every request pass the gate; raises UndeclaredAction for a route without an action."""
    actions = declared_actions(app)
    app.extensions["actions"] = actions
    sightings = Sightings()
    pace = PaceKeeper(services, actions)

    def pass_gate() -> None:
        now = services.now()
        set_origin(Origin(shorten_address(request.remote_addr or ""), get_request_id()))
        pace.count_address(now)
        principal = _find_principal(request, services, identify, now)
        g.principal = principal
        if principal.is_known:
            sightings.note(services.database, principal, now=now)
        pace.count(principal, now)
        if request.endpoint is None:
            # No such address, or not with this method: the answer shows nothing of anybody.
            return
        action = actions[request.endpoint]
        reach = find_reach(principal, action)
        if reach is None:
            if not principal.is_known:
                raise LoginRequired
            if not is_front_door(request):
                services.trail.note(_denied(principal, action, now))
            raise ActionDenied(action)
        g.reach = reach
        g.services = services.seen_in(_scope(principal, action, reach, now))

    app.before_request(pass_gate)
    app.teardown_request(lambda _error: forget_origin())


def is_front_door(asked: Request) -> bool:
    """Return whether somebody just comes in: the bare address, with nothing asked for.

    Whoever has no grant for the page there is led to where they work; nothing was refused to them.
    """
    return asked.path == "/" and not asked.query_string


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
    with services.database.look() as connection:
        found = identify(connection, session_token=session_token, api_token=api_token, now=now)
    return found or ANONYMOUS


def _scope(principal: Principal, action: Action, reach: Reach, now: datetime) -> Scope:
    return Scope(
        principal=principal,
        action=action,
        reach=reach,
        now=now,
        source=get_origin().source,
        request_id=get_origin().request_id,
    )


def _denied(principal: Principal, action: Action, now: datetime) -> NewEntry:
    return NewEntry(
        at=now,
        action=action.value,
        outcome=Outcome.DENIED,
        principal=principal,
        case_references=(),
        detail={"from": get_origin().source},
        request_id=get_origin().request_id,
    )
