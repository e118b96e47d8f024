"""Two people's word: nobody decides their own wish, and a decision is made once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select, update

from api.access.actions import Action
from api.access.principal import Principal
from api.access.roles import Role
from api.database import Database
from api.override_errors import AlreadyDecided, ApprovalNotFound, ApprovalWaiting, OwnApproval
from api.overrides.approvals import (
    WAITS_FOR,
    Approval,
    Decision,
    ask,
    decide,
    get_approval,
    lapse,
    list_approvals,
)
from api.tables.access import ApprovalRow
from logistics.errors import InvalidField
from tests.api.scoped.worlds import principal, seen_by, store_world
from tests.storage.builders import NOW

_ASKING = principal(Role.CASE_MANAGER, user_id="asks")
_SECOND = principal(Role.CASE_MANAGER, user_id="second")
_STRANGER = principal(Role.CASE_MANAGER, organisation_id="other", user_id="stranger")


@pytest.fixture
def world(database: Database) -> Database:
    """Return the database with two operators' cases in it."""
    with database.write() as session:
        store_world(session)
    return database


def _ask(world: Database, subject: str = "SJ-1", now: datetime = NOW) -> Approval:
    with seen_by(world, _ASKING, Action.PERSON_ERASE).write() as session:
        return ask(
            session,
            Action.PERSON_ERASE,
            subject,
            reason="asked for by the patient",
            principal=_ASKING,
            now=now,
        )


def _decide(
    world: Database,
    approval_id: str,
    decision: Decision = Decision.APPROVED,
    *,
    who: Principal = _SECOND,
    now: datetime = NOW,
    effect: Callable[[Session, Approval, datetime], None] = lambda *_: None,
) -> Approval:
    with seen_by(world, who, Action.APPROVAL_DECIDE).write() as session:
        return decide(
            session,
            approval_id,
            decision,
            principal=who,
            now=now,
            effects={Action.PERSON_ERASE: effect},
        )


def test_what_a_second_person_approves_happens_once(world: Database) -> None:
    done: list[str] = []
    approval = _ask(world)

    decided = _decide(world, approval.id, effect=lambda _, one, __: done.append(one.subject))

    assert done == ["SJ-1"]
    assert (decided.decision, decided.decided_by) == ("approved", "second")
    with pytest.raises(AlreadyDecided, match="approved already"):
        _decide(world, approval.id, effect=lambda _, one, __: done.append(one.subject))
    assert done == ["SJ-1"]


def test_what_is_refused_does_not_happen(world: Database) -> None:
    done: list[str] = []
    approval = _ask(world)

    _decide(world, approval.id, Decision.REFUSED, effect=lambda *_: done.append("!"))

    assert done == []


def test_nobody_decides_their_own_wish(world: Database) -> None:
    approval = _ask(world)

    with pytest.raises(OwnApproval):
        _decide(world, approval.id, who=_ASKING)


def test_the_schema_refuses_it_too(world: Database) -> None:
    _ask(world)

    with pytest.raises(IntegrityError), world.write() as session:
        session.exec(update(ApprovalRow).values(decided_by="asks", decision="approved"))


def test_another_organisation_does_not_find_it(world: Database) -> None:
    approval = _ask(world)

    with pytest.raises(ApprovalNotFound):
        _decide(world, approval.id, who=_STRANGER)
    with seen_by(world, _STRANGER, Action.APPROVAL_READ).read() as session:
        assert list_approvals(session) == ()


def test_one_thing_is_asked_for_once_at_a_time(world: Database) -> None:
    approval = _ask(world)
    with pytest.raises(ApprovalWaiting):
        _ask(world)

    _decide(world, approval.id, Decision.REFUSED)

    assert _ask(world).is_waiting


def test_a_wish_lapses(world: Database) -> None:
    approval = _ask(world)

    with pytest.raises(AlreadyDecided, match="lapsed"):
        _decide(world, approval.id, now=NOW + WAITS_FOR)
    assert _ask(world, now=NOW + WAITS_FOR).is_waiting


def test_a_wish_waits_until_it_lapses(world: Database) -> None:
    approval = _ask(world)

    with world.write() as session:
        assert lapse(session, now=NOW + WAITS_FOR - timedelta(seconds=1)) == 0
        assert get_approval(session, approval.id).is_waiting
        assert lapse(session, now=NOW + WAITS_FOR) == 1


def test_a_reason_is_needed(world: Database) -> None:
    with pytest.raises(InvalidField), seen_by(world, _ASKING, Action.PERSON_ERASE).write() as one:
        ask(one, Action.PERSON_ERASE, "SJ-1", reason="?", principal=_ASKING, now=NOW)


def test_when_the_effect_fails_nothing_is_decided(world: Database) -> None:
    approval = _ask(world)

    def break_down(*_: object) -> None:
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        _decide(world, approval.id, effect=break_down)
    with world.read() as session:
        assert get_approval(session, approval.id).is_waiting


def test_of_many_who_decide_at_once_one_does(world: Database) -> None:
    approval = _ask(world)
    done: list[str] = []

    def try_to(number: int) -> str:
        who = principal(Role.CASE_MANAGER, user_id=f"second-{number}")
        try:
            _decide(world, approval.id, who=who, effect=lambda *_: done.append(who.user_id))
        except AlreadyDecided:
            return "late"
        return "first"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(try_to, range(8)))

    assert outcomes.count("first") == len(done) == 1


def test_what_waits_stands_first(world: Database) -> None:
    old = _ask(world)
    _decide(world, old.id, Decision.REFUSED)
    waiting = _ask(world, "SJ-2", now=NOW - timedelta(days=1))

    with seen_by(world, _SECOND, Action.APPROVAL_READ).read() as session:
        assert [one.id for one in list_approvals(session)] == [waiting.id, old.id]


def test_the_reason_stands_nowhere_in_the_open(world: Database) -> None:
    _ask(world)

    with world.read() as session:
        (stored,) = session.exec(select(ApprovalRow.reason))
    assert stored.startswith("s1:test-key:")
