"""Claims in the database, each change under the version that was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, insert, select, update

from logistics.claims.claim import Claim, ClaimStatus
from logistics.errors import ClaimChanged, ClaimNotFound
from logistics.repository.cases import require_case
from logistics.repository.sealed import open_field, place_in, seal_field
from logistics.tables import CaseCoverageRow, ClaimRow
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.documents.write import write_document


def add_claim(
    session: Session, case_reference: str, trip: Trip, *, by: str, now: datetime
) -> Claim:
    """Store a new draft as the next claim of a case.

    Raises CaseNotFound, and ClaimChanged where another was stored at this moment.
    """
    require_case(session, case_reference)
    last = session.exec(
        select(func.max(ClaimRow.number)).where(col(ClaimRow.case_reference) == case_reference)
    ).one()
    number = (last or 0) + 1
    claim = Claim(
        id=f"{case_reference}-C{number}",
        case_reference=case_reference,
        number=number,
        status=ClaimStatus.DRAFT,
        version=1,
        trip=trip,
        opened_at=now,
        opened_by=by,
    )
    try:
        with session.begin_nested():
            session.exec(insert(ClaimRow), params=[_to_row(session, claim).model_dump()])
    except IntegrityError as error:
        raise ClaimChanged(claim.id) from error
    return claim


def get_claim(session: Session, claim_id: str) -> Claim:
    """Return a claim; raises ClaimNotFound."""
    row = session.exec(select(ClaimRow).where(col(ClaimRow.id) == claim_id)).first()
    if row is None:
        raise ClaimNotFound(claim_id)
    return _to_value(session, row)


def list_claims(session: Session, case_reference: str) -> tuple[Claim, ...]:
    """Return the claims of a case, the first one first."""
    query = (
        select(ClaimRow)
        .where(col(ClaimRow.case_reference) == case_reference)
        .order_by(col(ClaimRow.number))
    )
    return tuple(_to_value(session, row) for row in session.exec(query))


def list_claims_to_decide(session: Session) -> tuple[Claim, ...]:
    """Return the filed claims within reach, the one filed first at the head."""
    query = (
        select(ClaimRow)
        .where(col(ClaimRow.status) == ClaimStatus.FILED.value)
        .order_by(col(ClaimRow.filed_at), col(ClaimRow.id))
    )
    return tuple(_to_value(session, row) for row in session.exec(query))


def list_filed_earlier(session: Session, claim: Claim) -> tuple[Claim, ...]:
    """Return filed claims that draw on the same account and are about earlier services.

    The earliest first; of cases within reach alone.
    """
    own = select(CaseCoverageRow.account_id).where(
        col(CaseCoverageRow.case_reference) == claim.case_reference
    )
    beside = select(CaseCoverageRow.case_reference).where(col(CaseCoverageRow.account_id).in_(own))
    query = select(ClaimRow).where(
        col(ClaimRow.status) == ClaimStatus.FILED.value,
        col(ClaimRow.id) != claim.id,
        col(ClaimRow.case_reference).in_(beside),
    )
    others = (_to_value(session, row) for row in session.exec(query))
    earlier = (one for one in others if one.first_service < claim.first_service)
    return tuple(sorted(earlier, key=lambda one: (one.first_service, one.id)))


def save_claim(session: Session, claim: Claim) -> Claim:
    """Store the claim in place of the version it was read as; return it under its next version.

    Raises ClaimChanged where somebody has changed it since, InvalidDocument for a trip that says
    what cannot be.
    """
    changed = replace(claim, version=claim.version + 1)
    values = _to_row(session, changed).model_dump(exclude={"id", "case_reference", "number"})
    done = session.exec(
        update(ClaimRow)
        .where(col(ClaimRow.id) == claim.id, col(ClaimRow.version) == claim.version)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:
        raise ClaimChanged(claim.id)
    return changed


def _to_row(session: Session, claim: Claim) -> ClaimRow:
    place = place_in(ClaimRow, "document", claim.id)
    document = write_document(claim.trip)
    # What cannot be read back is told now, while whoever wrote it is there.
    read_trip(document, "claim")
    return ClaimRow(
        id=claim.id,
        case_reference=claim.case_reference,
        number=claim.number,
        status=claim.status.value,
        version=claim.version,
        document=seal_field(session, place, document),
        opened_at=claim.opened_at,
        opened_by=claim.opened_by,
        filed_at=claim.filed_at,
        filed_by=claim.filed_by,
    )


def _to_value(session: Session, row: ClaimRow) -> Claim:
    text = open_field(session, place_in(ClaimRow, "document", row.id), row.document)
    return Claim(
        id=row.id,
        case_reference=row.case_reference,
        number=row.number,
        status=ClaimStatus(row.status),
        version=row.version,
        trip=read_trip(text, "claim"),
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        filed_at=row.filed_at,
        filed_by=row.filed_by,
    )
