"""A bill against an agreement, line by line, as its page shows it."""

from __future__ import annotations

from typing import Any, Final

from pricing.estimate.bill_check import BillCheck, LineCheck
from pricing.estimate.bill_document import Bill
from scheduling.documents import wording

AGREEMENT: Final = {"provider": "Whose agreement it is", "terms": "Terms"}
"""The fields of the form."""


def present_agreement(check: BillCheck) -> dict[str, Any] | None:
    """Return how a bill stands against an agreement; None where none was asked."""
    found = check.agreement
    if found is None:
        return None
    estimated = {one.item.id: wording.money(one.estimated) for one in check.items}
    return {
        "terms": found.terms,
        "totals": [
            {"label": "Allowed for the lines it covers", "text": wording.money(found.allowed)},
            {"label": "Billed above that", "text": wording.money(found.above)},
        ],
        "lines": [
            _line(one, estimated.get(one.item or "", "not estimated"))
            for one in check.lines
            if one.agreed is not None
        ],
    }


def present_billers(bill: Bill) -> list[dict[str, str]]:
    """Return who bills something, as choices; with several nobody is chosen yet."""
    billing = {one.provider for one in bill.lines}
    choices = [{"value": one.id, "label": one.name} for one in bill.providers if one.id in billing]
    return choices if len(choices) == 1 else [{"value": "", "label": "choose"}, *choices]


def _line(one: LineCheck, estimated: str) -> dict[str, str]:
    line = one.line
    return {
        "what": line.description or f"{line.code_type} {line.code}",
        "billed": wording.money(one.amount),
        "estimated": estimated,
        "allowed": "nothing" if one.allowed is None else wording.money(one.allowed),
        "why": ", ".join(one.reasons) or "as agreed",
        "words": (one.agreed.words if one.agreed else None) or "",
    }
