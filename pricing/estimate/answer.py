"""An estimate as a document: what ``sojourn estimate check --json`` prints."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pricing.estimate.clock import ClockTask, keep_until, list_tasks
from pricing.estimate.differences import Change, Differences
from pricing.estimate.disclaimers import disclaimers_of
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.gaps import list_gaps
from pricing.estimate.totals import charge_of, provider_total, shares_of, total_of

CHECKED_FORMAT: Final = "sojourn-estimate-checked/1"


def estimate_to_document(estimate: Estimate, today: date) -> dict[str, Any]:
    """Return sums, payers, clock and gaps of an estimate on a day; amounts in minor units."""
    shares = shares_of(estimate)
    return {
        "format": CHECKED_FORMAT,
        "id": estimate.id,
        "version": estimate.version,
        "currency": estimate.currency,
        "total_cents": total_of(estimate).minor,
        "payers": {
            "plan_cents": shares.plan.minor,
            "patient_cents": shares.patient.minor,
            "self_pay_cents": shares.self_pay.minor,
        },
        "providers": [
            {
                "id": one.id,
                "name": one.name,
                "convening": one.convening,
                "total_cents": provider_total(estimate, one.id).minor,
            }
            for one in estimate.providers
        ],
        "items": [
            {
                "id": one.id,
                "provider": one.provider,
                "code_type": one.code_type,
                "code": one.code,
                "quantity": one.quantity,
                "date": one.date.isoformat(),
                "charge_cents": charge_of(estimate, one).minor,
                "source": one.source.model_dump(mode="json", exclude_none=True),
            }
            for one in estimate.items
        ],
        "tasks": [task_to_document(one, today) for one in list_tasks(estimate)],
        "issued_on": _day(estimate.issued_on),
        "valid_until": estimate.valid_until.isoformat(),
        "expired": today > estimate.valid_until,
        "keep_until": _day(keep_until(estimate)),
        "gaps": list(list_gaps(estimate)),
        "disclaimers": list(disclaimers_of(estimate)),
    }


def task_to_document(task: ClockTask, today: date) -> dict[str, Any]:
    """Return a task of the clock as it stands on a day."""
    return {
        "task": task.kind.value,
        "provider": task.provider,
        "text": task.text,
        "rule": task.rule,
        "due_on": task.due_on.isoformat(),
        "done_on": _day(task.done_on),
        "state": task.state_on(today).value,
        "was_late": task.was_late,
    }


def differences_to_document(found: Differences) -> dict[str, Any]:
    """Return what differs between two versions of an estimate."""
    return {
        "added": [one.id for one in found.added],
        "removed": [one.id for one in found.removed],
        "changed": [
            {
                "id": one.id,
                "by_cents": one.by.minor,
                "changes": [_change(change) for change in one.changes],
            }
            for one in found.changed
        ],
        "others": [_change(one) for one in found.others],
        "by_cents": found.by.minor,
    }


def _change(change: Change) -> dict[str, str]:
    return {"what": change.what, "before": change.before, "after": change.after}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
