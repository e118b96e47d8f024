"""Organisations in the database, and their parts in cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select

from logistics.errors import InvalidField, OrganisationNotFound
from logistics.organisation import CasePart, Organisation, OrganisationKind
from logistics.tables import CaseParticipantRow, OrganisationRow

# Asked whenever a case is shown, so made once.
_PAYER: Final = select(CaseParticipantRow.organisation_id).where(
    col(CaseParticipantRow.case_reference) == bindparam("case"),
    col(CaseParticipantRow.part) == CasePart.PAYER.value,
)


def add_organisations(session: Session, organisations: Iterable[Organisation]) -> None:
    """Store new organisations at once; raises InvalidField where an id or prefix is taken."""
    rows = [_to_row(one).model_dump() for one in organisations]
    if not rows:
        return
    try:
        with session.begin_nested():
            session.exec(insert(OrganisationRow), params=rows)
    except IntegrityError as error:
        raise InvalidField("id", "the id, prefix or facility is another organisation's") from error


def get_organisation(session: Session, organisation_id: str) -> Organisation:
    """Return the organisation with that id; raises OrganisationNotFound."""
    row = session.get(OrganisationRow, organisation_id)
    if row is None:
        raise OrganisationNotFound(organisation_id)
    return _to_value(row)


def list_organisations(
    session: Session, *, kind: OrganisationKind | None = None
) -> tuple[Organisation, ...]:
    """Return the organisations of a kind, or all, in order of name, then id."""
    query = select(OrganisationRow).order_by(col(OrganisationRow.name), col(OrganisationRow.id))
    if kind is not None:
        query = query.where(col(OrganisationRow.kind) == kind.value)
    return tuple(_to_value(row) for row in session.exec(query))


def add_participants(session: Session, organisations: Mapping[str, str], *, part: CasePart) -> None:
    """Give each case, by its reference, the organisation for a part; a part that is given stays."""
    query = select(CaseParticipantRow.case_reference).where(
        col(CaseParticipantRow.part) == part.value,
        col(CaseParticipantRow.case_reference).in_(organisations),
    )
    given = set(session.exec(query))
    rows = [
        {"case_reference": reference, "organisation_id": organisation_id, "part": part.value}
        for reference, organisation_id in organisations.items()
        if reference not in given
    ]
    if rows:
        session.exec(insert(CaseParticipantRow), params=rows)


def list_participants(session: Session, case_reference: str) -> dict[CasePart, str]:
    """Return the id of the organisation that has each part in the case."""
    query = select(CaseParticipantRow).where(
        col(CaseParticipantRow.case_reference) == case_reference
    )
    return {CasePart(row.part): row.organisation_id for row in session.exec(query)}


def find_payer(session: Session, case_reference: str) -> str | None:
    """Return the id of the organisation that pays for the case, or None if there is none."""
    return session.exec(_PAYER, params={"case": case_reference}).first()


def _to_row(organisation: Organisation) -> OrganisationRow:
    return OrganisationRow(
        id=organisation.id,
        name=organisation.name,
        kind=organisation.kind.value,
        case_prefix=organisation.case_prefix or None,
        facility_id=organisation.facility_id,
        is_sample=organisation.is_sample,
    )


def _to_value(row: OrganisationRow) -> Organisation:
    return Organisation(
        id=row.id,
        name=row.name,
        kind=OrganisationKind(row.kind),
        case_prefix=row.case_prefix or "",
        facility_id=row.facility_id,
        is_sample=row.is_sample,
    )
