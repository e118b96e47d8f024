"""Itineraries in the database: one for a case, frozen in numbered revisions."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, insert, select

from logistics.repository.cases import get_case
from logistics.repository.documents import Documents
from scheduling.errors import ItineraryNotFound
from scheduling.itinerary import Itinerary
from scheduling.repository.errors import RequestKeyReused, RevisionConflict
from scheduling.repository.plans import require_plan
from scheduling.tables import ItineraryRevisionRow, ItineraryRow

_ITINERARIES: Documents[Itinerary] = Documents(Itinerary)


def find_itinerary_for_case(session: Session, reference: str) -> Itinerary | None:
    """Return the latest revision of the case's itinerary, or None before the first."""
    query = select(ItineraryRow.id).where(col(ItineraryRow.case_reference) == reference)
    found = session.exec(query).first()
    return None if found is None else get_itinerary(session, found)


def get_itinerary(session: Session, itinerary_id: str, revision: int | None = None) -> Itinerary:
    """Return that revision, by default the latest; raises ItineraryNotFound."""
    query = select(ItineraryRevisionRow.document).where(
        col(ItineraryRevisionRow.itinerary_id) == itinerary_id
    )
    if revision is not None:
        query = query.where(col(ItineraryRevisionRow.revision) == revision)
    document = session.exec(
        query.order_by(col(ItineraryRevisionRow.revision).desc()).limit(1)
    ).first()
    if document is None:
        named = itinerary_id if revision is None else f"{itinerary_id}, revision {revision}"
        raise ItineraryNotFound(named)
    return _ITINERARIES.read(document)


def list_revisions(session: Session, itinerary_id: str) -> tuple[Itinerary, ...]:
    """Return all revisions of an itinerary, the first one first."""
    query = (
        select(ItineraryRevisionRow.document)
        .where(col(ItineraryRevisionRow.itinerary_id) == itinerary_id)
        .order_by(col(ItineraryRevisionRow.revision))
    )
    return tuple(_ITINERARIES.read(document) for document in session.exec(query))


def find_by_request_key(session: Session, request_key: str) -> Itinerary | None:
    """Return the revision which that request made, or None."""
    query = select(ItineraryRevisionRow.document).where(
        col(ItineraryRevisionRow.request_key) == request_key
    )
    document = session.exec(query).first()
    return None if document is None else _ITINERARIES.read(document)


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
    get_case(session, itinerary.case_reference)
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


def _insert(session: Session, itinerary: Itinerary, request_key: str | None) -> None:
    if itinerary.revision == 1:
        session.exec(
            insert(ItineraryRow).values(id=itinerary.id, case_reference=itinerary.case_reference)
        )
    row = ItineraryRevisionRow(
        itinerary_id=itinerary.id,
        revision=itinerary.revision,
        request_key=request_key,
        plan_id=itinerary.plan_id,
        proposal_name=itinerary.proposal_name,
        accepted_at=itinerary.accepted_at,
        document=_ITINERARIES.write(itinerary),
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
