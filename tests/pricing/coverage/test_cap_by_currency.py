"""Caps that differ by currency: held against the amount of the currency that was spent."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.documents.read import read_policy
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of

ALL: Final = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
RATE: Final = "rates: [{from: EUR, to: USD, value: 1.1, date: 2026-01-01, source: a test}]\n"
POUNDS: Final = RATE.replace(
    "]", ", {from: GBP, to: USD, value: 1.3, date: 2026-01-01, source: a test}]"
)
HEAD: Final = "exchange: {date: service}"
EUROS: Final = "amount: 900, currency: EUR"


def hotel(amount: str, name: str = "hotel", month: int = 3) -> str:
    """Return a hotel of two nights."""
    dates = f"check_in: 2026-0{month}-01, check_out: 2026-0{month}-03"
    return f"- {{id: {name}, kind: lodging, {dates}, {amount}}}\n"


def limited(limit: str, expenses: str, more: str = POUNDS, **used: int) -> Decision:
    """Return the decision on hotels under one limit."""
    rules = f"{ALL}limits:\n- {{id: stay, text: S., {limit}}}\n"
    return decided(
        policy_text(rules, head=HEAD),
        trip_text(expenses, more=more),
        balances={BalanceKey(name, "mary", "T-1"): Fraction(spent) for name, spent in used.items()},
    )


@pytest.mark.parametrize(
    ("expenses", "paid"),
    [
        (hotel("amount: 900"), 750_00),
        (hotel(EUROS), 770_00),
        (hotel("amount: 600, currency: EUR"), 660_00),
        (hotel("amount: 700, currency: EUR"), 770_00),
        (hotel("amount: 900, currency: GBP"), 750_00),
        (hotel(EUROS) + hotel("amount: 1", "other"), 750_00),
        (hotel(EUROS) + hotel("amount: 1, currency: EUR", "other"), 770_00),
    ],
)
def test_what_is_all_spent_in_one_currency_is_held_against_its_amount(
    expenses: str, paid: int
) -> None:
    part = next(one for one in blocks_of("policy-documents.md") if "EUR: 700" in one)
    limits = part[part.index("limits:") :]

    decision = decided(policy_text(ALL + limits, head=HEAD), trip_text(expenses, more=POUNDS))

    assert decision.payable == paid


def test_each_group_is_held_against_its_own_currency() -> None:
    expenses = hotel(EUROS) + hotel("amount: 900", "other")

    decision = limited("cap: {USD: 750, EUR: 700}, per: line", expenses)

    assert [line.payable for line in decision.lines] == [770_00, 750_00]


def test_the_amount_is_multiplied_and_then_converted() -> None:
    decision = limited("cap: {USD: 75, EUR: 70}, per: person_night", hotel(EUROS))

    assert decision.payable == 2 * 2 * 77_00
    (step,) = [one for one in line_of(decision, "hotel").trace if one.rule == "stay"]
    assert step.arithmetic == "at most 154.00 (70 EUR × 2 people × 1.1)"


def test_an_expression_may_stand_in_either_currency() -> None:
    cap = "cap: {USD: 75 * trip.persons, EUR: 'if(trip.persons > 1, 140, 70)'}"

    assert limited(cap, hotel(EUROS)).payable == 154_00
    assert limited(cap, hotel("amount: 900")).payable == 150_00


def test_what_a_trip_used_before_is_taken_off_in_the_policys_currency() -> None:
    assert limited("cap: {USD: 750, EUR: 700}", hotel(EUROS), stay=100_00).payable == 670_00


def test_what_is_left_of_it_is_read_in_the_policys_currency() -> None:
    read = "cap: {USD: 750, EUR: 700}}\n- {id: read, text: R., cap: left.stay - 20"

    assert limited(read, hotel(EUROS), stay=100_00).payable == 650_00


def _faults(limit: str, head: str = HEAD) -> list[str]:
    rules = f"{ALL}limits:\n- {{id: stay, text: S., applies_to: [lodging], {limit}}}\n"
    try:
        read_policy(policy_text(rules, head=head), "policy")
    except InvalidDocument as error:
        return [one.message for one in error.faults]
    return []


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        (
            "cap: {USD: 750, EUR: 700}, per: calendar_year",
            "by currency is for a trip or less; balances are in the policy's currency",
        ),
        ("cap: {USD: 7, EUR: 6}, of: nights", "is not money, so its cap has no currency"),
        ("cap: {EUR: 700}", "lacks USD: an amount only in other currencies is one nobody pays in"),
        ("cap: {USD: 1, XQX: 1}", "XQX is no currency known here"),
        ("cap: {USD: 1, EUR: -1}", "must not be negative"),
        ("cap: {USD: 1, EUR: 80 %}", "is a share where an amount belongs"),
        ("cap: {USD: 1, EUR: used.nobody}", "no limit is named 'nobody'"),
        ("cap: {USD: 1, EUR: left.stay}", "its balance leads back to itself: stay → stay"),
        ("deductible: {USD: 1, EUR: 1}", "must be one expression, such as 500"),
    ],
)
def test_a_cap_by_currency_that_cannot_be_is_a_fault(limit: str, fault: str) -> None:
    assert any(fault in one for one in _faults(limit)), _faults(limit)


def test_a_cap_in_another_currency_needs_a_rule_of_exchange() -> None:
    (fault,) = _faults("cap: {USD: 1, EUR: 1}", head="")

    assert "is never used: without exchange, an expense in another currency is refused" in fault


@given(
    st.lists(st.tuples(st.integers(0, 900_00), st.sampled_from(["USD", "EUR"])), min_size=1),
    st.integers(0, 900_00),
    st.integers(0, 900_00),
    st.sampled_from(["trip", "line", "visit"]),
)
def test_no_cap_by_currency_pays_more_than_its_amount_or_what_was_claimed(
    spent: list[tuple[int, str]], own: int, euros: int, per: str
) -> None:
    cap = f"cap: {{USD: {own / 100:.2f}, EUR: {euros / 100:.2f}}}, per: {per}"
    expenses = "".join(
        hotel(f"amount: {amount / 100:.2f}, currency: {code}", f"h{number}")
        for number, (amount, code) in enumerate(spent[:4])
    )

    decision = limited(cap, expenses)

    codes = {code for _, code in spent[:4]}
    worth: dict[str, Fraction] = {"USD": Fraction(own), "EUR": Fraction(11 * euros, 10)}
    if per == "line":
        for line, (_, code) in zip(decision.lines, spent, strict=False):
            assert 0 <= line.payable <= line.claimed
            assert line.payable <= worth[code]
    elif len(codes) == 1 and decision.payable:
        assert decision.payable == min(decision.claimed, int(worth[codes.pop()]))
    assert 0 <= decision.payable <= decision.claimed
