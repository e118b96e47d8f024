"""One allowance for each person and day over several kinds: what is shared is borne in parts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pricing.coverage.decision import Decision
from tests.pricing.coverage.answering import answer_to, policy_from
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of
from tests.pricing.coverage.made_up_policies import policy

_DAY: Final = """
- {id: food, kind: meals, from: 2026-03-02, to: 2026-03-02, amount_each: 70}
- {id: taxi, kind: taxi, date: 2026-03-02, amount: 60}
"""
_BOTH: Final = "- {{id: daily, text: D., covers: [meals, taxi], per: person_day, {more}}}"


def daily(more: str, expenses: str = _DAY) -> Decision:
    """Return the decision under one benefit for each person and day."""
    return decided(policy_text(f"benefits:\n{_BOTH.format(more=more)}"), trip_text(expenses))


@pytest.mark.parametrize(
    ("more", "paid"),
    [
        ("pays: actual", 200_00),
        ("pays: actual, up_to: 80", 160_00),
        ("pays: actual, up_to: 120", 200_00),
        ("pays: actual, share: 50 %, up_to: 45", 90_00),
        ("pays: allowance, amount: 80", 160_00),
        ("pays: allowance, amount: 120, at_most_cost: yes", 200_00),
        ("pays: actual, up_to: 80, travellers: patient", 80_00),
        ("pays: actual, up_to: 200, travellers: patient", 130_00),
        ("pays: actual, up_to: 200, travellers: patient, shared: by_person", 100_00),
        ("pays: actual, up_to: covered.claimed * 50 %", 100_00),
    ],
)
def test_one_amount_is_for_the_meals_and_the_ride_of_a_day(more: str, paid: int) -> None:
    assert daily(more).payable == paid


def test_what_one_person_does_not_use_is_not_the_others() -> None:
    expenses = """
- {id: marys, kind: meals, from: 2026-03-02, to: 2026-03-02, amount_each: 100, travellers: [mary]}
- {id: toms, kind: meals, from: 2026-03-02, to: 2026-03-02, amount_each: 20, travellers: [tom]}
- {id: taxi, kind: taxi, date: 2026-03-02, amount: 40}
"""

    decision = daily("pays: actual, up_to: 80", expenses)

    # Mary: 100 + 20, so 80. Tom: 20 + 20, all of it.
    assert [line.payable for line in decision.lines] == [80_00, 20_00, 20_00]


def test_two_rides_of_a_day_share_its_amount_and_another_day_has_its_own() -> None:
    expenses = "".join(
        f"- {{id: t{number}, kind: taxi, date: 2026-03-0{day}, amount: 100}}\n"
        for number, day in enumerate((2, 2, 3))
    )

    decision = daily("pays: actual, up_to: 80", expenses)

    assert [line.payable for line in decision.lines] == [100_00, 60_00, 100_00]


def test_the_trace_of_a_shared_ride_names_what_each_bears() -> None:
    (step,) = line_of(daily("pays: actual, up_to: 80"), "taxi").trace

    assert step.arithmetic == "2 × (the lesser of 100.00 and 80)"


@pytest.mark.parametrize("amount", [1, 3, 33.33, 0.01])
def test_an_odd_cent_of_a_shared_ride_is_not_lost(amount: float) -> None:
    people = "companions: [{id: tom, age: 4}, {id: eve, age: 5}]"
    taxi = f"- {{id: taxi, kind: taxi, date: 2026-03-02, amount: {amount}}}"
    rules = f"benefits:\n{_BOTH.format(more='pays: actual, up_to: 80')}"

    decision = decided(policy_text(rules), trip_text(taxi, more=people))

    assert decision.payable == decision.claimed == round(amount * 100)


def test_a_cap_of_the_page_is_each_persons_own_for_the_day() -> None:
    part = next(one for one in blocks_of("policy-documents.md") if "per: person_day" in one
                and "limits:" in one)  # fmt: skip
    all_of_it = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"

    decision = decided(policy_text(all_of_it + part), trip_text(_DAY))

    assert [line.payable for line in decision.lines] == [140_00, 20_00]
    (step,) = [one for one in line_of(decision, "taxi").trace if one.rule == "daily"]
    assert step.arithmetic == "at most 80.00 (mary, 2026-03-02); at most 80.00 (tom, 2026-03-02)"


def test_each_one_way_journey_of_the_page_has_one_deductible_whatever_it_takes() -> None:
    part = next(one for one in blocks_of("policy-documents.md") if "per: visit" in one
                and "limits:" in one)  # fmt: skip
    visits = "visits: [{id: v1, date: 2026-03-02}, {id: v2, date: 2026-03-05}]"
    legs = "legs: [{direction: out, date: 2026-03-02}, {direction: return, date: 2026-03-03}]"
    expenses = f"""
