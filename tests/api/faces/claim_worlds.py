"""A claim in the world of the faces: two nights in a hotel after the visit of SJ-1001."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from logistics.claims.claim import Claim
from logistics.claims.claim_trip import TripSpan, claim_trip
from logistics.handle_claim import change_expenses, file_claim
from logistics.repository.cases import get_case
from logistics.repository.claims import add_claim
from logistics.repository.facilities import get_facility
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import Kind
from tests.api.faces.worlds import NOW, PLANNED, World

CAME_HOME: Final = NOW.date() - timedelta(days=3)


def hotel(amount: int = 300, *, currency: str | None = None) -> Expense:
    """Return two nights in a hotel for that much in all."""
    return Expense(
        id="hotel-1",
        kind=Kind.LODGING,
        check_in=CAME_HOME - timedelta(days=2),
        check_out=CAME_HOME,
        amount=Decimal(amount),
        currency=currency,
        receipt=True,
    )


def store_claim(
    world: World,
    *expenses: Expense,
    is_filed: bool = True,
    reference: str = PLANNED,
    by: str = "demo-patient",
) -> Claim:
    """Return a claim of the sample patient."""
    with world.services.database.write() as session:
        case = get_case(session, reference)
        facility = get_facility(session, case.visit.facility_ids[0])
        span = TripSpan(CAME_HOME - timedelta(days=3), CAME_HOME)
        trip = claim_trip(case, facility, span, "USD")
        first = case.visit.needs[0].id
        claim = add_claim(session, reference, trip, by=by, now=NOW)
        spent = tuple(one.model_copy(update={"visit": first}) for one in (expenses or (hotel(),)))
        claim = change_expenses(session, claim.id, claim.version, spent)
        if is_filed:
            claim = file_claim(session, claim.id, claim.version, by=by, now=NOW)
    return claim
