"""Estimates and bills to test with: the examples of the page, and short ones."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from pricing.estimate.bill_document import Bill
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.read import read_bill, read_estimate
from tests.pricing.coverage.documents.examples import blocks_of

ESTIMATE_TEXT, BILL_TEXT = blocks_of("estimates.md")
SERVICE: Final = date(2026, 12, 14)
HOSPITAL_NPI: Final = "1234567893"
OTHER_NPI: Final = "1000000004"


def documented_estimate() -> Estimate:
    """Return the estimate of the page."""
    return read_estimate(ESTIMATE_TEXT, "estimate")


def item(name: str, charge: str = "100.00", **more: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """Return an item of the hospital; its code is its name."""
    return {
        "id": name,
        "provider": "hospital",
        "code_type": "LOCAL",
        "code": name,
        "description": f"What {name} is",
        "date": SERVICE.isoformat(),
        "charge": charge,
        **more,
    }


def estimate_plain(*items: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """Return an estimate as JSON values: two providers, nothing stated but what must be."""
    return {
        "format": "sojourn-estimate/1",
        "id": "E-1",
        "currency": "USD",
        "patient": {"name": "Amal Sample", "birth_date": "1961-04-02"},
        "primary": {"description": "A new hip", "date": SERVICE.isoformat()},
        "valid_until": "2027-06-30",
        "providers": [
            {"id": "hospital", "name": "Hospital", "convening": "yes", "npi": HOSPITAL_NPI},
            {"id": "surgeon", "name": "Surgeon", "kind": "professional"},
        ],
        "items": list(items or (item("stay"),)),
        **more,
    }


def estimate_of(*items: dict[str, Any], **more: Any) -> Estimate:  # noqa: ANN401 — JSON
    """Return such an estimate, read."""
    return read_estimate(json.dumps(estimate_plain(*items, **more)), "estimate")


def line(name: str, amount: str = "100.00", **more: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """Return a line of the hospital's bill; its code is its name."""
    return {
        "id": f"line-{name}",
        "provider": "hospital",
        "code_type": "LOCAL",
        "code": name,
        "amount": amount,
        **more,
    }


def bill_plain(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """Return a bill of hospital, surgeon and a stranger as JSON values."""
    return {
        "format": "sojourn-bill/1",
        "id": "B-1",
        "currency": "USD",
        "date": "2027-01-11",
        "providers": [
            {"id": "hospital", "name": "Hospital", "npi": HOSPITAL_NPI},
            {"id": "surgeon", "name": "Surgeon"},
            {"id": "stranger", "name": "Somebody Else", "npi": OTHER_NPI},
        ],
        "lines": list(lines),
        **more,
    }


def bill_of(*lines: dict[str, Any], **more: Any) -> Bill:  # noqa: ANN401 — JSON
    """Return such a bill, read."""
    return read_bill(json.dumps(bill_plain(*lines, **more)), "bill")
