"""Erasing a case: nothing is left of its people, and the trail stays whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, insert

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.audit.verify import verify_chain
from api.database import Database
from api.operations.erasure import erase_case
from api.override_errors import VisitAhead
from api.overrides.approvals import Approval, Decision
from api.people.members import add_member
from logistics.errors import CaseNotFound, DuplicateCase
from logistics.repository.cases import add_case, get_case, list_cases, list_used_references
from pricing.column_types import Row
from scheduling.repository.plans import get_plan
from scheduling.repository.slots import add_slots
from scheduling.tables import AppointmentRow
from tests.api.operations.erasing import MANAGER, SECOND, erase
from tests.api.scoped.worlds import OURS, THEIRS, seen_by, store_world
from tests.storage.builders import HOUR, NOW, case, slots


@pytest.fixture
def world(database: Database) -> Database:
    """Return the database with two operators' cases, and people who have access to one."""
    with database.write() as session:
        store_world(session)
        for place in (0, 1):
            add_member(session, case("SJ-1"), place, organisation_id="operator", by=SYSTEM, now=NOW)
    with seen_by(database, MANAGER, Action.CASE_READ).read() as session:
        get_case(session, "SJ-1")
        get_plan(session, "P-SJ-1")
    return database


def _erase(world: Database, reference: str = "SJ-1") -> None:
    erase(world, reference)


def _approved(reference: str) -> Approval:
    return Approval(
        id="AP-1",
        action=Action.PERSON_ERASE.value,
        subject=reference,
        organisation_id=SECOND.organisation_id,
        reason="asked for in writing",
        asked_by=MANAGER.user_id,
        asked_at=NOW,
        lapses_at=NOW + HOUR,
        decided_by=SECOND.user_id,
        decided_at=NOW,
        decision=Decision.APPROVED.value,
    )


def _rows_with(session: Session, reference: str) -> dict[str, int]:
    """Return of every table how many rows hold the reference in any column of text."""
    found = {}
    for table in Row.metadata.tables.values():
        names = [column.name for column in table.columns]
        rows = session.execute(text(f"SELECT * FROM {table.name}")).all()  # noqa: S608 — our own names
        found[table.name] = sum(
            any(str(value) == reference or f"-{reference}" in str(value) for value in row)
            for row in rows
        )
        assert names
    return {name: count for name, count in found.items() if count}


def test_nothing_is_left_of_the_case_but_that_something_was_done(world: Database) -> None:
    _erase(world)

    with world.read() as session:
        left = _rows_with(session, "SJ-1")
        assert set(left) <= {"erased_case", "approval", "audit_case", "audit_detail"}
        assert [one.reference for one in list_cases(session)] == sorted({*OURS, *THEIRS} - {"SJ-1"})


def test_the_accounts_of_its_people_are_gone(world: Database) -> None:
    _erase(world)

    with world.read() as session:
        assert session.execute(text("SELECT count(*) FROM sojourn_user")).scalar_one() == 0
        assert session.execute(text("SELECT count(*) FROM case_member")).scalar_one() == 0


def test_the_trail_stays_whole(world: Database) -> None:
    _erase(world)

    with world.read() as session:
        verdict = verify_chain(session, {})
    assert verdict.is_whole
    assert verdict.erased > 0


def test_another_case_never_gets_the_reference(world: Database) -> None:
    _erase(world)

    with pytest.raises(DuplicateCase), world.write() as session:
        add_case(session, case("SJ-1"))


def test_whoever_waits_for_an_erasure_does_not_get_the_reference(world: Database) -> None:
    def open_again() -> None:
        with world.write() as session:
            add_case(session, case("SJ-1"))

    with ThreadPoolExecutor(1) as pool:
        with seen_by(world, SECOND, Action.APPROVAL_DECIDE).write() as session:
            erase_case(session, _approved("SJ-1"), NOW)
            waiting = pool.submit(open_again)
            wait([waiting], timeout=0.3)
            assert not waiting.done()
        with pytest.raises(DuplicateCase):
            waiting.result(timeout=60)


@pytest.mark.parametrize(
    "forgetting", ["DELETE FROM erased_case", "UPDATE erased_case SET reference = 'SJ-9'"]
)
def test_the_database_does_not_forget_what_was_erased(world: Database, forgetting: str) -> None:
    _erase(world)

    with pytest.raises(DBAPIError, match="stays remembered"), world.write() as session:
        session.execute(text(forgetting))


def test_what_was_erased_counts_as_used(world: Database) -> None:
    _erase(world)

    with seen_by(world, MANAGER, Action.CASE_OPEN).read() as session:
        assert list_used_references(session, "SJ-") == ("SJ-1", "SJ-2")


def test_a_visit_still_to_come_is_not_erased(world: Database) -> None:
    with world.write() as session:
        add_slots(session, slots(1))
        ahead = slots(1)[0]
        session.exec(
            insert(AppointmentRow).values(
                slot_id=ahead.id,
                case_reference="SJ-1",
                itinerary_id="I-SJ-1",
                status="booked",
                booked_at=NOW - HOUR,
            )
        )
    assert ahead.ends_at > NOW + timedelta(0)

    with pytest.raises(VisitAhead):
        _erase(world)

    with world.read() as session:
        assert get_case(session, "SJ-1").title == "A second opinion"


def test_another_operators_case_is_not_erased(world: Database) -> None:
    with pytest.raises(CaseNotFound):
        _erase(world, "NH-1")

    with world.read() as session:
        assert get_case(session, "NH-1").title == "A second opinion"
