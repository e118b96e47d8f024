"""Itineraries: one for a case, its revisions numbered without a gap, each frozen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from api.database import Database
from logistics.errors import CaseNotFound
from scheduling.errors import ItineraryNotFound, PlanNotFound
from scheduling.itinerary import Itinerary
from scheduling.repository.errors import RequestKeyReused, RevisionConflict
from scheduling.repository.itineraries import (
    add_revision,
    find_by_request_key,
    find_itinerary_for_case,
    get_itinerary,
    list_accepted,
    list_revisions,
)
from tests.databases import undone
from tests.storage.builders import itinerary, store_people, store_plan
from tests.storage.strategies import itineraries

FIRST, SECOND = "SJ-1001", "SJ-1002"


@pytest.fixture
def with_plans(database: Database) -> Database:
    """A database with two cases and a plan of each."""
    with database.write() as session:
        store_people(session, [FIRST, SECOND])
        store_plan(session, "plan-1", FIRST)
        store_plan(session, "plan-2", SECOND)
    return database


def _add(database: Database, revision: int, request_key: str | None = None) -> Itinerary:
    with database.write() as session:
        return add_revision(
            session, itinerary("plan-1", revision=revision), request_key=request_key
        )


def test_a_revision_comes_back_as_it_was(with_plans: Database) -> None:
    stored = _add(with_plans, 1)

    with with_plans.read() as session:
        assert get_itinerary(session, "IT-1") == stored


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(itineraries)
def test_any_revision_comes_back_exactly(with_plans: Database, drawn: Itinerary) -> None:
    stored = replace(drawn, id="IT-1", revision=1, case_reference=FIRST, plan_id="plan-1")

    with undone(with_plans) as session:
        add_revision(session, stored)
        read = get_itinerary(session, "IT-1", 1)

    assert read == stored


def test_a_case_without_an_itinerary_has_none(with_plans: Database) -> None:
    with with_plans.read() as session:
        assert find_itinerary_for_case(session, FIRST) is None
        assert list_revisions(session, "IT-1") == ()


def test_the_latest_revision_is_the_one_that_counts(with_plans: Database) -> None:
    first, second = _add(with_plans, 1), _add(with_plans, 2)

    with with_plans.read() as session:
        assert find_itinerary_for_case(session, FIRST) == second
        assert get_itinerary(session, "IT-1") == second
        assert get_itinerary(session, "IT-1", 1) == first
        assert list_revisions(session, "IT-1") == (first, second)


@pytest.mark.parametrize(
    ("itinerary_id", "revision", "named"),
    [("IT-9", None, "IT-9"), ("IT-1", 3, "IT-1, revision 3"), ("IT-1", 0, "IT-1, revision 0")],
)
def test_an_unknown_revision_is_named(
    with_plans: Database, itinerary_id: str, revision: int | None, named: str
) -> None:
    _add(with_plans, 1)

    with with_plans.read() as session, pytest.raises(ItineraryNotFound, match=named):
        get_itinerary(session, itinerary_id, revision)


@pytest.mark.parametrize("revision", [1, 3])
def test_a_revision_follows_the_latest(with_plans: Database, revision: int) -> None:
    _add(with_plans, 1)

    with pytest.raises(RevisionConflict, match=FIRST):
        _add(with_plans, revision)

    with with_plans.read() as session:
        assert len(list_revisions(session, "IT-1")) == 1


def test_a_case_has_one_itinerary(with_plans: Database) -> None:
    _add(with_plans, 1)

    with pytest.raises(RevisionConflict), with_plans.write() as session:
        add_revision(session, itinerary("plan-1", itinerary_id="IT-2"))


def test_the_same_request_sent_twice_makes_one_revision(with_plans: Database) -> None:
    first = _add(with_plans, 1, "press-1")

    assert _add(with_plans, 2, "press-1") == first

    with with_plans.read() as session:
        assert list_revisions(session, "IT-1") == (first,)
        assert find_by_request_key(session, "press-1") == first
        assert find_by_request_key(session, "press-2") is None


def test_a_key_serves_one_case_only(with_plans: Database) -> None:
    _add(with_plans, 1, "press-1")

    with pytest.raises(RequestKeyReused), with_plans.write() as session:
        add_revision(
            session,
            itinerary("plan-2", reference=SECOND, itinerary_id="IT-2"),
            request_key="press-1",
        )


def test_a_revision_belongs_to_a_known_case_and_plan(with_plans: Database) -> None:
    with with_plans.write() as session:
        with pytest.raises(CaseNotFound):
            add_revision(session, itinerary("plan-1", reference="SJ-404"))
        with pytest.raises(PlanNotFound):
            add_revision(session, itinerary("plan-9"))


def test_accepted_itineraries_are_told_at_their_latest_revision(with_plans: Database) -> None:
    first = itinerary("plan-1")
    second = replace(first, revision=2, accepted_at=first.accepted_at + timedelta(days=2))
    other = replace(
        itinerary("plan-2", reference=SECOND, itinerary_id="IT-2"),
        accepted_at=first.accepted_at + timedelta(days=1),
    )
    with with_plans.write() as session:
        for one in (first, second, other):
            add_revision(session, one)

    with with_plans.read() as session:
        everything = list_accepted(session, since=first.accepted_at, limit=9)
        assert everything == (second, other)
        assert list_accepted(session, since=second.accepted_at, limit=9) == (second,)
        assert list_accepted(session, since=first.accepted_at, limit=1) == (second,)
        later = second.accepted_at + timedelta(seconds=1)
        assert list_accepted(session, since=later, limit=9) == ()
