"""Estimates of a case: drafts under a revision, versions that supersede each other, bills."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.database import Database
from logistics.case_estimates import CaseEstimate, find_before, find_last_issued
from logistics.errors import BillNotFound, EstimateChanged, EstimateNotFound
from logistics.handle_estimate import (
    change_bill,
    issue_estimate,
    save_draft,
    withdraw_estimate,
    write_bill,
)
from logistics.repository.estimates import get_bill, get_estimate, list_bills, list_estimates
from pricing.documents.faults import InvalidDocument
from pricing.estimate.errors import EstimateIncomplete, EstimateMoveRefused
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.read import read_estimate
from pricing.estimate.status import EstimateStatus
from tests.api.operations.erasing import erase
from tests.logistics.claims.filing import store_payer
from tests.pricing.estimate.estimates import bill_of, documented_estimate, line
from tests.storage.builders import NOW, store_people

REFERENCE: Final = "SJ-1001"
BY: Final = "coordinator"
TODAY: Final = date(2026, 12, 2)


@pytest.fixture
def stored(database: Database) -> Database:
    """A database with a case."""
    with database.write() as session:
        store_people(session)
    return database


def estimate(**changes: Any) -> Estimate:  # noqa: ANN401 — fields
    """Return the page's estimate with some fields changed."""
    return documented_estimate().model_copy(update=changes)


def draft(database: Database, one: Estimate | None = None, revision: int = 0) -> CaseEstimate:
    """Save a draft of the case."""
    with database.write() as session:
        return save_draft(session, REFERENCE, one or estimate(), revision, by=BY, now=NOW)


def issue(database: Database, one: CaseEstimate, today: date = TODAY) -> CaseEstimate:
    """Issue a draft."""
    with database.write() as session:
        return issue_estimate(
            session, REFERENCE, one.number, one.revision, by=BY, now=NOW, today=today
        )


def withdraw(database: Database, one: CaseEstimate) -> CaseEstimate:
    """Withdraw a version."""
    with database.write() as session:
        return withdraw_estimate(session, REFERENCE, one.number, one.revision, by=BY, now=NOW)


def statuses(database: Database) -> list[str]:
    """Return the statuses of all versions, as stored."""
    with database.read() as session:
        return [one.status.value for one in list_estimates(session, REFERENCE)]


def test_a_draft_is_of_the_case_whatever_it_says(stored: Database) -> None:
    saved = draft(stored, estimate(id="E-9", version=7, issued_on=TODAY))

    with stored.read() as session:
        kept = get_estimate(session, REFERENCE, 1)
    assert kept == saved
    assert (kept.estimate.id, kept.estimate.version, kept.estimate.issued_on) == (
        REFERENCE,
        1,
        None,
    )
    assert kept.estimate.patient.name != "Amal Sample"


def test_a_draft_is_changed_under_the_revision_that_was_looked_at(stored: Database) -> None:
    first = draft(stored)
    second = draft(stored, estimate(scheduled_on=date(2026, 12, 1)), first.revision)

    assert (second.number, second.revision) == (1, 2)
    with pytest.raises(EstimateChanged):
        draft(stored, revision=first.revision)
    with pytest.raises(EstimateChanged):
        draft(stored, revision=0)


def test_an_issued_version_says_when_and_is_never_changed(stored: Database) -> None:
    issued = issue(stored, draft(stored))

    assert (issued.status, issued.estimate.issued_on) == (EstimateStatus.ISSUED, TODAY)
    with pytest.raises(EstimateMoveRefused):
        issue(stored, issued)


def test_what_lacks_something_is_not_issued(stored: Database) -> None:
    one = draft(stored, estimate(diagnoses=()))

    with pytest.raises(EstimateIncomplete, match="no diagnosis code"):
        issue(stored, one)
    assert statuses(stored) == ["draft"]


def test_nothing_is_issued_after_the_service(stored: Database) -> None:
    one = draft(stored)

    with pytest.raises(InvalidDocument, match="must not be after the primary service"):
        issue(stored, one, date(2026, 12, 15))


