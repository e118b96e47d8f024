"""Raises of rates: the rate is raised and rounded, then it is counted."""

from __future__ import annotations

import pytest

from tests.pricing.contracts.pricing_of import paid, price

HEAD = """
escalators:
  cent: {first: 2027-01-01, every_months: 12, by: 4 %, round_to: 0.01}
  whole: {raises: [{on: 2026-07-01, by: 2 %}, {on: 2027-07-01, by: 5 %}], round_to: 1}
schedules: {fees: [{code: A1, amount: 200.44}]}
"""
RAISED = {
    # 260.57 × 3
    "{amount: 250.55, per: unit, then: [{escalate: cent}]}": "781.71",
    "{amount: 250.55, count: stay.days, then: [{escalate: cent}]}": "781.71",
    # 125 % of 200.44 is 250.55
    "{each_line: {schedule: fees, share: 125 %, then: [{escalate: cent}]}}": "781.71",
    "{per_unit: 250.55, then: [{escalate: cent}]}": "781.71",
    "{per_unit: [{to: 2, amount: 250.55}, {from: 3, amount: 9.99}], then: [{escalate: cent}]}":
        "531.53",
    # 2,417.35 → 2,466 → 2,589
    "{per_diem: 2417.35, then: [{escalate: whole}]}": "7767.00",
    "{per_diem: [{amount: 2417.35}], then: [{escalate: whole, when: this.amount < 2417.36}]}":
        "7767.00",
    # 2,589 + 2 × 12 (10.40 → 11 → 12)
    "{case_rate: 2417.35, days_included: 1, then_per_day: 10.40, then: [{escalate: whole}]}":
        "2613.00",
    # Once, as before: 250.55 × 1.04
    "{amount: 250.55, then: [{escalate: cent}, {times: 3}]}": "781.71",
}  # fmt: skip
CLAIM = "admitted: 2027-08-01\ndays: 3\nlines: [{code: A1, units: 3, charge: 9}]"


@pytest.mark.parametrize(("pays", "allowed"), RAISED.items())
def test_a_rate_is_raised_and_rounded_before_it_is_counted(pays: str, allowed: str) -> None:
    assert paid(f"{HEAD}terms: [{{id: t, text: T., for: claim, pays: {pays}}}]", CLAIM) == allowed


def test_the_trace_tells_the_raise_first() -> None:
    pays = "{amount: 250.55, per: unit, then: [{escalate: cent}, {times: 2}]}"

    (line,) = price(f"{HEAD}terms: [{{id: t, text: T., pays: {pays}}}]", CLAIM)["lines"]

    assert [(one["what"], one["arithmetic"]) for one in line["trace"]] == [
        ("raised", "250.55 × 1.04 (from 2027-01-01), rounded 260.57 = 260.57"),
        ("amount", "260.57 × 3 units = 781.71"),
        ("times", "781.71 × 2 = 1563.42"),
    ]
