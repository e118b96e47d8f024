"""What somebody who had the pages alone stumbled over, and what comes of it now."""

from __future__ import annotations

import pytest

from pricing.coverage.documents.read import read_policy, read_trip
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.deciding import decided, policy_text, trip_text

_ROWS = (
    "tables: {mie: [{key: Denver CO, from: 2025-10-01, value: 92}, {otherwise: yes, value: 68}]}"
)


def _looking_up(arguments: str) -> str:
    amount = f"\"lookup('mie', {arguments})\""
    return policy_text(
        f"""
        benefits:
        - {{id: m, text: M., covers: [meals], pays: allowance, amount: {amount}, per: person_day}}
        """,
        head=_ROWS,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("day.location", "ask for a date, too"),
        ("day.date", "ask for a text, too"),
        ("day.location, day.date, day.number", "not by this: a number"),
        ("day.location, day.number", "not by this: a number"),
    ],
)
def test_a_table_is_looked_up_by_what_its_rows_ask(arguments: str, said: str) -> None:
    with pytest.raises(InvalidDocument, match=said):
        read_policy(_looking_up(arguments), "policy")


def test_the_order_of_what_a_table_is_looked_up_by_does_not_matter() -> None:
    read_policy(_looking_up("day.date, day.location"), "policy")


def test_what_has_no_cabin_is_paid_without_one() -> None:
    rules = """
    benefits:
    - id: seat
      text: The seat.
      covers: [air, baggage, taxi]
      pays: actual
      cabin: {highest: [{cabin: economy}], above: nothing}
    """
    trip = trip_text(
        """
        - {id: a, kind: air, date: 2026-03-02, amount: 800, cabin: economy}
        - {id: b, kind: baggage, date: 2026-03-02, amount: 40}
        - {id: c, kind: taxi, date: 2026-03-02, amount: 20}
        """
    )

    assert decided(policy_text(rules), trip).payable == 860_00


def test_a_night_of_its_own_amount_has_its_own_tax() -> None:
    rules = """
    benefits:
    - id: bed
      text: A bed.
      covers: [lodging]
      pays: actual
      up_to: 100
      per: night
      tax: excluded
    """
    stay = "- {{id: a, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-04, nights: [{}]}}"
    nights = "{date: 2026-03-02, amount: 99, tax: 9}, {date: 2026-03-03, amount: 99, tax: 9}"

    assert decided(policy_text(rules), trip_text(stay.format(nights))).payable == 180_00


@pytest.mark.parametrize(
    ("nights", "tax", "said"),
    [
        ("{date: 2026-03-02, amount: 99}", ", tax: 18", "state tax there"),
        ("{date: 2026-03-02, amount: 99, tax: 100}", "", "not more than that"),
        ("{date: 2026-03-02, tax: 1}", "", "an amount of its own"),
    ],
)
def test_tax_of_no_amount_is_refused(nights: str, tax: str, said: str) -> None:
    stay = (
        "- {id: a, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-03, "
        f"nights: [{nights}]{tax}}}"
    )

    with pytest.raises(InvalidDocument, match=said):
        read_trip(trip_text(stay), "trip")
