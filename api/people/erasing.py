"""Erasing the users of a case: patient and companions have an account for that case alone."""

from __future__ import annotations

from sqlmodel import Session, col, delete

from api.people.members import list_members
from api.tables.people import (
    ApiTokenRow,
    CaseLinkRow,
    CaseMemberRow,
    OutsideIdentityRow,
    PasswordCodeRow,
    PasswordRow,
    RecoveryCodeRow,
    SecondFactorRow,
    SessionRow,
    UserRow,
)

_OF_A_USER = (
    CaseLinkRow,
    SessionRow,
    ApiTokenRow,
    RecoveryCodeRow,
    SecondFactorRow,
    PasswordCodeRow,
    PasswordRow,
    OutsideIdentityRow,
    CaseMemberRow,
)


def erase_members(session: Session, case_reference: str) -> tuple[str, ...]:
    """Delete the accounts of patient and companions and all that lets them in; return their ids."""
    ids = tuple(member.user_id for member in list_members(session, case_reference))
    for row in _OF_A_USER:
        session.exec(delete(row).where(col(row.user_id).in_(ids)))
    session.exec(delete(UserRow).where(col(UserRow.id).in_(ids)))
    return ids
