"""What a plan tells of limits that claims have drawn on before."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from logistics.trip_parts import member_ids
from pricing.coverage.decision import BalanceKey
from scheduling.plan_notes import notes_of
from scheduling.translation.translate import translate
from tests.scheduling.supplies import a_policy, a_supply


def counted(per: str, period: str, limit: str = "cap: 9000") -> list[str]:
    """Return what is told of a limit of which 7,000.50 are used."""
    supply = a_supply()
    (patient,) = member_ids([(supply.case.patient.name, supply.case.patient.birth_date)])
    policy = a_policy(limits=f"  - {{id: most, text: No more than that., {limit}, per: {per}}}")
    balances = {BalanceKey("most", patient, period): Fraction(7000_50)}
    notes = notes_of(translate(replace(supply, policy=policy, balances=balances)), ())
    assert notes[0].startswith("Searched 2 appointments")
    return list(notes[1:])


def test_what_was_paid_before_is_told_with_what_is_left_and_the_limit() -> None:
    (note,) = counted("calendar_year", "2026")

    assert note.startswith("Counted what the plan already paid this period: USD 7,000.50 for ")
    assert "Ana Sample" in note
    assert "1970-05-01" not in note
    assert note.endswith("(2026), so USD 1,999.50 is left. No more than that.")


@pytest.mark.parametrize(
    ("per", "period", "is_told"),
    [
        ("calendar_year", "2025", False),
        ("calendar_month", "2026-12", True),
        ("calendar_month", "2026-10", False),
        ("calendar_quarter", "2026-10-01", True),
        ("calendar_quarter", "2026-07-01", False),
        ("plan_year", "2026-01-01", True),
        ("plan_year", "2025-01-01", False),
        ("lifetime", "lifetime", True),
    ],
)
def test_a_period_that_the_visit_cannot_touch_is_not_told(
    per: str, period: str, *, is_told: bool
) -> None:
    assert bool(counted(per, period)) is is_told


def test_of_a_limit_that_depends_on_the_trip_only_what_was_used_is_told() -> None:
    (note,) = counted("calendar_year", "2026", "cap: 'if(trip.days > 3, 9000, 8000)'")

    assert "(2026). No more than that." in note


def test_where_nothing_was_used_nothing_is_told() -> None:
    assert len(notes_of(translate(a_supply()), ())) == 1
