"""Days of a stay, and of lines: none paid twice, none assumed."""

from __future__ import annotations

from typing import Final

import pytest

from pricing.contracts import errors
from tests.pricing.contracts.pricing_of import paid, price

LINE: Final = "lines: [{code: A1, charge: 100}]"

WHOLE_STAYS = """
terms:
- {id: icu, text: T., lines: {revenue_codes: 0200}, for: claim, pays: {per_diem: 5200}}
- {id: ward, text: T., for: claim, pays: {per_diem: 2150}}
"""
ROOMS = "days: 5\nlines: [{revenue_code: 0200, units: 2}, {revenue_code: 0120, units: 3}]"


def test_two_per_diems_do_not_both_pay_every_day_of_a_stay() -> None:
    with pytest.raises(errors.CannotPrice, match=r"ward .* pays every day .* as icu does"):
        price(WHOLE_STAYS, ROOMS)
    meant = WHOLE_STAYS.replace("2150}", "2150, count: 3}").replace("5200}", "5200, count: 2}")
    assert paid(meant, ROOMS) == "16850.00"
    physicians = WHOLE_STAYS.replace("0200}", "0960}")
    assert paid(physicians, ROOMS.replace("0200", "0960")) == "36750.00"


@pytest.mark.parametrize("days", ["{id: s, text: S., for: day, at_most: 95}", ""])
def test_lines_parted_by_day_state_their_day(days: str) -> None:
    terms = "terms: [{id: t, text: T., for: day, pays: {amount: 95}}]"
    if days:
        terms = f"terms: [{{id: t, text: T., pays: {{amount: 95}}}}]\nsteps: [{days}]"
    undated = "lines: [{code: A1, date: 2026-01-02}, {code: A2}]"

    with pytest.raises(
        errors.ClaimFactMissing, match=r"line\.date of line 2: .* asks for line\.date"
    ):
        price(terms, undated)
    assert paid(terms, undated.replace("A2", "A2, date: 2026-01-03")) == "190.00"
    assert paid(terms, "lines: [{code: A2}]") == "95.00"


def test_a_discharge_status_is_compared_with_its_two_digits() -> None:
    terms = (
        "terms: [{id: t, text: T., for: claim, "
        "pays: {amount: \"if(claim.discharge_status in ['02', '05'], 1, 2)\"}}]"
    )

    assert [paid(terms, f"discharge_status: {one}\n{LINE}") for one in ("2", "02", "1")] == [
        "1.00",
        "1.00",
        "2.00",
    ]


@pytest.mark.parametrize(
    ("units", "allowed"), [("0.5", "50.00"), ("1.5", "125.00"), ("3.25", "202.50")]
)
def test_a_part_of_a_unit_is_paid_by_the_row_it_lies_in(units: str, allowed: str) -> None:
    rows = "{from: 1, to: 1, amount: 100}, {from: 2, to: 3, amount: 50}, {from: 4, amount: 10}"
    terms = f"terms: [{{id: t, text: T., pays: {{per_unit: [{rows}]}}}}]"

    assert paid(terms, f"lines: [{{code: A1, units: {units}, charge: 1}}]") == allowed
