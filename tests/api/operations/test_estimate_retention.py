"""Issued estimates are kept six years: not forgotten and not erased before, forgotten after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from api.database import Database
from api.operations.retention import forget_old
from api.override_errors import EstimateKept
from logistics.handle_estimate import issue_estimate, save_draft, withdraw_estimate, write_bill
from logistics.repository.estimates import list_bills, list_estimates
from tests.api.operations.erasing import erase
from tests.logistics.claims.filing import store_payer
from tests.pricing.estimate.estimates import bill_of, documented_estimate, line

REFERENCE: Final = "SJ-1001"
BY: Final = "coordinator"
_DAY: Final = date(2026, 12, 2)
_LAST: Final = date(2032, 12, 2)
_NEXT: Final = timedelta(days=1)


def _at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _issue(database: Database, day: date, *, hour: int = 15) -> None:
    """Write the next version of the case's estimate, and issue it on a day."""
    now, estimate = _at(day, hour), documented_estimate()
    with database.write() as session:
        saved = save_draft(session, REFERENCE, estimate, 0, by=BY, now=now)
        at = (REFERENCE, saved.number, saved.revision)
        issue_estimate(session, *at, by=BY, now=now, today=day)


def _forget(database: Database, now: datetime) -> int:
    with database.write() as session:
        return forget_old(session, now=now)["case_estimate"]


def _numbers(database: Database) -> list[int]:
    with database.read() as session:
        return [one.number for one in list_estimates(session, REFERENCE)]


@pytest.fixture
def issued(database: Database) -> Database:
    """A database with a case whose estimate was issued six years before the last day."""
    with database.write() as session:
        store_payer(session, (REFERENCE,))
    _issue(database, _DAY)
    return database


def test_an_issued_estimate_is_forgotten_the_day_after_its_six_years(issued: Database) -> None:
    assert _forget(issued, _at(_LAST, 23, 59)) == 0
    assert _numbers(issued) == [1]

    assert _forget(issued, _at(_LAST + _NEXT)) == 1
    assert _numbers(issued) == []


@pytest.mark.parametrize("hour", [0, 23])
def test_the_hour_of_issuing_changes_no_day(database: Database, hour: int) -> None:
    with database.write() as session:
        store_payer(session, (REFERENCE,))
    _issue(database, _DAY, hour=hour)

    assert _forget(database, _at(_LAST, 23, 59)) == 0
    assert _forget(database, _at(_LAST + _NEXT)) == 1


def test_a_replaced_version_is_kept_six_years_from_its_replacing(issued: Database) -> None:
    _issue(issued, date(2026, 12, 9))

    assert _forget(issued, _at(_LAST + _NEXT)) == 0
    assert _forget(issued, _at(date(2032, 12, 9), 23, 59)) == 0
    assert _forget(issued, _at(date(2032, 12, 10))) == 2


def test_drafts_and_bills_stay_with_their_case(issued: Database) -> None:
    with issued.write() as session:
        save_draft(session, REFERENCE, documented_estimate(), 0, by=BY, now=_at(_DAY, 16))
        write_bill(session, REFERENCE, bill_of(line("stay")), by=BY, now=_at(_DAY, 16))

    assert _forget(issued, _at(date(2050, 1, 1))) == 1

    assert _numbers(issued) == [2]
    with issued.read() as session:
        assert len(list_bills(session, REFERENCE)) == 1


def test_a_case_is_not_erased_while_its_estimate_must_be_kept(issued: Database) -> None:
    with pytest.raises(EstimateKept, match=r"until 2032-12-02.*after that day"):
        erase(issued, REFERENCE, now=_at(_LAST, 23, 59))

    assert _numbers(issued) == [1]


def test_a_case_is_erased_with_its_estimate_the_day_after(issued: Database) -> None:
    erase(issued, REFERENCE, now=_at(_LAST + _NEXT))

    assert _numbers(issued) == []


def test_a_version_that_was_issued_and_withdrawn_is_kept_too(issued: Database) -> None:
    with issued.write() as session:
        (version,) = list_estimates(session, REFERENCE)
        withdraw_estimate(session, REFERENCE, 1, version.revision, by=BY, now=_at(_DAY, 17))

    with pytest.raises(EstimateKept):
        erase(issued, REFERENCE, now=_at(_LAST))
    assert _forget(issued, _at(_LAST + _NEXT)) == 1
