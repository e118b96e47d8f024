"""Logging in and out: the password, then the second factor where there is one, then a session.

1. The attempt is counted for the account and the address, and refused while either must wait.
2. The password is checked with no transaction open; for an unknown address just as long.
3. In one transaction the count is taken back, the session begun and the event noted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from api.access.actions import Action
from api.account_errors import LoginRefused, SampleOnly, UserNotFound
from api.people.credentials import find_hash, renew_hash
from api.people.events import Happening, PeopleEvent, note_event
from api.people.passwords import hash_password, is_outdated, is_password
from api.people.second_factor import (
    Enrolment,
    begin_enrolment,
    check_code,
    confirm_enrolment,
    has_second_factor,
)
from api.people.sessions import (
    BegunSession,
    Method,
    OpenSession,
    Stage,
    begin_session,
    end_session,
    find_open_session,
)
from api.people.throttle import (
    forget_attempts,
    of_account,
    of_address,
    take_attempt,
    take_back,
)
from api.people.users import User, find_user_by_email, get_user
from logistics.organisation import OrganisationKind
from logistics.repository.organisations import get_organisation
from logistics.repository.sessions import Sessions

WRONG_CODE: Final = (
    "the code is not right, or was used before; wait for the next one, or take a recovery code"
)
_BEGIN_AGAIN: Final = "the login took too long; begin again with your password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where an attempt comes from: a network address, and the browser in words."""

    address: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A login that is complete; ``recovery_codes`` are shown once, after setting up."""

    begun: BegunSession
    recovery_codes: tuple[str, ...] = ()


def log_in(
    sessions: Sessions,
    *,
    email: str,
    password: str,
    caller: Caller,
    now: datetime,
    demanding: Collection[OrganisationKind],
) -> BegunSession:
    """Begin a session for whoever knows the password; its stage says what is still asked for.

    ``demanding`` are the kinds of organisation whose users must have a second factor.

    Raises:
        LoginRefused: address and password do not belong together, or the user is suspended.
        TooManyAttempts: the account or the address failed too often of late.
    """
    account, source = of_account("login", email), of_address(caller.address)
    with sessions.write() as session:
        take_attempt(session, (account, source), now=now)
    with sessions.read() as session:
        user = find_user_by_email(session, email)
        stored = None if user is None or not user.is_active else find_hash(session, user.id)
    is_right = is_password(password, stored)
    renewed = hash_password(password) if is_right and stored and is_outdated(stored) else None
    with sessions.write() as session:
        if user and stored and is_right and _is_still_so(session, user, stored):
            forget_attempts(session, account)
            take_back(session, source, now=now)
            if renewed:
                renew_hash(session, user.id, old=stored, new=renewed)
            return admit(
                session,
                user,
                method=Method.PASSWORD,
                device=caller.device,
                now=now,
                demanding=demanding,
            )
        note_event(session, _failed(user, now, Method.PASSWORD))
    raise LoginRefused


def admit(
    session: Session,
    user: User,
    *,
    method: Method,
    device: str,
    now: datetime,
    demanding: Collection[OrganisationKind] = (),
    has_shown_two: bool = False,
) -> BegunSession:
    """Begin a session for a user who has shown one factor or two, at the stage that is left."""
    stage = Stage.FULL if has_shown_two else _next_stage(session, user, demanding)
    begun = begin_session(
        session, user_id=user.id, method=method, stage=stage, device=device, now=now
    )
    if stage is Stage.FULL:
        note_event(session, _logged_in(user.id, now, method))
    return begun


def log_in_as_sample(
    sessions: Sessions, user_id: str, *, caller: Caller, now: datetime, is_sample_setting: bool
) -> BegunSession:
    """Begin a session for a demonstration user without asking anything.

    Raises:
        SampleOnly: this is not the sample setting.
        UserNotFound: no demonstration user has that id.
    """
    if not is_sample_setting:
        raise SampleOnly
    with sessions.write() as session:
        user = get_user(session, user_id)
        if not user.is_sample or not user.is_active:
            raise UserNotFound(user_id)
        begun = begin_session(
            session,
            user_id=user.id,
            method=Method.DEMO,
            stage=Stage.FULL,
            device=caller.device,
            now=now,
        )
        note_event(session, _logged_in(user.id, now, Method.DEMO))
    return begun


def pass_second_factor(
    sessions: Sessions, token: str | None, code: str, *, caller: Caller, now: datetime
) -> Finished:
    """Turn a session that waits for a code into a full one, with a token of its own.

    Raises:
        LoginRefused: the code is wrong, or no session waits for one.
        TooManyAttempts: too many codes were wrong of late.
    """
    with sessions.write() as session:
        waiting = _waiting(session, token, Stage.SECOND_FACTOR, now=now)
        guess, source = of_account("code", waiting.user_id), of_address(caller.address)
        take_attempt(session, (guess, source), now=now)
        kind = check_code(session, waiting.user_id, code, now=now)
        if kind:
            forget_attempts(session, guess)
            take_back(session, source, now=now)
            happening = (
                Happening.RECOVERY_CODE_USED
                if kind == "recovery"
                else Happening.SECOND_FACTOR_PASSED
            )
            note_event(session, _of_login(waiting.user_id, now, happening))
            return Finished(begun=_complete(session, waiting, now=now))
        note_event(session, _of_login(waiting.user_id, now, Happening.SECOND_FACTOR_FAILED))
    raise LoginRefused(WRONG_CODE)


def begin_demanded_enrolment(sessions: Sessions, token: str | None, *, now: datetime) -> Enrolment:
    """Return the key for a user whose organisation demands a second factor; raises LoginRefused."""
    with sessions.write() as session:
        waiting = _waiting(session, token, Stage.ENROLMENT, now=now)
        user = get_user(session, waiting.user_id)
        return begin_enrolment(session, user.id, account=user.email or user.name, now=now)


def confirm_demanded_enrolment(
    sessions: Sessions, token: str | None, code: str, *, now: datetime
) -> Finished:
    """Confirm the key with its first code and complete the login; raises LoginRefused."""
    with sessions.write() as session:
        waiting = _waiting(session, token, Stage.ENROLMENT, now=now)
        codes = confirm_enrolment(session, waiting.user_id, code, now=now)
        if codes is not None:
            note_event(session, _of_login(waiting.user_id, now, Happening.SECOND_FACTOR_ADDED))
            begun = _complete(session, waiting, now=now)
            return Finished(begun=begun, recovery_codes=codes)
        note_event(session, _of_login(waiting.user_id, now, Happening.SECOND_FACTOR_FAILED))
    raise LoginRefused(WRONG_CODE)


def find_stage(sessions: Sessions, token: str | None, *, now: datetime) -> Stage | None:
    """Return how far the login of a token is, or None where there is no such session."""
    with sessions.read() as session:
        found = find_open_session(session, token, now=now)
    return None if found is None else found.stage


def log_out(sessions: Sessions, token: str | None, *, now: datetime) -> None:
    """End the session of the token; a token of none changes nothing."""
    with sessions.write() as session:
        found = find_open_session(session, token, now=now)
        if found is not None:
            end_session(session, found.id, user_id=found.user_id, now=now)
            note_event(session, _of_login(found.user_id, now, Happening.LOGGED_OUT))


def _next_stage(session: Session, user: User, demanding: Collection[OrganisationKind]) -> Stage:
    if has_second_factor(session, user.id):
        return Stage.SECOND_FACTOR
    if get_organisation(session, user.organisation_id).kind in demanding:
        return Stage.ENROLMENT
    return Stage.FULL


def _is_still_so(session: Session, user: User, stored: str) -> bool:
    """Return whether neither password nor status changed while the password was checked."""
    return get_user(session, user.id).is_active and find_hash(session, user.id) == stored


def _waiting(session: Session, token: str | None, stage: Stage, *, now: datetime) -> OpenSession:
    found = find_open_session(session, token, now=now)
    if found is None or found.stage is not stage:
        raise LoginRefused(_BEGIN_AGAIN)
    if not get_user(session, found.user_id).is_active:
        raise LoginRefused(_BEGIN_AGAIN)
    return found


def _complete(session: Session, waiting: OpenSession, *, now: datetime) -> BegunSession:
    """End the waiting session and begin a full one: the token changes with what it allows."""
    end_session(session, waiting.id, user_id=waiting.user_id, now=now)
    note_event(session, _logged_in(waiting.user_id, now, waiting.method))
    return begin_session(
        session,
        user_id=waiting.user_id,
        method=waiting.method,
        stage=Stage.FULL,
        device=waiting.device,
        now=now,
    )


def _of_login(user_id: str, now: datetime, happening: Happening) -> PeopleEvent:
    return PeopleEvent(at=now, happening=happening, action=Action.LOG_IN, user_id=user_id)


def _logged_in(user_id: str, now: datetime, method: Method) -> PeopleEvent:
    return PeopleEvent(
        at=now,
        happening=Happening.LOGGED_IN,
        action=Action.LOG_IN,
        user_id=user_id,
        detail={"method": method.value},
    )


def _failed(user: User | None, now: datetime, method: Method) -> PeopleEvent:
    return PeopleEvent(
        at=now,
        happening=Happening.LOGIN_FAILED,
        action=Action.LOG_IN,
        user_id="" if user is None else user.id,
        detail={"method": method.value},
    )
