"""What is stated about a case, in the database: under a version, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from logistics.case_facts import NO_FACTS, CaseFacts
from logistics.errors import CaseFactsChanged
from logistics.repository.sealed import open_field, place_in, seal_field
from logistics.tables import CaseFactsRow
from pricing.coverage.documents.read import read_part
from pricing.coverage.documents.write import write_document


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """The facts of a case under their version, 0 where nobody has stated any."""

    facts: CaseFacts
    version: int
    saved_at: datetime | None = None
    saved_by: str | None = None


def get_case_facts(session: Session, reference: str) -> StoredFacts:
    """Return what is stated about a case."""
    row = session.exec(
        select(CaseFactsRow).where(col(CaseFactsRow.case_reference) == reference)
    ).first()
    if row is None:
        return StoredFacts(NO_FACTS, 0)
    text = open_field(session, place_in(CaseFactsRow, "document", reference), row.document)
    return StoredFacts(read_part(text, "facts", CaseFacts), row.version, row.saved_at, row.saved_by)


def save_case_facts(
    session: Session, reference: str, facts: CaseFacts, version: int, *, by: str, now: datetime
) -> StoredFacts:
    """Store the facts in place of the version that was read; raises CaseFactsChanged."""
    values: dict[str, Any] = {
        "version": version + 1,
        "document": seal_field(
            session, place_in(CaseFactsRow, "document", reference), write_document(facts)
        ),
        "saved_at": now,
        "saved_by": by,
    }
    if not (
        _add(session, reference, values) if version == 0 else _change(session, reference, values)
    ):
        raise CaseFactsChanged(reference)
    return StoredFacts(facts, version + 1, now, by)


def _add(session: Session, reference: str, values: dict[str, Any]) -> bool:
    try:
        with session.begin_nested():
            session.exec(insert(CaseFactsRow).values(case_reference=reference, **values))
    except IntegrityError:
        return False
    return True


def _change(session: Session, reference: str, values: dict[str, Any]) -> bool:
    done = session.exec(
        update(CaseFactsRow)
        .where(
            col(CaseFactsRow.case_reference) == reference,
            col(CaseFactsRow.version) == values["version"] - 1,
        )
        .values(**values),
        execution_options={"synchronize_session": False},
    )
    return done.rowcount == 1
