"""Accepting a proposal: slots taken, a revision frozen, nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.database import Database
from scheduling.accept_plan import OFFER_LIFETIME, accept_plan
from scheduling.errors import OfferExpired, PlanNotReady, ProposalNotFound, SlotTaken
from scheduling.option_ids import slot_ids_of
from scheduling.repository.appointments import AppointmentStatus, list_appointments, take_slot
from scheduling.repository.itineraries import find_itinerary_for_case, list_revisions
from scheduling.repository.plans import create_plan
from tests.scheduling.worlds import NOW, seeded


def test_accepting_freezes_the_first_revision_and_holds_the_slot(database: Database) -> None:
    plan = seeded(database).plan("SJ-1001")

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
    plan = seeded(database).plan("SJ-1001")
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
    plan = seeded(database).plan("SJ-1001")

    revisions = [
        accept_plan(
            plan_id=plan.id, proposal="best", sessions=database, now=NOW, request_key="form-7"
        ).revision
        for _ in range(2)
    ]

    assert revisions == [1, 1]


def test_a_slot_somebody_took_meanwhile_leaves_everything_as_it_was(database: Database) -> None:
    world = seeded(database)
    plan = world.plan("SJ-1001")
    assert plan.best is not None
    with database.write() as session:
        take_slot(
            session,
            slot_id=slot_ids_of(plan.best.choices)[0],
            case_reference="SJ-1002",
            itinerary_id="IT-SJ-1002",
            now=NOW,
        )

    with pytest.raises(SlotTaken):
        accept_plan(plan_id=plan.id, proposal="best", sessions=database, now=NOW)

    with database.read() as session:
        assert find_itinerary_for_case(session, "SJ-1001") is None
        assert list_appointments(session, "SJ-1001") == ()


def test_prices_are_trusted_for_a_day_and_not_a_minute_longer(sqlite_database: Database) -> None:
    plan = seeded(sqlite_database).plan("SJ-1001")
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
    plan = seeded(sqlite_database).plan("SJ-1001")
    with sqlite_database.write() as session:
        create_plan(session, plan_id="PL-2", case_reference="SJ-1001", now=NOW)

    with pytest.raises(ProposalNotFound):
        accept_plan(plan_id=plan.id, proposal="bset", sessions=sqlite_database, now=NOW)
    with pytest.raises(PlanNotReady):
        accept_plan(plan_id="PL-2", proposal="best", sessions=sqlite_database, now=NOW)


def test_notes_follow_the_case(sqlite_database: Database) -> None:
    world = seeded(sqlite_database)
    plan = world.plan("SJ-1005")

    itinerary = accept_plan(plan_id=plan.id, proposal="best", sessions=sqlite_database, now=NOW)

    assert any("wheelchair" in notice for notice in itinerary.notices)
    assert any("Passport" in thing for thing in itinerary.bring)
    assert any(contact.role == "Facility" for contact in itinerary.contacts)
    assert "Sample data" in itinerary.notices[0]
