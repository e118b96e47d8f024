"""Other currencies: the policy's day, the ECB's rate, and never one to one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pricing.coverage.decision_errors import NoExchangeRule
from pricing.ecb_rates import EcbRates
from pricing.errors import NoRate
from tests.pricing.coverage.deciding import decided, policy_text, trip_text

ALL = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}"
TAXI = (
    "- {id: taxi, kind: taxi, date: 2024-11-16, incurred: 2024-11-13, amount: 100, currency: EUR}"
)


@pytest.mark.parametrize(
    ("rule", "cents"),
    [
        ("service", 105_83),
        ("incurred", 106_29),
    ],
)
def test_the_policy_names_the_day_whose_rate_counts(rule: str, cents: int) -> None:
    decision = decided(
        policy_text(ALL, head=f"exchange: {{date: {rule}}}"),
        trip_text(TAXI, more="starts: 2024-11-10\nends: 2024-11-20"),
    )

    assert decision.payable == cents


def test_a_weekend_takes_the_rate_of_friday() -> None:
    rate = EcbRates().rate("EUR", "USD", date(2024, 11, 16))

    assert rate.day == date(2024, 11, 15)
    assert rate.value == EcbRates().rate("EUR", "USD", rate.day).value


def test_rates_between_two_currencies_go_through_the_euro_exactly() -> None:
    rates, day = EcbRates(), date(2024, 11, 15)

    euro_dollar = rates.rate("EUR", "USD", day).value
    euro_pound = rates.rate("EUR", "GBP", day).value

    assert rates.rate("GBP", "USD", day).value == euro_dollar / euro_pound


@pytest.mark.parametrize("currency", ["AED", "SAR"])
def test_a_currency_without_a_rate_is_an_error(currency: str) -> None:
    with pytest.raises(NoRate, match="state it in the trip's rates"):
        EcbRates().rate(currency, "USD", date(2024, 11, 15))


def test_a_day_after_the_last_published_one_is_an_error() -> None:
    with pytest.raises(NoRate, match="reach from"):
        EcbRates().rate("EUR", "USD", date(2999, 1, 1))


def test_the_trip_may_state_a_rate_with_its_source() -> None:
    taxi = TAXI.replace("EUR", "AED")
    stated = """
    starts: 2024-11-10
    ends: 2024-11-20
    rates: [{from: AED, to: USD, value: 0.2723, date: 2024-11-16, source: Card statement}]
    """
    decision = decided(
        policy_text(ALL, head="exchange: {date: service}"), trip_text(taxi, more=stated)
    )

    assert decision.payable == 27_23
    assert [(one.source, one.rate) for one in decision.rates] == [("AED", Fraction("0.2723"))]


def test_a_policy_without_an_exchange_rule_refuses_another_currency() -> None:
    with pytest.raises(NoExchangeRule, match=r"expenses\[taxi\] is in EUR"):
        decided(policy_text(ALL), trip_text(TAXI))


def test_a_limit_in_the_expenses_own_currency_is_held_before_converting() -> None:
    rules = (
        "benefits:\n- {id: all, text: All., covers: [taxi], pays: actual, "
        "up_to: {USD: 50, EUR: 40}}"
    )
    decision = decided(
        policy_text(rules, head="exchange: {date: service}"),
        trip_text(TAXI, more="starts: 2024-11-10\nends: 2024-11-20"),
    )

    assert decision.payable == 42_33


def test_a_conversion_is_the_first_step_of_its_line() -> None:
    decision = decided(
        policy_text(ALL, head="exchange: {date: service}"),
        trip_text(
            TAXI,
            more="starts: 2024-11-10\nends: 2024-11-20\n"
            "rates: [{from: EUR, to: USD, value: 1.05833, date: 2024-11-16, source: a test}]",
        ),
    )

    (line,) = decision.lines
    step = line.trace[0]
    assert step.rule == step.stage == "exchange"
    assert step.arithmetic == "100.00 EUR × 1.05833 = 105.83"
    assert (step.before, step.after) == (105_83, 105_83)


def test_nothing_is_converted_in_the_policys_own_currency() -> None:
    dollars = "- {id: taxi, kind: taxi, date: 2026-03-02, amount: 100}"
    decision = decided(policy_text(ALL, head="exchange: {date: service}"), trip_text(dollars))

    assert [step.rule for step in decision.lines[0].trace] == ["all"]


STATED = """
starts: 2026-03-02
ends: 2026-03-05
rates:
- {from: EUR, to: USD, value: 1.1, date: 2026-03-01, source: a test}
- {from: EUR, to: USD, value: 1.2, date: 2026-03-04, source: a test}
nearest: {care_cost: 900, travel_cost: 20}
site: {care_cost: 500}
"""
CARE = """
benefits:
- {id: care, text: As at home., covers: [treatment], pays: actual, up_to: nearest.care_cost}
- {id: taxi, text: As to the nearest., covers: [taxi], pays: actual, up_to: nearest.travel_cost}
- {id: visit, text: As here., covers: [consultation], pays: actual, up_to: site.care_cost}
"""
BILLS = """
- {id: op, kind: treatment, date: 2026-03-02, amount: 1000}
- {id: later, kind: treatment, date: 2026-03-04, amount: 1000}
- {id: ride, kind: taxi, date: 2026-03-02, amount: 50}
- {id: talk, kind: consultation, date: 2026-03-02, amount: 600, currency: USD}
"""


def test_what_it_would_have_cost_elsewhere_is_converted_as_the_expense_is() -> None:
    decision = decided(
        policy_text(CARE, head="exchange: {date: service}"),
        trip_text(BILLS, more=STATED, currency="EUR"),
    )

    assert [line.payable for line in decision.lines] == [990_00, 1080_00, 22_00, 550_00]


def test_a_cost_elsewhere_is_converted_though_every_expense_is_in_the_policys_currency() -> None:
    talk = BILLS.strip().splitlines()[-1]

    decision = decided(
        policy_text(CARE, head="exchange: {date: trip_end}"),
        trip_text(talk, more=STATED, currency="EUR"),
    )

    assert decision.payable == 600_00
    assert [(one.source, one.rate) for one in decision.rates] == [("EUR", Fraction("1.2"))]


def test_a_cost_elsewhere_needs_an_exchange_rule_as_an_expense_does() -> None:
    talk = BILLS.strip().splitlines()[-1]

    with pytest.raises(NoExchangeRule, match=r"site\.care_cost is in EUR"):
        decided(policy_text(CARE), trip_text(talk, more=STATED, currency="EUR"))


def test_a_rule_that_looks_at_no_expense_takes_the_rate_of_the_first_day() -> None:
    rules = """
    travellers:
      far:
        text: A companion where the nearest place is dear.
        companions: [{when: nearest.travel_cost > 21.99, at_most: 1}]
    benefits:
    - {id: air, text: Air., covers: [air], travellers: far, pays: actual}
    """
    fare = "- {id: air, kind: air, date: 2026-03-04, amount_each: 100}"

    decision = decided(
        policy_text(rules, head="exchange: {date: service}"),
        trip_text(fare, more=STATED, currency="EUR"),
    )

    assert decision.payable == 240_00


ALLOWED = """
benefits:
- {id: food, text: F., covers: [meals], pays: allowance, per: person_day,
   amount: {USD: 65, EUR: 60}}
