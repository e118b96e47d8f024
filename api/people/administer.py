"""What an administrator does to users of the own organisation, and a command to any.

Whoever is let in gets a code to set a password with: no administrator ever knows a password.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import Principal
from api.access.roles import Role
from api.account_errors import NotUponOneself
from api.errors import FieldError, InvalidRequest
from api.people.credentials import (
    PasswordCode,
    forget_password,
    make_password_code,
    store_hash,
)
from api.people.events import Happening, PeopleEvent, note_event
from api.people.passwords import hash_password, require_good_password
from api.people.second_factor import remove_second_factor
from api.people.sessions import end_sessions
from api.people.users import (
    NewUser,
    User,
    UserStatus,
    add_user,
    change_roles,
    change_status,
    get_user,
)
from logistics.repository.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Invitation:
    """A user, and the code to hand over, which is shown now and never again."""

    user: User
    code: PasswordCode


def invite_user(sessions: Sessions, wanted: NewUser, *, by: Principal, now: datetime) -> Invitation:
    """Add a user with a role and an address; raises InvalidRequest, naming the fields."""
    faults = []
    if not (wanted.email or "").strip():
        faults.append(FieldError("email", "must not be empty; the user logs in with it"))
    if not wanted.roles:
        faults.append(FieldError("roles", "choose at least one"))
    if faults:
        raise InvalidRequest(tuple(faults))
    with sessions.write() as session:
        user = add_user(session, wanted, now=now)
        _note(session, user, Happening.USER_ADDED, by, now)
        return Invitation(user, make_password_code(session, user.id, now=now))


def add_first_administrator(
    session: Session, wanted: NewUser, password: str, *, by: Principal, now: datetime
) -> User:
    """Add an administrator who chooses the password at once; raises InvalidRequest."""
    require_good_password(password, known=(wanted.name, wanted.email or ""))
    if not (wanted.email or "").strip():
        raise InvalidRequest((FieldError("email", "must not be empty"),))
    user = add_user(session, wanted, now=now)
    store_hash(session, user.id, hash_password(password), now=now)
    _note(session, user, Happening.USER_ADDED, by, now)
    return user


def give_roles(
    sessions: Sessions, user_id: str, roles: Iterable[Role], *, by: Principal, now: datetime
) -> None:
    """Give a user other roles; raises UserNotFound, InvalidRequest and NotUponOneself."""
    with sessions.write() as session:
        user = _get(session, user_id, by)
        change_roles(session, user, roles, by=by)
        _note(session, user, Happening.USER_CHANGED, by, now, what="roles")


def set_status(
    sessions: Sessions, user_id: str, status: UserStatus, *, by: Principal, now: datetime
) -> User:
    """Suspend a user, whose sessions end, or let one in again.

    Raises UserNotFound and NotUponOneself.
    """
    with sessions.write() as session:
        user = _get(session, user_id, by)
        change_status(session, user, status, by=by)
        if status is UserStatus.SUSPENDED:
            end_sessions(session, user.id, now=now)
        _note(session, user, Happening.USER_CHANGED, by, now, what=status.value)
    return user


def reset_password(sessions: Sessions, user_id: str, *, by: Principal, now: datetime) -> Invitation:
    """Forget a user's password, end the sessions, and return a code to set a new one with.

    Raises UserNotFound and NotUponOneself.
    """
    with sessions.write() as session:
        user = _get(session, user_id, by)
        if user.id == by.user_id:
            raise NotUponOneself
        forget_password(session, user.id)
        end_sessions(session, user.id, now=now)
        _note(session, user, Happening.USER_CHANGED, by, now, what="password")
        return Invitation(user, make_password_code(session, user.id, now=now))


def reset_second_factor(sessions: Sessions, user_id: str, *, by: Principal, now: datetime) -> User:
    """Remove a user's second factor and end the sessions; the phone is lost.

    Raises UserNotFound and NotUponOneself.
    """
    with sessions.write() as session:
        user = _get(session, user_id, by)
        if user.id == by.user_id:
            raise NotUponOneself
        remove_second_factor(session, user.id)
        end_sessions(session, user.id, now=now)
        _note(session, user, Happening.USER_CHANGED, by, now, what="second factor")
    return user


def _get(session: Session, user_id: str, by: Principal) -> User:
    """Return the user, if it is one of the administrator's own organisation or a command asks."""
    is_command = Role.SYSTEM in by.roles
    return get_user(session, user_id, organisation_id=None if is_command else by.organisation_id)


def _note(
    session: Session,
    user: User,
    happening: Happening,
    by: Principal,
    now: datetime,
    *,
    what: str = "",
) -> None:
    note_event(
        session,
        PeopleEvent(
            at=now,
            happening=happening,
            action=Action.USER_MANAGE,
            user_id=user.id,
            principal=by,
            detail={"kind": what} if what else {},
        ),
    )
