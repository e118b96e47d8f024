"""The report for the person a case is about: who, what, when, as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.audit.access_report import AccessReport, Emergency, access_report
from api.audit.erasing import Erasure, erase_details
from api.audit.trail import Outcome, add_entries
from api.database import Database
from tests.api.audit.builders import COORDINATOR, REVIEWER, entry
from tests.storage.builders import NOW


def rows(table: str, case: str | None, *columns: str) -> list[dict[str, Any]]:
    """Return what `describe` writes of one row."""
    return [{"table": table, "columns": list(columns), "rows": [{"key": ["x"], "case": case}]}]


@pytest.fixture
def told(database: Database) -> Database:
    """Two people and two cases."""
    title = rows("sojourn_case", "SJ-1", "title")
    other = rows("sojourn_case", "SJ-2", "diagnosis")
    notes = rows("plan", "SJ-1", "notes")
    with database.write() as session:
        add_entries(
            session,
            [
                entry(1, detail={"read": title, "written": []}),
                entry(2, cases=["SJ-1", "SJ-2"], detail={"read": [*notes, *other]}),
                entry(3, action="plan.make", detail={"read": title, "written": notes}),
                entry(4, principal=REVIEWER, detail={"read": title}),
                entry(5, principal=REVIEWER, outcome=Outcome.DENIED, detail={}),
                entry(6, cases=["SJ-2"], detail={"read": other}),
                entry(7, detail={"read": rows("sojourn_case", None, "story")}),
            ],
        )
    return database


def report(database: Database, case: str = "SJ-1", **wishes: Any) -> AccessReport:  # noqa: ANN401 — as its own
    """Return the report of a case."""
    with database.read() as session:
        return access_report(session, case, **wishes)


def test_everybody_who_was_there_is_named_the_last_one_first(told: Database) -> None:
    found = report(told)

    assert found.count == 6
    assert [(one.user_id, one.count) for one in found.visitors] == [("u-mia", 4), ("u-rex", 2)]
    assert found.visitors[1].organisation_id == "payer"
    assert found.visitors[1].roles == ("insurer_reviewer",)


def test_the_same_thing_done_again_is_told_once_with_its_times(told: Database) -> None:
    reading, planning = report(told).visitors[0].accesses

    assert (reading.action, reading.count) == ("case.read", 3)
    assert reading.first_at == NOW + timedelta(minutes=1)
    assert reading.last_at == NOW + timedelta(minutes=7)
    assert (planning.action, planning.count) == ("plan.make", 1)


def test_it_says_what_was_read_and_what_was_changed(told: Database) -> None:
    reading, planning = report(told).visitors[0].accesses

    # Of the entry about two cases, only what is of this one; rows not known singly may be of it.
    assert reading.read == {"plan": ("notes",), "sojourn_case": ("story", "title")}
    assert reading.changed == {}
    assert planning.changed == {"plan": ("notes",)}


def test_attempts_that_were_refused_are_told_too(told: Database) -> None:
    denied, done = report(told).visitors[1].accesses

    assert (denied.outcome, denied.read) == (Outcome.DENIED, {})
    assert (done.outcome, done.reasons) == (Outcome.DONE, ())


def test_what_was_done_in_an_emergency_bears_its_reason(told: Database) -> None:
    emergency = Emergency(
        user_id="u-mia",
        reason="nobody on duty",
        since=NOW + timedelta(minutes=3),
        until=NOW + timedelta(minutes=7),
    )

    mia, rex = report(told, emergencies=[emergency]).visitors

    # Before it and when it had ended, Mia only read.
    assert {one.action: one.reasons for one in mia.accesses} == {
        "case.read": (),
        "plan.make": ("nobody on duty",),
    }
    assert not any(one.reasons for one in rex.accesses)


def test_erased_details_leave_who_and_when(told: Database) -> None:
    with told.write() as session:
        erase_details(session, (1, 2), Erasure(principal=COORDINATOR, at=NOW, reason="asked"))

    found = report(told)

    reading = next(one for one in found.visitors[0].accesses if one.action == "case.read")
    assert (reading.count, reading.erased) == (3, 2)
    assert reading.read == {"sojourn_case": ("story",)}
    assert "audit.erase" in {one.action for one in found.visitors[0].accesses}


def test_a_period_narrows_the_report(told: Database) -> None:
    late = report(told, since=NOW + timedelta(minutes=4), until=NOW + timedelta(minutes=5))

    assert [(one.user_id, one.count) for one in late.visitors] == [("u-rex", 1)]


def test_nobody_was_there(told: Database) -> None:
    assert report(told, "SJ-9").visitors == ()


def store(database: Database, *hidden: tuple[str, ...]) -> None:
    """Store one entry of reading a case for each tuple of fields that stayed hidden."""
    with database.write() as session:
        add_entries(
            session,
            [
                entry(
                    number,
                    detail={"read": rows("sojourn_case", "SJ-1", "visit"), "hidden": list(fields)},
                )
                for number, fields in enumerate(hidden, start=1)
            ],
        )


def test_it_says_what_stayed_hidden(database: Database) -> None:
    store(database, ("plan.notes", "sojourn_case.diagnosis", "sojourn_case.title"))

    (reading,) = report(database).visitors[0].accesses

    assert reading.hidden == {"sojourn_case": ("diagnosis", "title")}


def test_what_was_seen_once_did_not_stay_hidden(database: Database) -> None:
    store(database, ("sojourn_case.title", "sojourn_case.story"), ("sojourn_case.title",))
    assert report(database).visitors[0].accesses[0].hidden == {"sojourn_case": ("title",)}

    with database.write() as session:
        add_entries(session, [entry(3, detail={"read": rows("sojourn_case", "SJ-1", "title")})])

    assert report(database).visitors[0].accesses[0].hidden == {}
