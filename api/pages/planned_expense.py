"""What stands in the form of an expense that was planned: what the itinerary says of it."""

from __future__ import annotations

from typing import Final

from api.pages.expense_form import Values, stored_values
from logistics.claims.claim import Claim
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Expense, Leg
from pricing.documents.local_times import write_by_the_clock
from scheduling.cost_split import CoverageDecision, DecidedLine

_AS_PLANNED: Final = (
    *("check_in", "check_out", "rooms", "lodging_type", "location", "from", "to"),
    *("cabin", "international"),
)


def planned_values(claim: Claim, line: DecidedLine, coverage: CoverageDecision) -> Values:
    """Return the fields as a line of the itinerary was planned; the amount is that of the line.

    Of an itinerary from before its trip was kept only the days away are known.
    """
    starts, ends = str(claim.trip.starts)[:10], str(claim.trip.ends)[:10]
    is_back = line.key.startswith(("return", "departure"))
    values: Values = {
        "amount": line.amount.to_decimal_text(),
        "currency": line.amount.currency,
        "item": line.label[:100].strip(),
        "date": ends if is_back else starts,
        "direction": "return" if is_back else "out",
        "check_in": starts,
        "check_out": ends,
        "from": starts,
        "to": ends,
    }
    planned = _find_expense(coverage, line.key)
    return values if planned is None else {**values, **_told(claim, planned)}


def _find_expense(coverage: CoverageDecision, key: str) -> Expense | None:
    if coverage.inputs is None:
        return None
    expenses = read_trip(coverage.inputs.trip, "trip").expenses
    return next((one for one in expenses if one.id == key), None)


def _told(claim: Claim, planned: Expense) -> Values:
    """Return what an expense of the plan's own trip says of the fields."""
    plain = stored_values(planned, claim.trip)
    told: Values = {name: plain[name] for name in _AS_PLANNED if plain.get(name)}
    people = {claim.trip.patient.id, *(one.id for one in claim.trip.companions)}
    if planned.travellers and people.issuperset(planned.travellers):
        told["travellers"] = list(planned.travellers)
    way: Leg | Expense = planned.legs[0] if planned.legs else planned
    if way.day is not None:
        told["date"] = str(way.day)
    if way.departs is not None and way.arrives is not None:
        told |= {
            "departs": write_by_the_clock(way.departs),
            "arrives": write_by_the_clock(way.arrives),
        }
    return told
