"""What is wrong with a bill although its shape is right."""

from __future__ import annotations

from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.estimate.bill_document import Bill
from pricing.estimate.check_estimate import (
    check_amounts,
    check_ids,
    check_npi,
    is_known_currency,
)


def check_bill(bill: Bill, found: FaultList) -> None:
    """Note every fault of a bill whose shape is right."""
    if not is_known_currency(bill.currency, found):
        return
    check_ids("providers", [one.id for one in bill.providers], found)
    check_ids("lines", [one.id for one in bill.lines], found)
    for place, provider in enumerate(bill.providers):
        check_npi(provider.npi, ("providers", place, "npi"), found)
    known = [one.id for one in bill.providers]
    for place, line in enumerate(bill.lines):
        if line.provider not in known:
            words = f"no provider has the id {quoted(line.provider)}; there is {', '.join(known)}"
            found.add(("lines", place, "provider"), words)
    amounts = [(("lines", place, "amount"), one.amount) for place, one in enumerate(bill.lines)]
    check_amounts(amounts, bill.currency, found)
    if bill.discharged is not None and bill.admitted is None:
        found.add(("discharged",), "is stated without admitted; state both")
    elif bill.discharged is not None and bill.admitted and bill.discharged < bill.admitted:
        found.add(("discharged",), f"must not be before admitted, {bill.admitted}")
