"""Exceptions to the policy for the pages: glass broken, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from api.access.actions import Action
from api.access.principal import Principal
from api.formatting import format_instant
from api.operations.policies import read_subject
from api.overrides.approvals import Approval
from api.overrides.glass import BrokenGlass

_STATUS: Final = {
    None: ("wait", "waits for a second person"),
    "approved": ("good", "approved"),
    "refused": ("bad", "refused"),
    "lapsed": ("plain", "lapsed"),
}
_WISHES: Final = {
    Action.PERSON_ERASE.value: "Erase everything about the people of case",
    Action.COVERAGE_FORCE.value: "Put in force the coverage policy",
    Action.COVERAGE_WITHDRAW.value: "Take out of force the coverage policy",
}
_ABOUT_POLICIES: Final = {Action.COVERAGE_FORCE.value, Action.COVERAGE_WITHDRAW.value}


def present_glass(
    broken: Iterable[BrokenGlass], names: Mapping[str, str], *, now: datetime
) -> list[dict[str, Any]]:
    """Return the cases opened by force; ``names`` are those of the users, by their id."""
    return [
        {
            "case": one.case_reference,
            "who": names.get(one.user_id, one.user_id),
            "reason": one.reason,
            "begun": format_instant(one.begun_at, "UTC"),
            "ends": format_instant(one.ends_at, "UTC"),
            "is_open": one.ends_at > now,
        }
        for one in broken
    ]


def present_approvals(
    approvals: Iterable[Approval], names: Mapping[str, str], principal: Principal, *, may: bool
) -> list[dict[str, Any]]:
    """Return the wishes; ``may`` says whether who looks may decide those of others."""
    return [_wish(one, names, principal, may=may) for one in approvals]


def _subject(one: Approval) -> str:
    if one.action not in _ABOUT_POLICIES:
        return one.subject
    key = read_subject(one.subject)
    return f"{key.policy_id}, revision {key.revision}"


def _links(one: Approval) -> dict[str, dict[str, Any]]:
    """Return what the links to the revision that a wish is about say in their addresses.

    ``of`` is always said: another sponsor may have a policy of the same id.
    """
    if one.action not in _ABOUT_POLICIES:
        return {}
    key = read_subject(one.subject)
    policy = {"policy_id": key.policy_id, "of": key.organisation_id}
    links = {"policy": {**policy, "revision": key.revision}}
    if one.action == Action.COVERAGE_FORCE.value:
        links["comparison"] = {**policy, "after": key.revision}
    return links


def _wish(
    one: Approval, names: Mapping[str, str], principal: Principal, *, may: bool
) -> dict[str, Any]:
    kind, words = _STATUS[one.decision]
    return {
        "id": one.id,
        "what": f"{_WISHES.get(one.action, one.action)} {_subject(one)}",
        "links": _links(one),
        "reason": one.reason,
        "asked": f"{names.get(one.asked_by, one.asked_by)}, {format_instant(one.asked_at, 'UTC')}",
        "status": {"kind": kind, "words": words},
        "decided": ""
        if one.decided_by is None or one.decided_at is None
        else f"{names.get(one.decided_by, one.decided_by)}, "
        f"{format_instant(one.decided_at, 'UTC')}",
        "lapses": format_instant(one.lapses_at, "UTC"),
        "is_own": one.asked_by == principal.user_id,
        "can_decide": one.is_waiting and may and one.asked_by != principal.user_id,
    }
