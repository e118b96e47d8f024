"""The arithmetic of limits as their steps tell it: what bound an amount, what was used of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey, Decision
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text

EVERYTHING = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
ONE = "- {id: a, kind: treatment, date: 2026-03-02, amount: 500}"
TWO = f"{ONE}\n- {{id: b, kind: treatment, date: 2026-03-03, amount: 250}}"
CAR = "- {id: a, kind: car, date: 2026-03-01, distance_km: 600}"


def limited(
    rule: str, expenses: str, *, used: dict[str, int] | None = None, is_money: bool = True
) -> Decision:
    """Return the decision under one limit; ``used`` is what Mary used of it before, by period."""
    unit = 100 if is_money else 1
    return decided(
        policy_text(f"{EVERYTHING}limits:\n- {{id: own, text: O., {rule}}}"),
        trip_text(expenses),
        balances={
            BalanceKey("own", "mary", period, is_money): Fraction(amount * unit)
            for period, amount in (used or {}).items()
        },
    )


def told(made: Decision, line: str = "a") -> str:
    """Return the arithmetic of the limit for a line."""
    (step,) = (one for one in line_of(made, line).trace if one.rule == "own")
    return step.arithmetic


YEARLY = "at_most_per: calendar_year"


@pytest.mark.parametrize(
    ("rule", "used", "words"),
    [
        ("deductible: 100", {}, "100.00 is the patient's own"),
        ("deductible: 10 % * covered.amount", {}, "50.00 is the patient's own: 0.1 × 500 = 50"),
        (
            "deductible: 100, per: calendar_year",
            {"2026": 30},
            "70.00 is the patient's own: 100.00 less 30.00 before",
        ),
        (
            f"deductible: 100, at_most: 150, {YEARLY}",
            {"2026": 130},
            "20.00 is the patient's own: at most 150.00, of which 130.00 before (mary, 2026)",
        ),
        ("pays_share: 80 %", {}, "80 % of 500.00"),
        (
            f"pays_share: 80 %, at_most: 'if(patient.age < 18, 50, 90)', {YEARLY}",
            {"2026": 15},
            (
                "80 % of 500.00; of the other 100.00 at most 90.00 (if(40 < 18, …, 90) = 90),"
                " of which 15.00 before (mary, 2026)"
            ),
        ),
        (
            "cap: 300, per: calendar_year",
            {"2026": 50},
            "300.00 less 50.00 used before (mary, 2026)",
        ),
        (
            "cap: 100 * 2, per: calendar_year",
            {"2026": 50},
            "200.00 (100 × 2 = 200) less 50.00 used before (mary, 2026)",
        ),
    ],
)
def test_a_step_tells_what_made_its_amount(rule: str, used: dict[str, int], words: str) -> None:
    assert told(limited(rule, ONE, used=used)) == words


def test_a_cap_tells_what_other_expenses_of_the_trip_had_of_it() -> None:
    made = limited("cap: 600, per: calendar_year", TWO, used={"2026": 20})

    assert (
        told(made, "b") == "600.00 less 20.00 used before and 500.00 by other expenses (mary, 2026)"
    )


def test_nights_of_one_stay_are_no_other_expenses() -> None:
    stay = "- {id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 100}"

    made = limited("cap: 150, per: lifetime", stay)

    assert told(made) == "150.00 less 0.00 used before (mary, lifetime)"


def test_kilometres_that_were_not_paid_before_are_told() -> None:
    allowance = "- {id: all, text: All., covers: [car], pays: allowance, amount: 0.20, per: km}"
    rule = "{id: own, text: O., applies_to: [car], of: km, deductible: 500, per: calendar_year}"

    made = decided(
        policy_text(f"benefits:\n{allowance}\nlimits:\n- {rule}"),
        trip_text(CAR),
        balances={BalanceKey("own", "mary", "2026", is_money=False): Fraction(300)},
    )

    assert made.payable == 80_00
    assert told(made) == "the first 500 km are not paid, 300 used before"


@pytest.mark.parametrize(
    ("currency", "head", "words"),
    [
        ("USD", "", "others paid 10.00 USD"),
        ("AED", "exchange: {date: service}", "others paid 10 AED × 0.5 = 5.00 USD"),
    ],
)
def test_what_others_paid_is_told_with_its_currency(currency: str, head: str, words: str) -> None:
    expense = ONE.replace("}", f", other_payments: 10, currency: {currency}}}")
    rates = "rates: [{from: AED, to: USD, value: 0.5, date: 2026-01-01, source: a test}]"

    made = decided(
        policy_text(
            f"{EVERYTHING}limits:\n- {{id: own, text: O., other_payments: subtract}}", head=head
        ),
        trip_text(expense, more=rates),
    )

    assert told(made) == words
