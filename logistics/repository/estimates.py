"""Estimates and bills of cases in the database: sealed, each change under what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, insert, select, update

from logistics.case_estimates import CaseBill, CaseEstimate
from logistics.errors import BillNotFound, EstimateChanged, EstimateNotFound
from logistics.repository.cases import require_case
from logistics.repository.sealed import open_field, place_in, seal_field
from logistics.tables import CaseBillRow, CaseEstimateRow
from pricing.coverage.documents.write import write_document
from pricing.estimate.bill_document import Bill
from pricing.estimate.clock import keep_until, kept_through
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.read import read_bill, read_estimate, recall_bill, recall_estimate
from pricing.estimate.status import EstimateStatus

_KEPT_AT_LEAST: Final = timedelta(days=6 * 365)
"""No six years are shorter."""


def list_estimates(session: Session, reference: str) -> tuple[CaseEstimate, ...]:
    """Return the versions of the estimate of a case, the first one first."""
    query = (
        select(CaseEstimateRow)
        .where(col(CaseEstimateRow.case_reference) == reference)
        .order_by(col(CaseEstimateRow.number))
    )
    return tuple(_to_estimate(session, row) for row in session.exec(query))


def list_every_estimate(session: Session) -> tuple[CaseEstimate, ...]:
    """Return the versions of all cases, case by case, the first one first."""
    query = select(CaseEstimateRow).order_by(
        col(CaseEstimateRow.case_reference), col(CaseEstimateRow.number)
    )
    return tuple(_to_estimate(session, row) for row in session.exec(query))


def get_estimate(session: Session, reference: str, number: int) -> CaseEstimate:
    """Return one version; raises EstimateNotFound."""
    row = session.exec(
        select(CaseEstimateRow).where(
            col(CaseEstimateRow.case_reference) == reference,
            col(CaseEstimateRow.number) == number,
        )
    ).first()
    if row is None:
        raise EstimateNotFound(reference, number)
    return _to_estimate(session, row)


def add_estimate(
    session: Session, reference: str, estimate: Estimate, *, by: str, now: datetime
) -> CaseEstimate:
    """Store a new draft under the version that the document says.

    Raises CaseNotFound, EstimateChanged where there is that version, or a draft, already.
    """
    require_case(session, reference)
    added = CaseEstimate(
        case_reference=reference,
        number=estimate.version,
        status=EstimateStatus.DRAFT,
        revision=1,
        estimate=estimate,
        saved_at=now,
        saved_by=by,
    )
    try:
        with session.begin_nested():
            session.exec(insert(CaseEstimateRow), params=[_estimate_row(session, added)])
    except IntegrityError as error:
        raise EstimateChanged(reference) from error
    return added


def save_estimate(
    session: Session, changed: CaseEstimate, *, by: str, now: datetime
) -> CaseEstimate:
    """Store a version in place of the revision it was read as.

    Raises EstimateChanged, and InvalidDocument for an estimate that says what cannot be.
    """
    saved = replace(changed, revision=changed.revision + 1, saved_at=now, saved_by=by)
    values = _estimate_row(session, saved)
    done = session.exec(
        update(CaseEstimateRow)
        .where(
            col(CaseEstimateRow.case_reference) == changed.case_reference,
            col(CaseEstimateRow.number) == changed.number,
            col(CaseEstimateRow.revision) == changed.revision,
        )
        .values(**values),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:
        raise EstimateChanged(changed.case_reference)
    return saved


def find_kept_until(session: Session, reference: str) -> date | None:
    """Return the day until which an issued version of a case must be kept; None where none is."""
    days = (keep_until(one.estimate) for one in list_estimates(session, reference))
    return max((day for day in days if day is not None), default=None)


def forget_estimates(session: Session, today: date) -> int:
    """Delete what was issued, and last changed, more than six years ago; return how many.

    Drafts, and bills, stay as long as their case.
    """
    # Opening every version each day would hold the database up; few are this old.
    before = datetime.combine(today, time(), UTC) - _KEPT_AT_LEAST
    query = select(CaseEstimateRow).where(col(CaseEstimateRow.saved_at) < before)
    found = [_to_estimate(session, row) for row in session.exec(query)]
    over = [
        one
        for one in found
        if one.estimate.issued_on is not None
        and max(kept_through(one.estimate.issued_on), kept_through(one.saved_at.date())) < today
    ]
    for one in over:
        session.exec(
            delete(CaseEstimateRow).where(
                col(CaseEstimateRow.case_reference) == one.case_reference,
                col(CaseEstimateRow.number) == one.number,
            ),
            execution_options={"synchronize_session": False},
        )
    return len(over)


def list_bills(session: Session, reference: str) -> tuple[CaseBill, ...]:
    """Return the bills that came for a case, in the order they were written down."""
    query = (
        select(CaseBillRow)
        .where(col(CaseBillRow.case_reference) == reference)
        .order_by(col(CaseBillRow.number))
    )
    return tuple(_to_bill(session, row) for row in session.exec(query))


def list_every_bill(session: Session) -> tuple[CaseBill, ...]:
    """Return the bills of all cases, case by case, in the order they were written down."""
    query = select(CaseBillRow).order_by(col(CaseBillRow.case_reference), col(CaseBillRow.number))
    return tuple(_to_bill(session, row) for row in session.exec(query))


def get_bill(session: Session, reference: str, number: int) -> CaseBill:
    """Return one bill; raises BillNotFound."""
    row = session.exec(
        select(CaseBillRow).where(
            col(CaseBillRow.case_reference) == reference, col(CaseBillRow.number) == number
        )
    ).first()
    if row is None:
        raise BillNotFound(reference, number)
    return _to_bill(session, row)


def add_bill(session: Session, reference: str, bill: Bill, *, by: str, now: datetime) -> CaseBill:
    """Store the next bill of a case; raises CaseNotFound, EstimateChanged, InvalidDocument."""
    require_case(session, reference)
    last = session.exec(
        select(func.max(CaseBillRow.number)).where(col(CaseBillRow.case_reference) == reference)
    ).one()
    added = CaseBill(
        case_reference=reference,
        number=(last or 0) + 1,
        revision=1,
        bill=bill,
        saved_at=now,
        saved_by=by,
    )
    try:
        with session.begin_nested():
            session.exec(insert(CaseBillRow), params=[_bill_row(session, added)])
    except IntegrityError as error:
        raise EstimateChanged(reference) from error
    return added


def save_bill(session: Session, changed: CaseBill, *, by: str, now: datetime) -> CaseBill:
    """Store a bill in place of the revision it was read as; raises as `save_estimate` does."""
    saved = replace(changed, revision=changed.revision + 1, saved_at=now, saved_by=by)
    done = session.exec(
        update(CaseBillRow)
        .where(
            col(CaseBillRow.case_reference) == changed.case_reference,
            col(CaseBillRow.number) == changed.number,
            col(CaseBillRow.revision) == changed.revision,
        )
        .values(**_bill_row(session, saved)),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:
        raise EstimateChanged(changed.case_reference)
    return saved


def _estimate_row(session: Session, one: CaseEstimate) -> dict[str, object]:
    text = write_document(one.estimate)
    # What cannot be read back is told now, while whoever wrote it is there.
    read_estimate(text, "estimate")
    place = place_in(CaseEstimateRow, "document", one.case_reference, one.number)
    return {
        "case_reference": one.case_reference,
        "number": one.number,
        "status": one.status.value,
        "revision": one.revision,
        "document": seal_field(session, place, text),
        "saved_at": one.saved_at,
        "saved_by": one.saved_by,
    }


def _to_estimate(session: Session, row: CaseEstimateRow) -> CaseEstimate:
    place = place_in(CaseEstimateRow, "document", row.case_reference, row.number)
    return CaseEstimate(
        case_reference=row.case_reference,
        number=row.number,
        status=EstimateStatus(row.status),
        revision=row.revision,
        estimate=recall_estimate(open_field(session, place, row.document)),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


def _bill_row(session: Session, one: CaseBill) -> dict[str, object]:
    text = write_document(one.bill)
    read_bill(text, "bill")  # as above
    place = place_in(CaseBillRow, "document", one.case_reference, one.number)
    return {
        "case_reference": one.case_reference,
        "number": one.number,
        "revision": one.revision,
        "document": seal_field(session, place, text),
        "saved_at": one.saved_at,
        "saved_by": one.saved_by,
    }


def _to_bill(session: Session, row: CaseBillRow) -> CaseBill:
    place = place_in(CaseBillRow, "document", row.case_reference, row.number)
    return CaseBill(
        case_reference=row.case_reference,
        number=row.number,
        revision=row.revision,
        bill=recall_bill(open_field(session, place, row.document)),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )
