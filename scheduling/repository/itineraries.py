"""Itineraries in the database: one for a case, frozen in numbered revisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, exists
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, insert, select

from logistics.repository.cases import require_case
from logistics.repository.documents import Documents
from logistics.repository.sealed import (
    HIDDEN,
    is_hidden,
    open_field,
    place_in,
    require_visible,
    seal_field,
)
from scheduling.cost_split import CoverageDecision
from scheduling.errors import ItineraryNotFound
from scheduling.itinerary import Itinerary
from scheduling.repository.errors import RequestKeyReused, RevisionConflict
from scheduling.repository.plans import require_plan
from scheduling.tables import ItineraryRevisionRow, ItineraryRow

_ITINERARIES: Documents[Itinerary] = Documents(Itinerary)
_LATEST: Final = (
    select(ItineraryRevisionRow)
    .where(col(ItineraryRevisionRow.itinerary_id) == bindparam("itinerary"))
    .order_by(col(ItineraryRevisionRow.revision).desc())
    .limit(1)
)
_COVERAGE: Final = "itinerary_revision.coverage"
"""The part of a revision's document that says who pays what; can be hidden on its own."""


def find_itinerary_for_case(session: Session, reference: str) -> Itinerary | None:
    """Return the latest revision of the case's itinerary, or None before the first."""
    query = select(ItineraryRow.id).where(col(ItineraryRow.case_reference) == reference)
    found = session.exec(query).first()
    return None if found is None else get_itinerary(session, found)


def get_itinerary(session: Session, itinerary_id: str, revision: int | None = None) -> Itinerary:
    """Return that revision, by default the latest; raises ItineraryNotFound."""
    if revision is None:
        stored = session.exec(_LATEST, params={"itinerary": itinerary_id}).first()
    else:
        stored = session.get(ItineraryRevisionRow, (itinerary_id, revision))
    if stored is None:
        named = itinerary_id if revision is None else f"{itinerary_id}, revision {revision}"
        raise ItineraryNotFound(named)
    return _read(session, stored)


def list_revisions(session: Session, itinerary_id: str) -> tuple[Itinerary, ...]:
    """Return all revisions of an itinerary, the first one first."""
    query = (
        select(ItineraryRevisionRow)
        .where(col(ItineraryRevisionRow.itinerary_id) == itinerary_id)
        .order_by(col(ItineraryRevisionRow.revision))
    )
    return tuple(_read(session, stored) for stored in session.exec(query))


def list_accepted(session: Session, *, since: datetime, limit: int) -> tuple[Itinerary, ...]:
    """Return the latest revision of each itinerary if it was accepted since, the newest first."""
    later = aliased(ItineraryRevisionRow)
    query = (
        select(ItineraryRevisionRow)
        .where(
            col(ItineraryRevisionRow.accepted_at) >= since,
            ~exists().where(
                col(later.itinerary_id) == col(ItineraryRevisionRow.itinerary_id),
                col(later.revision) > col(ItineraryRevisionRow.revision),
            ),
        )
        .order_by(
            col(ItineraryRevisionRow.accepted_at).desc(), col(ItineraryRevisionRow.itinerary_id)
        )
        .limit(limit)
    )
    return tuple(_read(session, stored) for stored in session.exec(query))


def find_by_request_key(session: Session, request_key: str) -> Itinerary | None:
    """Return the revision which that request made, or None."""
    query = select(ItineraryRevisionRow).where(col(ItineraryRevisionRow.request_key) == request_key)
    stored = session.exec(query).first()
    return None if stored is None else _read(session, stored)


def add_revision(
    session: Session, itinerary: Itinerary, *, request_key: str | None = None
) -> Itinerary:
    """Store the next revision of a case's itinerary, and return it.

    The same ``request_key`` returns the revision it made before. Raises RevisionConflict when
    the revision does not follow the latest one, or another was stored at the same moment, and
    RequestKeyReused when the key made a revision of another case, CaseNotFound and PlanNotFound.
    """
    if request_key is not None:
        before = find_by_request_key(session, request_key)
        if before is not None:
            return _same_request(before, itinerary, request_key)
    require_case(session, itinerary.case_reference)
    require_plan(session, itinerary.plan_id)
    if itinerary.revision != _latest_revision(session, itinerary.id) + 1:
        raise RevisionConflict(itinerary.case_reference, itinerary.revision)
    try:
        with session.begin_nested():
            _insert(session, itinerary, request_key)
    except IntegrityError as error:
        before = find_by_request_key(session, request_key) if request_key else None
        if before is None:
            raise RevisionConflict(itinerary.case_reference, itinerary.revision) from error
        return _same_request(before, itinerary, str(request_key))
    return itinerary


def _read(session: Session, row: ItineraryRevisionRow) -> Itinerary:
    """Return a revision, without its amounts where who pays what is hidden.

    Raises HiddenField where all of it is: a journey has no empty value that would be honest.
    """
    place = place_in(ItineraryRevisionRow, "document", row.itinerary_id, row.revision)
    require_visible(session, place.field)
    itinerary = _ITINERARIES.read(open_field(session, place, row.document))
    if not is_hidden(session, _COVERAGE):
        return itinerary
    decided = itinerary.coverage
    nothing = CoverageDecision(decided.level, HIDDEN, HIDDEN, decided.currency, (), None)
    return replace(itinerary, coverage=nothing)


def _insert(session: Session, itinerary: Itinerary, request_key: str | None) -> None:
    if itinerary.revision == 1:
        session.exec(
            insert(ItineraryRow).values(id=itinerary.id, case_reference=itinerary.case_reference)
        )
    require_visible(session, _COVERAGE)
    place = place_in(ItineraryRevisionRow, "document", itinerary.id, itinerary.revision)
    row = ItineraryRevisionRow(
        itinerary_id=itinerary.id,
        revision=itinerary.revision,
        request_key=request_key,
        plan_id=itinerary.plan_id,
        proposal_name=itinerary.proposal_name,
        accepted_at=itinerary.accepted_at,
        document=seal_field(session, place, _ITINERARIES.write(itinerary)),
    )
    session.exec(insert(ItineraryRevisionRow), params=[row.model_dump()])


def _same_request(before: Itinerary, itinerary: Itinerary, request_key: str) -> Itinerary:
    if before.case_reference != itinerary.case_reference:
        raise RequestKeyReused(request_key)
    return before


def _latest_revision(session: Session, itinerary_id: str) -> int:
    """Return the number of the latest revision, 0 before the first."""
    query = select(func.max(ItineraryRevisionRow.revision)).where(
        col(ItineraryRevisionRow.itinerary_id) == itinerary_id
    )
    return session.exec(query).one() or 0
