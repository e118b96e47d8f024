"""Facilities in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlmodel import Session, col, insert, select

from logistics.errors import FacilityNotFound
from logistics.facility import Facility
from logistics.places import Coordinates
from logistics.repository.documents import Documents
from logistics.repository.errors import AlreadyStored
from logistics.tables import FacilityRow

_TEXTS: Documents[tuple[str, ...]] = Documents(tuple[str, ...])

# Asked often, so made once.
_ALL: Final = select(FacilityRow).order_by(col(FacilityRow.name), col(FacilityRow.id))
_IDS: Final = select(FacilityRow.id)


def add_facility(session: Session, facility: Facility) -> None:
    """Store a new facility; raises AlreadyStored when the id is taken."""
    if session.get(FacilityRow, facility.id) is not None:
        raise AlreadyStored("facility", facility.id)
    add_facilities(session, [facility])


def add_facilities(session: Session, facilities: Iterable[Facility]) -> None:
    """Store new facilities, whose ids are known to be free, at once."""
    rows = [_to_row(facility).model_dump() for facility in facilities]
    if rows:
        session.exec(insert(FacilityRow), params=rows)


def get_facility(session: Session, facility_id: str) -> Facility:
    """Return the facility with that id; raises FacilityNotFound."""
    row = session.get(FacilityRow, facility_id)
    if row is None:
        raise FacilityNotFound(facility_id)
    return _to_value(row)


def list_facilities(session: Session) -> tuple[Facility, ...]:
    """Return all facilities in order of name, then id."""
    return tuple(_to_value(row) for row in session.exec(_ALL))


def list_facility_ids(session: Session) -> frozenset[str]:
    """Return the ids of all facilities."""
    return frozenset(session.exec(_IDS))


def _to_row(facility: Facility) -> FacilityRow:
    return FacilityRow(
        id=facility.id,
        name=facility.name,
        city=facility.city,
        country=facility.country,
        latitude=facility.coordinates.latitude,
        longitude=facility.coordinates.longitude,
        zone=facility.zone,
        gateways=_TEXTS.write(facility.gateways),
        languages=_TEXTS.write(facility.languages),
        address=facility.address,
        phone=facility.phone,
        website=facility.website,
        source=facility.source,
    )


def _to_value(row: FacilityRow) -> Facility:
    return Facility(
        id=row.id,
        name=row.name,
        city=row.city,
        country=row.country,
        coordinates=Coordinates(row.latitude, row.longitude),
        zone=row.zone,
        gateways=_TEXTS.read(row.gateways),
        languages=_TEXTS.read(row.languages),
        address=row.address,
        phone=row.phone,
        website=row.website,
        source=row.source,
    )
