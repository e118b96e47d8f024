"""Nothing that is read or written of a case escapes notice, whatever the statement looks like."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import Executable, exists, literal_column, text, union
from sqlalchemy.orm import aliased, load_only
from sqlmodel import Session, col, delete, func, insert, select, update

from api.audit.collecting import RowAccess, collect, describe
from api.audit.health import EXEMPT, health_tables
from api.audit.trail import table_of
from api.database import Database
from logistics.repository.sealed import HIDDEN_FIELDS
from logistics.tables import CaseParticipantRow, CaseRow, FacilityRow, OrganisationRow
from pricing.column_types import Row
from scheduling.repository.appointments import take_slot
from scheduling.repository.plans import is_cancel_requested, note_progress, require_plan
from scheduling.repository.slots import add_slots, list_open_slots
from scheduling.tables import ItineraryRevisionRow, PlanProblemRow, PlanRow, SlotRow
from tests.api.scoped.worlds import store_world
from tests.storage.builders import HOUR, NOW, slot

Job = Callable[[Session], object]
Accesses = frozenset[RowAccess]
Seen = set[tuple[str, tuple[str | int, ...], str | None]]

EVERY_CASE = {("sojourn_case", (one,), one) for one in ("NH-1", "NH-2", "SJ-1", "SJ-2")}
ONE_CASE = {("sojourn_case", ("SJ-1",), "SJ-1")}
ONE_PLAN = {("plan", ("P-SJ-1",), "SJ-1")}
UNKNOWN_CASES = {("sojourn_case", (), None)}
_CASES = table_of(CaseRow).c
_OTHER = aliased(CaseRow)
_PHASE: Any = PlanRow.phase
_TITLES: Any = select(CaseRow.title).subquery()
_NOTES: Any = PlanRow.notes
_HEARTS = col(CaseRow.diagnosis).like("s1:%")


@pytest.fixture(scope="module")
def world(lasting_database: Database) -> Database:
    """Four cases, each with a plan and an itinerary."""
    with lasting_database.write() as session:
        store_world(session)
    return lasting_database


def watch(database: Database, job: Job) -> tuple[Accesses, Accesses]:
    """Return what the job was seen to read and to write; it is undone."""
    with database.write() as session:
        found = collect(session)
        job(session)
        seen = found.reads, found.writes
        session.rollback()
    return seen


def rows(accesses: Iterable[RowAccess]) -> Seen:
    """Return tables, keys and cases."""
    return {(one.table, one.key, one.case_reference) for one in accesses}


@pytest.mark.parametrize(
    ("query", "read"),
    [
        (select(CaseRow), EVERY_CASE),
        (select(CaseRow).where(col(CaseRow.reference) == "SJ-1"), ONE_CASE),
        (select(CaseRow.title), EVERY_CASE),
        (select(CaseRow.title).where(col(CaseRow.reference) == "SJ-1"), ONE_CASE),
        (select(CaseRow.title).order_by(col(CaseRow.reference).desc()).limit(1), {
            ("sojourn_case", ("SJ-2",), "SJ-2")}),
        (select(_CASES.title).where(_CASES.reference == "SJ-1"), ONE_CASE),
        (select(_OTHER.title).where(col(_OTHER.reference) == "SJ-1"), ONE_CASE),
        (select(_OTHER).where(col(_OTHER.reference) == "SJ-1"), ONE_CASE),
        # Nothing of the column comes back, and yet one learns who has it.
        (select(CaseRow.reference).where(_HEARTS), EVERY_CASE),
        (select(func.count()).select_from(CaseRow).where(_HEARTS), EVERY_CASE),
        (select(func.max(CaseRow.diagnosis)), EVERY_CASE),
        (select(CaseRow.reference).order_by(CaseRow.diagnosis), EVERY_CASE),
        (select(func.upper(CaseRow.diagnosis).label("x")), EVERY_CASE),
        # Rows that cannot be told apart: the table is noted.
        (select(CaseRow.diagnosis, func.count()).group_by(CaseRow.diagnosis), UNKNOWN_CASES),
        (select(CaseRow.diagnosis).distinct(), UNKNOWN_CASES),
        (select(FacilityRow.id).where(exists(select(CaseRow.reference).where(_HEARTS))),
         UNKNOWN_CASES),
        (select(_TITLES), UNKNOWN_CASES),
        (union(select(CaseRow.title), select(CaseRow.story)), UNKNOWN_CASES),
        (text("SELECT title FROM sojourn_case"), UNKNOWN_CASES),
        (select(literal_column("title")).select_from(CaseRow), UNKNOWN_CASES),
        (select(text("title")).select_from(table_of(CaseRow)), UNKNOWN_CASES),
        # Of more than one table.
        (select(CaseRow.title, PlanRow.notes)
         .join(PlanRow, col(PlanRow.case_reference) == CaseRow.reference)
         .where(col(CaseRow.reference) == "SJ-1"), ONE_CASE | ONE_PLAN),
        (select(CaseRow, PlanRow.notes)
         .join(PlanRow, col(PlanRow.case_reference) == CaseRow.reference)
         .where(col(CaseRow.reference) == "SJ-1"), ONE_CASE | ONE_PLAN),
        # Whose it is, other rows know.
        (select(PlanProblemRow.document).where(col(PlanProblemRow.plan_id) == "P-SJ-1"),
         {("plan_problem", ("P-SJ-1",), "SJ-1")}),
        (select(ItineraryRevisionRow.document)
         .where(col(ItineraryRevisionRow.itinerary_id) == "I-SJ-1"),
         {("itinerary_revision", ("I-SJ-1", 1), "SJ-1")}),
        (select(PlanRow).options(load_only(_NOTES)).where(col(PlanRow.id) == "P-SJ-1"),
         ONE_PLAN),
    ],
)  # fmt: skip
def test_every_way_to_ask_is_noticed(world: Database, query: Executable, read: Seen) -> None:
    reads, writes = watch(world, lambda session: session.execute(query).all())

    assert rows(reads) == read
    assert not writes


@pytest.mark.parametrize(
    "query",
    [
        select(CaseRow.reference),
        select(func.count()).select_from(CaseRow),
        select(PlanRow.id).where(col(PlanRow.phase) == "planned"),
        select(PlanRow).options(load_only(_PHASE)),
        select(FacilityRow),
        select(SlotRow.fee_minor),
        select(CaseParticipantRow),
        select(OrganisationRow.name),
        text("SELECT name FROM facility"),
    ],
)
def test_keys_and_what_is_about_nobody_are_not_noted(world: Database, query: Executable) -> None:
    reads, writes = watch(world, lambda session: session.execute(query).all())

    assert not reads | writes


def test_the_columns_are_named(world: Database) -> None:
    def job(session: Session) -> None:
        list(session.exec(select(CaseRow.title).where(_HEARTS)))
        session.get_one(CaseRow, "SJ-1")

    reads, _ = watch(world, job)

    columns = {one.key[0]: one.columns for one in reads}
    assert columns["SJ-2"] == {"title", "diagnosis"}
    assert columns["SJ-1"] == set(table_of(CaseRow).c.keys())


def test_columns_that_are_loaded_later_are_noted(world: Database) -> None:
    def job(session: Session) -> None:
        query = select(PlanRow).options(load_only(_PHASE))
        plan = session.exec(query.where(col(PlanRow.id) == "P-SJ-1")).one()
        assert plan.notes

    reads, _ = watch(world, job)

    assert rows(reads) == ONE_PLAN
    assert "notes" in next(iter(reads)).columns


def _change(session: Session) -> None:
    session.get_one(PlanRow, "P-SJ-1").notes = "[]"
    session.flush()
    session.get_one(PlanRow, "P-SJ-1").notes = '["more"]'


def _delete(session: Session) -> None:
    session.delete(session.get_one(PlanProblemRow, "P-SJ-1"))
    session.flush()


@pytest.mark.parametrize(
    ("job", "written", "columns"),
    [
        (_change, ONE_PLAN, {"notes"}),
        (_delete, {("plan_problem", ("P-SJ-1",), "SJ-1")}, set()),
        (lambda session: note_progress(session, "P-SJ-1", "on"), set(), set()),
        (
            lambda session: session.exec(
                update(PlanRow).where(col(PlanRow.case_reference) == "SJ-1").values(notes="[]")
            ),
            ONE_PLAN,
            {"notes"},
        ),
        (
            lambda session: session.execute(update(PlanRow), [{"id": "P-SJ-1", "notes": "[]"}]),
            ONE_PLAN,
            {"notes", "id"},
        ),
        (
            lambda session: session.exec(
                delete(PlanProblemRow).where(col(PlanProblemRow.plan_id) == "P-SJ-1")
            ),
            {("plan_problem", ("P-SJ-1",), "SJ-1")},
            set(),
        ),
        (
            lambda session: session.execute(
                update(table_of(PlanRow)).where(table_of(PlanRow).c.id == "P-SJ-1").values(notes="")
            ),
            ONE_PLAN,
            {"notes"},
        ),
        (
            lambda session: session.execute(text("UPDATE plan SET notes = ''")),
            {("plan", (), None)},
            {"*"},
        ),
    ],
)
def test_every_way_to_write_is_noticed(
    world: Database, job: Job, written: Seen, columns: set[str]
) -> None:
    _, writes = watch(world, job)

    assert rows(writes) == written
    assert {name for one in writes for name in one.columns} == columns


def test_rows_that_are_added_are_noticed(world: Database) -> None:
    def job(session: Session) -> None:
        plan = session.get_one(PlanRow, "P-SJ-1").model_dump()
        session.exec(insert(PlanRow), params=[{**plan, "id": "P-new"}])
        session.add(PlanProblemRow(plan_id="P-new", document=b"", sha256=""))
        session.flush()

    _, writes = watch(world, job)

    assert rows(writes) == {("plan", ("P-new",), "SJ-1"), ("plan_problem", ("P-new",), "SJ-1")}


def test_a_slot_that_is_taken_is_a_write_of_the_case(world: Database) -> None:
    def job(session: Session) -> None:
        add_slots(session, [slot()])
        take_slot(session, slot_id="slot-1", case_reference="SJ-1", itinerary_id="I-SJ-1", now=NOW)

    _, writes = watch(world, job)

    ((table, key, case),) = rows(writes)
    assert (table, case) == ("appointment", "SJ-1")
    assert isinstance(key[0], int)


def test_looking_for_open_slots_reads_of_nobody(world: Database) -> None:
    def job(session: Session) -> None:
        list_open_slots(
            session, specialist_ids=["keller"], after=NOW, before=NOW + 99 * HOUR, except_case="S"
        )
        require_plan(session, "P-SJ-1")
        is_cancel_requested(session, "P-SJ-1")

    assert watch(world, job) == (frozenset(), frozenset())


def test_what_a_failed_statement_would_have_written_is_not_noted(world: Database) -> None:
    def job(session: Session) -> None:
        row = session.get_one(CaseRow, "SJ-1").model_dump()
        with pytest.raises(Exception, match="sojourn_case"), session.begin_nested():
            session.exec(insert(CaseRow), params=[row])

    _, writes = watch(world, job)

    assert not writes


def test_the_detail_names_rows_and_columns_and_holds_no_value(world: Database) -> None:
    with world.read() as session:
        found = collect(session)
        list(session.exec(select(CaseRow.diagnosis).where(col(CaseRow.reference).like("SJ-%"))))
        detail = describe(found)
        assert found.case_references == {"SJ-1", "SJ-2"}

    assert detail == {
        "read": [
            {
                "table": "sojourn_case",
                "columns": ["diagnosis"],
                "rows": [{"key": ["SJ-1"], "case": "SJ-1"}, {"key": ["SJ-2"], "case": "SJ-2"}],
            }
        ],
        "written": [],
    }


def test_what_stays_hidden_does_not_count_as_read(world: Database) -> None:
    with world.read() as session:
        session.info[HIDDEN_FIELDS] = {"sojourn_case.title", "plan.notes"}
        found = collect(session)
        list(session.exec(select(CaseRow)))
        detail = describe(found)
        (columns,) = {one.columns for one in found.reads}

    assert detail["hidden"] == ["sojourn_case.title"]
    assert "diagnosis" in columns
    assert "title" not in columns


def test_a_session_that_does_not_collect_goes_on_as_ever(world: Database) -> None:
    with world.read() as session:
        collect(session)
    with world.read() as session:
        assert len(session.exec(select(CaseRow)).all()) == 4


def test_whatever_refers_to_a_case_counts_unless_it_is_named() -> None:
    tables = Row.metadata.tables
    referring = {"sojourn_case"}
    for _ in tables:
        referring |= {
            name
            for name, table in tables.items()
            if {key.column.table.name for key in table.foreign_keys} & referring
        }

    assert set(health_tables()) == referring - EXEMPT


def test_all_is_heard_before_there_is_a_session_to_hear_of() -> None:
    """A listener added while another thread runs a statement breaks that statement."""
    code = (
        "import api.audit.collecting as collecting\n"
        "from sqlalchemy import event\n"
        "from sqlmodel import Session\n"
        "from scheduling.tables import PlanRow\n"
        "assert event.contains(Session, 'do_orm_execute', collecting._on_execute)\n"
        "assert list(PlanRow._sa_class_manager.dispatch.load)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
