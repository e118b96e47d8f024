"""Who asks in the present request, and what they may do."""

from __future__ import annotations

from typing import cast

from flask import g

from api.access.actions import Action
from api.access.policy import Reach, may
from api.access.principal import ANONYMOUS, Principal


def get_principal() -> Principal:
    """Return who asks; `ANONYMOUS` until the gate has found somebody."""
    return cast("Principal", g.get("principal", ANONYMOUS))


def get_reach() -> Reach:
    """Return what the present request reaches: nothing until the gate has let it in."""
    return cast("Reach", g.get("reach", Reach(frozenset(), frozenset())))


def may_do(action: str) -> bool:
    """Return whether who asks may do that, for pages to offer only what will be granted.

    Raises ValueError for a name that is no action's.
    """
    return may(get_principal(), Action(action))


def own_key(key: str | None) -> str | None:
    """Return a caller's idempotency key as stored: two organisations may choose the same one."""
    return None if key is None else f"{get_principal().organisation_id}:{key}"
