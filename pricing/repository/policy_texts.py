"""The texts of policies that decisions were made from: kept for ever, under their SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select

from pricing.coverage.record import digest_of
from pricing.errors import PolicyTextNotFound
from pricing.tables import PolicyTextRow


def keep_text(session: Session, text: str, *, now: datetime) -> str:
    """Keep a text, unless it is kept already, and return its digest."""
    (digest,) = keep_texts(session, (text,), now=now)
    return digest


def keep_texts(session: Session, texts: Iterable[str], *, now: datetime) -> tuple[str, ...]:
    """Keep those texts that are not kept yet; return the digests in order.

    Everybody stores them in the same order, so that no two wait for each other.
    """
    by_digest = {digest_of(text): text for text in texts}
    query = select(PolicyTextRow.sha256).where(col(PolicyTextRow.sha256).in_(by_digest))
    kept = set(session.exec(query)) if by_digest else set()
    for digest in sorted(by_digest.keys() - kept):
        _keep(session, digest, by_digest[digest], now)
    return tuple(by_digest)


def get_text(session: Session, sha256: str) -> str:
    """Return the text of that digest; raises PolicyTextNotFound."""
    query = select(PolicyTextRow.text).where(col(PolicyTextRow.sha256) == sha256)
    found = session.exec(query).first()
    if found is None:
        raise PolicyTextNotFound(sha256)
    return found


def _keep(session: Session, digest: str, text: str, now: datetime) -> None:
    try:
        with session.begin_nested():
            session.exec(insert(PolicyTextRow).values(sha256=digest, text=text, kept_at=now))
    except IntegrityError:
        # Somebody else has kept the same text at this moment; then it is there, else it is not.
        get_text(session, digest)
