"""Members of a case: the patient and companions who may see their own journey.

A member is a user of the operator's organisation with no role there. Each stands for one person
of the case, by place: 0 is the patient, then the companions in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from api.access.actions import Action
from api.access.principal import Principal
from api.access.roles import Role
from api.account_errors import UserNotFound
from api.errors import FieldError, InvalidRequest
from api.people.events import Happening, PeopleEvent, note_event
from api.people.sessions import end_sessions
from api.people.users import NewUser, User, add_user, get_user
from api.tables.people import CaseLinkRow, CaseMemberRow
from logistics.case.model import Case
from logistics.people import Person

PATIENT_PLACE = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMember:
    """One member of one case; ``relation`` is patient or companion."""

    user_id: str
    case_reference: str
    relation: Role
    place: int


def people_of(case: Case) -> tuple[Person, ...]:
    """Return the people of a case by place: the patient, then the companions."""
    return (case.patient, *(companion.person for companion in case.companions))


def find_person(case: Case, place: int) -> Person | None:
    """Return who stands at that place of the case, or None."""
    people = people_of(case)
    return people[place] if 0 <= place < len(people) else None


def list_members(session: Session, case_reference: str) -> tuple[CaseMember, ...]:
    """Return the members of a case, in order of place."""
    query = (
        select(CaseMemberRow)
        .where(col(CaseMemberRow.case_reference) == case_reference)
        .order_by(col(CaseMemberRow.place))
    )
    return tuple(_to_value(row) for row in session.exec(query))


def find_parts(session: Session, user_ids: Iterable[str]) -> dict[str, CaseMember]:
    """Return the part each of these users has in a case, by user; users without one are missing."""
    query = select(CaseMemberRow).where(col(CaseMemberRow.user_id).in_(tuple(user_ids)))
    return {row.user_id: _to_value(row) for row in session.exec(query)}


def find_member(session: Session, user_id: str, case_reference: str) -> CaseMember | None:
    """Return the part a user has in a case, or None."""
    query = select(CaseMemberRow).where(
        col(CaseMemberRow.user_id) == user_id,
        col(CaseMemberRow.case_reference) == case_reference,
    )
    row = session.exec(query).first()
    return None if row is None else _to_value(row)


def add_member(
    session: Session, case: Case, place: int, *, organisation_id: str, by: Principal, now: datetime
) -> User:
    """Make a user of the person at that place of the case; one who is there already stays.

    Raises InvalidRequest, naming ``place``, where nobody stands.
    """
    person = find_person(case, place)
    if person is None:
        raise InvalidRequest((FieldError("place", "nobody of the case stands there"),))
    for member in list_members(session, case.reference):
        if member.place == place:
            return get_user(session, member.user_id)
    wanted = NewUser(organisation_id=organisation_id, name=person.name)
    user = add_user(session, wanted, now=now)
    add_member_row(session, user.id, case.reference, place)
    note_event(session, _event(Happening.MEMBER_ADDED, user.id, case.reference, by, now))
    return user


def add_member_row(session: Session, user_id: str, case_reference: str, place: int) -> None:
    """Store that a user is the person at that place of a case."""
    relation = Role.PATIENT if place == PATIENT_PLACE else Role.COMPANION
    session.add(
        CaseMemberRow(
            user_id=user_id, case_reference=case_reference, relation=relation.value, place=place
        )
    )
    session.flush()


def remove_member(
    session: Session, user_id: str, case_reference: str, *, by: Principal, now: datetime
) -> None:
    """Take a user out of a case and end the user's sessions and links; raises UserNotFound."""
    if find_member(session, user_id, case_reference) is None:
        raise UserNotFound(user_id)
    session.exec(
        delete(CaseMemberRow).where(
            col(CaseMemberRow.user_id) == user_id,
            col(CaseMemberRow.case_reference) == case_reference,
        )
    )
    session.exec(
        delete(CaseLinkRow).where(
            col(CaseLinkRow.user_id) == user_id,
            col(CaseLinkRow.case_reference) == case_reference,
        )
    )
    end_sessions(session, user_id, now=now)
    note_event(session, _event(Happening.MEMBER_REMOVED, user_id, case_reference, by, now))


def _event(
    happening: Happening, user_id: str, case_reference: str, by: Principal, now: datetime
) -> PeopleEvent:
    return PeopleEvent(
        at=now,
        happening=happening,
        action=Action.CASE_PEOPLE,
        user_id=user_id,
        principal=by,
        case_reference=case_reference,
    )


def _to_value(row: CaseMemberRow) -> CaseMember:
    return CaseMember(
        user_id=row.user_id,
        case_reference=row.case_reference,
        relation=Role(row.relation),
        place=row.place,
    )
