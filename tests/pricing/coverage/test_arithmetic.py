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


def test_a_cap_of_a_trip_of_which_nothing_was_used_is_told_shortly() -> None:
    assert told(limited("cap: 300", ONE)) == "at most 300.00"
    of_both = told(limited("cap: 600", TWO), "b")
    assert of_both == "at most 600.00, of which 500.00 by other expenses"
    again = limited("cap: 300", ONE, used={"T-1": 50})
    assert told(again) == "300.00 less 50.00 used before (mary, T-1)"
    assert told(limited("cap: 200, whose: person", ONE)) == (
        "at most 200.00 (mary); at most 200.00 (tom)"
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


def granting(benefit: str, expense: str, *, head: str = "", more: str = "") -> list[str]:
    """Return the arithmetic of a benefit's steps for one expense, rounding included."""
    made = decided(
        policy_text(f"benefits:\n- {{id: own, text: O., {benefit}}}\n", head=head),
        trip_text(expense, more=more),
    )
    return [step.arithmetic for step in line_of(made, "a").trace]


RATES = "tables:\n  rate:\n  - {to: 2026-03-03, value: 20}\n  - {from: 2026-03-04, value: 25}"
MEALS = "- {id: a, kind: meals, travellers: [mary]}"


@pytest.mark.parametrize(
    ("amount", "told_together"),
    [
        (
            "lookup('rate', day.date)",
            (
                "3 × (20 (rate for 2026-03-01)), 2026-03-01 to 2026-03-03;"
                " 3 × (25 (rate for 2026-03-04)), 2026-03-04 to 2026-03-06"
            ),
        ),
        (
            "if(day.number > 5, 10, 20)",
            ("5 × (if(1 > 5, …, 20) = 20), 2026-03-01 to 2026-03-05; if(6 > 5, 10, …) = 10"),
        ),
        (
            "if(day.date = 2026-03-03, 30, 20)",
            (
                "5 × (if(2026-03-01 = 2026-03-03, …, 20) = 20),"
                " 2026-03-01 to 2026-03-02, 2026-03-04 to 2026-03-06;"
                " if(2026-03-03 = 2026-03-03, 30, …) = 30"
            ),
        ),
        (
            "if(day.last, 10, 20)",
            "5 × (if(day.last (no), …, 20) = 20); if(day.last (yes), 10, …) = 10",
        ),
    ],
)
def test_days_that_differ_in_their_date_alone_are_told_once(
    amount: str, told_together: str
) -> None:
    benefit = f'covers: [meals], pays: allowance, per: day, amount: "{amount}"'

    assert granting(benefit, MEALS, head=RATES if "rate" in amount else "") == [told_together]


def test_days_of_other_persons_or_costs_are_not_told_together() -> None:
    meals = (
        "- {id: a, kind: meals, travellers: [mary], amount_each: 9, to: 2026-03-02,"
        " days: [{date: 2026-03-02, amount: 5}]}"
    )
    benefit = 'covers: [meals], pays: actual, per: day, up_to: "if(day.number > 5, 10, 20)"'

    assert granting(benefit, meals) == [
        "the lesser of 9.00 and if(1 > 5, …, 20) = 20; the lesser of 5.00 and if(2 > 5, …, 20) = 20"
    ]


def test_each_amount_is_rounded_in_the_trace_as_it_was() -> None:
    stay = "- {id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount_each: 100}"

    _, rounding = granting("covers: [lodging], pays: actual, share: 0.33336, per: night", stay)

    assert rounding == "2 × (33.336 half up to 0.01 = 33.34)"


def test_an_amount_for_each_of_two_people_is_told_twice() -> None:
    fee = "- {id: a, kind: other, date: 2026-03-01}"

    assert granting("covers: [other], pays: allowance, amount: 47, per: person", fee) == ["2 × 47"]


def test_a_deductible_of_several_expenses_tells_what_each_bears_of_it() -> None:
    made = limited("deductible: 600", TWO)

    assert told(made, "a") == "600.00 is the patient's own, 500.00 of it here"
    assert told(made, "b") == "600.00 is the patient's own, 100.00 of it here"


def test_a_rolling_cap_tells_what_the_trip_itself_has_had_of_it() -> None:
    stay = "- {id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 100}"

    made = limited("cap: 270, per: rolling, window: 30 days", stay, used={"2026-02-20": 50})

    assert made.payable == 220_00
    assert told(made) == (
        "270.00 in any 30 days with 2026-03-03 less 50.00 used before"
        " and 200.00 on this trip (mary)"
    )


def test_a_tax_ceiling_tells_of_its_own_limits() -> None:
    rules = "benefits:\n- {id: all, text: All., covers: [lodging], pays: actual"
    stay = "- {id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 100}"

    made = decided(
        policy_text(f"{rules}}}\ntax: {{ceiling: free}}"),
        trip_text(stay),
        ceiling=policy_text(
            f"{rules}, up_to: 60, per: night}}\nlimits:\n- {{id: most, text: M., cap: 150}}",
            policy_id="free",
        ),
    )

    (*_, step) = line_of(made, "a").trace
    assert (step.rule, step.text) == ("all, most", "All. M.")
    assert step.arithmetic == (
        "300.00 − 150.00 = 150.00 (3 × (the lesser of 100.00 and 60); at most 150.00)"
    )
