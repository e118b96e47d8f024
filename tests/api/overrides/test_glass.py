"""Breaking the glass: one's own organisation's case, for an hour, with a reason."""

from datetime import timedelta

import pytest
from sqlmodel import select

from api.access.actions import Action
from api.access.roles import Role
from api.database import Database
from api.overrides.glass import OPEN_FOR, break_glass, list_broken_glass
from api.tables.access import BrokenGlassRow
from logistics.errors import CaseNotFound, InvalidField
from logistics.repository.cases import get_case, list_cases
from tests.api.scoped.worlds import principal, seen_by, store_world
from tests.storage.builders import NOW

_WATCH = principal(Role.ADMINISTRATOR)


@pytest.fixture
def world(database: Database) -> Database:
    """Return the database with two operators' cases in it."""
    with database.write() as session:
        store_world(session)
    return database


def _break(world: Database, reference: str, reason: str = "patient stranded at ORD") -> None:
    with seen_by(world, _WATCH, Action.BREAK_GLASS).write() as session:
        break_glass(session, reference, reason=reason, principal=_WATCH, now=NOW)


def test_the_case_and_no_other_is_open_for_an_hour(world: Database) -> None:
    _break(world, "SJ-2")

    with seen_by(world, _WATCH, Action.CASE_READ).read() as session:
        assert [one.reference for one in list_cases(session)] == ["SJ-2"]
    last = OPEN_FOR - timedelta(seconds=1)
    with seen_by(world, _WATCH, Action.CASE_READ, later=last).read() as session:
        assert get_case(session, "SJ-2").reference == "SJ-2"
    with (
        pytest.raises(CaseNotFound),
        seen_by(world, _WATCH, Action.CASE_READ, later=OPEN_FOR).read() as session,
    ):
        get_case(session, "SJ-2")


@pytest.mark.parametrize("reference", ["NH-1", "SJ-404"])
def test_a_foreign_case_is_as_unknown_as_a_missing_one(world: Database, reference: str) -> None:
    with pytest.raises(CaseNotFound):
        _break(world, reference)


@pytest.mark.parametrize(
    "reason",
    ["", "because", "   too   ", "x" * 501, "stranded \x1b[2J at ORD", "stranded \x00 at ORD"],
)
def test_a_reason_that_says_nothing_opens_nothing(world: Database, reason: str) -> None:
    with pytest.raises(InvalidField, match=r"say why|no text"):
        _break(world, "SJ-1", reason)

    with seen_by(world, _WATCH, Action.CASE_READ).read() as session:
        assert list_cases(session) == ()


def test_who_works_on_the_case_sees_that_it_was_opened(world: Database) -> None:
    _break(world, "SJ-1")

    with seen_by(world, principal(Role.COORDINATOR), Action.CASE_READ).read() as session:
        (glass,) = list_broken_glass(session, case_reference="SJ-1")
    assert (glass.user_id, glass.reason) == (_WATCH.user_id, "patient stranded at ORD")


def test_another_organisation_learns_nothing_of_it(world: Database) -> None:
    _break(world, "SJ-1")
    payer = principal(Role.INSURER_REVIEWER, organisation_id="payer")

    with seen_by(world, payer, Action.CASE_READ).read() as session:
        assert get_case(session, "SJ-1").reference == "SJ-1"
        assert list_broken_glass(session, case_reference="SJ-1") == ()


def test_the_reason_stands_nowhere_in_the_open(world: Database) -> None:
    _break(world, "SJ-1")

    with world.read() as session:
        (stored,) = session.exec(select(BrokenGlassRow.reason))
    assert stored.startswith("s1:test-key:")
