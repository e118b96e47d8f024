"""Users of organisations: who they are, which roles they have, whether they may come in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select, update

from api.access.principal import Principal
from api.access.roles import ROLES_OF, Role
from api.account_errors import NotUponOneself, UserNotFound
from api.errors import FieldError, InvalidRequest
from api.people.secret_text import new_id
from api.tables.people import UserRow
from logistics.organisation import OrganisationKind
from logistics.plain_text import is_line
from logistics.repository.organisations import get_organisation
from logistics.repository.sealed import get_ring, open_field, place_in, seal_field
from logistics.sealing import Place

NAME_MAX: Final = 120
EMAIL_MAX: Final = 254
_EMAIL: Final = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+\.[^\s@\x00-\x1f\x7f]+")
_EMAIL_COLUMN: Final = "email"
_OF_A_CASE: Final = frozenset({Role.PATIENT, Role.COMPANION})


class UserStatus(StrEnum):
    """Whether a user may come in: active <-> suspended."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One user. ``email`` is None for those who come in by links alone.

    ``roles`` are those in the organisation; patient and companion come from the cases.
    """

    id: str
    organisation_id: str
    email: str | None
    name: str
    roles: frozenset[Role]
    status: UserStatus
    is_sample: bool
    created_at: datetime

    @property
    def is_active(self) -> bool:
        """Return whether the user may come in."""
        return self.status is UserStatus.ACTIVE

    @property
    def known_words(self) -> tuple[str, ...]:
        """Return what others know of the user, which no password may be made of."""
        return (self.name, self.email or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be stored; the values are as typed."""

    organisation_id: str
    name: str
    email: str | None = None
    roles: frozenset[Role] = frozenset()
    id: str = ""
    is_sample: bool = False


def roles_to_give(kind: OrganisationKind) -> tuple[Role, ...]:
    """Return the roles an administrator of such an organisation can give, in order."""
    return tuple(role for role in Role if role in ROLES_OF[kind] - _OF_A_CASE)


def add_user(session: Session, wanted: NewUser, *, now: datetime) -> User:
    """Store a new user and return it.

    Raises:
        InvalidRequest: name, e-mail or roles cannot be right, or the e-mail has a user already.
        OrganisationNotFound: there is no such organisation.
    """
    name, email = wanted.name.strip(), (wanted.email or "").strip() or None
    kind = get_organisation(session, wanted.organisation_id).kind
    faults = [*_name_faults(name), *_email_faults(session, email)]
    faults += _role_faults(kind, wanted.roles)
    if faults:
        raise InvalidRequest(tuple(faults))
    user = User(
        id=wanted.id or new_id(),
        organisation_id=wanted.organisation_id,
        email=email,
        name=name,
        roles=wanted.roles,
        status=UserStatus.ACTIVE,
        is_sample=wanted.is_sample,
        created_at=now,
    )
    session.add(_to_row(session, user))
    session.flush()
    return user


def get_user(session: Session, user_id: str, *, organisation_id: str | None = None) -> User:
    """Return a user, of that organisation if one is named; raises UserNotFound."""
    row = session.get(UserRow, user_id)
    if row is None or organisation_id not in {None, row.organisation_id}:
        raise UserNotFound(user_id)
    return _to_user(session, row)


def find_user_by_email(session: Session, email: str) -> User | None:
    """Return the user with that address, whatever its capitals, or None."""
    indexes = get_ring(session).blind_indexes(_EMAIL_COLUMN, email)
    query = select(UserRow).where(col(UserRow.email_index).in_(indexes))
    row = session.exec(query).first()
    return None if row is None else _to_user(session, row)


def get_user_called(session: Session, text: str) -> User:
    """Return the user with that id or e-mail address; raises UserNotFound."""
    return find_user_by_email(session, text) or get_user(session, text)


def list_users(session: Session, organisation_id: str | None = None) -> tuple[User, ...]:
    """Return the users with a role in an organisation, or in any, in order of name, then id."""
    query = select(UserRow).where(col(UserRow.roles) != _write_roles(()))
    if organisation_id is not None:
        query = query.where(col(UserRow.organisation_id) == organisation_id)
    users = [_to_user(session, row) for row in session.exec(query)]
    return tuple(sorted(users, key=lambda user: (user.name.lower(), user.id)))


