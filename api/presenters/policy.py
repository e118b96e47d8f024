"""The policy table for its page: who may do what, on which rows, seeing which fields."""

from __future__ import annotations

from typing import Any, Final

from api.access.actions import OPEN_TO_ANYBODY, Action
from api.access.policy import NEEDS_SECOND_PERSON, POLICY, Field, Grant
from api.access.roles import Role

_AREAS: Final = {
    "case": "Cases",
    "link": "Cases",
    "plan": "Plans and itineraries",
    "itinerary": "Plans and itineraries",
    "facility": "Facilities and slots",
    "slot": "Facilities and slots",
    "coverage": "Coverage policies",
    "prices": "Prices",
    "contracts": "Prices",
    "account": "Accounts",
    "token": "Accounts",
    "user": "Accounts",
    "policy": "Accounts",
    "job": "Watching over the service",
    "facts": "Cases",
    "claim": "Claims",
    "estimate": "Estimates and bills",
    "audit": "Watching over the service",
    "access": "Watching over the service",
    "glass": "Exceptions",
    "approval": "Exceptions",
    "person": "Exceptions",
}
_ACTIONS: Final = {
    Action.ACCOUNT_MANAGE: "Manage the own account",
    Action.TOKEN_MANAGE: "Make and revoke own API tokens",
    Action.POLICY_READ: "See who may do what",
    Action.CASE_LIST: "List cases",
    Action.CASE_READ: "Read a case",
    Action.CASE_OPEN: "Open a case",
    Action.CASE_CHANGE: "Change a case",
    Action.CASE_PEOPLE: "Let patient and companions in",
    Action.LINK_ISSUE: "Issue a one-time link",
    Action.PLAN_MAKE: "Plan a visit",
    Action.PLAN_READ: "Read plans",
    Action.PLAN_EXPLAIN: "Ask why not another option",
    Action.PLAN_PROBLEM: "Read the problem document",
    Action.PLAN_CANCEL: "Stop a plan",
    Action.PLAN_ACCEPT: "Accept a plan",
    Action.ITINERARY_READ: "Read itineraries",
    Action.FACTS_STATE: "State the facts that a case's coverage is decided by",
    Action.CLAIM_READ: "Read claims and what is left of each cap",
    Action.CLAIM_WRITE: "Write claims down, send receipts, file them",
    Action.CLAIM_DECIDE: "Decide claims",
    Action.ESTIMATE_READ: "See what care is expected to cost, and its bills",
    Action.ESTIMATE_WRITE: "Write estimates, give them out, write down bills",
    Action.FACILITY_READ: "Read facilities and specialists",
    Action.CONTRACTS_TRY: "Price claims and compare offers",
    Action.PRICES_READ: "See hospitals' published prices",
    Action.SLOT_READ: "Read open slots",
    Action.SLOT_OFFER: "Offer slots",
    Action.COVERAGE_READ: "Read coverage policies",
    Action.COVERAGE_TRY: "Try a coverage policy",
    Action.COVERAGE_WRITE: "Write a coverage policy",
    Action.COVERAGE_FORCE: "Ask to put a coverage policy in force",
    Action.COVERAGE_WITHDRAW: "Ask to take a coverage policy out of force",
    Action.COVERAGE_TRIPS: "Compare policies over accepted trips",
    Action.USER_MANAGE: "Manage users",
    Action.JOB_READ: "See background jobs",
    Action.JOB_CHANGE: "Stop or retry background jobs",
    Action.AUDIT_READ: "Read the audit trail",
    Action.AUDIT_VERIFY: "Verify the audit trail",
    Action.ACCESS_READ: "See who looked at a case",
    Action.BREAK_GLASS: "Open a case in an emergency",
    Action.APPROVAL_READ: "See what waits for a second person",
    Action.APPROVAL_DECIDE: "Approve or refuse as second person",
    Action.PERSON_EXPORT: "Export everything about a person",
    Action.PERSON_ERASE: "Ask for a person to be erased",
}
_ROLES: Final = {
    Role.COORDINATOR: "Coordinator",
    Role.CASE_MANAGER: "Case manager",
    Role.INSURER_REVIEWER: "Insurer’s reviewer",
    Role.FACILITY_CONTACT: "Facility contact",
    Role.PATIENT: "Patient",
    Role.COMPANION: "Companion",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}
_FIELDS: Final = {
    Field.TITLE: "title",
    Field.DIAGNOSIS: "diagnosis",
    Field.STORY: "story",
    Field.COVERAGE: "costs and coverage",
}


_BESIDE_THE_TABLE: Final = {"audit.erase": "Erase details of the audit trail"}
"""What the trail names and nobody is granted."""


def role_name(role: Role) -> str:
    """Return what pages call a role."""
    return _ROLES.get(role, role.value)


def action_name(name: str) -> str:
    """Return what pages call an action, or something else the trail names (``link.redeemed``)."""
    known = {action.value: words for action, words in _ACTIONS.items()} | _BESIDE_THE_TABLE
    return known.get(name) or name.replace(".", " ").replace("_", " ").capitalize()


def present_policy(own: frozenset[Role]) -> dict[str, Any]:
    """Return the whole table, area by area; ``own`` are the roles of whoever reads it."""
    areas: dict[str, list[dict[str, Any]]] = {}
    for action in Action:
        if action in OPEN_TO_ANYBODY or action is Action.UPKEEP:
            continue
        area = _AREAS[action.value.partition(".")[0]]
        areas.setdefault(area, []).append(_row(action))
    return {
        "roles": [{"name": name, "is_own": role in own} for role, name in _ROLES.items()],
        "areas": [{"name": name, "rows": rows} for name, rows in areas.items()],
    }


def _row(action: Action) -> dict[str, Any]:
    return {
        "name": _ACTIONS[action],
        "action": action.value,
        "needs_second": action in NEEDS_SECOND_PERSON,
        "cells": [_cell(POLICY[role].get(action)) for role in _ROLES],
    }


def _cell(grant: Grant | None) -> dict[str, str] | None:
    if grant is None:
        return None
    hidden = [_FIELDS[field] for field in Field if field in grant.hidden]
    without = f"without {', '.join(hidden)}" if hidden and grant.rows.reaches_cases else ""
    return {"rows": grant.rows.value, "without": without}
