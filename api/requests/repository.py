"""Answers to requests with an Idempotency-Key, in the transaction of what the request does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, insert, select, text

from api.errors import KeyInUse, KeyReused
from api.tables.requests import AnsweredRequestRow

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it was given: status, media type, body, and where what it made is."""

    status: int
    location: str | None
    media: str
    body: str


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    """Return what two requests with the same key must have in common."""
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def find_answer(
    session: Session, *, caller: str, key: str, fingerprint: str, now: datetime
) -> Answer | None:
    """Return the answer this request got before, or None: it is to be worked on, by nobody else.

    Raises KeyReused when the key came with another request, and KeyInUse when another transaction
    works on it at this moment (SQLite has one writer at a time, who then finds the answer).
    """
    _hold(session, caller, key)
    row = session.exec(
        select(AnsweredRequestRow)
        .where(col(AnsweredRequestRow.caller) == caller, col(AnsweredRequestRow.key) == key)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    if row.answered_at <= now - KEPT_FOR:
        session.delete(row)
        session.flush()
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused
    return Answer(status=row.status, location=row.location, media=row.media, body=row.body)


def store_answer(
    session: Session, answer: Answer, *, caller: str, key: str, fingerprint: str, now: datetime
) -> None:
    """Store what the request is answered with; it is true once the transaction is committed."""
    session.exec(
        insert(AnsweredRequestRow).values(
            caller=caller,
            key=key,
            fingerprint=fingerprint,
            answered_at=now,
            status=answer.status,
            location=answer.location,
            media=answer.media,
            body=answer.body,
        )
    )


def forget_answers(session: Session, *, now: datetime) -> int:
    """Delete the answers whose keys may be used anew; return how many."""
    gone = session.exec(
        delete(AnsweredRequestRow).where(col(AnsweredRequestRow.answered_at) <= now - KEPT_FOR)
    )
    return int(gone.rowcount)


def _hold(session: Session, caller: str, key: str) -> None:
    """Keep other transactions from working on the same key until this one ends."""
    if session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{caller}\x00{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    query = text("SELECT pg_try_advisory_xact_lock(:number)").bindparams(number=number)
    if not session.execute(query).scalar_one():
        raise KeyInUse
