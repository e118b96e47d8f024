"""Minimums and counts ``per: person``: what several share is everybody's, in equal parts."""

from __future__ import annotations

import pytest

from tests.pricing.coverage.deciding import decided, paid, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of

RULES = """
benefits:
- {{id: all, text: A., covers: [everything], pays: actual}}
limits:
- {{id: own, text: O., {}}}
"""
BOTH_NIGHTS = (
    "- {id: both, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, amount: 100}"
)
MARYS_NIGHTS = (
    "- {id: hers, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-04, amount_each: 80, "
    "travellers: [mary]}"
)
MARYS_FIRST = (
    "- {id: first, kind: lodging, check_in: 2026-02-28, check_out: 2026-03-01, amount: 70, "
    "travellers: [mary]}"
)


def rides(*stated: tuple[str, int, str]) -> str:
    """Return taxis: each with its day of March, amount and people."""
    return "\n".join(
        f"- {{id: t{number}, kind: taxi, date: 2026-03-0{day}, amount: {amount}, "
        f"travellers: {who}}}"
        for number, (day, amount, who) in enumerate(stated)
    )


MARY, TOM, BOTH = "[mary]", "[tom]", "[mary, tom]"


@pytest.mark.parametrize(
    ("minimum", "expenses", "cents"),
    [
        # Mary has 30 + 10 and keeps it, Tom 10 + 10 and does not.
        ("minimum: 25, per: person", rides(("1", 30, MARY), ("2", 20, BOTH), ("3", 10, TOM)), 4000),
        ("minimum: 20, per: person", rides(("1", 30, MARY), ("2", 20, BOTH), ("3", 10, TOM)), 6000),
        ("minimum: 20.01, per: person", rides(("1", 30, MARY), ("2", 21, BOTH)), 4050),
        # On the first day Mary has 30 and Tom 10, on the second each 10.
        ("minimum: 15, per: person_day",
         rides(("1", 20, MARY), ("1", 20, BOTH), ("2", 20, BOTH)), 3000),
        # Mary has slept two nights, Tom one: his half of the first is lost.
        ("minimum: 2, of: nights, per: person, applies_to: [lodging]",
         f"{BOTH_NIGHTS}\n{MARYS_FIRST}", 120_00),
        # For the trip it is one amount of both.
        ("minimum: 25", rides(("1", 30, MARY), ("2", 20, BOTH), ("3", 10, TOM)), 6000),
    ],
)  # fmt: skip
def test_a_minimum_of_each_person_looks_at_their_part_of_everything(
    minimum: str, expenses: str, cents: int
) -> None:
    assert paid(RULES.format(minimum), expenses) == cents


@pytest.mark.parametrize(
    ("limit", "expenses", "cents"),
    [
        # Two nights of each: both's, and the first of Mary's two.
        ("cap: 2, of: nights, per: person, applies_to: [lodging]",
         f"{BOTH_NIGHTS}\n{MARYS_NIGHTS}", 180_00),
        # Mary's one night was the first: of the common one Tom's half is paid.
        ("cap: 1, of: nights, per: person, applies_to: [lodging]",
         f"{MARYS_FIRST}\n{BOTH_NIGHTS}", 120_00),
        # The first night of each is not paid: Mary's own, and Tom's half of the common one.
        ("deductible: 1, of: nights, per: person, applies_to: [lodging]",
         f"{MARYS_FIRST}\n{BOTH_NIGHTS}", 50_00),
        # One ride of each a day: the common one, and on the second day Tom's.
        ("cap: 1, of: legs, per: person_day, applies_to: [taxi]",
         rides(("1", 60, BOTH), ("1", 20, TOM), ("2", 30, TOM)), 90_00),
        # For the trip it is one count of both.
        ("cap: 2, of: nights, applies_to: [lodging]", f"{BOTH_NIGHTS}\n{MARYS_NIGHTS}", 180_00),
    ],
)  # fmt: skip
def test_a_count_of_each_person_counts_what_they_share(
    limit: str, expenses: str, cents: int
) -> None:
    assert paid(RULES.format(limit), expenses) == cents


def test_the_trace_names_the_person_who_misses_the_minimum() -> None:
    made = decided(
        policy_text(RULES.format("minimum: 25, per: person")),
        trip_text(rides(("1", 30, MARY), ("2", 20, BOTH))),
    )

    shared = made.lines[1].trace[-1]
    assert shared.arithmetic == "10.00 is less than 25 (tom)"
    assert (shared.before, shared.after) == (20_00, 10_00)


def test_each_persons_minimum_is_their_own() -> None:
    rule = "minimum: \"if(person.role = 'patient', 40, 5)\", per: person"

    # Mary has 30 of her 40, Tom 10 of his 5.
    assert paid(RULES.format(rule), rides(("1", 20, MARY), ("2", 20, BOTH))) == 10_00


def test_the_example_of_the_page_comes_to_what_it_says() -> None:
    (example,) = [one for one in blocks_of("policy-documents.md") if "Two nights for each" in one]
    taxis = rides(("1", 30, MARY), ("1", 10, TOM), ("2", 20, BOTH))
    benefits = "benefits:\n- {id: all, text: A., covers: [everything], pays: actual}\n"

    assert paid(benefits + example, taxis) == 40_00
    assert paid(benefits + example, f"{BOTH_NIGHTS}\n{MARYS_NIGHTS}") == 180_00
