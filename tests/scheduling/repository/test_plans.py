"""Plans: made once for a request, moved along the arrows, and kept with all they found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import text

from api.database import Database
from logistics.errors import CaseNotFound, SealBroken
from logistics.repository.cases import add_case
from scheduling.errors import IllegalPhaseChange, PlanDisagrees, PlanNotFound
from scheduling.planning import Obstacle, Phase, Plan, Proposal, is_finished
from scheduling.repository.errors import RequestKeyReused
from scheduling.repository.plans import (
    create_plan,
    find_plan_by_request_key,
    get_plan,
    is_cancel_requested,
    list_plans,
    list_unfinished,
    move_plan,
    note_progress,
    record_outcome,
    request_cancel,
    restart_plan,
)
from tests.databases import undone
from tests.storage.builders import HOUR, NOW, case, planned, proposal, store_plan
from tests.storage.strategies import json_objects, obstacles, proposals, texts

WAY = (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING)


@pytest.fixture
def with_case(database: Database) -> Database:
    """A database with the cases SJ-1001 and SJ-1002."""
    with database.write() as session:
        add_case(session, case("SJ-1001"))
        add_case(session, case("SJ-1002"))
    return database


def _make(database: Database, plan_id: str = "plan-1", *, until: Phase = Phase.QUEUED) -> Plan:
    """Store a plan and move it along the way up to a phase."""
    with database.write() as session:
        plan = store_plan(session, plan_id)
        for phase in WAY[: WAY.index(until) + 1 if until in WAY else 0]:
            move_plan(session, plan_id, phase, progress=phase.value)
    return plan


def _get(database: Database, plan_id: str = "plan-1") -> Plan:
    with database.read() as session:
        return get_plan(session, plan_id)


def test_a_new_plan_waits_for_its_turn(with_case: Database) -> None:
    made = _make(with_case)

    assert made.phase is Phase.QUEUED
    assert made.created_at == NOW
    assert made.proposals == ()
    assert _get(with_case) == made


def test_an_unknown_plan_is_named(with_case: Database) -> None:
    with pytest.raises(PlanNotFound, match="plan-9"):
        _get(with_case, "plan-9")


def test_a_plan_is_made_for_a_known_case(with_case: Database) -> None:
    with pytest.raises(CaseNotFound, match="SJ-404"), with_case.write() as session:
        store_plan(session, reference="SJ-404")


def test_the_same_form_sent_twice_makes_one_plan(with_case: Database) -> None:
    made = []
    for plan_id in ("plan-1", "plan-2"):
        with with_case.write() as session:
            made.append(
                create_plan(
                    session,
                    plan_id=plan_id,
                    case_reference="SJ-1001",
                    now=NOW,
                    request_key="form-7",
                )
            )

    assert made[0] == made[1]
    with with_case.read() as session:
        assert [plan.id for plan in list_plans(session, "SJ-1001")] == ["plan-1"]
        found = find_plan_by_request_key(session, "form-7")
    assert found == made[0]


def test_a_key_serves_one_case_only(with_case: Database) -> None:
    with with_case.write() as session:
        create_plan(
            session, plan_id="plan-1", case_reference="SJ-1001", now=NOW, request_key="form-7"
        )
        with pytest.raises(RequestKeyReused, match="form-7"):
            create_plan(
                session, plan_id="plan-2", case_reference="SJ-1002", now=NOW, request_key="form-7"
            )


def test_plans_without_a_key_are_as_many_as_asked_for(with_case: Database) -> None:
    _make(with_case, "plan-1")
    _make(with_case, "plan-2")

    with with_case.read() as session:
        assert len(list_plans(session, "SJ-1001")) == 2
        assert find_plan_by_request_key(session, "form-7") is None


def test_what_came_of_a_plan_comes_back_whole(with_case: Database) -> None:
    outcome = planned(_make(with_case, until=Phase.CHECKING))

    with with_case.write() as session:
        record_outcome(session, outcome)

    assert _get(with_case) == outcome


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.lists(proposals, max_size=2).map(tuple),
    rules=st.lists(obstacles, max_size=2).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    statistics=json_objects,
    problem=st.none() | st.binary(max_size=2_000),
)
def test_any_outcome_comes_back_exactly(  # noqa: PLR0917 — hypothesis passes them by name
    with_case: Database,
    found: tuple[Proposal, ...],
    rules: tuple[Obstacle, ...],
    notes: tuple[str, ...],
    statistics: dict[str, object],
    problem: bytes | None,
) -> None:
    with undone(with_case) as session:
        plan = store_plan(session)
        for phase in WAY:
            move_plan(session, plan.id, phase, progress="")
        outcome = replace(
            planned(plan, problem=problem),
            proposals=tuple(replace(one, cost=one.cost % 10**15) for one in found),
            obstacles=rules,
            notes=notes,
            statistics=statistics,
        )
        record_outcome(session, outcome)
        session.expire_all()
        read = get_plan(session, plan.id)

    assert read == outcome


def test_a_plan_can_be_read_without_its_problem_document(with_case: Database) -> None:
    done = planned(_make(with_case, until=Phase.CHECKING))
    with with_case.write() as session:
        record_outcome(session, done)

    with with_case.read() as session:
        found = get_plan(session, "plan-1", with_problem=False)

    assert done.problem is not None
    assert found == replace(done, problem=None)


def test_lists_of_plans_are_newest_first_and_light(with_case: Database) -> None:
    done = planned(_make(with_case, "plan-1", until=Phase.CHECKING))
    with with_case.write() as session:
        record_outcome(session, done)
        create_plan(
            session, plan_id="plan-2", case_reference="SJ-1001", now=NOW + timedelta(seconds=1)
        )

    with with_case.read() as session:
        newest, oldest = list_plans(session, "SJ-1001")
        assert list_plans(session, "SJ-1002") == ()
        with pytest.raises(CaseNotFound, match="SJ-404"):
            list_plans(session, "SJ-404")

    assert (newest.id, newest.phase, newest.best_cost) == ("plan-2", Phase.QUEUED, None)
    assert (oldest.id, oldest.phase, oldest.best_cost) == ("plan-1", Phase.PLANNED, 450_00)
    assert oldest.finished_at == done.finished_at


def test_a_list_does_not_hide_what_a_plan_holds(with_case: Database) -> None:
    done = planned(_make(with_case, until=Phase.CHECKING))

    with with_case.write() as session:
        record_outcome(session, done)
        list_plans(session, "SJ-1001")
        assert get_plan(session, "plan-1") == done


@pytest.mark.parametrize("before", [Phase.QUEUED, *WAY])
@pytest.mark.parametrize("after", list(Phase))
def test_a_plan_moves_along_the_arrows_only(
    with_case: Database, before: Phase, after: Phase
) -> None:
    _make(with_case, until=before)
    order = (Phase.QUEUED, *WAY)
    ways_out = {
        Phase.QUEUED: set(),
        Phase.SEARCHING: {Phase.NO_PLAN},
        Phase.SOLVING: {Phase.NO_PLAN},
        Phase.CHECKING: {Phase.PLANNED},
    }[before]
    allowed = ways_out | {Phase.FAILED, Phase.CANCELLED}
    if before is not WAY[-1]:
        allowed.add(order[order.index(before) + 1])
    if before is not Phase.QUEUED:
        allowed.add(Phase.QUEUED)

    if after in allowed:
        with with_case.write() as session:
            move_plan(session, "plan-1", after, progress="on", now=NOW + HOUR)
        moved = _get(with_case)
        assert (moved.phase, moved.progress) == (after, "on")
        assert moved.finished_at == (NOW + HOUR if is_finished(after) else None)
    else:
        with pytest.raises(IllegalPhaseChange), with_case.write() as session:
            move_plan(session, "plan-1", after, progress="on", now=NOW + HOUR)
        assert _get(with_case).phase is before


def test_a_plan_does_not_end_without_a_time(with_case: Database) -> None:
    _make(with_case)

    with pytest.raises(ValueError, match="time of its end"), with_case.write() as session:
        move_plan(session, "plan-1", Phase.CANCELLED, progress="")


def test_an_unknown_plan_neither_moves_nor_ends(with_case: Database) -> None:
    with with_case.write() as session:
        with pytest.raises(PlanNotFound):
            move_plan(session, "plan-9", Phase.SEARCHING, progress="")
        with pytest.raises(PlanNotFound):
            request_cancel(session, "plan-9")
        with pytest.raises(PlanNotFound):
            is_cancel_requested(session, "plan-9")


def test_a_cancelled_plan_takes_no_outcome(with_case: Database) -> None:
    outcome = planned(_make(with_case, until=Phase.CHECKING))
    with with_case.write() as session:
        move_plan(session, "plan-1", Phase.CANCELLED, progress="cancelled", now=NOW)

    with pytest.raises(IllegalPhaseChange), with_case.write() as session:
        record_outcome(session, outcome)

    assert _get(with_case).proposals == ()
    assert _get(with_case).problem is None


def test_progress_is_noted_until_a_plan_ends(with_case: Database) -> None:
    _make(with_case, until=Phase.SEARCHING)

    with with_case.write() as session:
        note_progress(session, "plan-1", "300 flights")
    assert _get(with_case).progress == "300 flights"

    with with_case.write() as session:
        move_plan(session, "plan-1", Phase.FAILED, progress="failed", now=NOW)
        note_progress(session, "plan-1", "301 flights")
    assert _get(with_case).progress == "failed"


def test_a_running_plan_can_be_asked_to_stop(with_case: Database) -> None:
    _make(with_case, until=Phase.SOLVING)

    with with_case.write() as session:
        assert not is_cancel_requested(session, "plan-1")
        assert request_cancel(session, "plan-1")
    with with_case.read() as session:
        assert is_cancel_requested(session, "plan-1")


def test_a_finished_plan_is_not_asked_to_stop(with_case: Database) -> None:
    outcome = planned(_make(with_case, until=Phase.CHECKING))

    with with_case.write() as session:
        record_outcome(session, outcome)
        assert not request_cancel(session, "plan-1")
        assert not is_cancel_requested(session, "plan-1")


@pytest.mark.parametrize("before", [Phase.QUEUED, *WAY])
def test_an_unfinished_plan_can_start_again(with_case: Database, before: Phase) -> None:
    _make(with_case, until=before)
    with with_case.write() as session:
        request_cancel(session, "plan-1")

    with with_case.write() as session:
        restart_plan(session, "plan-1")

    plan = _get(with_case)
    assert (plan.phase, plan.progress) == (Phase.QUEUED, "")
    with with_case.read() as session:
        # Whoever asked it to stop has not changed their mind.
        assert is_cancel_requested(session, "plan-1")


def test_a_failed_plan_starts_again_as_if_new(with_case: Database) -> None:
    queued = _make(with_case)
    with with_case.write() as session:
        request_cancel(session, "plan-1")
        failed = replace(queued, phase=Phase.FAILED, failure="no luck", finished_at=NOW + HOUR)
        record_outcome(session, failed)

    with with_case.write() as session:
        restart_plan(session, "plan-1")

    assert _get(with_case) == queued
    with with_case.read() as session:
        assert not is_cancel_requested(session, "plan-1")


@pytest.mark.parametrize("after", [Phase.PLANNED, Phase.CANCELLED])
def test_a_plan_with_an_outcome_does_not_start_again(with_case: Database, after: Phase) -> None:
    done = replace(planned(_make(with_case, until=Phase.CHECKING)), phase=after)
    with with_case.write() as session:
        record_outcome(session, done)

    with pytest.raises(IllegalPhaseChange), with_case.write() as session:
        restart_plan(session, "plan-1")

    assert _get(with_case) == done


def test_unfinished_plans_are_listed(with_case: Database) -> None:
    done = planned(_make(with_case, "done", until=Phase.CHECKING))
    with with_case.write() as session:
        record_outcome(session, done)
    _make(with_case, "queued")
    _make(with_case, "solving", until=Phase.SOLVING)

    with with_case.read() as session:
        assert list_unfinished(session) == ("queued", "solving")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [("document = :garbage", SealBroken), ("sha256 = 'f00'", PlanDisagrees)],
)
def test_a_damaged_problem_document_is_never_shown(
    with_case: Database, change: str, refusal: type[Exception]
) -> None:
    with with_case.write() as session:
        plan = store_plan(session)
        for phase in WAY:
            move_plan(session, plan.id, phase, progress="")
        record_outcome(session, planned(plan))
        statement = text(f"UPDATE plan_problem SET {change}")  # noqa: S608 — the two cases above
        session.connection().execute(
            statement, {"garbage": b"garbage"} if "garbage" in change else {}
        )

    with pytest.raises(refusal, match="plan-1"):
        _get(with_case)


def test_the_best_proposal_is_the_first(with_case: Database) -> None:
    outcome = planned(_make(with_case, until=Phase.CHECKING))
    with with_case.write() as session:
        record_outcome(session, outcome)

    assert _get(with_case).best == proposal()
