"""Which filed claims of a household are to be decided before another: those of earlier services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from api.database import Database
from logistics.claims.claim import Claim, ClaimMove
from logistics.handle_claim import move_claim
from logistics.repository.claims import list_filed_earlier
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import Kind
from tests.logistics.claims.filing import decide_it, file_one, hotel, open_draft, store_payer

FEBRUARY = date(2027, 2, 10)


@pytest.fixture(autouse=True)
def _world(database: Database) -> None:
    with database.write() as session:
        store_payer(session, ("SJ-1001", "SJ-1002"))


def taxi(days: int, *, reference: str, session: Session) -> Claim:
    """Return a filed claim of a taxi so many days after the tenth of February."""
    day = FEBRUARY + timedelta(days=days)
    spent = Expense(id="taxi", kind=Kind.TAXI, date=day, amount=Decimal(20))
    return file_one(session, reference, spent)


def earlier_than(database: Database, claim: Claim) -> list[str]:
    """Return the ids of the claims that are to be decided before one."""
    with database.read() as session:
        return [one.id for one in list_filed_earlier(session, claim)]


def test_a_claim_of_earlier_services_comes_first_in_the_same_case_and_in_another(
    database: Database,
) -> None:
    with database.write() as session:
        last = taxi(2, reference="SJ-1001", session=session)
        first = taxi(0, reference="SJ-1002", session=session)
        middle = taxi(1, reference="SJ-1001", session=session)

    assert earlier_than(database, last) == [first.id, middle.id]
    assert earlier_than(database, middle) == [first.id]
    assert earlier_than(database, first) == []


def test_services_of_one_day_wait_for_nobody(database: Database) -> None:
    with database.write() as session:
        claims = [taxi(0, reference=one, session=session) for one in ("SJ-1001", "SJ-1002")]

    assert [earlier_than(database, one) for one in claims] == [[], []]


def test_what_is_decided_taken_back_or_a_draft_is_not_waited_for(database: Database) -> None:
    with database.write() as session:
        decided, taken_back = (taxi(0, reference="SJ-1001", session=session) for _ in range(2))
        move_claim(session, taken_back.id, taken_back.version, ClaimMove.TAKE_BACK)
        open_draft(session, "SJ-1002", hotel())
        last = taxi(2, reference="SJ-1002", session=session)
    decide_it(database, decided)

    assert earlier_than(database, last) == []


def test_a_claim_that_does_not_tell_its_days_counts_from_the_first_day_away(
    database: Database,
) -> None:
    with database.write() as session:
        undated = Expense(id="taxi", kind=Kind.TAXI, amount=Decimal(20))
        vague = file_one(session, "SJ-1001", undated)
        last = taxi(2, reference="SJ-1002", session=session)

    assert vague.first_service == FEBRUARY
    assert earlier_than(database, last) == [vague.id]
