"""A bill, or an estimate, as a claim document, which the terms of an agreement can price.

A revenue code is a line's revenue code; the one DRG that is written is the claim's; every other
code is a line's code. What the paper does not say (costs by invoice, weights) the claim does not.
"""

from __future__ import annotations

from typing import Any, Final

from pricing.estimate.bill_document import Bill, BillLine
from pricing.estimate.errors import WhoseAgreement
from pricing.estimate.estimate_document import Estimate, Item

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
    head = {
        "setting": bill.setting,
        "admitted": _day(bill.admitted),
        "discharged": _day(bill.discharged),
        "diagnoses": list(bill.diagnoses),
        "drg": _drg(lines),
    }
    return _claim(bill.id, bill.currency, head, [_billed(one) for one in lines])


def claim_of_estimate(
    estimate: Estimate, provider: str, *, setting: str | None = None, days: int | None = None
) -> dict[str, Any]:
    """Return the items of a provider as a claim document, in JSON values.

    What a contract made of an item is no charge of it: a share of charges asks for the charge.
    """
    items = [one for one in estimate.items if one.provider == provider]
    head = {
        "setting": setting,
        "admitted": _day(estimate.primary.date),
        "days": None if days is None else str(days),
        "diagnoses": [one.code for one in estimate.diagnoses],
        "drg": _drg(items),
    }
    return _claim(estimate.id, estimate.currency, head, [_expected(one) for one in items])


def _claim(
    name: str, currency: str, head: dict[str, Any], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    whole = {"format": "sojourn-claim/1", "id": name, "currency": currency}
    return whole | _stated(head) | {"lines": lines}


def _billed(line: BillLine) -> dict[str, Any]:
    return _stated(
        {
            "id": line.id,
            **_codes(line),
            **({} if line.code_type == _REVENUE else {"revenue_code": line.revenue_code}),
            "modifiers": list(line.modifiers),
            "units": str(line.units),
            "charge": str(line.amount),
            "date": _day(line.date),
            "description": line.description,
        }
    )


def _expected(item: Item) -> dict[str, Any]:
    return _stated(
        {
            "id": item.id,
            **_codes(item),
            "units": str(item.quantity),
            "charge": None if item.source.kind == "contract" else str(item.charge),
            "date": _day(item.date),
            "description": item.description,
        }
    )


def _codes(one: BillLine | Item) -> dict[str, str]:
    if one.code_type == _REVENUE:
        return {"revenue_code": one.code}
    return {"code": one.code, "code_type": one.code_type}


def _drg(lines: list[BillLine] | list[Item]) -> str | None:
    found = {one.code for one in lines if one.code_type.endswith(_DRG)}
    return found.pop() if len(found) == 1 else None


def _stated(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value not in (None, [])}


def _day(day: object) -> str | None:
    return None if day is None else str(day)
