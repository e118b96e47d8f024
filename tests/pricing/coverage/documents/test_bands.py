"""Bands of tables: strict and inclusive ends, gaps and overlaps with their lines."""

from __future__ import annotations

import pytest

from pricing.coverage.documents.read import read_policy
from pricing.documents.errors import NoTableRow
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import POLICY, changed, faults_of, line_of
from tests.pricing.coverage.documents.test_policy_faults import table


def told(text: str) -> list[tuple[int, str]]:
    """Return line and message of every fault."""
    return [(fault.line, fault.message) for fault in faults_of(read_policy, text)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("{to: 100, value: 1}\n  - {from: 100, value: 2}", "could answer where the row on line 11"),
        ("{to: 100, value: 1}\n  - {from: 99, value: 2}", "let one end before the other begins"),
        ("{key: a, value: 1}\n  - {key: a, value: 2}", "on line 11 does; leave one out"),
        ("{under: 100, value: 1}\n  - {over: 100, value: 2}", "100 itself has no row behind the"),
        ("{to: 100, value: 1}\n  - {over: 100.5, value: 2}", "what is between 100 and 100.5"),
        ("{to: 2, value: 1}\n  - {from: 4, value: 2}", "between 2 and 4 has no row behind the one"),
        ("{to: 2, value: 1}\n  - {over: 3, value: 2}", "between 2 and 3"),
        ("{under: 2, value: 1}\n  - {from: 3, value: 2}", "between 2 and 3"),
        ("{to: 2025-12-30, value: 1}\n  - {from: 2026-01-01, value: 2}", "2025-12-31 has no row"),
        ("{under: 2025-12-01, value: 1}\n  - {over: 2026-01-01, value: 2}",
         "2025-12-01 to 2026-01-01 has no row behind the one on line 11"),
        ("{key: a, to: 5, value: 1}\n  - {key: a, over: 6, value: 2}", "between 5 and 6"),
        ("{value: 1, to: 5}\n  - {over: 5, under: 5, value: 1}", "leaves nothing behind over, 5"),
        ("{value: 1, to: 5}\n  - {over: 5, from: 6, value: 1}", "write one of them"),
        ("{value: 1, to: 5}\n  - {over: 5, to: 6, under: 7, value: 1}", "write one of them"),
        ("{value: 1, to: 5}\n  - {over: 5, to: 2026-01-01, value: 1}", "must both be dates, or"),
        ("{value: 1}\n  - {otherwise: yes, over: 5, value: 1}", "an otherwise row has neither"),
    ],
)  # fmt: skip
def test_what_bands_leave_out_or_share_is_a_fault_on_the_later_row(rows: str, words: str) -> None:
    text = changed(POLICY, *table(f"  - {rows} # here"))

    ((line, message),) = told(text)

    assert line == line_of(text)
    assert words in message


@pytest.mark.parametrize(
    "rows",
    [
        "{to: 100, value: 1}\n  - {over: 100, value: 2}",
        "{under: 100, value: 1}\n  - {from: 100, value: 2}",
        "{over: 100, value: 1}\n  - {to: 100, value: 2}",
        "{from: 1, to: 2, value: 1}\n  - {from: 3, value: 2}",
        "{to: 99.99, value: 1}\n  - {from: 100, value: 2}",
        "{to: 2025-12-31, value: 1}\n  - {from: 2026-01-01, value: 2}",
        "{to: 2025-12-31, value: 1}\n  - {over: 2025-12-31, value: 2}",
        "{under: 2026-01-01, value: 1}\n  - {from: 2026-01-01, value: 2}",
        "{key: a, to: 5, value: 1}\n  - {key: b, over: 6, value: 2}",
        "{to: 5, value: 1}\n  - {over: 6, value: 2}\n  - {otherwise: yes, value: 3}",
    ],
)
def test_bands_that_meet_are_well(rows: str) -> None:
    assert not told(changed(POLICY, *table(f"  - {rows}")))


BANDS = """
tables:
  grant:
  - {under: 100, value: 10}
  - {from: 100, to: 250.5, value: 20}
  - {over: 250.5, value: 30}
  steps:
  - {from: 1, to: 2, value: 1}
  - {from: 3, to: 9, value: 2}
"""


def granted(distance: str, amount: str = "lookup('grant', line.distance_km)") -> int:
    """Return what an allowance by distance pays."""
    policy = policy_text(
        f"""
        benefits:
        - {{id: car, text: A grant., covers: [car], pays: allowance, amount: "{amount}"}}
        """,
        head=BANDS,
    )
    car = f"- {{id: car, kind: car, date: 2026-03-01, distance_km: {distance}}}"
    return decided(policy, trip_text(car)).payable


@pytest.mark.parametrize(
    ("distance", "paid"),
    [("99.999", 10_00), ("100", 20_00), ("250.5", 20_00), ("250.501", 30_00)],
)
def test_a_band_holds_its_inclusive_ends_alone(distance: str, paid: int) -> None:
    assert granted(distance) == paid


def test_a_measured_number_needs_bands_without_steps() -> None:
    text = changed(
        changed(POLICY, *table("  - {from: 1, to: 2, value: 1}\n  - {from: 3, value: 2}")),
        "up_to: 50",
        "up_to: lookup('other', trip.hours) # here",
    )

    assert told(text) == [
        (
            line_of(text),
            (
                "trip.hours may lie between 2 and 3, where the table other has no row: "
                "write over: 2 instead of from: 3 there, or round here with ceil or floor"
            ),
        )
    ]


@pytest.mark.parametrize("key", ["trip.days", "ceil(trip.hours)", "covered.nights + 1"])
def test_a_counted_number_may_step_from_band_to_band(key: str) -> None:
    text = changed(
        changed(POLICY, *table("  - {from: 1, to: 2, value: 1}\n  - {from: 3, value: 2}")),
        "up_to: 50",
        f"up_to: lookup('other', {key})",
    )

    assert not told(text)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("lookup('steps', add_days(line.date, 0) - trip.start + 2.5)",
         "no row for 2.5 (its row before ends to 2, its next one begins from 3, write over"),
        ("lookup('steps', 10)", "no row for 10 (its row before ends to 9), which rule car looks"),
        ("lookup('steps', 0)",
         "0 (its next one begins from 1), which rule car looks up for expenses[car]; add one"),
    ],
)  # fmt: skip
def test_a_missing_row_is_told_with_those_around_it(amount: str, words: str) -> None:
    with pytest.raises(NoTableRow) as raised:
        granted("10", amount)

    assert words in str(raised.value)