- {{id: taxi, kind: taxi, amount: 50, visit: v1, legs: [{{direction: out, date: 2026-03-01}}]}}
- {{id: air, kind: air, amount: 300, travellers: [mary], visit: v1, {legs}}}
- {{id: bus, kind: bus, amount: 30, travellers: [mary], visit: v2, date: 2026-03-05,
   legs: [{{direction: out}}]}}
"""
    all_of_it = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"

    decision = decided(policy_text(all_of_it + part), trip_text(expenses, more=visits))

    # Out on two days by taxi and air: 50 + 50. Back by air: 100. The second visit: 30 of the bus.
    assert [line.payable for line in decision.lines] == [0, 150_00, 0]


_AMOUNTS = st.integers(0, 200_00)
_EXPENSES = st.lists(
    st.tuples(
        st.sampled_from(["meals", "taxi", "bus"]),
        st.integers(1, 3),
        _AMOUNTS,
        st.sampled_from([("mary",), ("tom",), ("mary", "tom"), ("mary", "tom", "eve")]),
    ),
    min_size=1,
    max_size=6,
)


def _trip(expenses: list[tuple[str, int, int, tuple[str, ...]]]) -> dict[str, Any]:
    return {
        "format": "sojourn-trip/1",
        "id": "T-1",
        "stage": "claim",
        "currency": "USD",
        "starts": "2026-03-01",
        "ends": "2026-03-03",
        "patient": {"id": "mary", "age": 40},
        "companions": [{"id": "tom", "age": 41}, {"id": "eve", "age": 4}],
        "expenses": [
            {"id": f"e{number}", "kind": kind, "amount": f"{amount / 100:.2f}"}
            | {"travellers": list(people)}
            | (
                {"from": f"2026-03-0{day}", "to": f"2026-03-0{day}"}
                if kind == "meals"
                else {"date": f"2026-03-0{day}"}
            )
            for number, (kind, day, amount, people) in enumerate(expenses)
        ],
    }


def _by_hand(expenses: list[tuple[str, int, int, tuple[str, ...]]], most: int) -> Fraction:
    """Return what is paid where each bears an equal part, and has so much a day."""
    spent: dict[tuple[int, str], Fraction] = {}
    for _, day, amount, people in expenses:
        for person in people:
            spent[day, person] = spent.get((day, person), Fraction(0)) + Fraction(
                amount, len(people)
            )
    return sum((min(one, Fraction(most)) for one in spent.values()), Fraction(0))


@given(_EXPENSES, st.integers(0, 250_00), st.sampled_from(["up_to", "cap"]))
def test_each_gets_the_lesser_of_what_they_bore_and_the_days_amount(
    expenses: list[tuple[str, int, int, tuple[str, ...]]], most: int, where: str
) -> None:
    bound = {"per": "person_day", where: f"{most / 100:.2f}"}
    benefit = {"covers": ["everything"], "pays": "actual"}
    made = policy([benefit | bound], []) if where == "up_to" else policy([benefit], [bound])

    answer = answer_to(policy_from(made), _trip(expenses))

    # Each expense may leave a cent to one or another of those who share it.
    cents = sum(len(people) for _, _, _, people in expenses)
    assert abs(answer["payable_cents"] - _by_hand(expenses, most)) <= cents
    assert 0 <= answer["payable_cents"] <= answer["claimed_cents"]
    days = {(day, person) for _, day, _, people in expenses for person in people}
    assert answer["payable_cents"] <= most * len(days)
    if where == "up_to":
        assert abs(answer["payable_cents"] - _by_hand(expenses, most)) <= len(days)
    event(where)
