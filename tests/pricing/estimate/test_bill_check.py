"""A bill against an estimate: which line is which item, why it differs, whether to dispute it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pricing.errors import CurrencyMismatch
from pricing.estimate.allowed_document import Allowed
from pricing.estimate.bill_check import BillCheck, ItemCheck, LineCheck, Reason, check_bill
from pricing.estimate.bill_document import Bill
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.matching import Match
from pricing.estimate.read import read_bill
from pricing.money import Money
from tests.pricing.estimate.estimates import (
    BILL_TEXT,
    bill_of,
    documented_estimate,
    estimate_of,
    item,
    line,
)

TODAY = date(2027, 2, 1)
ISSUED = "2026-12-02"


def check(estimate: Estimate, bill: Bill, **more: Any) -> BillCheck:  # noqa: ANN401 — as check_bill
    """Check a bill as of the first of February."""
    return check_bill(bill, estimate, **{"today": TODAY, **more})


def only_item(estimate: Estimate, bill: Bill) -> ItemCheck:
    """Return the check of the only item."""
    (found,) = check(estimate, bill).items
    return found


def only_line(estimate: Estimate, bill: Bill) -> LineCheck:
    """Return the check of the only line."""
    (found,) = check(estimate, bill).lines
    return found


def test_the_page_s_bill_comes_to_what_the_page_says() -> None:
    found = check(documented_estimate(), read_bill(BILL_TEXT, "bill"))

    sums = [(one.provider.id, one.estimated.minor, one.billed.minor) for one in found.providers]
    assert sums == [("hospital", 14_606_14, 15_006_13), ("anesthesia", 1_800_00, 0)]
    assert found.strangers == Money(210_00, "USD")
    assert [one.reasons for one in found.items] == [
        (),
        (Reason.CHEAPER,),
        (Reason.MORE_UNITS, Reason.DEARER),
        (Reason.MISSING,),
    ]
    assert (found.dispute.is_open, found.dispute.until) == (False, date(2027, 5, 11))


def test_as_estimated_is_no_difference() -> None:
    found = check(estimate_of(item("stay")), bill_of(line("stay")))

    assert found.items[0].reasons == found.lines[0].reasons == ()
    assert found.above == Money(0, "USD")


def test_the_date_chooses_among_items_of_one_code() -> None:
    estimate = estimate_of(
        item("first", code="SCAN"), item("second", code="SCAN", date="2026-12-16")
    )

    found = only_line(estimate, bill_of(line("SCAN", date="2026-12-16")))

    assert (found.item, found.match) == ("second", Match.CODE_AND_DATE)


def test_without_a_date_lines_take_the_items_of_their_code_in_turn() -> None:
    estimate = estimate_of(
        item("first", code="SCAN"), item("second", code="SCAN", date="2026-12-16")
    )
    lines = [line("SCAN", id=name) for name in ("a", "b", "c")]

    assert [one.item for one in check(estimate, bill_of(*lines)).lines] == [
        "first",
        "second",
        "first",
    ]


def test_a_dated_line_comes_before_those_that_could_take_its_item() -> None:
    estimate = estimate_of(
        item("first", code="SCAN"), item("second", code="SCAN", date="2026-12-16")
    )
    undated, dated = line("SCAN", id="a"), line("SCAN", id="b", date="2026-12-14")

    assert [one.item for one in check(estimate, bill_of(undated, dated)).lines] == [
        "second",
        "first",
    ]


def test_several_lines_may_be_one_item() -> None:
    days = [line("day", "40.00", id=name) for name in ("a", "b", "c")]

    found = only_item(estimate_of(item("day", "120.00", quantity=3)), bill_of(*days))

    assert (found.units, found.billed, found.reasons) == (3, Money(120_00, "USD"), ())


def test_what_is_left_of_a_provider_on_both_sides_is_the_same_under_another_code() -> None:
    found = check(estimate_of(item("stay"), item("scan")), bill_of(line("stay"), line("mri")))

    assert (found.lines[1].item, found.lines[1].match) == ("scan", Match.LEFT_OVER)
    assert found.lines[1].reasons == (Reason.OTHER_CODE,)


def test_with_two_lines_left_nobody_guesses() -> None:
    found = check(estimate_of(item("scan")), bill_of(line("mri"), line("ct")))

    assert [one.reasons for one in found.lines] == [(Reason.NOT_ESTIMATED,)] * 2
    assert found.items[0].reasons == (Reason.MISSING,)


@pytest.mark.parametrize(
    ("units", "amount", "reasons"),
    [
        (3, "300.00", (Reason.MORE_UNITS,)),
        (1, "100.00", (Reason.FEWER_UNITS,)),
        (2, "200.01", (Reason.DEARER,)),
        (2, "199.99", (Reason.CHEAPER,)),
        (3, "300.01", (Reason.MORE_UNITS, Reason.DEARER)),
        (1, "200.00", (Reason.FEWER_UNITS, Reason.DEARER)),
    ],
)
def test_units_and_price_of_one_are_told_apart(
    units: int, amount: str, reasons: tuple[Reason, ...]
) -> None:
    estimate = estimate_of(item("day", "200.00", quantity=2))

    assert only_item(estimate, bill_of(line("day", amount, units=units))).reasons == reasons


def test_the_price_of_one_unit_need_be_no_whole_cent() -> None:
    estimate = estimate_of(item("day", "100.00", quantity=3))

    assert only_item(estimate, bill_of(line("day", "200.00", units=6))).reasons == (
        Reason.MORE_UNITS,
    )


def test_another_provider_of_the_same_code_is_no_match() -> None:
    estimate = estimate_of(item("stay"), item("scan", provider="surgeon"))

    found = check(estimate, bill_of(line("stay"), line("scan"))).lines[1]

    assert (found.provider, found.reasons) == ("hospital", (Reason.NOT_ESTIMATED,))


def test_a_stranger_s_line_is_told_apart() -> None:
    found = check(estimate_of(item("stay")), bill_of(line("stay", provider="stranger")))

    assert found.lines[0].reasons == (Reason.NOT_ON_ESTIMATE,)
    assert found.strangers == Money(100_00, "USD")
    assert found.providers[0].billed == Money(0, "USD")


def test_the_npi_names_a_provider_whatever_it_is_called() -> None:
    renamed = [{"id": "h", "name": "H", "npi": "1234567893"}]

    found = only_line(
        estimate_of(item("stay")), bill_of(line("stay", provider="h"), providers=renamed)
    )

    assert found.provider == "hospital"


def test_another_npi_is_another_provider_under_the_same_id() -> None:
    other = [{"id": "hospital", "name": "H", "npi": "1000000004"}]

    found = only_line(estimate_of(item("stay")), bill_of(line("stay"), providers=other))

    assert found.provider is None


def test_whoever_stands_in_is_held_to_the_estimate_of_whom_they_replace() -> None:
    stand_in = [{"id": "locum", "name": "L", "npi": "1000000004", "replaces": "surgeon"}]
    estimate = estimate_of(item("stay"), item("cut", provider="surgeon"), issued_on=ISSUED)

    found = check(estimate, bill_of(line("cut", "500.00", provider="locum"), providers=stand_in))

    assert found.dispute.about == ("surgeon",)


@pytest.mark.parametrize(("amount", "is_open"), [("499.99", False), ("500.00", True)])
def test_400_dollars_above_can_be_disputed_and_a_cent_less_cannot(
    amount: str, *, is_open: bool
) -> None:
    found = check(estimate_of(item("stay"), issued_on=ISSUED), bill_of(line("stay", amount)))

    assert found.dispute.is_open is is_open
    assert found.providers[0].is_over is is_open


def test_what_one_provider_bills_less_does_not_help_another() -> None:
    estimate = estimate_of(
        item("stay", "1000.00"), item("cut", provider="surgeon"), issued_on=ISSUED
    )
    bill = bill_of(line("stay", "0.00"), line("cut", "500.00", provider="surgeon"))

    assert check(estimate, bill).dispute.about == ("surgeon",)


def test_a_stranger_cannot_be_disputed() -> None:
    estimate = estimate_of(item("stay"), issued_on=ISSUED)

    found = check(estimate, bill_of(line("stay", "900.00", provider="stranger"))).dispute

    assert (found.is_open, found.about) == (False, ())


@pytest.mark.parametrize(
    ("today", "is_open"), [(date(2027, 5, 11), True), (date(2027, 5, 12), False)]
)
def test_a_dispute_begins_within_120_days_of_the_bill(today: date, *, is_open: bool) -> None:
    bill = bill_of(line("stay", "900.00"))

    found = check(estimate_of(item("stay"), issued_on=ISSUED), bill, today=today).dispute

    assert found.until == bill.date + timedelta(days=120)
    assert found.is_open is is_open


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ({}, "not issued"),
        ({"issued_on": ISSUED, "payers": {"plan": "1.00", "self_pay": "99.00"}}, "a plan pays"),
    ],
)
def test_only_an_issued_estimate_of_a_self_payer_can_be_disputed(
    stated: dict[str, Any], why: str
) -> None:
    found = check(estimate_of(item("stay"), **stated), bill_of(line("stay", "900.00"))).dispute

    assert not found.is_open
    assert why in found.why


def test_there_is_no_dispute_in_another_currency() -> None:
    estimate = estimate_of(item("stay"), issued_on=ISSUED, currency="EUR")

    assert not check(estimate, bill_of(line("stay", "900.00"), currency="EUR")).dispute.is_open


def test_a_bill_in_another_currency_than_its_estimate_is_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        check(estimate_of(item("stay")), bill_of(line("stay"), currency="EUR"))


def test_what_an_agreement_allows_is_held_against_each_line() -> None:
    allowed = Allowed.model_validate(
        {
            "format": "sojourn-contract-price/1",
            "terms": {"id": "agreement"},
            "currency": "USD",
            "lines": [
                {"id": "line-stay", "allowed_cents": 90_00},
                {"id": "line-scan", "allowed_cents": 120_00},
                {"id": "line-odd", "allowed_cents": 0, "how": "unpriced"},
            ],
        }
    )
    bill = bill_of(line("stay"), line("scan"), line("odd"))

    found = check(estimate_of(item("stay")), bill, allowed=allowed)

    assert [Reason.ABOVE_AGREEMENT in one.reasons for one in found.lines] == [True, False, False]
    assert found.lines[2].reasons[-1] is Reason.NOT_COVERED
    assert found.agreement is not None
    assert (found.agreement.allowed, found.agreement.above) == (
        Money(210_00, "USD"),
        Money(10_00, "USD"),
    )
