"""Sessions of the pages: begun, looked at, ended. The token is known to the browser alone.

A session is ``full`` once everything asked for was shown. Before that it lets nobody see
anything but the page where the second factor is typed or set up, and it ends after ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import BindParameter, ColumnElement
from sqlmodel import Session, col, delete, select, update

from api.account_errors import CredentialNotFound
from api.people.secret_text import digest, new_id, new_secret
from api.tables.people import SessionRow

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
UNFINISHED: Final = timedelta(minutes=10)
_KEPT: Final = timedelta(days=30)
"""How long an ended session can still be looked at in the database."""

DEVICE_MAX: Final = 120


class Stage(StrEnum):
    """How far a login is: second_factor -> full, enrolment -> full."""

    SECOND_FACTOR = "second_factor"
    ENROLMENT = "enrolment"
    """A second factor is asked for and there is none yet."""

    FULL = "full"


class Method(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = "password"  # noqa: S105 — the name of a method, no secret
    PROVIDER = "provider"
    LINK = "link"
    DEMO = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunSession:
    """A session just begun; ``token`` is shown to the browser now and never again."""

    id: str
    user_id: str
    token: str
    stage: Stage
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that has not ended."""

    id: str
    user_id: str
    stage: Stage
    method: Method
    device: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def begin_session(
    session: Session, *, user_id: str, method: Method, stage: Stage, device: str, now: datetime
) -> BegunSession:
    """Store a new session and return it with its token."""
    session.exec(delete(SessionRow).where(col(SessionRow.expires_at) < now - _KEPT))
    token = new_secret()
    row = SessionRow(
        id=new_id(),
        token_sha256=digest(token),
        user_id=user_id,
        stage=stage.value,
        method=method.value,
        device=device[:DEVICE_MAX],
        created_at=now,
        last_seen_at=now,
        expires_at=now + (ABSOLUTE if stage is Stage.FULL else UNFINISHED),
    )
    session.add(row)
    session.flush()
    return BegunSession(
        id=row.id, user_id=user_id, token=token, stage=stage, expires_at=row.expires_at
    )


def find_open_session(session: Session, token: str | None, *, now: datetime) -> OpenSession | None:
    """Return the session of a token, at any stage, or None where it has ended or never was."""
    if not token:
        return None
    query = select(SessionRow).where(
        col(SessionRow.token_sha256) == digest(token), *is_open(now=now)
    )
    row = session.exec(query).first()
    return None if row is None else _to_value(row)


def list_sessions(session: Session, user_id: str, *, now: datetime) -> tuple[OpenSession, ...]:
    """Return the full sessions of a user that have not ended, the latest first."""
    query = (
        select(SessionRow)
        .where(
            col(SessionRow.user_id) == user_id,
            col(SessionRow.stage) == Stage.FULL.value,
            *is_open(now=now),
        )
        .order_by(col(SessionRow.created_at).desc(), col(SessionRow.id))
    )
    return tuple(_to_value(row) for row in session.exec(query))


def end_session(session: Session, session_id: str, *, user_id: str, now: datetime) -> None:
    """End one session of a user; raises CredentialNotFound."""
    ended = session.exec(
        update(SessionRow)
        .where(
            col(SessionRow.id) == session_id,
            col(SessionRow.user_id) == user_id,
            *is_open(now=now),
        )
        .values(revoked_at=now)
    )
    if not ended.rowcount:
        raise CredentialNotFound(session_id)


def end_sessions(session: Session, user_id: str, *, now: datetime, but: str = "") -> int:
    """End all sessions of a user, but one if its id is given; return how many."""
    ended = session.exec(
        update(SessionRow)
        .where(
            col(SessionRow.user_id) == user_id,
            col(SessionRow.id) != but,
            *is_open(now=now),
        )
        .values(revoked_at=now)
    )
    return int(ended.rowcount)


def is_open(*, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a session has not ended at that instant."""
    return open_conditions(now, now - IDLE)


def open_conditions(
    now: datetime | BindParameter[datetime], idle_since: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """Return the same for instants that may be given later; ``idle_since`` is `IDLE` earlier."""
    return (
        col(SessionRow.revoked_at).is_(None),
        col(SessionRow.expires_at) > now,
        col(SessionRow.last_seen_at) > idle_since,
    )


def _to_value(row: SessionRow) -> OpenSession:
    return OpenSession(
        id=row.id,
        user_id=row.user_id,
        stage=Stage(row.stage),
        method=Method(row.method),
        device=row.device,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
    )
