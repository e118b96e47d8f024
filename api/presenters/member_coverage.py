"""The member's page: what is paid, what must be met, until when, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.formatting import format_count, format_date
from api.operations.claims import days_left
from api.operations.member_coverage import MemberCoverage
from api.presenters.claim_decisions import present_caps
from api.presenters.claims import present_status


def present_member_coverage(
    found: MemberCoverage, answer: Mapping[str, Any] | None, today: date
) -> dict[str, Any]:
    """Return it in words; ``answer`` is the decision about the accepted visit, if there is one."""
    policy, version = found.policy.prepared.policy, found.version.version
    return {
        "reference": found.case.reference,
        "title": policy.title,
        "sponsor": policy.sponsor,
        "source": version.source,
        "version": version.version,
        "paid": [
            {"text": one.text, "is_excluded": one.pays == "nothing"} for one in version.benefits
        ],
        "conditions": [
            {"text": one.text, "remedy": one.remedy or "", "at_claim": one.at == "claim"}
            for one in version.conditions
        ],
        "limits": [one.text for one in version.limits],
        "caps": present_caps(found.caps, policy.currency),
        "deadlines": []
        if answer is None
        else [_deadline(one, today) for one in answer["deadlines"]],
        "claims": [
            {
                "id": one.id,
                "status": present_status(one),
                "filed": format_date(one.filed_at.date()) if one.filed_at else "",
            }
            for one in found.claims
        ],
    }


def _deadline(one: Mapping[str, Any], today: date) -> dict[str, str]:
    until = date.fromisoformat(one["until"])
    left = days_left(until, today)
    return {
        "until": format_date(until),
        "left": format_count(left, "day") + " left" if left >= 0 else "over",
        "text": one["text"],
    }
