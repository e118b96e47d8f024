"""What is due about estimates and bills, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from api.formatting import format_date
from api.operations.deadlines import CaseDeadline
from logistics.deadlines import Deadline, DeadlineKind
from pricing.estimate.business_days import business_days_between


def present_deadlines(found: Sequence[CaseDeadline], today: date) -> dict[str, Any]:
    """Return the rows, in their order, and how many of them are late."""
    return {
        "rows": [_row(one, today) for one in found],
        "late": sum(one.deadline.is_late_on(today) for one in found),
        "count": len(found),
        "today": format_date(today),
    }


def time_left(deadline: Deadline, today: date) -> str:
    """Return how long there is still time; disputes run by calendar days, all else by business."""
    due = deadline.due_on
    if due == today:
        return "due today"
    first, last = sorted((today, due))
    is_dispute = deadline.kind is DeadlineKind.DISPUTE
    count = (last - first).days if is_dispute else business_days_between(first, last)
    unit = f"{'' if is_dispute else 'business '}day{'' if count == 1 else 's'}"
    return f"{count} {unit} late" if today > due else f"{count} {unit} left"


def _row(one: CaseDeadline, today: date) -> dict[str, Any]:
    deadline, reference = one.deadline, one.deadline.case_reference
    if deadline.kind is DeadlineKind.DISPUTE:
        href = url_for("case_bills.bill_page", reference=reference, number=deadline.number)
    else:
        href = url_for("estimates.estimate_page", reference=reference, version=deadline.number)
    return {
        "text": deadline.text,
        "rule": deadline.rule,
        "href": href,
        "case": one.title,
        "reference": reference,
        "due": format_date(deadline.due_on),
        "kind": "bad" if deadline.is_late_on(today) else "wait",
        "words": time_left(deadline, today),
    }
