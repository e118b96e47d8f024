"""``per: person_night``: an amount may be another for each who sleeps in the room."""

from __future__ import annotations

import pytest

from pricing.coverage.documents.read import read_policy
from tests.pricing.coverage.deciding import decided, paid, policy_text, trip_text
from tests.pricing.coverage.documents.examples import DOCS, blocks_of, faults_of

BY_AGE = "if(person.age < 12, 25, 50)"
FAMILY = """
patient: {id: mary, age: 40, inpatient: [{admitted: 2026-03-03, discharged: 2026-03-04}]}
companions: [{id: tom, age: 44}, {id: kim, age: 9}]
"""
HOTEL = (
    "- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 210}"
)


def room(rule: str, more: str = "") -> str:
    """Return the rules of one benefit for rooms."""
    return f"benefits:\n- {{id: room, text: R., covers: [lodging], {rule}}}\n{more}"


@pytest.mark.parametrize(
    ("rule", "cents"),
    [
        # Two nights of 50 + 50 + 25; on the third the patient sleeps in hospital: 50 + 25.
        (f'pays: allowance, amount: "{BY_AGE}", per: person_night', 325_00),
        (f'pays: actual, up_to: "{BY_AGE}", per: person_night', 325_00),
        ("pays: actual, up_to: 100, per: person_night", 620_00),
    ],
)
def test_everybody_who_sleeps_there_has_an_amount_of_their_own(rule: str, cents: int) -> None:
    assert paid(room(rule), HOTEL, more=FAMILY) == cents


def test_a_table_may_ask_for_the_person_in_its_rows() -> None:
    head = """
    tables:
      rates:
      - {from: 1, to: 2, value: "if(person.role = 'patient', 60, 30)"}
      - {from: 3, value: 10}
    """
    rule = "pays: actual, up_to: \"lookup('rates', night.number)\", per: person_night"

    # Two nights of 60 + 30 + 30; on the third the patient sleeps in hospital: 10 + 10.
    assert paid(room(rule), HOTEL, more=FAMILY, head=head) == 260_00


@pytest.mark.parametrize(
    ("limit", "cents"),
    [
        (f'cap: "{BY_AGE}"', 325_00),
        ("cap: 50", 400_00),
        # The patient pays the first 30 of every adult's night, of the child nothing: 60, 60, 30.
        ('deductible: "if(person.age < 12, 0, 30)"', 480_00),
        # A night must come to 80 for each adult and 40 for the child: 200 and 120, of 210 each.
        ('minimum: "if(person.age < 12, 40, 80)"', 630_00),
        # 90 and 40 are 220 with the patient: only the third night, 130, is dear enough.
        ('minimum: "if(person.age < 12, 40, 90)"', 210_00),
        # 80 for each of three is more than a night costs; of two it is 160.
        ("minimum: 80", 210_00),
    ],
)
def test_so_has_everybody_in_a_limit(limit: str, cents: int) -> None:
    limits = f"limits:\n- {{id: l, text: L., {limit}, per: person_night}}"

    assert paid(room("pays: actual", limits), HOTEL, more=FAMILY) == cents


def test_the_arithmetic_tells_how_many_have_which_amount() -> None:
    rule = "pays: actual, up_to: \"lookup('rates', night.number)\", per: person_night"
    head = "tables: {rates: [{from: 1, value: \"if(person.role = 'patient', 60, 30)\"}]}"
    made = decided(policy_text(room(rule), head=head), trip_text(HOTEL, more=FAMILY))

    assert "× 1 person" in made.lines[0].trace[0].arithmetic
    assert "× 2 people = 120.00" in made.lines[0].trace[0].arithmetic


def test_one_amount_for_a_ride_per_person_may_ask_for_the_person() -> None:
    rules = """
    benefits:
    - id: ride
      text: R.
      covers: [taxi]
      pays: actual
      up_to: if(person.age < 12, 5, 20)
      per: person
    """
    taxi = "- {id: t, kind: taxi, date: 2026-03-02, amount: 90}"

    assert paid(rules, taxi, more=FAMILY) == 45_00


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (f'pays: actual, up_to: "{BY_AGE}", per: night', "per: person_night (without quantity)"),
        (f'pays: actual, up_to: "{BY_AGE}", per: person_night, quantity: 3', "without quantity"),
        ("pays: actual, when: person.age < 12", "whom a benefit is for is told by its travellers"),
    ],
)
def test_where_nobody_is_meant_the_fault_says_what_to_write(rule: str, told: str) -> None:
    (fault,) = faults_of(read_policy, policy_text(room(rule)))

    assert fault.message.startswith("person.age exists only for what a person has alone")
    assert told in fault.message


def test_the_example_of_the_page_comes_to_what_it_says() -> None:
    (example,) = [one for one in blocks_of("policy-documents.md") if "$25 for a child" in one]

    assert paid(example, HOTEL, more=FAMILY) == 325_00


@pytest.mark.parametrize(("cost", "cents"), [("159.99", 0), ("160", 160_00)])
def test_a_minimum_is_times_what_its_per_counts(cost: str, cents: int) -> None:
    page = (DOCS / "policy-documents.md").read_text("utf-8")
    assert "(`minimum: 80`, `per: person_night` is 160 for two in a room)" in page
    limits = "limits:\n- {id: l, text: L., minimum: 80, per: person_night}"
    night = f"check_in: 2026-03-01, check_out: 2026-03-02, amount: {cost}"

    assert paid(room("pays: actual", limits), f"- {{id: h, kind: lodging, {night}}}") == cents
