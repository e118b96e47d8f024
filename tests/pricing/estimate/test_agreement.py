"""A bill as a claim, and what an agreement that priced it says of each line."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from pricing.contracts.answer import to_document
from pricing.contracts.documents.read import read_claim, read_terms
from pricing.contracts.prepared import nothing_beside, prepare
from pricing.contracts.price import price_claim
from pricing.documents.faults import InvalidDocument
from pricing.estimate.agreement import Agreement, agreement_of
from pricing.estimate.as_claim import claim_of_bill
from pricing.estimate.bill_document import Bill
from pricing.estimate.errors import WhoseAgreement
from pricing.estimate.read import read_allowed, read_bill
from pricing.money import Money

HEAD: Final = {"format": "sojourn-contract/1", "id": "agreed", "title": "A.", "currency": "USD"}


def bill_of(*lines: dict[str, Any], **more: Any) -> Bill:  # noqa: ANN401 — JSON
    """Return a bill of the hospital; lines are numbered."""
    whole = [
        {"id": str(number), "provider": "hospital", "code_type": "RC", "code": "0120", **line}
        for number, line in enumerate(lines, 1)
    ]
    head = {"format": "sojourn-bill/1", "id": "B-1", "currency": "USD", "date": "2027-01-11"}
    known = [{"id": one, "name": one} for one in ("hospital", "imaging")]
    return read_bill(json.dumps(head | {"providers": known, "lines": whole} | more), "bill")


def agreed(bill: Bill, *terms: dict[str, Any]) -> Agreement:
    """Return what terms say of a bill, priced as a claim."""
    prepared = prepare(read_terms(json.dumps(HEAD | {"terms": terms}), "terms"), nothing_beside)
    claim = read_claim(json.dumps(claim_of_bill(bill)), "claim")
    answer = to_document(price_claim(prepared, claim))
    return agreement_of(bill, read_allowed(json.dumps(answer), "allowed"))


def test_a_bill_is_a_claim_with_everything_its_paper_says() -> None:
    bill = bill_of(
        {"code_type": "MS-DRG", "code": "470", "amount": "100.00"},
        {"code": "0360", "units": 2, "amount": "5.50", "date": "2026-12-14"},
        {
            "code_type": "HCPCS", "code": "C1776", "revenue_code": "0278",
            "modifiers": ["RT"], "amount": "7",
        },
        setting="inpatient", admitted="2026-12-14", discharged="2026-12-16", diagnoses=["M16.11"],
    )  # fmt: skip

    assert claim_of_bill(bill) == {
        "format": "sojourn-claim/1",
        "id": "B-1",
        "currency": "USD",
        "setting": "inpatient",
        "admitted": "2026-12-14",
        "discharged": "2026-12-16",
        "diagnoses": ["M16.11"],
        "drg": "470",
        "lines": [
            {"id": "1", "code": "470", "code_type": "MS-DRG", "units": "1", "charge": "100.00"},
            {
                "id": "2", "revenue_code": "0360", "units": "2", "charge": "5.50",
                "date": "2026-12-14",
            },
            {
                "id": "3", "code": "C1776", "code_type": "HCPCS", "revenue_code": "0278",
                "modifiers": ["RT"], "units": "1", "charge": "7",
            },
        ],
    }  # fmt: skip


def test_an_agreement_is_with_one_of_those_who_bill() -> None:
    bill = bill_of({"amount": "1"}, {"amount": "2", "provider": "imaging"})

    with pytest.raises(WhoseAgreement, match="say whose agreement it is; name one of hospital, im"):
        claim_of_bill(bill)
    with pytest.raises(WhoseAgreement, match="surgeon bills nothing; name one of"):
        claim_of_bill(bill, "surgeon")
    (line,) = claim_of_bill(bill, "imaging")["lines"]
    assert line["charge"] == "2"


def test_lines_that_are_priced_together_are_held_against_it_together() -> None:
    stay = {"id": "stay", "text": "S.", "for": "claim", "pays": {"amount": 100}}

    at_it = agreed(bill_of({"amount": "60"}, {"amount": "40"}), stay)
    above = agreed(bill_of({"amount": "60"}, {"amount": "40.01"}), stay)

    assert [one.is_above for one in at_it.lines.values()] == [False, False]
    assert (at_it.allowed, at_it.above) == (Money(100_00, "USD"), Money(0, "USD"))
    assert [one.is_above for one in above.lines.values()] == [True, True]
    assert above.above == Money(1, "USD")


def test_what_is_cheap_on_one_line_makes_another_no_cheaper() -> None:
    each = {"id": "each", "text": "Ten each.", "pays": {"amount": 10}}

    found = agreed(bill_of({"amount": "4"}, {"amount": "12"}), each)

    assert found.above == Money(2_00, "USD")
    assert found.lines["2"].words == "Ten each."


def test_an_addition_parts_no_lines() -> None:
    base = {"id": "base", "text": "B.", "pays": {"amount": 10}}
    more = {
        "id": "more", "text": "M.", "in_addition": "yes", "for": "claim", "pays": {"amount": 5},
    }  # fmt: skip

    found = agreed(bill_of({"amount": "15"}, {"amount": "10"}), base, more)

    assert [one.is_above for one in found.lines.values()] == [False, False]
    assert found.above == Money(0, "USD")


def test_what_is_paid_in_something_else_and_what_nothing_covers_are_told_apart() -> None:
    room = {"id": "room", "text": "R.", "lines": {"revenue_codes": "0120"}, "pays": {"amount": 100}}
    rest = {
        "id": "rest", "text": "In the room.", "lines": {"revenue_codes": "0250"},
        "pays": {"included": "paid with the room"},
    }  # fmt: skip
    bill = bill_of(
        {"amount": "90"}, {"amount": "5", "code": "0250"}, {"amount": "7", "code": "0300"}
    )

    found = agreed(bill, room, rest)

    assert found.lines["2"].is_above
    assert found.lines["2"].is_included
    assert found.lines["3"].allowed is None
    assert "no term covers it" in (found.lines["3"].words or "")
    assert (found.allowed, found.above) == (Money(100_00, "USD"), Money(5_00, "USD"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"discharged": "2026-12-14"}, "is stated without admitted"),
        ({"admitted": "2026-12-15", "discharged": "2026-12-14"}, "must not be before admitted"),
    ],
)
def test_days_of_a_bill_that_go_backwards_are_a_fault(more: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidDocument, match=words):
        bill_of({"amount": "1"}, **more)
