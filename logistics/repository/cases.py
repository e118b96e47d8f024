"""Cases in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col, insert, select

from logistics.case.model import Case, ServiceLevel
from logistics.case.visit_request import VisitRequest
from logistics.errors import CaseNotFound, DuplicateCase, InvalidField
from logistics.people import Companion, Person
from logistics.repository.documents import Documents, Value
from logistics.repository.sealed import (
    HIDDEN,
    open_field,
    place_in,
    require_visible,
    seal_field,
)
from logistics.tables import CaseRow, ErasedCaseRow

_PERSON: Documents[Person] = Documents(Person)
_COMPANIONS: Documents[tuple[Companion, ...]] = Documents(tuple[Companion, ...])
_VISIT: Documents[VisitRequest] = Documents(VisitRequest)
_NOBODY = _COMPANIONS.write(())

# Nearly every request asks one of these, so they are made once.
_ONE: Final = select(CaseRow).where(col(CaseRow.reference) == bindparam("reference"))
_IS_THERE: Final = select(CaseRow.reference).where(col(CaseRow.reference) == bindparam("reference"))
_ALL: Final = select(CaseRow).order_by(col(CaseRow.reference))


def add_case(session: Session, case: Case) -> None:
    """Store a new case; adding the very same case again changes nothing.

    Raises DuplicateCase when the reference belongs to a case with other content or to one that
    was erased, and InvalidField for text no database can hold.
    """
    row = _to_row(session, case)
    try:
        with session.begin_nested():
            session.exec(insert(CaseRow), params=[row.model_dump()])
    except IntegrityError as error:
        if not _is_stored(session, case):
            raise DuplicateCase(case.reference) from error


def add_cases(session: Session, cases: Iterable[Case]) -> None:
    """Store new cases, whose references are known to be free, at once."""
    rows = [_to_row(session, case).model_dump() for case in cases]
    if rows:
        session.exec(insert(CaseRow), params=rows)


def get_case(session: Session, reference: str, *, for_update: bool = False) -> Case:
    """Return the case with that reference; raises CaseNotFound.

    ``for_update`` keeps others from changing it until the transaction ends.
    """
    if for_update:
        row = session.get(CaseRow, reference, with_for_update=True)
    else:
        row = session.exec(_ONE, params={"reference": reference}).first()
    if row is None:
        raise CaseNotFound(reference)
    return _to_value(session, row)


def require_case(session: Session, reference: str) -> None:
    """Raise CaseNotFound unless there is such a case, without reading what it holds."""
    if session.exec(_IS_THERE, params={"reference": reference}).first() is None:
        raise CaseNotFound(reference)


def list_used_references(session: Session, prefix: str) -> tuple[str, ...]:
    """Return the references that begin so and are taken for ever: of cases, and of erased ones."""
    found = {
        reference
        for column in (col(CaseRow.reference), col(ErasedCaseRow.reference))
        for reference in session.exec(
            select(column).where(column.startswith(prefix, autoescape=True))
        )
    }
    return tuple(sorted(found))


def list_cases(session: Session) -> tuple[Case, ...]:
    """Return all cases in order of reference."""
    return tuple(_to_value(session, row) for row in session.exec(_ALL))


def list_titles(session: Session, references: Collection[str]) -> dict[str, str]:
    """Return the titles of these cases by reference, and read nothing else of them."""
    query = select(CaseRow.reference, CaseRow.title).where(col(CaseRow.reference).in_(references))
    return {
        reference: open_field(session, place_in(CaseRow, "title", reference), title)
        for reference, title in session.exec(query)
    }


def replace_case(session: Session, case: Case) -> None:
    """Store the case in place of the one with its reference; raises CaseNotFound, InvalidField."""
    row = session.get(CaseRow, case.reference)
    if row is None:
        raise CaseNotFound(case.reference)
    # All of it, whatever has changed: a rotation of keys counts on that for rows written meanwhile.
    for name, value in _to_row(session, case).model_dump(exclude={"reference"}).items():
        setattr(row, name, value)
    try:
        session.flush()
    except StaleDataError as error:
        # It was erased between the two statements.
        raise CaseNotFound(case.reference) from error


def _is_stored(session: Session, case: Case) -> bool:
    """Return whether this very case is there already; one that was erased is not."""
    try:
        return get_case(session, case.reference) == case
    except CaseNotFound:
        return False


def _document(documents: Documents[Value], value: Value, field: str) -> str:
    """Return the value as JSON text; raises InvalidField for what cannot be written."""
    try:
        return documents.write(value)
    except ValueError as error:
        raise InvalidField(field, str(error)) from error


def _storable(text: str, field: str) -> str:
    """Return the text; raises InvalidField for what PostgreSQL or UTF-8 cannot hold."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidField(field, "must not contain NUL or half characters (unpaired surrogates)")
    return text


def _to_row(session: Session, case: Case) -> CaseRow:
    private = {
        "title": _storable(case.title, "title"),
        "diagnosis": _storable(case.diagnosis, "diagnosis"),
        "patient": _document(_PERSON, case.patient, "patient"),
        "companions": _document(_COMPANIONS, case.companions, "companions"),
        "visit": _document(_VISIT, case.visit, "visit"),
        "story": _storable(case.story, "story"),
    }
    return CaseRow(
        reference=case.reference,
        service_level=case.service_level.value,
        is_sample=case.is_sample,
        **{
            name: seal_field(session, place_in(CaseRow, name, case.reference), text)
            for name, text in private.items()
        },
    )


def _to_value(session: Session, row: CaseRow) -> Case:
    def opened(column: str, hidden: str = HIDDEN) -> str:
        place = place_in(CaseRow, column, row.reference)
        return open_field(session, place, getattr(row, column), hidden=hidden)

    # A person and a visit have no empty value that would be honest.
    require_visible(session, "sojourn_case.patient")
    require_visible(session, "sojourn_case.visit")
    return Case(
        reference=row.reference,
        title=opened("title"),
        diagnosis=opened("diagnosis"),
        service_level=ServiceLevel(row.service_level),
        patient=_PERSON.read(opened("patient")),
        companions=_COMPANIONS.read(opened("companions", _NOBODY)),
        visit=_VISIT.read(opened("visit")),
        is_sample=row.is_sample,
        story=opened("story"),
    )
