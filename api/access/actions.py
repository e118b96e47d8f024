"""What can be done here, by name; every route, command and job declares one of these."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeVar


class Action(StrEnum):
    """One thing somebody can do. The part before the dot is what it is done to."""

    PUBLIC_READ = "public.read"
    HEALTH_READ = "health.read"
    METRICS_READ = "metrics.read"
    LOG_IN = "account.log_in"
    REDEEM_LINK = "link.redeem"

    ACCOUNT_MANAGE = "account.manage"
    TOKEN_MANAGE = "token.manage"  # noqa: S105 — the name of an action, no secret
    POLICY_READ = "policy.read"

    CASE_LIST = "case.list"
    CASE_READ = "case.read"
    CASE_OPEN = "case.open"
    CASE_CHANGE = "case.change"
    CASE_PEOPLE = "case.people"
    """See who has access to a case as patient or companion, and let somebody in or out."""

    LINK_ISSUE = "link.issue"

    PLAN_MAKE = "plan.make"
    PLAN_READ = "plan.read"
    PLAN_EXPLAIN = "plan.explain"
    PLAN_PROBLEM = "plan.problem"
    PLAN_CANCEL = "plan.cancel"
    PLAN_ACCEPT = "plan.accept"
    ITINERARY_READ = "itinerary.read"

    FACILITY_READ = "facility.read"
    SLOT_READ = "slot.read"
    SLOT_OFFER = "slot.offer"

    COVERAGE_READ = "coverage.read"
    COVERAGE_TRY = "coverage.try"
    """Decide trips with a policy, stored or not, and compare revisions; changes nothing."""

    COVERAGE_WRITE = "coverage.write"
    """Save drafts of a policy, and trips to try it with."""

    COVERAGE_FORCE = "coverage.force"
    """Put a draft in force."""

    COVERAGE_WITHDRAW = "coverage.withdraw"
    """Take what is in force out of force; nothing takes its place."""

    COVERAGE_TRIPS = "coverage.trips"
    """Decide the trips of accepted itineraries under two revisions of a policy."""

    FACTS_STATE = "facts.state"
    """See and state what a case's coverage is decided by and no booking tells."""

    CLAIM_READ = "claim.read"
    CLAIM_WRITE = "claim.write"
    """Open a claim, write down what was spent, send receipts, file it, take it back."""

    CLAIM_DECIDE = "claim.decide"
    """Decide a filed claim, set a condition aside in it, reopen a decided one."""

    CONTRACTS_TRY = "contracts.try"
    """Price claims and compare offers by documents of one's own; changes nothing."""

    PRICES_READ = "prices.read"
    """See hospitals' published prices and what payers got."""

    ESTIMATE_READ = "estimate.read"
    """See what care is expected to cost, and how its bills stand against that."""

    ESTIMATE_WRITE = "estimate.write"
    """Write estimates, issue and withdraw them, write down bills."""

    USER_MANAGE = "user.manage"
    JOB_READ = "job.read"
    JOB_CHANGE = "job.change"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    ACCESS_READ = "access.read"
    """See who has looked at a case, or changed it."""

    BREAK_GLASS = "glass.break"
    APPROVAL_READ = "approval.read"
    APPROVAL_DECIDE = "approval.decide"
    PERSON_EXPORT = "person.export"
    PERSON_ERASE = "person.erase"

    UPKEEP = "service.upkeep"
    """What the service does to itself: seeding, migrations, backups, keys, forgetting old rows."""


OPEN_TO_ANYBODY: Final = frozenset(
    {
        Action.PUBLIC_READ,
        Action.HEALTH_READ,
        Action.METRICS_READ,
        Action.LOG_IN,
        Action.REDEEM_LINK,
    }
)
"""What needs no login. None of it shows anything about a person."""

_V = TypeVar("_V", bound=Callable[..., Any])


def acts(action: Action) -> Callable[[_V], _V]:
    """Declare the action of a view; the guard reads it before the view is called."""

    def declare(view: _V) -> _V:
        setattr(view, _DECLARED, action)
        return view

    return declare


def find_action(view: Callable[..., Any]) -> Action | None:
    """Return the action a view has declared, also from inside a decorator that wraps it."""
    inner: Any = view
    while inner is not None:
        declared = getattr(inner, _DECLARED, None)
        if isinstance(declared, Action):
            return declared
        inner = getattr(inner, "__wrapped__", None)
    return None


_DECLARED: Final = "declared_action"
