"""The policy table: for a role and an action, which rows and which fields. Default: denied.

One table for pages, REST and jobs. ``api/scoped`` turns ``Rows`` into SQL that every statement
carries; fields that are not listed are never opened. A page shows this table as it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.access.actions import OPEN_TO_ANYBODY, Action
from api.access.principal import Principal
from api.access.roles import Role


class Rows(StrEnum):
    """Which rows a grant reaches. Cases and all that hangs on them follow the case."""

    NONE = "no case"
    OPERATED = "cases the own organisation runs"
    PAID = "cases of the own organisation's members"
    MEMBER = "the own case"
    BROKEN_GLASS = "a case opened in an emergency, for an hour"
    OWN_FACILITY = "specialists and slots of the own facility, no case"
    OWN_POLICIES = "policies of the own organisation"
    KNOWN_POLICIES = "policies of the own organisation and of who pays for its cases"
    EVERYTHING = "every row"

    @property
    def reaches_cases(self) -> bool:
        """Return whether there can be a case among these rows."""
        return self not in {
            Rows.NONE,
            Rows.OWN_FACILITY,
            Rows.OWN_POLICIES,
            Rows.KNOWN_POLICIES,
        }


class Field(StrEnum):
    """A field that not everybody who reaches its row may see; the value is table and column."""

    TITLE = "sojourn_case.title"
    DIAGNOSIS = "sojourn_case.diagnosis"
    STORY = "sojourn_case.story"
    COVERAGE = "itinerary_revision.coverage"


EVERY_FIELD: Final = frozenset(Field)
_WITHOUT_NOTES: Final = EVERY_FIELD - {Field.STORY}
_TRAVEL_ONLY: Final[frozenset[Field]] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role gives for one action: rows, and of the guarded fields those it may see."""

    rows: Rows
    fields: frozenset[Field] = frozenset()

    @property
    def hidden(self) -> frozenset[Field]:
        """Return the fields that stay closed."""
        return EVERY_FIELD - self.fields


@dataclass(frozen=True, slots=True)
class Reach:
    """What all roles of a principal give together for one action.

    The rows of all; but only fields that each grant which reaches a row would show, so that no
    combination of roles opens a field of a row that neither would open.
    """

    rows: frozenset[Rows]
    fields: frozenset[Field]

    @property
    def hidden(self) -> frozenset[Field]:
        """Return the fields that stay closed."""
        return EVERY_FIELD - self.fields


_NO_CASE: Final = Grant(Rows.NONE)
_OPERATED: Final = Grant(Rows.OPERATED, EVERY_FIELD)
_UNSEEN: Final = Grant(Rows.OPERATED)
"""The own cases as such, to act upon one by its reference without seeing a guarded field."""

_PAID: Final = Grant(Rows.PAID, _WITHOUT_NOTES)
_OWN_CASE: Final = Grant(Rows.MEMBER, _WITHOUT_NOTES)
_TRIP: Final = Grant(Rows.MEMBER, _TRAVEL_ONLY)
_GLASS: Final = Grant(Rows.BROKEN_GLASS, EVERY_FIELD)
_OWN_FACILITY: Final = Grant(Rows.OWN_FACILITY)
_OWN_POLICIES: Final = Grant(Rows.OWN_POLICIES)
_KNOWN_POLICIES: Final = Grant(Rows.KNOWN_POLICIES)

_FOR_ALL_USERS: Final = {
    Action.ACCOUNT_MANAGE: _NO_CASE,
    Action.POLICY_READ: _NO_CASE,
}

_CASE_WORK: Final = {
    **dict.fromkeys(
        (
            Action.CASE_LIST,
            Action.CASE_READ,
            Action.CASE_OPEN,
            Action.CASE_CHANGE,
            Action.CASE_PEOPLE,
            Action.LINK_ISSUE,
            Action.PLAN_MAKE,
            Action.PLAN_READ,
            Action.PLAN_EXPLAIN,
            Action.PLAN_PROBLEM,
            Action.PLAN_CANCEL,
            Action.PLAN_ACCEPT,
            Action.ITINERARY_READ,
            Action.FACTS_STATE,
            Action.CLAIM_READ,
            Action.CLAIM_WRITE,
            Action.ESTIMATE_READ,
            Action.ESTIMATE_WRITE,
            Action.ACCESS_READ,
            Action.JOB_READ,
            Action.JOB_CHANGE,
            Action.PERSON_EXPORT,
        ),
        _OPERATED,
    ),
    Action.FACILITY_READ: _NO_CASE,
    Action.PRICES_READ: _NO_CASE,
    Action.CONTRACTS_TRY: _NO_CASE,
    Action.SLOT_READ: _NO_CASE,
    Action.SLOT_OFFER: _NO_CASE,
    Action.TOKEN_MANAGE: _NO_CASE,
    Action.APPROVAL_READ: _NO_CASE,
    **dict.fromkeys((Action.COVERAGE_READ, Action.COVERAGE_TRY), _KNOWN_POLICIES),
}

