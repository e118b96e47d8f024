"""Planning a visit from the database back into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from sqlmodel import update

from api.database import Database
from logistics.claims.claim_trip import TripSpan, claim_trip
from logistics.errors import SupplierError
from logistics.handle_claim import change_expenses, file_claim
from logistics.offers.flights import FlightOffer, FlightQuery
from logistics.repository.cases import get_case
from logistics.repository.claims import add_claim
from logistics.repository.facilities import get_facility
from logistics.samples import case_payer, load_cases
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import Kind
from pricing.coverage.library import get_shipped_text
from pricing.coverage.record import decide_recorded
from pricing.exchange import NoRates
from pricing.repository.policies import add_revision, put_in_force
from pricing.repository.policy_texts import get_text
from pricing.tables import PolicyRevisionRow
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.errors import SolveCancelled, SolveKilled
from scheduling.planning import Phase
from scheduling.repository.plans import create_plan, get_plan, request_cancel
from tests.logistics.claims.filing import decide_it
from tests.scheduling.worlds import NOW, World, plan_of, seeded, solve_here

REFERENCES = [case.reference for case in load_cases(NOW.date())]


def test_a_plan_is_stored_as_it_was_returned(database: Database) -> None:
    world = seeded(database, "SJ-1001")

    plan = world.plan("SJ-1001")

    with database.read() as session:
        assert get_plan(session, plan.id) == plan
    assert plan.phase is Phase.PLANNED
    assert plan.status == "OPTIMAL"
    assert plan.best is not None
    assert plan.best.cost == plan.best.bound
    assert plan.problem is not None


def test_every_sample_case_plans_or_names_what_stands_in_the_way(
    sqlite_database: Database,
) -> None:
    world = seeded(sqlite_database)

    plans = {one: world.plan(one, plan_id=f"PL-{one}") for one in REFERENCES}

    phases = {reference: plan.phase for reference, plan in plans.items()}
    assert set(phases.values()) == {Phase.PLANNED, Phase.NO_PLAN}
    for plan in plans.values():
        assert bool(plan.proposals) != bool(plan.obstacles)
        assert {one.status for one in plan.proposals} <= {"OPTIMAL"}
        for proposal in plan.proposals:
            decision = proposal.coverage
            assert decision.payer.minor == proposal.parts["payer_cents"]
            assert decision.patient.minor == proposal.parts["patient_cents"]


def test_each_alternative_is_best_at_what_it_is_for() -> None:
    plan = plan_of("SJ-1002")

    by_name = {one.name: one for one in plan.proposals}
    everybody = by_name.values()
    patient = by_name["cheapest_patient"].coverage.patient
    payer = by_name["cheapest_payer"].coverage.payer
    assert patient.minor == min(one.coverage.patient.minor for one in everybody)
    assert payer.minor == min(one.coverage.payer.minor for one in everybody)
    gentlest = by_name["gentlest"].parts["burden_minutes"]
    assert gentlest == min(one.parts["burden_minutes"] for one in everybody)
    assert by_name["runner_up"].choices != by_name["best"].choices
    assert by_name["best"].cost == min(one.cost for one in everybody)


class _NoFlights(SampleCatalogue):
    def search_flights(self, query: FlightQuery) -> tuple[FlightOffer, ...]:
        del query
        return ()


class _Broken(SampleCatalogue):
    def search_flights(self, query: FlightQuery) -> tuple[FlightOffer, ...]:
        raise SupplierError("sample", f"no answer for {query.origin}", retryable=True)


def test_no_flight_at_all_is_an_answer_not_a_failure(sqlite_database: Database) -> None:
    world = World(seeded(sqlite_database, "SJ-1001").database, _NoFlights())

    plan = world.plan("SJ-1001")

    assert plan.phase is Phase.NO_PLAN
    assert [one.rule for one in plan.obstacles] == ["offers"]


def test_a_supplier_that_fails_is_said_so(sqlite_database: Database) -> None:
    world = World(seeded(sqlite_database, "SJ-1001").database, _Broken())

    plan = world.plan("SJ-1001")

    assert plan.phase is Phase.FAILED
    assert plan.failure == "sample: no answer for DEN"


def test_a_case_without_any_open_slot_names_the_need(sqlite_database: Database) -> None:
    world = seeded(sqlite_database, "SJ-1001")
    with sqlite_database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM slot")

    plan = world.plan("SJ-1001")

    assert plan.phase is Phase.NO_PLAN
    assert "No open cardiology appointment of 60 minutes" in plan.obstacles[0].sentence


@pytest.mark.parametrize(
    ("error", "phase"),
    [(SolveKilled("killed"), Phase.FAILED), (SolveCancelled("stop"), Phase.CANCELLED)],
)
def test_a_solve_that_ends_without_an_answer_leaves_no_half_plan(
    sqlite_database: Database, error: Exception, phase: Phase
) -> None:
    def stop(
        document: bytes,
        *,
        seconds: float,
        alternatives: int,
        cancelled: Callable[[], bool],
        explains: bool = True,
    ) -> Answer:
        raise error

    plan = seeded(sqlite_database, "SJ-1001").plan("SJ-1001", solver=stop)

    assert plan.phase is phase
    assert plan.proposals == ()
    assert plan.finished_at == NOW


def test_a_plan_cancelled_while_solving_is_not_recorded_as_planned(
    sqlite_database: Database,
) -> None:
    def cancel_then_solve(
        document: bytes,
        *,
        seconds: float,
        alternatives: int,
        cancelled: Callable[[], bool],
        explains: bool = True,
    ) -> Answer:
        with sqlite_database.write() as session:
            request_cancel(session, "PL-1")
        assert cancelled()
        return solve_here(document, seconds=seconds, alternatives=alternatives, cancelled=cancelled)

    plan = seeded(sqlite_database, "SJ-1001").plan("SJ-1001", solver=cancel_then_solve)

    assert plan.phase is Phase.CANCELLED


def test_planning_again_gives_the_same_plan(sqlite_database: Database) -> None:
    again = seeded(sqlite_database, "SJ-1001").plan("SJ-1001")

    assert again.problem == plan_of("SJ-1001").problem
    assert again.proposals == plan_of("SJ-1001").proposals


def test_the_same_request_makes_one_plan(sqlite_database: Database) -> None:
    seeded(sqlite_database, "SJ-1001")

    with sqlite_database.write() as session:
        plans = [
            create_plan(
                session, plan_id=name, case_reference="SJ-1001", now=NOW, request_key="form-1"
            )
            for name in ("PL-a", "PL-b")
        ]

    assert plans[0].id == plans[1].id == "PL-a"


def _revise(database: Database, text: str, *, is_forced: bool) -> None:
    """Make the text the payer's newest revision, the only one in force or a draft alone."""
    with database.write() as session:
        note = add_revision(
            session,
            organisation_id=case_payer(),
            policy_id="sojourn-premium",
            title="Revised",
            text=text,
            saved_by="user",
            now=NOW,
        )
        put_in_force(session, note.key, now=NOW)
        if not is_forced:
            session.exec(update(PolicyRevisionRow).values(status="withdrawn"))


