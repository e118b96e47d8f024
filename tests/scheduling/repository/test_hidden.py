"""Plans and itineraries for somebody who may not see all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlmodel import Session

from api.database import Database
from logistics.errors import HiddenField, SealBroken
from logistics.repository.sealed import HIDDEN, HIDDEN_FIELDS
from scheduling.itinerary import Itinerary
from scheduling.planning import Phase
from scheduling.repository.itineraries import add_revision, get_itinerary, list_revisions
from scheduling.repository.plans import create_plan, get_plan, list_plans, record_outcome
from tests.storage.builders import NOW, itinerary, planned
from tests.storage.stored import store_everything

COVERAGE = "itinerary_revision.coverage"
DOCUMENT = "itinerary_revision.document"


@pytest.fixture
def full(database: Database) -> Database:
    """A database with a plan and two revisions of an itinerary."""
    store_everything(database, cases=1)
    return database


@contextmanager
def _hiding(database: Database, *hidden: str) -> Iterator[Session]:
    with database.write() as session:
        session.info[HIDDEN_FIELDS] = frozenset(hidden)
        yield session


def _get_itinerary(database: Database, *hidden: str) -> Itinerary:
    with _hiding(database, *hidden) as session:
        return get_itinerary(session, "IT-1")


def test_an_itinerary_without_its_amounts_is_a_whole_journey(full: Database) -> None:
    seen, told = _get_itinerary(full, COVERAGE), _get_itinerary(full)

    assert replace(seen, coverage=told.coverage) == told
    assert seen.coverage.lines == ()
    assert seen.coverage.policy_version == HIDDEN
    assert (seen.coverage.amount.minor, told.coverage.amount.minor) == (0, 450_00)


def test_the_whole_itinerary_can_be_hidden(full: Database) -> None:
    with pytest.raises(HiddenField, match="itinerary_revision"):
        _get_itinerary(full, DOCUMENT)


@pytest.mark.parametrize("hidden", [COVERAGE, DOCUMENT])
def test_who_may_not_see_a_part_freezes_no_revision(full: Database, hidden: str) -> None:
    with pytest.raises(HiddenField), _hiding(full, hidden) as session:
        add_revision(session, itinerary("plan-1", revision=3))

    with full.read() as session:
        assert len(list_revisions(session, "IT-1")) == 2


def test_a_plan_whose_content_is_hidden_is_empty(full: Database) -> None:
    hidden = {f"plan.{name}" for name in ("proposals", "obstacles", "notes", "failure")}
    with full.read() as session:
        session.info[HIDDEN_FIELDS] = frozenset({*hidden, "plan_problem.document"})
        seen = get_plan(session, "plan-1")

    assert (seen.phase, seen.status) == (Phase.PLANNED, "OPTIMAL")
    assert (seen.proposals, seen.obstacles, seen.notes, seen.problem) == ((), (), (), None)


def test_a_reason_of_failure_can_be_hidden(full: Database) -> None:
    with full.write() as session:
        queued = create_plan(session, plan_id="failed", case_reference="SJ-1001", now=NOW)
        failed = replace(planned(queued), phase=Phase.FAILED, failure="No seat for Mara Sample")
        record_outcome(session, failed)

    with full.read() as session:
        told = {one.id: one.failure for one in list_plans(session, "SJ-1001")}
        session.info[HIDDEN_FIELDS] = frozenset({"plan.failure"})
        seen = {one.id: one.failure for one in list_plans(session, "SJ-1001")}

    assert told["failed"] == "No seat for Mara Sample"
    assert seen["failed"] == HIDDEN
    # That a plan did not fail is no secret.
    assert told["plan-1"] is seen["plan-1"] is None


def test_a_hidden_outcome_is_not_recorded(full: Database) -> None:
    hiding = _hiding(full, "plan.proposals")
    with pytest.raises(HiddenField, match=r"plan\.proposals"), hiding as session:
        create_plan(session, plan_id="other", case_reference="SJ-1001", now=NOW)


def test_a_revision_is_sealed_for_its_own_number(full: Database) -> None:
    with full.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE itinerary_revision SET document ="
            " (SELECT document FROM itinerary_revision WHERE revision = 1) WHERE revision = 2"
        )

    with pytest.raises(SealBroken, match="itinerary_revision:IT-1/2:document"):
        _get_itinerary(full)
