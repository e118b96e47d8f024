"""Rooms and rides paid by_person: what the covered people's part is of, in every rule."""

from __future__ import annotations

import pytest

from tests.pricing.coverage.deciding import decided, policy_text, trip_text

THREE = "companions: [{id: kid, age: 10}, {id: tom, age: 40}]"
ROOM = """
- {id: room, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, amount: 210, tax: 30}
"""


def paid_of_room(benefit: str, limits: str = "[]", *, expenses: str = ROOM) -> int:
    """Return what is payable of a room for three, of whom two are covered."""
    rules = f"""
    travellers:
      adults: {{text: Adults., companions: [{{at_most: 1, who: person.age >= 18}}]}}
    benefits:
    - {{id: room, text: Their part., covers: [lodging, taxi], travellers: adults, pays: actual,
       {benefit}}}
    limits: {limits}
    """
    return decided(policy_text(rules), trip_text(expenses, more=THREE)).payable


@pytest.mark.parametrize(
    ("benefit", "cents"),
    [
        ("shared: by_person, up_to: 100 + covered.tax", 120_00),
        ("shared: whole, up_to: 100 + covered.tax", 130_00),
        ("shared: by_person, up_to: covered.claimed - covered.tax", 120_00),
        ("shared: whole, up_to: covered.claimed - covered.tax", 180_00),
        ("shared: by_person, tax: excluded", 120_00),
        ("shared: by_person, up_to: line.claimed - line.tax - 60", 120_00),
    ],
)
def test_covered_money_is_of_the_covered_peoples_part(benefit: str, cents: int) -> None:
    assert paid_of_room(benefit) == cents


@pytest.mark.parametrize(
    ("shared", "limit", "cents"),
    [
        ("by_person", "deductible: 10 % * covered.claimed", 126_00),
        ("whole", "deductible: 10 % * covered.claimed", 189_00),
        ("by_person", "deductible: covered.tax", 120_00),
        ("by_person", "cap: covered.claimed - covered.tax", 120_00),
        ("by_person", "minimum: covered.claimed", 140_00),
    ],
)
def test_limits_see_the_covered_part_too(shared: str, limit: str, cents: int) -> None:
    listed = f"[{{id: own, text: L., {limit}, per: trip}}]"

    assert paid_of_room(f"shared: {shared}", listed) == cents


def test_each_piece_of_a_group_has_its_own_part() -> None:
    rides = """
    - {id: all, kind: taxi, date: 2026-03-01, amount: 90}
    - {id: two, kind: taxi, date: 2026-03-01, amount: 50, travellers: [mary, tom]}
    """

    cents = paid_of_room(
        "shared: by_person, up_to: 50 % * covered.claimed, per: trip", expenses=rides
    )

    assert cents == 55_00
