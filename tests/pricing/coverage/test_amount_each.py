"""What one amount_each is for, kind by kind."""

from __future__ import annotations

import pytest

from pricing.coverage.kinds import Kind
from tests.pricing.coverage.deciding import decided, policy_text, trip_text

ALL = "benefits: [{id: all, text: All., covers: [everything], pays: actual}]"
OF_PERSON = {
    *("air", "rail", "bus", "ferry", "transit"),
    *("consultation", "treatment"),
    *("interpreter", "visa", "phone", "childcare", "wages", "other"),
}
OF_LEG = {
    *("car", "taxi", "ride_hail", "shuttle", "rental_car", "fuel", "parking", "tolls"),
    *("ambulance", "air_ambulance"),
}
OWN_DAYS = {
    "lodging": "check_in: 2026-03-01, check_out: 2026-03-03, rooms: 2",
    "meals": "from: 2026-03-01, to: 2026-03-03",
}
"""Two rooms for two nights; three days of two people."""


@pytest.mark.parametrize("kind", Kind)
def test_each_is_of_a_person_a_leg_a_night_or_a_day(kind: str) -> None:
    days = OWN_DAYS.get(kind, "date: 2026-03-01")
    each = {"lodging": 4, "meals": 6, "baggage": 2} | dict.fromkeys(OF_PERSON, 2)

    made = decided(
        policy_text(ALL), trip_text(f"- {{id: a, kind: {kind}, {days}, amount_each: 35}}")
    )

    assert made.payable == 35_00 * ({**each, **dict.fromkeys(OF_LEG, 1)}[kind])


@pytest.mark.parametrize(
    ("kind", "times"), [("air", 2), ("taxi", 2), ("parking", 2), ("baggage", 4)]
)
def test_each_leg_counts_but_a_ticket_is_for_all_of_them(kind: str, times: int) -> None:
    both = "legs: [{direction: out, date: 2026-03-01}, {direction: return, date: 2026-03-06}]"

    made = decided(
        policy_text(ALL), trip_text(f"- {{id: a, kind: {kind}, amount_each: 35, {both}}}")
    )

    assert made.payable == 35_00 * times


@pytest.mark.parametrize(
    ("per", "expense", "cents"),
    [
        ("person", "amount_each: 35", 60_00),
        ("person", "amount_each: 20", 40_00),
        ("person", "amount_each: 40, travellers: [tom]", 30_00),
        ("person", "amount: 90", 60_00),
        ("leg", "amount_each: 35", 30_00),
        ("person_day", "amount_each: 35", 60_00),
    ],
)
def test_bags_are_paid_person_by_person(per: str, expense: str, cents: int) -> None:
    rules = f"""
    benefits:
    - {{id: bag, text: Bags., covers: [baggage], pays: actual, up_to: 30, per: {per}}}
    """
    bags = f"- {{id: bags, kind: baggage, date: 2026-03-01, {expense}}}"

    assert decided(policy_text(rules), trip_text(bags)).payable == cents


def test_a_bag_of_its_own_has_a_person() -> None:
    rules = """
    benefits:
    - {id: bag, text: The patient's bag., covers: [baggage], pays: actual,
       when: person.role = 'patient'}
    """
    bags = "- {id: bags, kind: baggage, date: 2026-03-01, amount_each: 35, tax: 5}"

    made = decided(policy_text(rules), trip_text(bags))

    assert (made.payable, made.patient) == (35_00, 35_00)
