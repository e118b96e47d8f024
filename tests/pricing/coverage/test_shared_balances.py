"""Caps on one balance, dated rates, shared allowances, facts nobody needs or misspells."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.decision_errors import FactNotStated, InvalidFact, MisspeltFact
from pricing.coverage.documents.read import read_trip
from pricing.documents.faults import InvalidDocument
from pricing.errors import NoRate
from tests.pricing.coverage.deciding import decided, policy_text, trip_text

HOTEL = "- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-05, amount: 400}"
TAXI = "- {id: taxi, kind: taxi, date: %s, amount: 300}"


def pooled(hotel_cap: str, all_cap: str) -> str:
    """Return a policy whose two caps draw on one balance."""
    return policy_text(
        f"""
        benefits:
        - {{id: any, text: All., covers: [everything], pays: actual}}
        limits:
        - {{id: hot, text: Hotels., applies_to: [lodging], {hotel_cap}, per: lifetime,
           balance: pool}}
        - {{id: tot, text: Everything., {all_cap}, per: lifetime, balance: pool}}
        """
    )


def used(decision: Decision) -> Fraction:
    """Return what the only balance holds after the decision."""
    (one,) = decision.balances
    return one.after


@pytest.mark.parametrize(
    ("day", "before", "paid"),
    [("2026-03-06", 0, 500_00), ("2026-02-28", 0, 500_00), ("2026-03-06", 250_00, 250_00)],
)
def test_two_caps_on_one_balance_count_what_is_paid_once(day: str, before: int, paid: int) -> None:
    balances = {BalanceKey("pool", "mary", "lifetime"): Fraction(before)} if before else None

    made = decided(
        pooled("cap: 300", "cap: 500"), trip_text(f"{HOTEL}\n{TAXI % day}"), balances=balances
    )

    assert made.payable == paid
    assert used(made) == before + paid


def test_the_same_cap_twice_is_the_cap() -> None:
    made = decided(pooled("cap: 500", "cap: 500"), trip_text(HOTEL))

    assert made.payable == 400_00
    assert used(made) == 400_00


def test_two_caps_of_nights_on_one_balance_count_a_night_once() -> None:
    two = HOTEL.replace("hotel,", "second,").replace("03-01", "03-05").replace("03-05,", "03-05,")
    second = two.replace("check_out: 2026-03-05", "check_out: 2026-03-07").replace("400", "200")

    made = decided(
        pooled("of: nights, cap: 3", "of: nights, cap: 5"), trip_text(f"{HOTEL}\n{second}")
    )

    assert made.payable == 300_00
    assert used(made) == 3


RATES = """
rates:
- {from: AED, to: USD, value: 0.25, date: 2026-01-01, source: a test}
- {from: AED, to: USD, value: 0.50, date: 2026-03-01, source: a test}
"""
EXCHANGED = policy_text(
    "benefits: [{id: taxi, text: Taxis., covers: [taxi], pays: actual}]",
    head="exchange: {date: service}",
)


def taxi_on(day: str, *, rates: str = RATES) -> Decision:
    """Return the decision about a taxi for 100 AED on a day."""
    taxi = f"- {{id: taxi, kind: taxi, date: {day}, amount: 100, currency: AED}}"
    return decided(EXCHANGED, trip_text(taxi, more=rates))


@pytest.mark.parametrize(
    ("day", "paid"), [("2026-01-01", 25_00), ("2026-02-28", 25_00), ("2026-03-01", 50_00)]
)
def test_of_several_stated_rates_the_last_one_before_the_day_is_taken(day: str, paid: int) -> None:
    assert taxi_on(day).payable == paid


def test_before_the_first_of_several_stated_rates_there_is_none() -> None:
    with pytest.raises(NoRate, match="2026-01-01"):
        taxi_on("2025-12-31")


def test_a_single_stated_rate_is_meant_for_every_day() -> None:
    single = "\n".join(RATES.strip().splitlines()[::2])

    assert taxi_on("2025-12-31", rates=single).payable == 50_00


def test_two_rates_of_one_day_are_refused() -> None:
    with pytest.raises(InvalidDocument, match="same currencies and day"):
        read_trip(
            trip_text(TAXI % "2026-03-01", more=RATES.replace("2026-01-01", "2026-03-01")), "trip"
        )


def test_an_allowance_is_divided_by_what_its_expenses_cost() -> None:
    policy = policy_text(
        """
        benefits:
        - {id: rides, text: A hundred a trip., covers: [taxi, bus], pays: allowance,
           amount: 100, per: trip}
        """
    )
    rides = """
    - {id: taxi, kind: taxi, date: 2026-03-01, amount: 190}
    - {id: bus, kind: bus, date: 2026-03-01, amount: 10}
    """

    made = decided(policy, trip_text(rides))

    assert [line.payable for line in made.lines] == [95_00, 5_00]
    assert made.patient == 100_00


ASKING = policy_text(
    """
    conditions:
    - {id: hip, text: Knees only., requires: care.procedure = 'knee'}
    - {id: tele, text: Telehealth first., requires: care.telehealth_tried}
    benefits:
    - {id: taxi, text: Taxis., covers: [taxi], pays: actual}
    """
)


def test_a_refused_expense_needs_no_fact_that_a_later_condition_asks_for() -> None:
    made = decided(ASKING, trip_text(TAXI % "2026-03-01", more="care: {procedure: hip}"))

    assert (made.payable, made.patient) == (0, 300_00)


def test_a_fact_that_decides_must_be_stated() -> None:
    with pytest.raises(FactNotStated):
        decided(ASKING, trip_text(TAXI % "2026-03-01", more="care: {procedure: knee}"))


INCOME = policy_text(
    """
    benefits:
    - {id: poor, text: Low incomes., covers: [taxi], pays: actual,
       when: stated(trip.facts.income_percent) and trip.facts.income_percent < 300}
    - {id: rest, text: Others., covers: [taxi], pays: actual, up_to: 100}
    """,
    head="facts: {trip.facts.income_percent: {type: number, text: Income.}}",
)


@pytest.mark.parametrize(
    ("facts", "paid"), [("income_percent: 100", 300_00), ("blood_group: A", 100_00)]
)
def test_facts_of_other_policies_are_passed_over(facts: str, paid: int) -> None:
    trip = trip_text(TAXI % date(2026, 3, 1), more=f"facts: {{{facts}}}")

    assert decided(INCOME, trip).payable == paid


def test_a_misspelt_fact_is_told() -> None:
    trip = trip_text(TAXI % "2026-03-01", more="facts: {income_pct: 100}")

    with pytest.raises(MisspeltFact, match="did you mean income_percent"):
        decided(INCOME, trip)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("facts: {colour: gren}", "facts.colour must be one of red, green"),
        ("facts: {colour: red, sent: soon}", "facts.sent must be a date like 2026-01-31"),
        (
            "companions: [{id: tom, age: 44, facts: {guide: maybe}}]",
            "companions[tom].facts.guide must be yes or no",
        ),
    ],
)
def test_a_declared_fact_is_held_to_its_type_though_no_rule_asks(facts: str, words: str) -> None:
    policy = policy_text(
        "benefits:\n- {id: taxi, text: T., covers: [taxi], pays: actual}",
        head="""
        facts:
          trip.facts.colour: {type: text, text: Colour., values: [red, green]}
          trip.facts.sent: {type: date, text: Sent.}
          person.facts.guide: {type: yes_no, text: Guide.}
        """,
    )

    with pytest.raises(InvalidFact, match=re.escape(words)):
        decided(policy, trip_text(TAXI % "2026-03-01", more=facts))
