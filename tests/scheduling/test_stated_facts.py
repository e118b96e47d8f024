"""Plans under a policy that asks for what only people can state."""

from __future__ import annotations

from datetime import date
from typing import Final

from api.database import Database
from logistics.case_facts import CaseFacts, ExpenseFacts, SiteFacts
from logistics.repository.cases import get_case
from logistics.samples import case_payer
from logistics.state_facts import state_facts
from pricing.coverage.documents.trip_document import Approval
from pricing.coverage.library import get_shipped_text
from pricing.coverage.record import decide_recorded
from pricing.exchange import NoRates
from pricing.repository.policies import add_revision, put_in_force
from pricing.repository.policy_texts import get_text
from scheduling.planning import Phase
from tests.scheduling.worlds import NOW, World, plan_of, seeded

_ASKING: Final = """  conditions:
  - {id: net, text: The site is in the network., requires: site.network}
  - {id: arranged, text: The sponsor arranges the travel., requires: line.arranged_by = 'sponsor'}
  - {id: approved, text: Approved before., applies_to: [air], requires: line.approved_in_advance}
"""


def _demanding(database: Database) -> World:
    """Return a world whose payer asks for more than a case tells, and pays the same for it."""
    world = seeded(database, "SJ-1001")
    text = get_shipped_text("sojourn-premium")
    with database.write() as session:
        note = add_revision(
            session,
            organisation_id=case_payer(),
            policy_id="sojourn-premium",
            title="Demanding",
            text=text.replace("  conditions:\n", _ASKING, 1),
            saved_by="user",
            now=NOW,
        )
        put_in_force(session, note.key, now=NOW)
    return world


def _state(database: Database, *approvals: Approval) -> None:
    with database.write() as session:
        facilities = get_case(session, "SJ-1001").visit.facility_ids
        facts = CaseFacts(
            sites={one: SiteFacts(network=True) for one in facilities},
            expenses=ExpenseFacts(arranged_by="sponsor"),
            approvals=approvals,
        )
        state_facts(session, "SJ-1001", facts, 0, by="user", now=NOW)


def test_a_plan_names_the_fact_that_nobody_has_stated(sqlite_database: Database) -> None:
    plan = _demanding(sqlite_database).plan("SJ-1001")

    assert plan.phase is Phase.FAILED
    assert "site.network" in (plan.failure or "")


def test_stated_facts_bring_the_plan_that_asks_for_nothing(sqlite_database: Database) -> None:
    world = _demanding(sqlite_database)
    _state(sqlite_database, Approval(date=date(2026, 12, 1), covers=("transport",)))

    plan = world.plan("SJ-1001")

    easy = plan_of("SJ-1001").best
    assert plan.status == "OPTIMAL", plan.failure
    assert easy is not None
    assert plan.best is not None
    assert plan.best.coverage.payer == easy.coverage.payer
    assert plan.best.coverage.patient == easy.coverage.patient
    inputs = plan.best.coverage.inputs
    assert inputs is not None
    with sqlite_database.read() as session:
        texts = {digest: get_text(session, digest) for digest in inputs.texts}
    again = decide_recorded(inputs, texts.__getitem__, NoRates())
    assert again.to_document()["payable_cents"] == easy.coverage.payer.minor


def test_without_the_approval_no_flight_is_paid(sqlite_database: Database) -> None:
    world = _demanding(sqlite_database)
    _state(sqlite_database)

    plan = world.plan("SJ-1001")

    assert plan.best is not None, plan.failure
    air = [one for one in plan.best.coverage.lines if one.kind.value == "air"]
    assert air
    assert {one.payer.minor for one in air} == {0}
    assert {one.rule for one in air} == {"approved"}