def test_the_next_version_supersedes_the_one_before(stored: Database) -> None:
    issue(stored, draft(stored))
    second = issue(stored, draft(stored), date(2026, 12, 4))

    assert statuses(stored) == ["superseded", "issued"]
    assert (second.estimate.version, second.estimate.first_issued_on) == (2, TODAY)
    with stored.read() as session:
        versions = list_estimates(session, REFERENCE)
    assert find_last_issued(versions) == second
    assert find_before(versions, 2) == versions[0]


def test_a_version_that_was_over_has_expired_when_the_next_is_issued(stored: Database) -> None:
    early = estimate(valid_until=date(2026, 12, 14))
    issued = issue(stored, draft(stored, early))
    later = read_estimate(
        json.dumps(_later(documented_estimate())),
        "estimate",
    )

    issue(stored, draft(stored, later), date(2027, 1, 4))

    assert issued.status_on(date(2026, 12, 15)) is EstimateStatus.EXPIRED
    assert statuses(stored) == ["expired", "issued"]


def _later(one: Estimate) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(one.model_dump_json(exclude_none=True))
    return plain | {
        "primary": plain["primary"] | {"date": "2027-01-11"},
        "scheduled_on": "2027-01-04",
        "issued_on": None,
    }


def test_a_withdrawn_version_is_not_the_last_issued(stored: Database) -> None:
    withdraw(stored, issue(stored, draft(stored)))

    with stored.read() as session:
        assert find_last_issued(list_estimates(session, REFERENCE)) is None
    assert statuses(stored) == ["withdrawn"]
    assert draft(stored).number == 2


def test_a_withdrawn_draft_makes_room_for_another(stored: Database) -> None:
    withdraw(stored, draft(stored))
    draft(stored)

    assert statuses(stored) == ["withdrawn", "draft"]


def test_a_case_never_has_two_issued_versions(stored: Database) -> None:
    issue(stored, draft(stored))
    draft(stored)

    with pytest.raises(IntegrityError), stored.write() as session:
        session.execute(text("UPDATE case_estimate SET status = 'issued'"))


def test_a_version_or_bill_that_is_not_there_is_not_found(stored: Database) -> None:
    with stored.read() as session, pytest.raises(EstimateNotFound):
        get_estimate(session, REFERENCE, 4)
    with stored.read() as session, pytest.raises(BillNotFound):
        get_bill(session, REFERENCE, 4)


def test_a_bill_is_written_down_and_changed_under_its_revision(stored: Database) -> None:
    with stored.write() as session:
        first = write_bill(session, REFERENCE, bill_of(line("stay")), by=BY, now=NOW)
        write_bill(session, REFERENCE, bill_of(line("scan")), by=BY, now=NOW)
    change = (REFERENCE, 1, bill_of(line("stay", "5.00")), first.revision)
    with stored.write() as session:
        changed = change_bill(session, *change, by=BY, now=NOW)

    with stored.read() as session:
        kept = list_bills(session, REFERENCE)
    assert [(one.number, one.revision) for one in kept] == [(1, 2), (2, 1)]
    assert kept[0] == changed
    with pytest.raises(EstimateChanged), stored.write() as session:
        change_bill(session, *change, by=BY, now=NOW)


def test_nothing_of_an_estimate_is_stored_in_the_open(stored: Database) -> None:
    draft(stored)
    with stored.write() as session:
        write_bill(session, REFERENCE, bill_of(line("stay")), by=BY, now=NOW)

    with stored.read() as session:
        for table in ("case_estimate", "case_bill"):
            kept = session.execute(text(f"SELECT document FROM {table}")).scalar_one()  # noqa: S608 — our own names
            assert "stay" not in kept


def test_estimates_and_bills_go_with_their_case(database: Database) -> None:
    with database.write() as session:
        store_payer(session, (REFERENCE,))
        write_bill(session, REFERENCE, bill_of(line("stay")), by=BY, now=NOW)
    draft(database)

    erase(database, REFERENCE)

    with database.read() as session:
        assert not list_estimates(session, REFERENCE)
        assert not list_bills(session, REFERENCE)
