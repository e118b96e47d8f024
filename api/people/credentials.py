"""Stored passwords of users, and the codes with which they are first set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, select, update

from api.access.actions import Action
from api.access.principal import Principal
from api.account_errors import LinkRefused
from api.errors import FieldError, InvalidRequest
from api.people.events import Happening, PeopleEvent, note_event
from api.people.passwords import hash_password, is_password, require_good_password
from api.people.secret_text import digest, new_secret
from api.people.sessions import end_sessions
from api.people.throttle import forget_attempts, of_account, take_attempt
from api.people.users import User, get_user
from api.tables.people import PasswordCodeRow, PasswordRow
from logistics.repository.sessions import Sessions

CODE_GOOD_FOR: Final = timedelta(days=3)
_NO_CODE: Final = (
    "the code is not valid any more, or was replaced by a later one; "
    "ask your administrator for a new one"
)


@dataclass(frozen=True, slots=True)
class PasswordCode:
    """A code to hand to a user; shown now and never again."""

    code: str
    expires_at: datetime


def find_hash(session: Session, user_id: str) -> str | None:
    """Return the stored hash of a user's password, or None where there is none."""
    query = select(PasswordRow.hash).where(col(PasswordRow.user_id) == user_id)
    return session.exec(query).first()


def store_hash(session: Session, user_id: str, hashed: str, *, now: datetime) -> None:
    """Store the hash of a user's password in place of an earlier one."""
    row = session.get(PasswordRow, user_id)
    if row is None:
        session.add(PasswordRow(user_id=user_id, hash=hashed, set_at=now))
    else:
        row.hash, row.set_at = hashed, now
        session.add(row)
    session.exec(delete(PasswordCodeRow).where(col(PasswordCodeRow.user_id) == user_id))
    session.flush()


def renew_hash(session: Session, user_id: str, *, old: str, new: str) -> None:
    """Replace a hash made with old parameters, unless the password has changed meanwhile."""
    session.exec(
        update(PasswordRow)
        .where(col(PasswordRow.user_id) == user_id, col(PasswordRow.hash) == old)
        .values(hash=new)
    )


def forget_password(session: Session, user_id: str) -> None:
    """Forget a user's password, so that nobody comes in with it."""
    session.exec(delete(PasswordRow).where(col(PasswordRow.user_id) == user_id))


def make_password_code(session: Session, user_id: str, *, now: datetime) -> PasswordCode:
    """Return a code with which the user sets a password; an earlier one is void then."""
    code = new_secret()
    session.exec(delete(PasswordCodeRow).where(col(PasswordCodeRow.user_id) == user_id))
    row = PasswordCodeRow(
        user_id=user_id,
        code_sha256=digest(code),
        created_at=now,
        expires_at=now + CODE_GOOD_FOR,
    )
    session.add(row)
    session.flush()
    return PasswordCode(code, row.expires_at)


def set_password_with_code(sessions: Sessions, code: str, password: str, *, now: datetime) -> User:
    """Set the password of the user the code was made for, and end the user's sessions.

    Raises:
        LinkRefused: the code is not valid.
        InvalidRequest: the password is too easy; the code stays valid.
    """
    with sessions.read() as session:
        user = _user_of_code(session, code, now=now)
    require_good_password(password, known=user.known_words)
    hashed = hash_password(password)
    with sessions.write() as session:
        # Once more: of two who send the same code, the first has used it up.
        user = _user_of_code(session, code, now=now)
        store_hash(session, user.id, hashed, now=now)
        end_sessions(session, user.id, now=now)
        note_event(session, _password_set(user.id, now, how="code"))
    return user


def change_password(
    sessions: Sessions, *, principal: Principal, present: str, password: str, now: datetime
) -> None:
    """Change one's own password; all other sessions end.

    Raises:
        InvalidRequest: names the field ``present`` or ``password``.
        TooManyAttempts: the present password was wrong too often of late.
    """
    guess = of_account("present", principal.user_id)
    with sessions.write() as session:
        take_attempt(session, (guess,), now=now)
        user = get_user(session, principal.user_id)
        stored = find_hash(session, user.id)
    if not is_password(present, stored):
        raise InvalidRequest((FieldError("present", "this is not your present password"),))
    require_good_password(password, known=user.known_words)
    if is_password(password, stored):
        raise InvalidRequest((FieldError("password", "choose another one than the present"),))
    hashed = hash_password(password)
    with sessions.write() as session:
        store_hash(session, user.id, hashed, now=now)
        end_sessions(session, user.id, now=now, but=principal.credential_id)
        forget_attempts(session, guess)
        note_event(session, _password_set(user.id, now, how="account", by=principal))


def _user_of_code(session: Session, code: str, *, now: datetime) -> User:
    query = select(PasswordCodeRow.user_id).where(
        col(PasswordCodeRow.code_sha256) == digest(code.strip()),
        col(PasswordCodeRow.expires_at) > now,
    )
    user_id = session.exec(query).first()
    user = None if user_id is None else get_user(session, user_id)
    if user is None or not user.is_active:
        raise LinkRefused(_NO_CODE)
    return user


def _password_set(
    user_id: str, now: datetime, *, how: str, by: Principal | None = None
) -> PeopleEvent:
    event = PeopleEvent(
        at=now,
        happening=Happening.PASSWORD_SET,
        action=Action.LOG_IN if by is None else Action.ACCOUNT_MANAGE,
        user_id=user_id,
        detail={"method": how},
    )
    return event if by is None else replace(event, principal=by)
