"""Answers to requests with a key, in the transaction of what the request does.

The body of a request is kept as its fingerprint only. That of an answer may tell of a person, so
it is sealed for the row of its caller and key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, insert, select, text

from api.errors import KeyInUse, KeyReused
from api.tables.requests import AnsweredRequestRow
from logistics.repository.cases import get_case
from logistics.repository.sealed import open_field, place_in, seal_field
from logistics.sealing import Place
from logistics.tables import CaseRow

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it was given: status, media type, body, and where what it made is.

    ``case_reference`` is the case it tells of, if it does.
    """

    status: int
    location: str | None
    media: str
    body: str
    case_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who asks, under which key, and the `fingerprint_of` what."""

    caller: str
    key: str
    fingerprint: str


def fingerprint_of(method: str, address: str, body: bytes) -> str:
    """Return what two requests with the same key must have in common; the address has its query."""
    digest = hashlib.sha256()
    for part in (method.encode(), address.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def find_answer(session: Session, ask: Ask, *, now: datetime, waits: bool = False) -> Answer | None:
    """Return the answer this request got before, or None: it is to be worked on, by nobody else.

    When another transaction works on it at this moment, raises KeyInUse, or waits for what comes
    of it. (SQLite has one writer at a time, who has waited already.)

    Raises KeyReused when the key came with another request, and CaseNotFound when the case that
    the answer tells of is no longer within reach.
    """
    _hold(session, ask, waits=waits)
    row = session.exec(
        select(AnsweredRequestRow)
        .where(col(AnsweredRequestRow.caller) == ask.caller, col(AnsweredRequestRow.key) == ask.key)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    if row.answered_at <= now - KEPT_FOR:
        session.delete(row)
        session.flush()
        return None
    if row.fingerprint != ask.fingerprint:
        raise KeyReused
    if row.case_reference is not None:
        get_case(session, row.case_reference)
    return Answer(
        status=row.status,
        location=row.location,
        media=row.media,
        body=open_field(session, _place(ask), row.body),
        case_reference=row.case_reference,
    )


def store_answer(session: Session, ask: Ask, answer: Answer, *, now: datetime) -> None:
    """Store what the request is answered with; it is true once the transaction is committed."""
    session.flush()
    # Past the trail, which notes the effect itself.
    connection = session.connection()
    same_case = col(CaseRow.reference) == answer.case_reference
    connection.execute(
        insert(AnsweredRequestRow).values(
            caller=ask.caller,
            key=ask.key,
            fingerprint=ask.fingerprint,
            # None where the request has erased the case.
            case_reference=select(CaseRow.reference).where(same_case).scalar_subquery(),
            answered_at=now,
            status=answer.status,
            location=answer.location,
            media=answer.media,
            body=seal_field(session, _place(ask), answer.body),
        )
    )


def forget_answers(session: Session, *, now: datetime) -> int:
    """Delete the answers whose keys may be used anew; return how many."""
    # Past the trail: nothing of a case changes, and its rows would be many.
    gone = session.connection().execute(
        delete(AnsweredRequestRow).where(col(AnsweredRequestRow.answered_at) <= now - KEPT_FOR)
    )
    return gone.rowcount


def _place(ask: Ask) -> Place:
    return place_in(AnsweredRequestRow, "body", ask.caller, ask.key)


def _hold(session: Session, ask: Ask, *, waits: bool) -> None:
    """Keep other transactions from working on the same key until this one ends."""
    if session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{ask.caller}\x00{ask.key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    if waits:
        session.execute(text("SELECT pg_advisory_xact_lock(:number)").bindparams(number=number))
        return
    query = text("SELECT pg_try_advisory_xact_lock(:number)").bindparams(number=number)
    if not session.execute(query).scalar_one():
        raise KeyInUse
