"""Accepting a proposal: slots taken, a revision frozen, nothing half done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.database import Database
from logistics.repository.cases import add_case, get_case
from scheduling.accept_plan import OFFER_LIFETIME, accept_plan
from scheduling.errors import OfferExpired, PlanNotReady, ProposalNotFound, SlotTaken
from scheduling.itinerary import Itinerary
from scheduling.planning import Phase
from scheduling.repository.appointments import AppointmentStatus, list_appointments
from scheduling.repository.itineraries import find_itinerary_for_case, list_revisions
from scheduling.repository.plans import create_plan, move_plan, record_outcome
from scheduling.translation.option_ids import slot_ids_of
from tests.scheduling.worlds import NOW, plan_of, with_plan


def test_accepting_freezes_the_first_revision_and_holds_the_slot(database: Database) -> None:
    plan = with_plan(database, "SJ-1001")

    itinerary = accept_plan(plan_id=plan.id, proposal="best", sessions=database, now=NOW)

    assert (itinerary.id, itinerary.revision) == ("IT-SJ-1001", 1)
    assert plan.best is not None
    assert itinerary.items == plan.best.items
    assert itinerary.coverage == plan.best.coverage
    with database.read() as session:
        assert find_itinerary_for_case(session, "SJ-1001") == itinerary
        held = [one.slot.id for one in list_appointments(session, "SJ-1001")]
    assert tuple(held) == slot_ids_of(plan.best.choices)


def test_accepting_another_proposal_makes_the_next_revision_and_frees_what_is_not_kept(
    database: Database,
) -> None:
    plan = with_plan(database, "SJ-1001")
    other = next(
        one
        for one in plan.proposals[1:]
        if one.choices["slots"] != plan.proposals[0].choices["slots"]
    )

    accept_plan(plan_id=plan.id, proposal="best", sessions=database, now=NOW)
    second = accept_plan(plan_id=plan.id, proposal=other.name, sessions=database, now=NOW)

    assert second.revision == 2
    with database.read() as session:
        assert [one.revision for one in list_revisions(session, second.id)] == [1, 2]
        booked = {
            one.slot.id
            for one in list_appointments(session, "SJ-1001")
            if one.status is AppointmentStatus.BOOKED
        }
    assert booked == set(slot_ids_of(other.choices))


def test_the_same_request_accepts_once(database: Database) -> None:
    plan = with_plan(database, "SJ-1001")

    revisions = [
        accept_plan(
            plan_id=plan.id, proposal="best", sessions=database, now=NOW, request_key="form-7"
        ).revision
        for _ in range(2)
    ]

    assert revisions == [1, 1]


def test_a_slot_somebody_took_meanwhile_leaves_everything_as_it_was(database: Database) -> None:
    plan = with_plan(database, "SJ-1001")
    rival = _accepted_by_another_case(database)

    with pytest.raises(SlotTaken):
        accept_plan(plan_id=plan.id, proposal="best", sessions=database, now=NOW)

    with database.read() as session:
        assert find_itinerary_for_case(session, "SJ-1001") is None
        assert list_appointments(session, "SJ-1001") == ()
        assert find_itinerary_for_case(session, rival.case_reference) == rival


def _accepted_by_another_case(database: Database) -> Itinerary:
    """Let a case that wants just the same accept the same plan first."""
    with database.write() as session:
        twin = replace(get_case(session, "SJ-1001"), reference="SJ-TWIN")
        add_case(session, twin)
        create_plan(session, plan_id="PL-TWIN", case_reference="SJ-TWIN", now=NOW)
        for phase in (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING):
            move_plan(session, "PL-TWIN", phase, progress="")
        record_outcome(session, replace(plan_of("SJ-1001"), id="PL-TWIN", case_reference="SJ-TWIN"))
    return accept_plan(plan_id="PL-TWIN", proposal="best", sessions=database, now=NOW)


def test_prices_are_trusted_for_a_day_and_not_a_minute_longer(sqlite_database: Database) -> None:
    plan = with_plan(sqlite_database, "SJ-1001")
    late = NOW + OFFER_LIFETIME

    with pytest.raises(OfferExpired):
        accept_plan(
            plan_id=plan.id,
            proposal="best",
            sessions=sqlite_database,
            now=late + timedelta(minutes=1),
        )
    on_time = accept_plan(plan_id=plan.id, proposal="best", sessions=sqlite_database, now=late)

    assert on_time.revision == 1


def test_an_unknown_proposal_and_an_unfinished_plan_are_refused(sqlite_database: Database) -> None:
    plan = with_plan(sqlite_database, "SJ-1001")
    with sqlite_database.write() as session:
        create_plan(session, plan_id="PL-2", case_reference="SJ-1001", now=NOW)

    with pytest.raises(ProposalNotFound):
        accept_plan(plan_id=plan.id, proposal="bset", sessions=sqlite_database, now=NOW)
    with pytest.raises(PlanNotReady):
        accept_plan(plan_id="PL-2", proposal="best", sessions=sqlite_database, now=NOW)


def test_notes_follow_the_case(sqlite_database: Database) -> None:
    plan = with_plan(sqlite_database, "SJ-1005")

    itinerary = accept_plan(plan_id=plan.id, proposal="best", sessions=sqlite_database, now=NOW)

    assert any("wheelchair" in notice for notice in itinerary.notices)
    assert any("Passport" in thing for thing in itinerary.bring)
    assert any(contact.role == "Facility" for contact in itinerary.contacts)
    assert "Sample data" in itinerary.notices[0]
