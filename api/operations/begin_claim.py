"""Begin a claim of a case: where the visit was, the currency of its policy, what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from api.errors import FieldError, InvalidRequest
from logistics.case.model import Case
from logistics.claims.claim import Claim
from logistics.claims.claim_trip import TripSpan, claim_trip
from logistics.facility import Facility
from logistics.plain_text import find_no_text
from logistics.repository.case_policies import get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.claims import add_claim
from logistics.repository.facilities import list_facilities
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Expense, Trip
from pricing.coverage.documents.write import to_plain, write_plain
from pricing.documents.faults import InvalidDocument
from scheduling.itinerary import Itinerary
from scheduling.repository.itineraries import find_itinerary_for_case

_DEEPEST: Final = 8
"""Parts within parts of an expense; a document needs three."""


def begin_claim(
    session: Session, reference: str, span: TripSpan, *, by: str, now: datetime
) -> Claim:
    """Open a claim of a case in the currency of its policy; raises as `get_case_policy` does."""
    case = get_case(session, reference)
    facility = _facility(session, case)
    currency = get_case_policy(session, case).prepared.policy.currency
    return add_claim(session, reference, claim_trip(case, facility, span, currency), by=by, now=now)


def find_span(session: Session, reference: str) -> TripSpan | None:
    """Return the days away as the case's itinerary says them; None without one."""
    itinerary = find_itinerary_for_case(session, reference)
    return None if itinerary is None else _span_of(itinerary)


def check_span(starts: date, ends: date) -> TripSpan:
    """Return the days away; raises InvalidRequest for an end before the start."""
    if ends < starts:
        raise InvalidRequest((FieldError("ends", "must not be before the first day away"),))
    return TripSpan(starts, ends)


def read_expenses(trip: Trip, expenses: Sequence[Mapping[str, Any]]) -> tuple[Expense, ...]:
    """Return expenses that came as JSON, as the reader of trip documents reads them.

    Raises InvalidRequest with a fault for each place.
    """
    faults = [
        FieldError(f"expenses.{place}", words)
        for place, one in enumerate(expenses)
        if (words := find_unreadable(one))
    ]
    if faults:
        raise InvalidRequest(tuple(faults))
    document = {**to_plain(trip), "expenses": list(expenses)}
    try:
        return read_trip(write_plain(document), "claim").expenses
    except InvalidDocument as error:
        told = tuple(FieldError(one.path, one.message) for one in error.faults)
        raise InvalidRequest(told) from error


def find_unreadable(value: Any) -> str:  # noqa: ANN401 — whatever the JSON holds
    """Return why JSON cannot be part of a document; empty where it can."""
    level = [value]
    for _depth in range(_DEEPEST):
        below: list[Any] = []
        for one in level:
            found = find_no_text(one) if isinstance(one, str) else None
            if found:
                return f"contains the character {found}, which is no text"
            if isinstance(one, Mapping):
                below += [*one.keys(), *one.values()]
            elif isinstance(one, list):
                below += one
        level = below
    return "is nested too deeply" if level else ""


def _facility(session: Session, case: Case) -> Facility:
    """Return where the visit was: as the itinerary says, else the first place that was asked for.

    An itinerary keeps the name alone.
    """
    itinerary = find_itinerary_for_case(session, case.reference)
    visited = "" if itinerary is None else itinerary.facility_name
    facilities = {one.id: one for one in list_facilities(session)}
    named = (one for one in facilities.values() if one.name == visited)
    return next(named, facilities[case.visit.facility_ids[0]])


def _span_of(itinerary: Itinerary) -> TripSpan:
    return TripSpan(itinerary.starts.local.date(), itinerary.ends.local.date())