POLICY: Final[Mapping[Role, Mapping[Action, Grant]]] = {
    Role.COORDINATOR: {**_FOR_ALL_USERS, **_CASE_WORK},
    Role.CASE_MANAGER: {
        **_FOR_ALL_USERS,
        **_CASE_WORK,
        Action.APPROVAL_DECIDE: _UNSEEN,
        Action.PERSON_ERASE: _OPERATED,
        Action.CLAIM_DECIDE: _OPERATED,
    },
    Role.INSURER_REVIEWER: {
        **_FOR_ALL_USERS,
        **dict.fromkeys(
            (
                Action.CASE_LIST,
                Action.CASE_READ,
                Action.PLAN_READ,
                Action.ITINERARY_READ,
                Action.FACTS_STATE,
                Action.CLAIM_READ,
                Action.CLAIM_DECIDE,
                Action.ESTIMATE_READ,
                Action.COVERAGE_TRIPS,
            ),
            _PAID,
        ),
        Action.FACILITY_READ: _NO_CASE,
        Action.PRICES_READ: _NO_CASE,
        Action.CONTRACTS_TRY: _NO_CASE,
        Action.TOKEN_MANAGE: _NO_CASE,
        Action.APPROVAL_READ: _NO_CASE,
        **dict.fromkeys(
            (
                Action.COVERAGE_READ,
                Action.COVERAGE_TRY,
                Action.COVERAGE_WRITE,
                Action.COVERAGE_FORCE,
                Action.COVERAGE_WITHDRAW,
                Action.APPROVAL_DECIDE,
            ),
            _OWN_POLICIES,
        ),
    },
    Role.FACILITY_CONTACT: {
        **_FOR_ALL_USERS,
        **dict.fromkeys((Action.FACILITY_READ, Action.SLOT_READ, Action.SLOT_OFFER), _OWN_FACILITY),
    },
    Role.PATIENT: {
        **_FOR_ALL_USERS,
        **dict.fromkeys(
            (
                Action.CASE_LIST,
                Action.CASE_READ,
                Action.ITINERARY_READ,
                Action.CLAIM_READ,
                Action.CLAIM_WRITE,
                Action.ESTIMATE_READ,
                Action.ACCESS_READ,
            ),
            _OWN_CASE,
        ),
    },
    Role.COMPANION: {
        **_FOR_ALL_USERS,
        **dict.fromkeys((Action.CASE_LIST, Action.ITINERARY_READ), _TRIP),
    },
    Role.AUDITOR: {
        **_FOR_ALL_USERS,
        **dict.fromkeys((Action.AUDIT_READ, Action.AUDIT_VERIFY, Action.APPROVAL_READ), _NO_CASE),
        Action.COVERAGE_READ: _KNOWN_POLICIES,
    },
    Role.ADMINISTRATOR: {
        **_FOR_ALL_USERS,
        **dict.fromkeys(
            (
                Action.USER_MANAGE,
                Action.TOKEN_MANAGE,
                Action.JOB_READ,
                Action.APPROVAL_READ,
            ),
            _NO_CASE,
        ),
        Action.COVERAGE_READ: _KNOWN_POLICIES,
        **dict.fromkeys((Action.BREAK_GLASS, Action.APPROVAL_DECIDE), _UNSEEN),
        **dict.fromkeys((Action.CASE_READ, Action.PLAN_READ, Action.ITINERARY_READ), _GLASS),
    },
    Role.SYSTEM: dict.fromkeys(Action, Grant(Rows.EVERYTHING, EVERY_FIELD)),
}
"""Who may do what. What stands here nobody else says; what does not is denied."""

NEEDS_SECOND_PERSON: Final = frozenset(
    {Action.PERSON_ERASE, Action.COVERAGE_FORCE, Action.COVERAGE_WITHDRAW}
)
"""What one person asks for and another one, who may decide, has to approve."""


def find_reach(principal: Principal, action: Action) -> Reach | None:
    """Return what the principal reaches with that action, or None where it is denied."""
    if action in OPEN_TO_ANYBODY:
        return Reach(frozenset({Rows.NONE}), frozenset())
    if principal.scopes is not None and action not in principal.scopes:
        return None
    grants = [POLICY[role][action] for role in principal.roles if action in POLICY.get(role, {})]
    if not grants:
        return None
    reaching = [grant for grant in grants if grant.rows is not Rows.NONE] or grants
    fields = frozenset.intersection(*(grant.fields for grant in reaching))
    return Reach(frozenset(grant.rows for grant in reaching), fields)


def may(principal: Principal, action: Action) -> bool:
    """Return whether some role of the principal has a grant for the action."""
    return find_reach(principal, action) is not None
