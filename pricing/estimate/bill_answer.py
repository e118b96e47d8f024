"""A checked bill as a document: what ``sojourn bill check --json`` prints."""

from __future__ import annotations

from typing import Any, Final

from pricing.estimate.bill_check import BillCheck, ItemCheck, LineCheck, ProviderCheck

BILL_CHECKED_FORMAT: Final = "sojourn-bill-checked/1"


def bill_to_document(check: BillCheck) -> dict[str, Any]:
    """Return everything about a checked bill; amounts in minor units."""
    dispute = check.dispute
    return {
        "format": BILL_CHECKED_FORMAT,
        "bill": check.bill.id,
        "billed_on": check.bill.date.isoformat(),
        "estimate": {"id": check.estimate.id, "version": check.estimate.version},
        "currency": check.bill.currency,
        "estimated_cents": check.estimated.minor,
        "billed_cents": check.billed.minor,
        "above_cents": check.above.minor,
        "not_on_estimate_cents": check.strangers.minor,
        "agreement": None if check.agreement is None else check.agreement.terms,
        "allowed_cents": None if check.agreement is None else check.agreement.allowed.minor,
        "above_agreement_cents": None if check.agreement is None else check.agreement.above.minor,
        "lines": [_line(one) for one in check.lines],
        "items": [_item(one) for one in check.items],
        "providers": [_provider(one) for one in check.providers],
        "dispute": {
            "open": dispute.is_open,
            "until": dispute.until.isoformat(),
            "about": list(dispute.about),
            "fee_cents": dispute.fee.minor,
            "why": dispute.why,
        },
    }


def _line(one: LineCheck) -> dict[str, Any]:
    return {
        "id": one.line.id,
        "provider": one.provider,
        "code_type": one.line.code_type,
        "code": one.line.code,
        "units": one.line.units,
        "amount_cents": one.amount.minor,
        "item": one.item,
        "match": one.match.value,
        "reasons": [reason.value for reason in one.reasons],
        "allowed_cents": None if one.allowed is None else one.allowed.minor,
        "agreement": None if one.agreed is None else one.agreed.words,
    }


def _item(one: ItemCheck) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "provider": one.item.provider,
        "quantity": one.item.quantity,
        "units": one.units,
        "estimated_cents": one.estimated.minor,
        "billed_cents": one.billed.minor,
        "above_cents": one.above.minor,
        "lines": list(one.lines),
        "reasons": [reason.value for reason in one.reasons],
    }


def _provider(one: ProviderCheck) -> dict[str, Any]:
    return {
        "id": one.provider.id,
        "name": one.provider.name,
        "estimated_cents": one.estimated.minor,
        "billed_cents": one.billed.minor,
        "above_cents": one.above.minor,
        "not_estimated_cents": one.unexpected.minor,
        "400_or_more_above": one.is_over,
    }
