"""Who pays what: the lines of a coverage decision with the reason for each."""

from __future__ import annotations

from typing import Any

from api.presenters.decisions import Answer, present_decision
from scheduling.cost_split import CoverageDecision
from scheduling.documents import wording


def present_coverage(coverage: CoverageDecision) -> dict[str, Any]:
    """Return every cost line, the totals, and the policy that decided them."""
    return {
        "lines": [
            {
                "key": line.key,
                "label": line.label,
                "amount": wording.money(line.amount),
                "payer": wording.money(line.payer),
                "patient": wording.money(line.patient),
                "reason": line.reason,
            }
            for line in coverage.lines
        ],
        "amount": wording.money(coverage.amount),
        "payer": wording.money(coverage.payer),
        "patient": wording.money(coverage.patient),
        "level": coverage.level.capitalize() if coverage.level != "vip" else "VIP",
        "policy": coverage.policy_version,
        "source": coverage.policy_source,
        "trip_cap": wording.money(coverage.trip_cap) if coverage.trip_cap else "",
        "has_trace": coverage.inputs is not None,
    }


def present_trace(coverage: CoverageDecision, answer: Answer) -> dict[str, Any]:
    """Return the decision made again, with the steps that led to every line of it."""
    shown = present_decision(answer, {line.key: line.label for line in coverage.lines})
    replayed = answer["replayed"]
    is_of_this = replayed["edition"] == replayed["decided_by_edition"]
    said = replayed["message"]
    return {
        **shown,
        "replayed": {
            "is_same": replayed["cents_agree"],
            "notice": "" if is_of_this else f"{said[0].upper()}{said[1:]}.",
        },
    }
