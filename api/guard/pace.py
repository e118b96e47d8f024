"""Nobody takes a server's threads from all others: a pace for each user and each address.

What has the optimizer search while somebody waits has a slower one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask import request

from api.access.actions import Action
from api.access.principal import Principal
from api.errors import TooFast
from api.requests.pace import Pace, address_caller
from api.wiring import Services

_STATIC: Final = "static"
_CROWD: Final = 20
"""So many users at full pace may share one address."""

_SEARCHING: Final = Action.PLAN_EXPLAIN
_SLOWER: Final = 30
"""A search takes seconds of a core: one is let through where so many other requests are."""


class PaceKeeper:
    """Counts requests; those for our own files, and of whoever watches the service, are free."""

    def __init__(self, services: Services, actions: Mapping[str, Action]) -> None:
        """Take what the settings allow, and the action of each endpoint."""
        limit = services.settings.rate_limit
        self._each = Pace(limit, services.database)
        self._crowd = Pace(limit * _CROWD, services.database)
        self._searches = Pace(max(1, limit // _SLOWER), services.database)
        self._actions = actions

    def count_address(self, now: datetime) -> None:
        """Count before it is known who asks, as looking that up costs something; raises TooFast."""
        self._count(self._crowd, f"crowd:{_address(now)}", now)

    def count(self, principal: Principal, now: datetime) -> None:
        """Count for the user, or for the address where nobody is known; raises TooFast."""
        caller = f"user:{principal.user_id}" if principal.is_known else _address(now)
        self._count(self._each, caller, now)
        if self._actions.get(request.endpoint or "") is _SEARCHING:
            self._count(self._searches, f"search:{caller}", now)

    def _count(self, pace: Pace, caller: str, now: datetime) -> None:
        endpoint = request.endpoint or ""
        if endpoint == _STATIC or self._actions.get(endpoint) is Action.HEALTH_READ:
            return
        seconds = pace.count(caller, now=now)
        if seconds:
            raise TooFast(seconds)


def _address(now: datetime) -> str:
    return address_caller(request.remote_addr or "", now=now)
