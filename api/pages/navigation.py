"""What every page shows around its content: who is here, where they are, where they can go."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, request, url_for

from api.guard.asking import get_principal, may_do
from api.wiring import get_whole_services

_CASE_ROOMS: Final = (
    *("cases", "case_facts", "members", "member_coverage", "plans", "why_not", "itineraries"),
    *("claims", "claim_expenses", "claim_receipts", "estimates", "estimate_prices", "case_bills"),
)
_ENTRIES: Final = (
    ("Cases", "cases.list_page", _CASE_ROOMS),
    ("Facilities", "facilities.list_page", ("facilities",)),
    ("Claims", "claim_decisions.queue_page", ("claim_decisions",)),
    ("Deadlines", "deadlines.list_page", ("deadlines",)),
    ("Policies", "policies.list_page", ("policies", "policy_trials", "policy_trips")),
    ("Prices", "prices.list_page", ("prices",)),
    ("Offers", "contracts.compare_page", ("contracts",)),
    ("Audit", "audit.list_page", ("audit",)),
    ("Jobs", "jobs.list_page", ("jobs",)),
    ("Approvals", "overrides.approvals_page", ("overrides.approvals_page",)),
    ("Emergency", "overrides.glass_page", ("overrides.glass_page",)),
    ("Users", "users.list_page", ("users",)),
    ("REST", "reference.reference_page", ("reference",)),
    ("About", "about.about_page", ("about", "guides")),
)
_HOMES: Final = (
    ("cases.list_page", "To the cases"),
    ("facilities.list_page", "To the facilities"),
    ("audit.list_page", "To the audit trail"),
    ("users.list_page", "To the users"),
    ("overrides.approvals_page", "To the approvals"),
    ("about.about_page", "About Sojourn"),
)
"""Where somebody begins: the first of these pages they may open."""


def find_home() -> dict[str, str]:
    """Return the page where who asks begins, and what a link to it says."""
    endpoint, words = next(home for home in _HOMES if _may_open(home[0]))
    return {"href": url_for(endpoint), "words": words}


def find_cases_crumb() -> dict[str, str]:
    """Return where the path to a case begins for who asks.

    Whoever lists no cases has come to this one through an emergency.
    """
    if _may_open("cases.list_page") or not _may_open("overrides.glass_page"):
        return {"href": url_for("cases.list_page"), "label": "Cases"}
    return {"href": url_for("overrides.glass_page"), "label": "Emergency"}


def shared_context() -> dict[str, Any]:
    """Return the variables that `base.html` needs on every page."""
    here = {request.blueprint or "", request.endpoint or ""}
    return {
        "navigation": [
            {"label": label, "href": url_for(endpoint), "is_current": bool(here & set(rooms))}
            for label, endpoint, rooms in _ENTRIES
            if _may_open(endpoint)
        ],
        "home": find_home(),
        "cases_crumb": find_cases_crumb(),
        "is_sample_setting": get_whole_services().settings.is_sample,
        "may": may_do,
        "who": get_principal(),
    }


def _may_open(endpoint: str) -> bool:
    return may_do(current_app.extensions["actions"][endpoint])
