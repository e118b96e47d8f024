"""What a letter calls an expense: its item or kind, its days, what was spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from api.operations.claim_letters import expense_of
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Expense, Trip
from tests.pricing.coverage.deciding import trip_text

TRIP = read_trip(trip_text("- {id: taxi, kind: taxi, date: 2026-03-02, amount: 40}"), "trip")


def _named(**said: Any) -> tuple[str, str, str, int | None]:  # noqa: ANN401 — any key of a document
    expense = Expense.model_validate({"id": "one", "kind": "ride_hail", **said})
    one = expense_of(TRIP, expense)
    return one.label, one.dates, one.currency, one.spent_minor


def test_an_expense_is_called_by_its_item_or_else_its_kind() -> None:
    assert _named(item="Ride to the clinic")[0] == "Ride to the clinic"
    assert _named()[0] == "Ride by app"


def test_an_expense_is_dated_by_its_day_or_from_its_first_to_its_last() -> None:
    assert _named(date="2026-03-02")[1] == "2 Mar 2026"
    stay = _named(check_in="2026-03-01", check_out="2026-03-03")
    assert stay[1] == "1–3 Mar 2026"
    assert _named()[1] == ""


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [("JPY", "7200", 7200), ("CHF", "42.61", 4261), ("KWD", "1.25", 1250), ("JPY", "7.5", None)],
)
def test_what_was_spent_is_in_minor_units_of_its_own_currency(
    currency: str, amount: str, minor: int | None
) -> None:
    assert _named(currency=currency, amount=Decimal(amount))[2:] == (currency, minor)


def test_an_expense_without_a_currency_is_in_the_trips() -> None:
    trip: Trip = TRIP

    assert _named()[2:] == (trip.currency, None)
