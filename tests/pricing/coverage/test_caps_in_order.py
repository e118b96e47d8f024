"""Caps that are each person's own: drawn in order of service date, whoever shares what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.pricing.coverage.answering import answer_to, policy_from
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.made_up_policies import policy
from tests.pricing.coverage.made_up_trips import units

STAY_AND_FLIGHT: Final = """
- {id: fly, kind: air, date: 2026-03-03, amount: 300, travellers: [tom]}
- {id: first, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount_each: 200}
- {id: second, kind: lodging, check_in: 2026-03-10, check_out: 2026-03-12, amount_each: 200}
"""


@pytest.mark.parametrize(
    "per", ["calendar_year", "plan_year", "calendar_month", "lifetime", "trip"]
)
def test_a_later_night_leaves_an_earlier_flight_its_money(per: str) -> None:
    rules = f"""
    benefits:
    - {{id: all, text: All., covers: [air, lodging], pays: actual}}
    limits:
    - {{id: own, text: 250 for each., cap: 250, per: {per}, whose: person}}
    """

    made = decided(policy_text(rules), trip_text(STAY_AND_FLIGHT, more="ends: 2026-03-14"))

    amounts = {name: line_of(made, name).payable for name in ("first", "fly", "second")}
    assert amounts == {"first": 400_00, "fly": 50_00, "second": 50_00}


def test_pieces_of_one_day_draw_in_the_order_of_the_document() -> None:
    rules = """
    benefits:
    - {id: all, text: All., covers: [air, lodging, meals], pays: actual}
    limits:
    - {id: own, text: 500 for each., cap: 500, per: trip, whose: person}
    """
    expenses = """
    - {id: hers, kind: air, date: 2026-03-01, amount: 460, travellers: [mary]}
    - {id: his, kind: air, date: 2026-03-01, amount: 460, travellers: [tom]}
    - {id: food, kind: meals, from: 2026-03-01, to: 2026-03-01, amount_each: 40}
    - {id: room, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, amount: 400}
    """

    made = decided(policy_text(rules), trip_text(expenses))

    assert [line.payable for line in made.lines] == [460_00, 460_00, 80_00, 0]


def test_each_balance_is_held_to_its_own_cap() -> None:
    rules = """
    benefits:
    - {id: all, text: All., covers: [air], pays: actual}
    limits:
    - {id: own, text: By role., cap: "if(person.role = 'patient', 100, 30)", per: calendar_year,
       whose: person}
    """

    made = decided(
        policy_text(rules), trip_text("- {id: a, kind: air, date: 2026-03-01, amount_each: 90}")
    )

    assert made.payable == 90_00 + 30_00


Made = dict[str, Any]
FIRST: Final = date(2026, 2, 26)
PEOPLE: Final = ("mary", "tom", "ann")
KINDS: Final = ("air", "lodging", "meals", "taxi", "visa")
PERIODS: Final[Mapping[str, Callable[[date], int]]] = {
    "calendar_month": lambda day: day.month,
    "calendar_year": lambda day: day.year,
    "lifetime": lambda _: 0,
    "trip": lambda _: 0,
}


@st.composite
def stays_and_tickets(draw: st.DrawFn) -> list[Made]:
    """Return expenses for some of the three, over a month's end, in any order of days.

    An expense costs multiples of six cents a day, so that any of them part it evenly.
    """
    expenses: list[Made] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS))
        day = FIRST + timedelta(days=draw(st.integers(0, 5)))
        last = day + timedelta(days=draw(st.integers(0, 2)))
        days = {
            "lodging": {"check_in": str(day), "check_out": str(last + timedelta(days=1))},
            "meals": {"from": str(day), "to": str(last)},
        }.get(kind, {"date": str(day)})
        whom = draw(st.permutations(PEOPLE))[: draw(st.integers(1, 3))]
        cents = 6 * draw(st.integers(1, 30_00))
        expenses.append(
            {"id": f"e{number}", "kind": kind, "travellers": whom, "amount_each": units(cents)}
            | days
        )
    return expenses


def drawn_by_hand(expenses: list[Made], cap: int, per: str) -> dict[str, int]:
    """Return what each expense is paid: day by day, then as the document lists what is bought."""
    paid = {one["id"]: 0 for one in expenses}
    left: dict[object, int] = {}
    for step in range(10):
        day = FIRST + timedelta(days=step)
        for one in expenses:
            begins = date.fromisoformat(one.get("check_in") or one.get("from") or one["date"])
            ends = date.fromisoformat(one.get("to") or one.get("date") or one["check_out"])
            is_on = begins <= day < ends if one["kind"] == "lodging" else begins <= day <= ends
            is_shared = one["kind"] in {"lodging", "taxi"}
            for person in one["travellers"] if is_on else ():
                cents = round(float(one["amount_each"]) * 100)
                own = cents // len(one["travellers"]) if is_shared else cents
                purse = (person, PERIODS[per](day))
                gets = min(own, left.setdefault(purse, cap))
                left[purse] -= gets
                paid[one["id"]] += gets
    return paid


@given(
    expenses=stays_and_tickets(),
    companions=st.permutations(PEOPLE[1:]),
    cap=st.integers(0, 500_00),
    per=st.sampled_from(sorted(PERIODS)),
)
def test_whoever_is_named_first_money_goes_out_in_order_of_days(
    expenses: list[Made], companions: list[str], cap: int, per: str
) -> None:
    made = policy(
        [{"covers": ["everything"], "pays": "actual"}],
        [{"cap": units(cap), "per": per, "whose": "person"}],
    )
    trip = {
        "format": "sojourn-trip/1",
        "id": "t",
        "stage": "claim",
        "currency": "USD",
        "starts": str(FIRST),
        "ends": str(FIRST + timedelta(days=8)),
        "patient": {"id": "mary", "age": 40},
        "companions": [{"id": one, "age": 40} for one in companions],
        "expenses": expenses,
    }

    answer = answer_to(policy_from(made), trip)

    by_hand = drawn_by_hand(expenses, cap, per)
    assert {line["id"]: line["payable_cents"] for line in answer["lines"]} == by_hand
    event("capped" if answer["payable_cents"] < answer["claimed_cents"] else "below the cap")
