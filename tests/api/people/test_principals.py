"""Who a token stands for, and when it stands for nobody any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select, update

from api.access.principal import SYSTEM, Principal, PrincipalKind
from api.access.roles import Role
from api.database import Database
from api.people.log_in import log_out
from api.people.principals import Sightings, find_principal
from api.people.sessions import BegunSession, end_session, end_sessions, list_sessions
from api.people.tokens import NewToken, make_token, revoke_token
from api.people.users import User, UserStatus, change_status
from api.tables.people import ApiTokenRow, SessionRow
from tests.api.people.worlds import MINUTE, logged_in, principal_of, store_member, store_user
from tests.storage.builders import NOW


def found(
    database: Database,
    *,
    session_token: str | None = None,
    api_token: str | None = None,
    now: datetime = NOW,
) -> Principal | None:
    """Return who the tokens stand for."""
    with database.read() as session:
        return find_principal(
            session.connection(), session_token=session_token, api_token=api_token, now=now
        )


@pytest.fixture
def begun(world: Database, user: User) -> BegunSession:
    """A session of the coordinator."""
    del user
    return logged_in(world)


@pytest.fixture
def token(world: Database, user: User) -> NewToken:
    """A token of the coordinator that may read cases, for 30 days."""
    with world.write() as session:
        return make_token(
            session,
            user,
            name="script",
            scopes=["case.read"],
            days=30,
            by=principal_of(user),
            now=NOW,
        )


def test_a_session_stands_for_its_user(world: Database, user: User, begun: BegunSession) -> None:
    assert found(world, session_token=begun.token) == Principal(
        kind=PrincipalKind.USER,
        user_id=user.id,
        organisation_id="operator",
        roles=frozenset({Role.COORDINATOR}),
        credential_id=begun.id,
    )


def test_a_token_stands_for_its_user_within_its_scopes(
    world: Database, user: User, token: NewToken
) -> None:
    assert found(world, api_token=token.text) == Principal(
        kind=PrincipalKind.TOKEN,
        user_id=user.id,
        organisation_id="operator",
        roles=frozenset({Role.COORDINATOR}),
        credential_id=token.token.id,
        scopes=frozenset({"case.read"}),
    )


def test_a_contact_of_a_facility_brings_its_facility(world: Database) -> None:
    with world.write() as session:
        store_user(session, "f@x.example", Role.FACILITY_CONTACT, organisation_id="zurich")

    principal = found(world, session_token=logged_in(world, "f@x.example").token)

    assert principal is not None
    assert principal.facility_id == "zurich"


@pytest.mark.parametrize(("place", "role"), [(0, Role.PATIENT), (1, Role.COMPANION)])
def test_a_member_of_a_case_has_the_role_of_the_case(
    world: Database, place: int, role: Role
) -> None:
    from api.people.sessions import Method, Stage, begin_session  # noqa: PLC0415 — here alone

    with world.write() as session:
        member = store_member(session, place)
        begun = begin_session(
            session,
            user_id=member.id,
            method=Method.LINK,
            stage=Stage.FULL,
            device="",
            now=NOW,
        )

    principal = found(world, session_token=begun.token)

    assert principal is not None
    assert principal.roles == {role}


def _suspend(session: Session, user: User, begun: BegunSession, token: NewToken) -> None:
    del begun, token
    change_status(session, user, UserStatus.SUSPENDED, by=SYSTEM)


def _end(session: Session, user: User, begun: BegunSession, token: NewToken) -> None:
    end_session(session, begun.id, user_id=user.id, now=NOW)
    revoke_token(session, token.token.id, user_id=user.id, by=SYSTEM, now=NOW)


def _end_all(session: Session, user: User, begun: BegunSession, token: NewToken) -> None:
    del begun
    end_sessions(session, user.id, now=NOW)
    revoke_token(session, token.token.id, user_id=user.id, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("change", [_suspend, _end, _end_all])
def test_what_was_ended_or_suspended_stands_for_nobody(
    world: Database,
    user: User,
    begun: BegunSession,
    token: NewToken,
    change: Callable[[Session, User, BegunSession, NewToken], None],
) -> None:
    with world.write() as session:
        change(session, user, begun, token)

    assert found(world, session_token=begun.token) is None
    assert found(world, api_token=token.text) is None


@pytest.mark.parametrize(
    ("session_token", "api_token"),
    [(None, None), ("", ""), ("nothing", None), (None, "sjn_nothing"), ("\ud800", None)],
)
def test_unknown_tokens_stand_for_nobody(
    world: Database, session_token: str | None, api_token: str | None
) -> None:
    assert found(world, session_token=session_token, api_token=api_token) is None


def test_a_bad_api_token_is_not_made_good_by_a_session(
    world: Database, begun: BegunSession
) -> None:
    assert found(world, session_token=begun.token, api_token="sjn_bad") is None


def test_a_session_ends_after_half_an_hour_of_silence(world: Database, begun: BegunSession) -> None:
    late = NOW + timedelta(minutes=30)

    assert found(world, session_token=begun.token, now=late - timedelta(seconds=1)) is not None
    assert found(world, session_token=begun.token, now=late) is None


def test_a_session_in_use_ends_after_twelve_hours(world: Database, begun: BegunSession) -> None:
    sightings = Sightings()
    now = NOW
    while (who := found(world, session_token=begun.token, now=now)) is not None:
        sightings.note(world, who, now=now)
        now += 29 * MINUTE

    assert timedelta(hours=12) <= now - NOW < timedelta(hours=12, minutes=29)


def test_a_token_ends_with_its_days(world: Database, token: NewToken) -> None:
    last = NOW + timedelta(days=30)

    assert found(world, api_token=token.text, now=last - timedelta(seconds=1)) is not None
    assert found(world, api_token=token.text, now=last) is None


def test_use_is_noted_once_a_minute(world: Database, begun: BegunSession, token: NewToken) -> None:
    sightings = Sightings()
    tokens: tuple[dict[str, Any], ...] = ({"session_token": begun.token}, {"api_token": token.text})
    for credentials in tokens:
        who = found(world, **credentials)
        assert who is not None
        for seconds in (1, 30, 60, 62, 90):
            sightings.note(world, who, now=NOW + timedelta(seconds=seconds))

    with world.read() as session:
        seen = session.exec(select(SessionRow.last_seen_at)).one()
        used = session.exec(select(ApiTokenRow.last_used_at)).one()
    assert (seen, used) == (NOW + timedelta(seconds=62), NOW + timedelta(seconds=62))


def test_nobody_is_noted_for_a_principal_without_credential() -> None:
    """Not even a transaction is opened: there is nothing to note."""

    class Untouched:
        def write(self) -> NoReturn:
            raise AssertionError("somebody was noted")

        read = write

    sightings = Sightings()

    sightings.note(Untouched(), SYSTEM, now=NOW)

    with pytest.raises(AssertionError, match="somebody was noted"):
        sightings.note(
            Untouched(),
            replace(SYSTEM, credential_id="one"),
            now=NOW,
        )


def test_finding_somebody_is_one_query(world: Database, begun: BegunSession) -> None:
    statements: list[str] = []
    with world.read() as session:
        connection = session.connection()
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: statements.append(statement),
        )
        find_principal(session.connection(), session_token=begun.token, api_token=None, now=NOW)

    assert len(statements) == 1


@pytest.mark.usefixtures("begun")
def test_the_list_of_sessions_holds_those_that_have_not_ended(world: Database, user: User) -> None:
    other = logged_in(world)
    third = logged_in(world)
    log_out(world, third.token, now=NOW)
    with world.write() as session:
        session.exec(
            update(SessionRow)
            .where(col(SessionRow.id) == other.id)
            .values(last_seen_at=NOW + 10 * MINUTE)
        )

    with world.read() as session:
        now_open = list_sessions(session, user.id, now=NOW)
        later = list_sessions(session, user.id, now=NOW + 35 * MINUTE)

    assert len(now_open) == 2
    assert [one.id for one in later] == [other.id]
