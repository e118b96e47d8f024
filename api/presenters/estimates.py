"""Estimates and bills of a case as their pages show them, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import url_for

from api.formatting import format_date, format_instant
from api.operations.case_estimates import EstimateFile, is_withdrawable
from logistics.case_estimates import CaseBill, CaseEstimate
from pricing.estimate.bill_check import BillCheck
from pricing.estimate.clock import ClockTask, TaskState, keep_until, list_tasks
from pricing.estimate.differences import Change, Differences
from pricing.estimate.disclaimers import disclaimers_of
from pricing.estimate.estimate_document import Estimate, Item, Provider
from pricing.estimate.figures import Source
from pricing.estimate.gaps import list_gaps
from pricing.estimate.status import EstimateStatus
from pricing.estimate.totals import charge_of, provider_total, shares_of, total_of
from scheduling.documents import wording

STATUSES: Final = {
    EstimateStatus.DRAFT: ("wait", "Draft, not given to the patient yet"),
    EstimateStatus.ISSUED: ("good", "In force"),
    EstimateStatus.SUPERSEDED: ("plain", "Replaced by a later version"),
    EstimateStatus.EXPIRED: ("warn", "No longer valid"),
    EstimateStatus.WITHDRAWN: ("bad", "Withdrawn"),
}
_TASKS: Final = {
    TaskState.DUE: ("wait", "due"),
    TaskState.DONE: ("good", "done"),
    TaskState.LATE: ("bad", "late"),
}


def present_estimate(file: EstimateFile, version: CaseEstimate, today: date) -> dict[str, Any]:
    """Return everything the page of one version shows."""
    estimate, status = version.estimate, version.status_on(today)
    kept = keep_until(estimate)
    return {
        "number": version.number,
        "revision": version.revision,
        "status": _status(status),
        "is_draft": status is EstimateStatus.DRAFT,
        "may_withdraw": is_withdrawable(version),
        "lede": in_plain_words(estimate),
        "facts": _facts(estimate),
        "providers": [_provider(version, one) for one in estimate.providers],
        "total": wording.money(total_of(estimate)),
        "payers": payers_in_words(estimate),
        "separate": separate_in_words(estimate),
        "disclaimers": disclaimers_of(estimate),
        "gaps": list_gaps(estimate),
        "tasks": [_task(one, today) for one in list_tasks(estimate)],
        "keep_until": "" if kept is None else format_date(kept),
        "saved": format_instant(version.saved_at, "UTC"),
        "differences": _differences(file.differences_of(version)),
    }


def present_versions(file: EstimateFile, today: date) -> list[dict[str, Any]]:
    """Return the versions of a case, the newest first."""
    return [
        {
            "number": one.number,
            "href": url_for(
                "estimates.estimate_page", reference=one.case_reference, version=one.number
            ),
            "status": _status(one.status_on(today)),
            "issued": _day(one.estimate.issued_on),
            "total": wording.money(total_of(one.estimate)),
        }
        for one in reversed(file.versions)
    ]


def present_bills(file: EstimateFile) -> list[dict[str, str]]:
    """Return the bills of a case, the newest first."""
    return [
        {
            "name": one.bill.id,
            "date": format_date(one.bill.date),
            "href": url_for(
                "case_bills.bill_page", reference=one.case_reference, number=one.number
            ),
        }
        for one in reversed(file.bills)
    ]


def present_bill(bill: CaseBill, check: BillCheck) -> dict[str, Any]:
    """Return a bill as it stands against the estimate."""
    dispute = check.dispute
    return {
        "number": bill.number,
        "name": bill.bill.id,
        "date": format_date(bill.bill.date),
        "version": check.estimate.version,
        "totals": [
            {"label": "Estimated", "text": wording.money(check.estimated)},
            {"label": "Billed", "text": wording.money(check.billed)},
            {"label": "More than estimated", "text": wording.money(check.above)},
            {"label": "From nobody on the estimate", "text": wording.money(check.strangers)},
        ],
        "providers": [
            {
                "name": one.provider.name,
                "estimated": wording.money(one.estimated),
                "billed": wording.money(one.billed),
                "above": wording.money(one.above),
                "status": ("bad", "400 or more above") if one.is_over else ("good", "within 400"),
            }
            for one in check.providers
        ],
        "items": [
            {
                "what": one.item.description,
                "code": _code(one.item),
                "estimated": wording.money(one.estimated),
                "billed": wording.money(one.billed),
                "why": ", ".join(one.reasons) or "as estimated",
            }
            for one in check.items
        ],
        "others": [
            {
                "what": one.line.description or f"{one.line.code_type} {one.line.code}",
                "amount": wording.money(one.amount),
                "why": ", ".join(one.reasons),
            }
            for one in check.lines
            if one.item is None
        ],
        "can_be_disputed": dispute.is_open,
        "why": dispute.why,
        "until": format_date(dispute.until),
        "fee": wording.money(dispute.fee),
    }


def in_plain_words(estimate: Estimate) -> str:
    """Return the estimate in a sentence or two, for whoever pays."""
    shares, day = shares_of(estimate), format_date(estimate.primary.date)
    start = (
        f"{estimate.primary.description} on {day} is expected to cost "
        f"{wording.money(total_of(estimate))}."
    )
    own = shares.patient + shares.self_pay
    return f"{start} Of this you are expected to pay {wording.money(own)}."


def payers_in_words(estimate: Estimate) -> list[dict[str, str]]:
    """Return who pays what."""
    shares = shares_of(estimate)
    pairs = (
        ("The plan pays", shares.plan),
        ("You pay beside the plan", shares.patient),
        ("You pay yourself, without a plan", shares.self_pay),
    )
    return [
        {"label": label, "text": wording.money(amount)} for label, amount in pairs if amount.minor
    ]


def separate_in_words(estimate: Estimate) -> list[str]:
    """Return what will be scheduled, and estimated, on its own."""
    return [
        one.description + (f" ({one.provider})" if one.provider else "")
        for one in estimate.separate
    ]


def _facts(estimate: Estimate) -> list[dict[str, str]]:
    codes = ", ".join(f"{one.code} {one.description or ''}".strip() for one in estimate.diagnoses)
    pairs = (
        ("Patient", f"{estimate.patient.name}, born {format_date(estimate.patient.birth_date)}"),
        ("Service", estimate.primary.description),
        ("Day", format_date(estimate.primary.date)),
        ("Diagnoses", codes),
        ("Given on", _day(estimate.issued_on)),
        ("Valid until", format_date(estimate.valid_until)),
    )
    return [{"label": label, "text": text} for label, text in pairs if text]


def _provider(version: CaseEstimate, provider: Provider) -> dict[str, Any]:
    estimate = version.estimate
    stated = (
        ("NPI", provider.npi),
        ("TIN", provider.tin),
        ("State", provider.state),
        ("Address", provider.location),
    )
    return {
        "id": provider.id,
        "name": provider.name,
        "is_convening": provider.convening,
        "stated": ", ".join(f"{label} {text}" for label, text in stated if text),
        "total": wording.money(provider_total(estimate, provider.id)),
        "items": [
            {
                "what": one.description,
                "code": _code(one),
                "quantity": one.quantity,
                "date": format_date(one.date),
                "charge": wording.money(charge_of(estimate, one)),
                "source": source_in_words(one.source),
                "price_href": url_for(
                    "estimate_prices.item_page", reference=version.case_reference, item=one.id
                ),
            }
            for one in estimate.items
            if one.provider == provider.id
        ],
    }


def source_in_words(source: Source) -> str:
    """Return where a charge is from; "" for one that somebody typed without a note."""
    if source.kind == "evidence":
        words = f"price file {(source.file or '')[:12]}…, row {source.row}, of {source.date}"
    elif source.kind == "contract":
        words = f"terms {source.terms}, {source.term}"
    else:
        return source.note or ""
    return f"{words}: {source.note}" if source.note else words


def _task(task: ClockTask, today: date) -> dict[str, Any]:
    kind, words = _TASKS[task.state_on(today)]
    return {
        "text": task.text,
        "rule": task.rule,
        "due": format_date(task.due_on),
        "done": _day(task.done_on),
        "kind": "warn" if task.was_late else kind,
        "words": "done, late" if task.was_late else words,
    }


def _differences(found: Differences | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "added": [one.description for one in found.added],
        "removed": [one.description for one in found.removed],
        "changed": [
            {"what": one.description, "changes": _changes(one.changes)} for one in found.changed
        ],
        "others": _changes(found.others),
        "by": wording.money(found.by),
        "is_more": found.by.minor > 0,
        "is_none": not found,
    }


def _changes(changes: Sequence[Change]) -> list[str]:
    return [
        f"{one.what}: {one.before or 'not stated'} → {one.after or 'not stated'}" for one in changes
    ]


def _status(status: EstimateStatus) -> dict[str, str]:
    kind, words = STATUSES[status]
    return {"kind": kind, "words": words}


def _code(item: Item) -> str:
    return f"{item.code_type} {item.code}"


def _day(day: date | None) -> str:
    return "" if day is None else format_date(day)
