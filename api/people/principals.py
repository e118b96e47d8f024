"""Who is asking: from the token of a session or of a program to a principal, in one query."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, exists, select
from sqlmodel import Session, col, update

from api.access.principal import Principal, PrincipalKind
from api.access.roles import Role
from api.people.secret_text import digest
from api.people.sessions import IDLE, Stage, open_conditions
from api.people.users import UserStatus, read_roles
from api.prepared import Prepared
from api.tables.people import ApiTokenRow, CaseMemberRow, SessionRow, UserRow
from logistics.repository.sessions import Sessions
from logistics.tables import OrganisationRow
from pricing.column_types import UtcInstant

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a session or token was last used."""

_REMEMBERED: Final = 10_000
"""How many credentials are remembered before those of earlier minutes are forgotten."""


_NOW: Final = bindparam("now", type_=UtcInstant)


class Sightings:
    """Notes when sessions and tokens were last used: of each once a minute, by this process.

    The idle time of a session counts from what is noted here.
    """

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}
        self._lock = Lock()

    def note(self, sessions: Sessions, principal: Principal, *, now: datetime) -> None:
        """Note that the principal's credential is in use, if that was not done just before."""
        credential_id = principal.credential_id
        if not credential_id or not self._is_due(credential_id, now):
            return
        with sessions.write() as session:
            note_sighting(session, principal, now=now)

    def _is_due(self, credential_id: str, now: datetime) -> bool:
        with self._lock:
            noted = self._noted.get(credential_id)
            if noted is not None and now - noted < SEEN_EVERY:
                return False
            if len(self._noted) >= _REMEMBERED:
                self._noted = {one: at for one, at in self._noted.items() if now - at < SEEN_EVERY}
            self._noted[credential_id] = now
            return True


def find_principal(
    connection: Connection, *, session_token: str | None, api_token: str | None, now: datetime
) -> Principal | None:
    """Return who is asking, or None: unknown, ended, revoked, suspended, or login unfinished.

    One statement, which only reads. A token of a program goes first; if it is not good, no session
    stands in for it.
    """
    if api_token:
        return _find_by_api_token(connection, api_token, now)
    return _find_by_session(connection, session_token, now) if session_token else None


def renew_principal(session: Session, principal: Principal) -> Principal | None:
    """Return who asked for something earlier, with the roles they have now.

    None where the user is suspended or gone, or the token that was used has been revoked. That a
    session has ended changes nothing: what was begun in it may be finished.
    """
    if principal.kind is PrincipalKind.TOKEN:
        token = session.get(ApiTokenRow, principal.credential_id)
        if token is None or token.revoked_at is not None:
            return None
    query = (
        select(col(UserRow.id), *_about_user())
        .join(OrganisationRow, col(OrganisationRow.id) == col(UserRow.organisation_id))
        .where(
            col(UserRow.id) == principal.user_id,
            col(UserRow.status) == UserStatus.ACTIVE.value,
        )
    )
    row = session.connection().execute(query).first()
    if row is None:
        return None
    now = _to_principal(principal.kind, row, principal.scopes)
    return replace(now, credential_id=principal.credential_id)


def note_sighting(session: Session, principal: Principal, *, now: datetime) -> None:
    """Note that the principal's session or token is in use; its time never goes back."""
    if principal.kind is PrincipalKind.TOKEN:
        session.exec(
            update(ApiTokenRow)
            .where(col(ApiTokenRow.id) == principal.credential_id)
            .values(last_used_at=now)
        )
        return
    session.exec(
        update(SessionRow)
        .where(col(SessionRow.id) == principal.credential_id, col(SessionRow.last_seen_at) < now)
        .values(last_seen_at=now)
    )


def _find_by_session(connection: Connection, token: str, now: datetime) -> Principal | None:
    given = {"token": digest(token), "now": now, "idle_since": now - IDLE}
    row = _BY_SESSION.run(connection, given).first()
    return None if row is None else _to_principal(PrincipalKind.USER, row)


def _by_session() -> Select[Any]:
    """Return the query for the session with a token that is open; takes now and idle_since too."""
    return (
        select(col(SessionRow.id), *_about_user())
        .join(UserRow, col(UserRow.id) == col(SessionRow.user_id))
        .join(OrganisationRow, col(OrganisationRow.id) == col(UserRow.organisation_id))
        .where(
            col(SessionRow.token_sha256) == bindparam("token"),
            col(SessionRow.stage) == Stage.FULL.value,
            col(UserRow.status) == UserStatus.ACTIVE.value,
            *open_conditions(_NOW, bindparam("idle_since", type_=UtcInstant)),
        )
    )


def _find_by_api_token(connection: Connection, token: str, now: datetime) -> Principal | None:
    given = {"token": digest(token), "now": now}
    row = _BY_TOKEN.run(connection, given).first()
    if row is None:
        return None
    scopes = frozenset(json.loads(row.scopes))
    return _to_principal(PrincipalKind.TOKEN, row, scopes)


def _by_token() -> Select[Any]:
    """Return the query for the API token that is good at the instant now."""
    return (
        select(col(ApiTokenRow.id), col(ApiTokenRow.scopes), *_about_user())
        .join(UserRow, col(UserRow.id) == col(ApiTokenRow.user_id))
        .join(OrganisationRow, col(OrganisationRow.id) == col(UserRow.organisation_id))
        .where(
            col(ApiTokenRow.token_sha256) == bindparam("token"),
            col(ApiTokenRow.revoked_at).is_(None),
            col(ApiTokenRow.expires_at) > _NOW,
            col(UserRow.status) == UserStatus.ACTIVE.value,
        )
    )


# Every request asks one of these two.
_BY_SESSION: Final = Prepared(_by_session)
_BY_TOKEN: Final = Prepared(_by_token)


def _about_user() -> tuple[Any, ...]:
    return (
        col(UserRow.id).label("user_id"),
        col(UserRow.organisation_id),
        col(UserRow.roles),
        col(OrganisationRow.facility_id),
        _has_part(Role.PATIENT).label("is_patient"),
        _has_part(Role.COMPANION).label("is_companion"),
    )


def _has_part(role: Role) -> ColumnElement[bool]:
    return exists().where(
        col(CaseMemberRow.user_id) == col(UserRow.id), col(CaseMemberRow.relation) == role.value
    )


def _to_principal(
    kind: PrincipalKind,
    row: Row[Any],
    scopes: frozenset[str] | None = None,
) -> Principal:
    parts = {Role.PATIENT: row.is_patient, Role.COMPANION: row.is_companion}
    return Principal(
        kind=kind,
        user_id=row.user_id,
        organisation_id=row.organisation_id,
        facility_id=row.facility_id or "",
        roles=read_roles(row.roles) | {role for role, has in parts.items() if has},
        credential_id=row.id,
        scopes=scopes,
    )
