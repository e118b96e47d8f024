"""What is wrong with an estimate or a bill is told with its line and what to write instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pricing.documents.faults import InvalidDocument
from pricing.estimate.read import read_allowed, read_bill, read_estimate
from tests.pricing.coverage.documents.examples import HERE, changed, line_of
from tests.pricing.estimate.estimates import (
    BILL_TEXT,
    ESTIMATE_TEXT,
    documented_estimate,
    estimate_plain,
    item,
)


def fault_of(read: Any, text: str) -> tuple[int, str]:  # noqa: ANN401 — either reader
    """Return line and message of the one fault of a document."""
    with pytest.raises(InvalidDocument) as caught:
        read(text, "document")
    (fault,) = caught.value.faults
    return fault.line, fault.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("self_pay: 16406.14", "self_pay: 16406.13", "they must be equal"),
        ("charge: 120.00", "charge: 120.005", "USD has 2 decimals"),
        ("charge: 120.00", "charge: -120.00", "must not be negative"),
        ("convening: yes, ", "", "exactly one provider must be convening"),
        ("1234567893", "1234567894", "its check digit is wrong"),
        ("1234567893", "twelve", "ten digits"),
        ("id: walker, provider: hospital", "id: walker, provider: hopsital", "there is hospital"),
        ("{id: walker", "{id: stay", "is on line"),
        ("quantity: 3", "quantity: 0", "must be 1 or more"),
        ("valid_until: 2027-06-30", "valid_until: 2026-12-13", "must not be before the primary"),
        ("scheduled_on: 2026-11-30", "scheduled_on: 2026-12-15", "must not be after the primary"),
        ("answered_on: 2026-12-02", "answered_on: 2026-11-30", "nobody answers before being asked"),
        ("term: hip", "note: X", "kind contract must have term"),
        ('code: "470"}', "}", "code and code_type belong together"),
        ("currency: USD", "currency: XXX", "currency must be one of"),
    ],
)
def test_a_fault_of_an_estimate_is_told(old: str, new: str, words: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_estimate(changed(ESTIMATE_TEXT, old, new), "estimate")

    assert words in str(caught.value)


def test_a_fault_is_on_its_line() -> None:
    text = changed(ESTIMATE_TEXT, "payers: {self_pay: 16406.14}", f"payers: {{self_pay: 1}} {HERE}")

    line, words = fault_of(read_estimate, text)

    assert line == line_of(text)
    assert words == "plan, patient and self_pay make 1.00, the items 16406.14: they must be equal"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("amount: 210.00", "amount: 210.001", "USD has 2 decimals"),
        ("provider: imaging", "provider: radiology", "there is hospital, imaging"),
        ('{id: "5"', '{id: "4"', "is on line"),
        ("1234567893", "1234567890", "its check digit is wrong"),
    ],
)
def test_a_fault_of_a_bill_is_told(old: str, new: str, words: str) -> None:
    assert words in fault_of(read_bill, changed(BILL_TEXT, old, new))[1]


def test_codes_are_compared_without_case_and_spaces() -> None:
    plain = estimate_plain(item("stay", code_type="hcpcs", code=" e 0143 "))

    (read,) = read_estimate(json.dumps(plain), "estimate").items

    assert (read.code_type, read.code) == ("HCPCS", "E0143")


def test_null_says_that_something_is_not_stated() -> None:
    plain = estimate_plain(scheduled_on=None, payers=None)

    assert read_estimate(json.dumps(plain), "estimate").scheduled_on is None


def test_nobody_pays_what_the_payers_leave_out() -> None:
    plain = estimate_plain(payers={"plan": "60.00", "patient": "40.00"})

    payers = read_estimate(json.dumps(plain), "estimate").payers

    assert payers is not None
    assert payers.self_pay == 0


def test_the_answer_of_the_contract_pricer_is_read() -> None:
    answer = {
        "format": "sojourn-contract-price/1",
        "terms": {"id": "agreement", "title": "T"},
        "currency": "USD",
        "lines": [{"id": "1", "allowed_cents": 5, "how": "amount", "text": None, "trace": []}],
    }

    allowed = read_allowed(json.dumps(answer), "allowed")

    assert (allowed.terms.id, allowed.lines[0].allowed_cents) == ("agreement", 5)


def test_the_page_s_estimate_says_where_its_figure_is_from() -> None:
    source = documented_estimate().items[0].source

    assert (source.kind, source.terms, source.term) == ("contract", "sample-agreement", "hip")