def list_sample_users(session: Session) -> tuple[User, ...]:
    """Return the users for demonstration, in order of id."""
    query = select(UserRow).where(col(UserRow.is_sample)).order_by(col(UserRow.id))
    return tuple(_to_user(session, row) for row in session.exec(query))


def has_users(session: Session) -> bool:
    """Return whether there is any user who is no sample."""
    query = select(UserRow.id).where(~col(UserRow.is_sample)).limit(1)
    return session.exec(query).first() is not None


def change_roles(session: Session, user: User, roles: Iterable[Role], *, by: Principal) -> None:
    """Give a user these roles in place of the present ones.

    Raises:
        InvalidRequest: the organisation cannot give such a role, or none is left.
        NotUponOneself: an administrator would take away the own role.
    """
    wanted = frozenset(roles)
    faults = _role_faults(get_organisation(session, user.organisation_id).kind, wanted)
    if not wanted:
        faults.append(
            FieldError("roles", "choose at least one; to let nobody in, suspend the user")
        )
    if faults:
        raise InvalidRequest(tuple(faults))
    if user.id == by.user_id and Role.ADMINISTRATOR not in wanted:
        raise NotUponOneself
    session.exec(
        update(UserRow).where(col(UserRow.id) == user.id).values(roles=_write_roles(wanted))
    )


def change_status(session: Session, user: User, status: UserStatus, *, by: Principal) -> None:
    """Suspend a user, or let one in again; raises NotUponOneself."""
    if user.id == by.user_id:
        raise NotUponOneself
    session.exec(update(UserRow).where(col(UserRow.id) == user.id).values(status=status.value))


def read_roles(stored: str) -> frozenset[Role]:
    """Return the roles of the JSON list a row holds."""
    return frozenset(Role(name) for name in json.loads(stored))


def _write_roles(roles: Iterable[Role]) -> str:
    return json.dumps(sorted(role.value for role in roles))


def _name_faults(name: str) -> list[FieldError]:
    if not name:
        return [FieldError("name", "must not be empty")]
    if len(name) > NAME_MAX or not is_line(name):
        return [FieldError("name", f"at most {NAME_MAX} letters, on one line")]
    return []


def _email_faults(session: Session, email: str | None) -> list[FieldError]:
    if email is None:
        return []
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email) or not email.isprintable():
        return [FieldError("email", "write it like name@clinic.example")]
    if find_user_by_email(session, email) is not None:
        return [FieldError("email", "there is a user with this address already")]
    return []


def _role_faults(kind: OrganisationKind, roles: Iterable[Role]) -> list[FieldError]:
    possible = roles_to_give(kind)
    wrong = sorted(role.value for role in roles if role not in possible)
    if not wrong:
        return []
    words = ", ".join(role.value for role in possible)
    return [FieldError("roles", f"{kind.value}s have no {', '.join(wrong)}; choose of: {words}")]


def _place(user_id: str, column: str) -> Place:
    return place_in(UserRow, column, user_id)


def _to_row(session: Session, user: User) -> UserRow:
    email = user.email
    return UserRow(
        id=user.id,
        organisation_id=user.organisation_id,
        email=None if email is None else seal_field(session, _place(user.id, _EMAIL_COLUMN), email),
        email_index=None if email is None else get_ring(session).blind_index(_EMAIL_COLUMN, email),
        name=seal_field(session, _place(user.id, "name"), user.name),
        roles=_write_roles(user.roles),
        status=user.status.value,
        is_sample=user.is_sample,
        created_at=user.created_at,
    )


def _to_user(session: Session, row: UserRow) -> User:
    email = row.email
    return User(
        id=row.id,
        organisation_id=row.organisation_id,
        email=None if email is None else open_field(session, _place(row.id, _EMAIL_COLUMN), email),
        name=open_field(session, _place(row.id, "name"), row.name),
        roles=read_roles(row.roles),
        status=UserStatus(row.status),
        is_sample=row.is_sample,
        created_at=row.created_at,
    )
