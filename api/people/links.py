"""One-time links for patients and companions.

The token stands in the fragment of the address, which browsers send nowhere and mail scanners do
not follow; the page posts it on the press of a button, with the birth date beside it. A link
lives ten minutes, works once, and dies after a few wrong birth dates.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, select, update

from api.access.actions import Action
from api.access.principal import Principal
from api.account_errors import LinkRefused, UserNotFound
from api.people.events import Happening, PeopleEvent, note_event
from api.people.log_in import Caller
from api.people.members import find_member, find_person
from api.people.secret_text import digest, new_id, new_secret
from api.people.sessions import BegunSession, Method, Stage, begin_session
from api.people.throttle import of_address, take_attempt, take_back
from api.people.users import get_user
from api.tables.people import CaseLinkRow
from logistics.errors import CaseNotFound
from logistics.repository.cases import get_case
from logistics.repository.sessions import Sessions

GOOD_FOR: Final = timedelta(minutes=10)
ATTEMPTS_MAX: Final = 5
_KEPT: Final = timedelta(days=1)
_REFUSED: Final = (
    "the link has expired, was used, or the birth date is another one; "
    "check the date, or ask your case manager for a new link"
)


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link to hand over; ``token`` is shown now and never again."""

    token: str
    expires_at: datetime


def issue_link(
    session: Session, *, user_id: str, case_reference: str, by: Principal, now: datetime
) -> IssuedLink:
    """Make a link for a member of a case; earlier ones of that member are void then.

    Raises UserNotFound where the user has no part in the case, or is suspended.
    """
    if find_member(session, user_id, case_reference) is None:
        raise UserNotFound(user_id)
    if not get_user(session, user_id).is_active:
        raise UserNotFound(user_id)
    session.exec(delete(CaseLinkRow).where(col(CaseLinkRow.expires_at) < now - _KEPT))
    session.exec(
        delete(CaseLinkRow).where(
            col(CaseLinkRow.user_id) == user_id, col(CaseLinkRow.used_at).is_(None)
        )
    )
    token = new_secret()
    row = CaseLinkRow(
        id=new_id(),
        token_sha256=digest(token),
        user_id=user_id,
        case_reference=case_reference,
        issued_by=by.user_id,
        attempts=0,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(row)
    session.flush()
    note_event(session, _event(Happening.LINK_ISSUED, row, now, Action.LINK_ISSUE, by))
    return IssuedLink(token, row.expires_at)


def redeem_link(
    sessions: Sessions, *, token: str, birth_date: date | None, caller: Caller, now: datetime
) -> BegunSession:
    """Begin a session for whoever holds the link and knows the birth date in the case.

    Raises:
        LinkRefused: the link is not valid (any more), or the date is another one.
        TooManyAttempts: the address failed too often of late.
    """
    source = of_address(caller.address)
    with sessions.write() as session:
        take_attempt(session, (source,), now=now)
        link = _use_attempt(session, token, now=now)
        if link is not None and _is_born(session, link, birth_date) and _use_up(session, link, now):
            take_back(session, source, now=now)
            note_event(session, _event(Happening.LINK_REDEEMED, link, now, Action.REDEEM_LINK))
            return begin_session(
                session,
                user_id=link.user_id,
                method=Method.LINK,
                stage=Stage.FULL,
                device=caller.device,
                now=now,
            )
        if link is not None:
            note_event(session, _event(Happening.LINK_FAILED, link, now, Action.REDEEM_LINK))
    raise LinkRefused(_REFUSED)


def _use_attempt(session: Session, token: str, *, now: datetime) -> CaseLinkRow | None:
    """Return the link of the token with one more attempt counted, or None if it is not valid."""
    valid = (
        col(CaseLinkRow.token_sha256) == digest(token.strip()),
        col(CaseLinkRow.used_at).is_(None),
        col(CaseLinkRow.expires_at) > now,
        col(CaseLinkRow.attempts) < ATTEMPTS_MAX,
    )
    counted = session.exec(
        update(CaseLinkRow).where(*valid).values(attempts=CaseLinkRow.attempts + 1)
    )
    if not counted.rowcount:
        return None
    query = select(CaseLinkRow).where(valid[0])
    return session.exec(query).one()


def _is_born(session: Session, link: CaseLinkRow, birth_date: date | None) -> bool:
    """Return whether the case says that date of the member, who must still be one and active."""
    member = find_member(session, link.user_id, link.case_reference)
    if member is None or birth_date is None or not get_user(session, link.user_id).is_active:
        return False
    try:
        person = find_person(get_case(session, link.case_reference), member.place)
    except CaseNotFound:
        return False
    if person is None:
        return False
    return hmac.compare_digest(person.birth_date.isoformat(), birth_date.isoformat())


def _use_up(session: Session, link: CaseLinkRow, now: datetime) -> bool:
    """Return whether this was the first to use the link."""
    used = session.exec(
        update(CaseLinkRow)
        .where(col(CaseLinkRow.id) == link.id, col(CaseLinkRow.used_at).is_(None))
        .values(used_at=now)
    )
    return bool(used.rowcount)


def _event(
    happening: Happening,
    link: CaseLinkRow,
    now: datetime,
    action: Action,
    by: Principal | None = None,
) -> PeopleEvent:
    event = PeopleEvent(
        at=now,
        happening=happening,
        action=action,
        user_id=link.user_id,
        case_reference=link.case_reference,
        detail={"link": link.id},
    )
    return event if by is None else replace(event, principal=by)