def test_a_plan_is_paid_for_by_the_policy_that_its_payer_has_in_force(
    sqlite_database: Database,
) -> None:
    world = seeded(sqlite_database, "SJ-1001")
    shipped = get_shipped_text("sojourn-premium")
    nothing = re.sub(r"up_to: \d+", "up_to: 1", shipped)
    _revise(sqlite_database, nothing, is_forced=True)

    plan = world.plan("SJ-1001")

    before = plan_of("SJ-1001").best
    assert before is not None
    assert plan.best is not None
    assert plan.best.coverage.payer < before.coverage.payer
    assert all(line.payer.minor % 100 == 0 for line in plan.best.coverage.lines)


def test_a_plan_pays_no_cent_of_a_cap_that_a_claim_has_used(sqlite_database: Database) -> None:
    world = seeded(sqlite_database, "SJ-1001")
    shipped = get_shipped_text("sojourn-premium")
    lifelong = re.sub(r"cap: \d+\n    per: trip", "cap: 1400\n    per: lifetime", shipped)
    assert lifelong != shipped
    _revise(sqlite_database, lifelong, is_forced=True)
    with sqlite_database.write() as session:
        case = get_case(session, "SJ-1001")
        day = NOW.date()
        place = get_facility(session, case.visit.facility_ids[0])
        trip = claim_trip(case, place, TripSpan(day, day), "USD")
        claim = add_claim(session, case.reference, trip, by="patient", now=NOW)
        visit = case.visit.needs[0].id
        taxis = tuple(
            Expense(
                id=f"taxi-{place}",
                kind=Kind.TAXI,
                date=day,
                amount=Decimal(75),
                visit=visit,
                receipt=True,
            )
            for place in range(4)
        )
        claim = change_expenses(session, claim.id, claim.version, taxis)
        claim = file_claim(session, claim.id, claim.version, by="patient", now=NOW)
    before = world.plan("SJ-1001").best
    decide_it(sqlite_database, claim, now=NOW)

    plan = world.plan("SJ-1001", plan_id="PL-2")
    after = plan.best

    assert "already paid this period: USD 300.00 for" in " ".join(plan.notes)
    assert before is not None
    assert after is not None
    assert before.coverage.payer.minor == 1400_00
    assert after.coverage.payer.minor == 1400_00 - 4 * 75_00
    assert after.coverage.inputs is not None
    assert '"300.00"' in after.coverage.inputs.balances


def test_a_plan_decides_what_a_tax_ceiling_bears_upon(sqlite_database: Database) -> None:
    world = seeded(sqlite_database, "SJ-1001")
    shipped = get_shipped_text("sojourn-premium")
    taxed = shipped.replace("  benefits:\n", "  tax: {ceiling: sojourn-vip}\n  benefits:\n")
    _revise(sqlite_database, taxed, is_forced=True)

    plan = world.plan("SJ-1001")

    before = plan_of("SJ-1001").best
    assert before is not None
    assert plan.best is not None
    assert plan.best.choices == before.choices
    assert plan.best.coverage.lines == before.coverage.lines
    assert plan.best.coverage.inputs is not None
    assert [name for name, _ in plan.best.coverage.inputs.ceilings] == ["sojourn-vip"]


def test_a_plan_whose_payer_has_no_policy_in_force_says_what_to_do(
    sqlite_database: Database,
) -> None:
    world = seeded(sqlite_database, "SJ-1001")
    _revise(sqlite_database, "# withdrawn", is_forced=False)

    plan = world.plan("SJ-1001")

    assert plan.phase is Phase.FAILED
    assert plan.failure is not None
    assert "have its draft put in force" in plan.failure


def test_every_decision_of_a_plan_comes_back_from_what_was_kept_of_it(database: Database) -> None:
    plan = seeded(database, "SJ-1003").plan("SJ-1003")

    assert plan.proposals
    with database.read() as session:
        for proposal in get_plan(session, plan.id).proposals:
            kept = proposal.coverage
            assert kept.inputs is not None
            again = decide_recorded(kept.inputs, partial(get_text, session), NoRates())
            assert again.inputs == kept.inputs
            assert [
                (one.id, one.claimed, one.eligible, one.payable) for one in again.decision.lines
            ] == [
                (one.key, one.amount.minor, one.payable.minor, one.payer.minor)
                for one in kept.lines
            ]
            assert again.decision.version == kept.policy_version
