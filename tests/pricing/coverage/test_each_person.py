"""Amounts for each person of a trip: what several share is borne in equal parts; sums by hand."""

from __future__ import annotations

import pytest

from pricing.coverage.decision import Decision
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text

_TRIP = """
- {id: marys, kind: air, amount: 400, travellers: [mary], date: 2026-03-02,
   legs: [{direction: out}]}
- {id: toms, kind: air, amount: 100, travellers: [tom], date: 2026-03-02,
   legs: [{direction: out}]}
- {id: room, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-04, amount: 500}
"""
_ALL = "benefits: [{id: all, text: A., covers: [everything], pays: actual}]\n"


def limited(more: str) -> Decision:
    """Return the decision under one limit for each person, by line: Mary's, Tom's, the room."""
    rule = f"{{id: each, text: E., applies_to: [everything], per: person, {more}}}"
    return decided(policy_text(f"{_ALL}limits: [{rule}]"), trip_text(_TRIP))


@pytest.mark.parametrize(
    ("more", "paid"),
    [
        # Mary has 300 of her ticket and no more; Tom 100 of his and 200 of his half of the room.
        ("cap: 300", [300_00, 100_00, 200_00]),
        ("cap: 350", [350_00, 100_00, 250_00]),
        ("cap: 1000", [400_00, 100_00, 500_00]),
        # Mary pays 150 of her ticket, Tom all of his and 50 of his half of the room.
        ("deductible: 150", [250_00, 0, 450_00]),
        ("cap: 'if(person.role = ''companion'', 100, 300)'", [300_00, 100_00, 0]),
        ("deductible: 'if(person.role = ''companion'', 20, 150)'", [250_00, 80_00, 500_00]),
    ],
)
def test_a_limit_of_each_person_is_for_all_kinds_and_their_part_of_a_room(
    more: str, paid: list[int]
) -> None:
    assert [line.payable for line in limited(more).lines] == paid


@pytest.mark.parametrize(
    ("more", "paid"),
    [
        ("pays: actual, up_to: 300", [300_00, 100_00, 200_00]),
        ("pays: actual, share: 50 %, up_to: 300", [200_00, 50_00, 225_00]),
    ],
)
def test_a_benefit_of_each_person_is_for_all_that_it_covers(more: str, paid: list[int]) -> None:
    benefit = f"{{id: each, text: E., covers: [air, lodging], per: person, {more}}}"
    decision = decided(policy_text(f"benefits: [{benefit}]"), trip_text(_TRIP))

    assert sum(line.payable for line in decision.lines) == sum(paid)


def test_the_trace_of_a_shared_room_names_whose_cap_was_met() -> None:
    (step,) = [one for one in line_of(limited("cap: 300"), "room").trace if one.rule == "each"]

    assert step.arithmetic == "at most 300.00 (mary); at most 300.00 (tom)"