- {id: drive, text: D., covers: [car], pays: allowance, per: km, amount: {USD: 0.20, EUR: 0.30}}
"""


@pytest.mark.parametrize(
    ("expense", "cents"),
    [
        ("kind: meals, currency: EUR", 2 * 66_00),
        ("kind: meals, currency: EUR, amount: 500", 2 * 66_00),
        ("kind: meals", 2 * 65_00),
        ("kind: car, date: 2026-03-02, distance_km: 100, currency: EUR", 33_00),
        (
            (
                "kind: car, currency: EUR, legs: [{date: 2026-03-02, distance_km: 100},"
                " {date: 2026-03-05, distance_km: 50}]"
            ),
            49_50,
        ),
        ("kind: car, date: 2026-03-02, distance_km: 100", 20_00),
    ],
)
def test_an_allowance_may_be_of_the_expenses_own_currency(expense: str, cents: int) -> None:
    days = ", travellers: [mary], from: 2026-03-02, to: 2026-03-03" if "meals" in expense else ""
    made = decided(
        policy_text(ALLOWED, head="exchange: {date: service}"),
        trip_text(
            f"- {{id: one, {expense}{days}}}",
            more="rates: [{from: EUR, to: USD, value: 1.1, date: 2026-03-01, source: a test}]",
        ),
    )

    assert made.payable == cents
    assert {one.source for one in made.rates} == ({"EUR"} if "EUR" in expense else set())


def test_an_allowance_of_another_currency_is_told_with_its_rate() -> None:
    meals = "- {id: one, kind: meals, currency: EUR, from: 2026-03-02, to: 2026-03-03}"
    rate = "{from: EUR, to: USD, value: 1.1, date: 2026-03-01, source: a test}"
    made = decided(
        policy_text(ALLOWED, head="exchange: {date: service}"),
        trip_text(meals, more=f"rates: [{rate}]"),
    )

    assert made.lines[0].trace[-1].arithmetic == "4 × (60 EUR × 1.1)"


def test_an_allowance_of_another_currency_needs_its_rate() -> None:
    meals = "- {id: one, kind: meals, currency: AED}"
    policy = policy_text(ALLOWED.replace("EUR", "AED"), head="exchange: {date: service}")

    with pytest.raises(NoRate, match="AED"):
        decided(policy, trip_text(meals))
