"""Specialists in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlmodel import Session, col, insert, select

from logistics.errors import FacilityNotFound, SpecialistNotFound
from logistics.people import Specialist
from logistics.repository.documents import Documents
from logistics.repository.errors import AlreadyStored
from logistics.tables import FacilityRow, SpecialistRow

_TEXTS: Documents[tuple[str, ...]] = Documents(tuple[str, ...])

# Asked often, so made once.
_ALL: Final = select(SpecialistRow).order_by(col(SpecialistRow.name), col(SpecialistRow.id))


def add_specialist(session: Session, specialist: Specialist) -> None:
    """Store a new specialist; raises AlreadyStored, or FacilityNotFound for an unknown facility."""
    if session.get(SpecialistRow, specialist.id) is not None:
        raise AlreadyStored("specialist", specialist.id)
    if session.get(FacilityRow, specialist.facility_id) is None:
        raise FacilityNotFound(specialist.facility_id)
    add_specialists(session, [specialist])


def add_specialists(session: Session, specialists: Iterable[Specialist]) -> None:
    """Store new specialists of known facilities, whose ids are known to be free, at once."""
    rows = [_to_row(specialist).model_dump() for specialist in specialists]
    if rows:
        session.exec(insert(SpecialistRow), params=rows)


def get_specialist(session: Session, specialist_id: str) -> Specialist:
    """Return the specialist with that id; raises SpecialistNotFound."""
    row = session.get(SpecialistRow, specialist_id)
    if row is None:
        raise SpecialistNotFound(specialist_id)
    return _to_value(row)


def list_specialists(
    session: Session,
    *,
    facility_ids: Collection[str] | None = None,
    specialty: str | None = None,
) -> tuple[Specialist, ...]:
    """Return the specialists in order of name, then id.

    ``facility_ids`` keeps those of these facilities (none of them: nobody), ``specialty``
    those whose specialty is exactly this; None keeps all.
    """
    query = _ALL
    if facility_ids is not None:
        query = query.where(col(SpecialistRow.facility_id).in_(facility_ids))
    if specialty is not None:
        query = query.where(col(SpecialistRow.specialty) == specialty)
    return tuple(_to_value(row) for row in session.exec(query))


def _to_row(specialist: Specialist) -> SpecialistRow:
    return SpecialistRow(
        id=specialist.id,
        facility_id=specialist.facility_id,
        name=specialist.name,
        specialty=specialist.specialty,
        credentials=_TEXTS.write(specialist.credentials),
        languages=_TEXTS.write(specialist.languages),
        is_sample=specialist.is_sample,
    )


def _to_value(row: SpecialistRow) -> Specialist:
    return Specialist(
        id=row.id,
        facility_id=row.facility_id,
        name=row.name,
        specialty=row.specialty,
        credentials=_TEXTS.read(row.credentials),
        languages=_TEXTS.read(row.languages),
        is_sample=row.is_sample,
    )
