"""A bill of a case held against the terms of an agreement; nothing of the agreement is stored."""

from __future__ import annotations

import json
from typing import Any

from api.coverage.apart import ask_apart
from pricing.estimate.allowed_document import Allowed
from pricing.estimate.as_claim import claim_of_bill
from pricing.estimate.bill_document import Bill
from pricing.estimate.read import read_allowed


def ask_agreement(bill: Bill, terms: str, provider: str | None) -> dict[str, Any]:
    """Return what terms allow for the lines of who bills, as `ask_apart` tells it.

    Raises WhoseAgreement, TooLongToDecide, DecidingBusy.
    """
    claim = json.dumps(claim_of_bill(bill, provider))
    return ask_apart("contract_price", {"terms": terms, "claim": claim})


def allowed_of(answer: dict[str, Any]) -> Allowed:
    """Return what is allowed, from the answer of the pricer."""
    return read_allowed(json.dumps(answer), "allowed")
