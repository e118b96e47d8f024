"""What a user does to the own account: second factor, recovery codes, sessions."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import Principal
from api.errors import FieldError, InvalidRequest
from api.people.events import Happening, PeopleEvent, note_event
from api.people.log_in import WRONG_CODE
from api.people.second_factor import (
    Enrolment,
    begin_enrolment,
    check_code,
    confirm_enrolment,
    has_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)
from api.people.sessions import end_session, end_sessions
from api.people.throttle import forget_attempts, of_account, take_attempt
from api.people.users import get_user
from logistics.repository.sessions import Sessions


def begin_own_enrolment(
    sessions: Sessions, principal: Principal, *, now: datetime
) -> Enrolment | None:
    """Return the key to be scanned, or None where there is a second factor already."""
    with sessions.write() as session:
        user = get_user(session, principal.user_id)
        if has_second_factor(session, user.id):
            return None
        return begin_enrolment(session, user.id, account=user.email or user.name, now=now)


def confirm_own_enrolment(
    sessions: Sessions, principal: Principal, code: str, *, now: datetime
) -> tuple[str, ...]:
    """Confirm the key with its first code; return the recovery codes, to be shown once.

    All other sessions end, as they began without it. Raises InvalidRequest for a wrong code.
    """
    with sessions.write() as session:
        codes = confirm_enrolment(session, principal.user_id, code, now=now)
        if codes is None:
            raise InvalidRequest((FieldError("code", WRONG_CODE),))
        end_sessions(session, principal.user_id, now=now, but=principal.credential_id)
        _note(session, principal, Happening.SECOND_FACTOR_ADDED, now)
    return codes


def remove_own_second_factor(
    sessions: Sessions, principal: Principal, code: str, *, now: datetime
) -> None:
    """Give up the second factor, with one more code of it.

    Raises InvalidRequest for a wrong code, and TooManyAttempts.
    """
    _require_code(sessions, principal, code, now=now)
    with sessions.write() as session:
        remove_second_factor(session, principal.user_id)
        _note(session, principal, Happening.SECOND_FACTOR_REMOVED, now)


def renew_own_recovery_codes(
    sessions: Sessions, principal: Principal, code: str, *, now: datetime
) -> tuple[str, ...]:
    """Return new recovery codes in place of the old, for a code of the second factor.

    Raises InvalidRequest for a wrong code, and TooManyAttempts.
    """
    _require_code(sessions, principal, code, now=now)
    with sessions.write() as session:
        codes = renew_recovery_codes(session, principal.user_id)
        _note(session, principal, Happening.RECOVERY_CODES_RENEWED, now)
    return codes


def end_own_session(
    sessions: Sessions, principal: Principal, session_id: str, *, now: datetime
) -> None:
    """End one of the own sessions; raises CredentialNotFound."""
    with sessions.write() as session:
        end_session(session, session_id, user_id=principal.user_id, now=now)
        _note(session, principal, Happening.SESSIONS_REVOKED, now)


def end_other_sessions(sessions: Sessions, principal: Principal, *, now: datetime) -> int:
    """End all own sessions but the present one; return how many."""
    with sessions.write() as session:
        ended = end_sessions(session, principal.user_id, now=now, but=principal.credential_id)
        _note(session, principal, Happening.SESSIONS_REVOKED, now)
    return ended


def _require_code(sessions: Sessions, principal: Principal, code: str, *, now: datetime) -> None:
    guess = of_account("code", principal.user_id)
    with sessions.write() as session:
        take_attempt(session, (guess,), now=now)
        if check_code(session, principal.user_id, code, now=now):
            forget_attempts(session, guess)
            return
        _note(session, principal, Happening.SECOND_FACTOR_FAILED, now)
    raise InvalidRequest((FieldError("code", WRONG_CODE),))


def _note(session: Session, principal: Principal, happening: Happening, now: datetime) -> None:
    note_event(
        session,
        PeopleEvent(
            at=now,
            happening=happening,
            action=Action.ACCOUNT_MANAGE,
            user_id=principal.user_id,
            principal=principal,
        ),
    )
