"""Texts of policies that decisions were made from: kept for ever, found by their SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select

from pricing.coverage.record import digest_of
from pricing.errors import PolicyTextNotFound
from pricing.tables import PolicyTextRow


def keep_text(session: Session, text: str, *, now: datetime) -> str:
    """Store a text unless it is kept already; return its SHA-256 in hexadecimal."""
    sha256 = digest_of(text)
    if not _is_kept(session, sha256):
        try:
            with session.begin_nested():
                session.exec(insert(PolicyTextRow).values(sha256=sha256, text=text, kept_at=now))
        except IntegrityError:
            # Somebody kept it at this moment, which is as good.
            if not _is_kept(session, sha256):
                raise
    return sha256


def get_text(session: Session, sha256: str) -> str:
    """Return the text with that SHA-256; raises PolicyTextNotFound."""
    found = session.exec(
        select(PolicyTextRow.text).where(col(PolicyTextRow.sha256) == sha256)
    ).first()
    if found is None:
        raise PolicyTextNotFound(sha256)
    return found


def _is_kept(session: Session, sha256: str) -> bool:
    query = select(PolicyTextRow.sha256).where(col(PolicyTextRow.sha256) == sha256)
    return session.exec(query).first() is not None
