"""API tokens: for programs, in the name of a user, for some actions and a limited time."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from api.access.actions import OPEN_TO_ANYBODY, Action
from api.access.policy import POLICY
from api.access.principal import Principal
from api.access.roles import Role
from api.account_errors import CredentialNotFound
from api.errors import FieldError, InvalidRequest
from api.people.events import Happening, PeopleEvent, note_event
from api.people.secret_text import digest, new_id, new_secret
from api.people.users import User
from api.tables.people import ApiTokenRow

PREFIX: Final = "sjn_"
"""What every token begins with, so that one that leaked is recognised."""

DAYS_MAX: Final = 365
NAME_MAX: Final = 60
_FOR_PEOPLE_ONLY: Final = OPEN_TO_ANYBODY | {Action.ACCOUNT_MANAGE, Action.TOKEN_MANAGE}
"""What no token can do: least of all make another token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """One token that can be used; ``scopes`` are names of actions, in order."""

    id: str
    user_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; ``text`` is shown now and never again."""

    text: str
    token: ApiToken


def scopes_of(roles: Collection[Role]) -> tuple[Action, ...]:
    """Return what a token of a user with these roles can be made for, in the order of actions."""
    allowed = {action for role in roles for action in POLICY.get(role, {})}
    return tuple(action for action in Action if action in allowed - _FOR_PEOPLE_ONLY)


def make_token(
    session: Session,
    user: User,
    *,
    name: str,
    scopes: Collection[str],
    days: int | None,
    by: Principal,
    now: datetime,
) -> NewToken:
    """Make a token that lets a program do these actions for so many days, as the user.

    Raises InvalidRequest, naming ``name``, ``scopes`` or ``days``.
    """
    days_good = _require_sane(user, name.strip(), scopes, days)
    text = PREFIX + new_secret()
    row = ApiTokenRow(
        id=new_id(),
        token_sha256=digest(text),
        user_id=user.id,
        name=name.strip(),
        scopes=json.dumps(sorted(set(scopes))),
        created_at=now,
        expires_at=now + timedelta(days=days_good),
    )
    session.add(row)
    session.flush()
    note_event(session, _event(Happening.TOKEN_MADE, row.id, user.id, by, now))
    return NewToken(text, _to_value(row))


def list_tokens(session: Session, user_id: str, *, now: datetime) -> tuple[ApiToken, ...]:
    """Return the tokens of a user that can be used, the latest first."""
    query = (
        select(ApiTokenRow)
        .where(
            col(ApiTokenRow.user_id) == user_id,
            col(ApiTokenRow.revoked_at).is_(None),
            col(ApiTokenRow.expires_at) > now,
        )
        .order_by(col(ApiTokenRow.created_at).desc(), col(ApiTokenRow.id))
    )
    return tuple(_to_value(row) for row in session.exec(query))


def revoke_token(
    session: Session, token_id: str, *, user_id: str, by: Principal, now: datetime
) -> None:
    """End a token of a user; raises CredentialNotFound."""
    revoked = session.exec(
        update(ApiTokenRow)
        .where(
            col(ApiTokenRow.id) == token_id,
            col(ApiTokenRow.user_id) == user_id,
            col(ApiTokenRow.revoked_at).is_(None),
            col(ApiTokenRow.expires_at) > now,
        )
        .values(revoked_at=now)
    )
    if not revoked.rowcount:
        raise CredentialNotFound(token_id)
    note_event(session, _event(Happening.TOKEN_REVOKED, token_id, user_id, by, now))


def get_owner(session: Session, token_id: str) -> str:
    """Return the id of the user whose token that is; raises CredentialNotFound."""
    row = session.get(ApiTokenRow, token_id)
    if row is None:
        raise CredentialNotFound(token_id)
    return row.user_id


def _require_sane(user: User, name: str, scopes: Collection[str], days: int | None) -> int:
    faults = []
    if not name or len(name) > NAME_MAX or not name.isprintable():
        faults.append(FieldError("name", f"say what it is for, in at most {NAME_MAX} letters"))
    possible = {action.value for action in scopes_of(user.roles)}
    beyond = sorted(set(scopes) - possible)
    if beyond:
        faults.append(FieldError("scopes", f"the user may not do {', '.join(beyond)[:200]}"))
    elif not scopes:
        faults.append(FieldError("scopes", "choose at least one"))
    if days is None or not 1 <= days <= DAYS_MAX:
        faults.append(FieldError("days", f"a whole number from 1 to {DAYS_MAX}"))
    if faults or days is None:
        raise InvalidRequest(tuple(faults))
    return days


def _event(
    happening: Happening, token_id: str, user_id: str, by: Principal, now: datetime
) -> PeopleEvent:
    return PeopleEvent(
        at=now,
        happening=happening,
        action=Action.TOKEN_MANAGE,
        user_id=user_id,
        principal=by,
        detail={"credential": token_id},
    )


def _to_value(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        scopes=tuple(json.loads(row.scopes)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
