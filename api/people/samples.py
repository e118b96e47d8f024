"""The users for demonstration, of ``seed_data/people.yaml``: invented, and without a password."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from api.access.roles import Role
from api.people.members import add_member_row, find_person
from api.people.users import NewUser, User, add_user
from api.tables.people import CaseMemberRow, UserRow
from logistics.organisation import CasePart
from logistics.repository.cases import list_cases
from logistics.repository.organisations import list_organisations, list_participants


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleUser(_Row):
    """A user with roles in an organisation."""

    id: str
    organisation: str
    name: str
    roles: tuple[Role, ...]


class SampleMember(_Row):
    """A user who is the person at that place of a case."""

    id: str
    case: str
    place: int


class SamplePeople(_Row):
    """All of them."""

    users: tuple[SampleUser, ...]
    members: tuple[SampleMember, ...]


@lru_cache(maxsize=1)
def load_sample_people() -> SamplePeople:
    """Return the users and members of the seed document."""
    text = files("seed_data").joinpath("people.yaml").read_text(encoding="utf-8")
    return SamplePeople.model_validate(yaml.safe_load(text))


def in_sample_order(users: Iterable[User]) -> tuple[User, ...]:
    """Return sample users in the order of the seed document, any others last."""
    people = load_sample_people()
    ids = [*(one.id for one in people.users), *(one.id for one in people.members)]
    places = {one: place for place, one in enumerate(ids)}
    return tuple(sorted(users, key=lambda user: places.get(user.id, len(places))))


def add_sample_people(session: Session, *, now: datetime) -> int:
    """Add those that are missing and whose organisation or case is there; return how many."""
    people = load_sample_people()
    stored = set(session.exec(select(UserRow.id).where(col(UserRow.is_sample))))
    return sum(
        (
            *(_add_user(session, one, now) for one in people.users if one.id not in stored),
            *(_add_member(session, one, now) for one in people.members if one.id not in stored),
        )
    )


def _add_user(session: Session, sample: SampleUser, now: datetime) -> bool:
    if sample.organisation not in {one.id for one in list_organisations(session)}:
        return False
    wanted = NewUser(
        id=sample.id,
        organisation_id=sample.organisation,
        name=sample.name,
        roles=frozenset(sample.roles),
        is_sample=True,
    )
    add_user(session, wanted, now=now)
    return True


def _add_member(session: Session, sample: SampleMember, now: datetime) -> bool:
    """Add a member unless somebody else stands for that person already."""
    case = next((one for one in list_cases(session) if one.reference == sample.case), None)
    person = find_person(case, sample.place) if case is not None else None
    operator = list_participants(session, sample.case).get(CasePart.OPERATOR)
    taken = select(CaseMemberRow.user_id).where(
        col(CaseMemberRow.case_reference) == sample.case,
        col(CaseMemberRow.place) == sample.place,
    )
    if person is None or operator is None or session.exec(taken).first() is not None:
        return False
    wanted = NewUser(id=sample.id, organisation_id=operator, name=person.name, is_sample=True)
    add_user(session, wanted, now=now)
    add_member_row(session, sample.id, sample.case, sample.place)
    return True
