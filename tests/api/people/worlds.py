"""A small world of people: an operator with users, a payer, and a case with two members."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pyotp
from sqlmodel import Session

from api.access.principal import SYSTEM, Principal, PrincipalKind
from api.access.roles import Role
from api.database import Database
from api.people.credentials import store_hash
from api.people.log_in import Caller, log_in
from api.people.members import add_member
from api.people.passwords import hash_password
from api.people.second_factor import begin_enrolment, confirm_enrolment
from api.people.sessions import BegunSession
from api.people.users import NewUser, User, add_user
from logistics.organisation import CasePart, OrganisationKind
from logistics.repository.organisations import add_organisations, add_participants
from tests.storage.builders import NOW, case, organisation, store_people

PASSWORD: Final = "four plain words beside"
HASHED: Final = hash_password(PASSWORD)
CALLER: Final = Caller(address="192.0.2.7", device="Firefox on Linux")
MINUTE: Final = timedelta(minutes=1)


def store_world(session: Session) -> None:
    """Store the organisations and one case of the operator."""
    store_people(session, ("SJ-1",))
    add_organisations(
        session,
        [
            organisation("operator", prefix="SJ"),
            organisation("other", prefix="NH"),
            organisation("payer", kind=OrganisationKind.PAYER),
            organisation("zurich", kind=OrganisationKind.FACILITY),
        ],
    )
    add_participants(session, {"SJ-1": "operator"}, part=CasePart.OPERATOR)


def store_user(
    session: Session,
    email: str = "ines@clinic.example",
    *roles: Role,
    organisation_id: str = "operator",
) -> User:
    """Store a user with `PASSWORD`; a coordinator unless roles are named."""
    wanted = NewUser(
        organisation_id=organisation_id,
        name="Ines Sample",
        email=email,
        roles=frozenset(roles or {Role.COORDINATOR}),
    )
    user = add_user(session, wanted, now=NOW)
    store_hash(session, user.id, HASHED, now=NOW)
    return user


def store_member(session: Session, place: int = 0) -> User:
    """Store the user for a person of the case."""
    return add_member(session, case("SJ-1"), place, organisation_id="operator", by=SYSTEM, now=NOW)


def store_second_factor(session: Session, user_id: str) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Give a user a second factor, confirmed ten minutes ago; return phone and recovery codes."""
    enrolment = begin_enrolment(session, user_id, account="x", now=NOW - 10 * MINUTE)
    phone = pyotp.TOTP(enrolment.key)
    earlier = NOW - 10 * MINUTE
    codes = confirm_enrolment(session, user_id, phone.at(earlier), now=earlier)
    assert codes is not None
    return phone, codes


def logged_in(database: Database, email: str = "ines@clinic.example") -> BegunSession:
    """Log in with `PASSWORD`."""
    return log_in(database, email=email, password=PASSWORD, caller=CALLER, now=NOW, demanding=())


def principal_of(user: User, *, credential_id: str = "") -> Principal:
    """Return a user as the one who asks."""
    return Principal(
        kind=PrincipalKind.USER,
        user_id=user.id,
        organisation_id=user.organisation_id,
        roles=user.roles,
        credential_id=credential_id,
    )
