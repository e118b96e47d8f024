"""A bill as a claim document, which the terms of an agreement can price.

A revenue code is a line's revenue code; the one DRG of a bill is the claim's; every other code is a
line's code. What the paper of a bill does not say (costs by invoice, weights) the claim does not.
"""

from __future__ import annotations

from typing import Any, Final

from pricing.estimate.bill_document import Bill, BillLine
from pricing.estimate.errors import WhoseAgreement

_REVENUE: Final = "RC"
_DRG: Final = "DRG"


def claim_of_bill(bill: Bill, provider: str | None = None) -> dict[str, Any]:
    """Return the lines of a provider who bills as a claim document, in JSON values.

    ``provider`` may be left out where one provider bills alone; raises WhoseAgreement.
    """
    known = tuple(dict.fromkeys(one.provider for one in bill.lines))
    if provider is None and len(known) == 1:
        provider = known[0]
    if provider is None or provider not in known:
        raise WhoseAgreement(provider, known)
    lines = [one for one in bill.lines if one.provider == provider]
    drgs = {one.code for one in lines if one.code_type.endswith(_DRG)}
    head = {
        "setting": bill.setting,
        "admitted": _day(bill.admitted),
        "discharged": _day(bill.discharged),
        "diagnoses": list(bill.diagnoses),
        "drg": drgs.pop() if len(drgs) == 1 else None,
    }
    return {
        "format": "sojourn-claim/1",
        "id": bill.id,
        "currency": bill.currency,
        **_stated(head),
        "lines": [_line(one) for one in lines],
    }


def _line(line: BillLine) -> dict[str, Any]:
    is_revenue = line.code_type == _REVENUE
    return _stated(
        {
            "id": line.id,
            "code": None if is_revenue else line.code,
            "code_type": None if is_revenue else line.code_type,
            "revenue_code": line.code if is_revenue else line.revenue_code,
            "modifiers": list(line.modifiers),
            "units": str(line.units),
            "charge": str(line.amount),
            "date": _day(line.date),
            "description": line.description,
        }
    )


def _stated(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value not in (None, [])}


def _day(day: object) -> str | None:
    return None if day is None else str(day)
