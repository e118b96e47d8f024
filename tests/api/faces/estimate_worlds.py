"""An estimate in the world of the faces: a stay in April 2027, issued before, and its bill."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from sqlmodel import Session

from logistics.case_estimates import CaseEstimate
from logistics.handle_estimate import issue_estimate, save_draft, write_bill
from pricing.estimate.read import read_bill, read_estimate
from tests.api.faces.worlds import NOW, PLANNED

BY: Final = "demo-coordinator"
_DAY: Final = "2027-04-12"
ESTIMATE: Final[dict[str, Any]] = {
    "currency": "USD",
    "primary": {"description": "A new hip", "date": _DAY},
    "diagnoses": [{"code": "M16.11"}],
    "scheduled_on": "2027-03-01",
    "valid_until": "2027-06-30",
    "providers": [
        {
            "id": "facility",
            "name": "Mayo Clinic",
            "convening": "yes",
            "npi": "1234567893",
            "tin": "12-3456789",
            "state": "MN",
            "location": "200 First Street SW, Rochester",
        },
        {
            "id": "anesthesia",
            "name": "Sample Anesthesia Group",
            "kind": "professional",
            "npi": "1000000004",
            "tin": "98-7654321",
            "state": "MN",
            "asked_on": "2027-03-01",
        },
    ],
    "items": [
        {
            "id": "1",
            "provider": "facility",
            "code_type": "MS-DRG",
            "code": "470",
            "description": "The stay in hospital",
            "date": _DAY,
            "charge": "14036.14",
        },
        {
            "id": "2",
            "provider": "anesthesia",
            "code_type": "LOCAL",
            "code": "ANES",
            "description": "The anesthetic",
            "date": _DAY,
            "charge": "1800.00",
        },
    ],
}
BILL: Final[dict[str, Any]] = {
    "format": "sojourn-bill/1",
    "id": "B-77",
    "currency": "USD",
    "date": "2027-04-30",
    "providers": [{"id": "facility", "name": "Mayo Clinic", "npi": "1234567893"}],
    "lines": [
        {
            "id": "1",
            "provider": "facility",
            "code_type": "MS-DRG",
            "code": "470",
            "date": _DAY,
            "amount": "14436.14",
        }
    ],
}


def store_estimate(
    session: Session, *, reference: str = PLANNED, is_issued: bool = True, with_bill: bool = True
) -> CaseEstimate:
    """Return the estimate of a case on the day of the world, and a bill beside it."""
    whole = ESTIMATE | {
        "format": "sojourn-estimate/1",
        "id": reference,
        "patient": {"name": "Anybody", "birth_date": "1970-01-01"},
    }
    estimate = read_estimate(json.dumps(whole), "estimate")
    saved = save_draft(session, reference, estimate, 0, by=BY, now=NOW)
    if is_issued:
        day = date(2027, 3, 2)
        at = (reference, saved.number, saved.revision)
        saved = issue_estimate(session, *at, by=BY, now=NOW, today=day)
    if with_bill:
        bill = read_bill(json.dumps(BILL), "bill")
        write_bill(session, reference, bill, by=BY, now=NOW)
    return saved


def planted(estimated: str, billed: str) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Return what writes an estimate and a bill with these words over REST, for case SJ-9001."""
    items = [ESTIMATE["items"][0] | {"description": estimated}, ESTIMATE["items"][1]]
    line = BILL["lines"][0] | {"description": billed}
    case = "/api/v1/cases/SJ-9001"
    return (
        ("PUT", f"{case}/estimate", {"revision": 0, "estimate": ESTIMATE | {"items": items}}),
        ("POST", f"{case}/bills", {"bill": BILL | {"lines": [line]}}),
    )
