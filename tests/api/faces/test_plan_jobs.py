"""Plans as jobs: made by whoever is there, stopped within seconds, in step with their jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any, Final

import pytest
from sqlmodel import Session, col, delete, select

from api.access.actions import Action
from api.jobs.control import cancel_job, hand_back, retry_job, take_over_expired
from api.jobs.desk import Desk
from api.jobs.job import Job, JobStatus
from api.jobs.kinds import KINDS
from api.jobs.plan_job import find_plan_job
from api.jobs.queue_plan import cancel_plan, claim_new_plan, make_plan, queue_plan
from api.jobs.run import JobSignals
from api.jobs.run_job import run_job
from api.tables.audit import AuditEntryRow
from api.tables.jobs import JobRow
from api.wiring import Services
from logistics.errors import CaseNotFound
from scheduling.errors import PlanNotFound
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.apart import solve_apart
from scheduling.optimizer.errors import SolveCancelled
from scheduling.planning import Phase, Plan
from scheduling.repository.plans import get_plan, list_plans
from tests.api.faces.worlds import NOW, World

CASE: Final = "SJ-1002"
_PATIENCE_SECONDS: Final = 20.0


class _Endless:
    """A solver that only ends when it is told to."""

    def __init__(self) -> None:
        """Begin nothing."""
        self.is_solving = False

    def __call__(self, *_: object, cancelled: Callable[[], bool], **__: object) -> Answer:
        """Solve until cancelled, as the real one looks twenty times a second."""
        self.is_solving = True
        until = time.monotonic() + _PATIENCE_SECONDS
        while not cancelled():
            assert time.monotonic() < until, "nobody stopped the solve"
            time.sleep(0.05)
        self.is_solving = False
        raise SolveCancelled


def _plan(services: Services, plan_id: str) -> Plan:
    with services.database.read() as session:
        return get_plan(session, plan_id)


def _job(services: Services, plan_id: str) -> Job:
    with services.database.read() as session:
        job = find_plan_job(session, plan_id)
    assert job is not None
    return job


def _write(services: Services, change: Callable[[Session], object]) -> None:
    with services.database.write() as session:
        change(session)


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def services(world: World) -> Services:
    """Return the services of a world of this test's own."""
    return world.services


@pytest.fixture
def solving(services: Services) -> Iterator[tuple[_Endless, str, Thread]]:
    """Begin a solve that does not end by itself; yield it, the plan, and who waits for it."""
    endless = _Endless()
    plan, job = claim_new_plan(CASE, services=services)
    maker = Thread(
        target=run_job, args=(job,), kwargs={"services": replace(services, solver=endless)}
    )
    maker.start()
    _wait_until(lambda: endless.is_solving)
    yield endless, plan.id, maker
    maker.join(_PATIENCE_SECONDS)


def test_a_plan_and_its_job_are_stored_together(services: Services) -> None:
    plan, is_new = queue_plan(CASE, services=services, request_key="once")

    job = _job(services, plan.id)
    assert is_new
    assert (job.status, job.action) == (JobStatus.QUEUED, Action.PLAN_MAKE)
    assert job.arguments == {"plan_id": plan.id}


def test_a_plan_of_no_case_leaves_no_job(services: Services) -> None:
    with pytest.raises(CaseNotFound):
        queue_plan("SJ-NONE", services=services, request_key=None)

    with services.database.read() as session:
        assert not session.exec(select(JobRow).where(col(JobRow.status) == "queued")).all()


def test_one_key_makes_one_plan_and_one_job(services: Services) -> None:
    first, _ = queue_plan(CASE, services=services, request_key="once")
    again, is_new = queue_plan(CASE, services=services, request_key="once")

    assert (again.id, is_new) == (first.id, False)


def test_cancelling_stops_a_running_solve_within_seconds(
    services: Services, solving: tuple[_Endless, str, Thread]
) -> None:
    _, plan_id, maker = solving
    begun = time.monotonic()

    cancel_plan(plan_id, services=services)
    maker.join(_PATIENCE_SECONDS)

    assert time.monotonic() - begun < 3
    assert _plan(services, plan_id).phase is Phase.CANCELLED
    assert _job(services, plan_id).status is JobStatus.CANCELLED


def test_cancelling_the_job_stops_the_solve_as_well(
    services: Services, solving: tuple[_Endless, str, Thread]
) -> None:
    _, plan_id, maker = solving
    job = _job(services, plan_id)

    _write(services, lambda session: cancel_job(session, job.id, now=NOW))
    maker.join(_PATIENCE_SECONDS)

    assert _plan(services, plan_id).phase is Phase.CANCELLED


def test_cancelling_ends_the_solving_process(services: Services) -> None:
    def solve(
        document: bytes,
        *,
        seconds: float,
        alternatives: int,
        cancelled: Callable[[], bool],
        explains: bool = True,
    ) -> Answer:
        """Solve for real; somebody asks to stop while the process is at it."""

        def ask() -> bool:
            cancel_plan(plan.id, services=services)
            return cancelled()

        return solve_apart(document, seconds=seconds, alternatives=alternatives, cancelled=ask)

    plan, job = claim_new_plan(CASE, services=services)
    run_job(job, services=replace(services, solver=solve))

    assert _plan(services, plan.id).phase is Phase.CANCELLED
    assert _job(services, plan.id).status is JobStatus.CANCELLED


def test_a_worker_that_leaves_stops_the_solve_and_records_nothing(services: Services) -> None:
    endless, signals = _Endless(), JobSignals()
    plan, job = claim_new_plan(CASE, services=services)
    maker = Thread(
        target=run_job,
        args=(job,),
        kwargs={"services": replace(services, solver=endless), "signals": signals},
    )
    maker.start()
    _wait_until(lambda: endless.is_solving)

    signals.leave.set()
    maker.join(_PATIENCE_SECONDS / 4)

    assert not maker.is_alive()
    assert _plan(services, plan.id).phase is Phase.SOLVING
    assert _job(services, plan.id).status is JobStatus.RUNNING


def test_a_plan_handed_back_is_made_from_the_start(services: Services) -> None:
    signals = JobSignals()
    signals.leave.set()
    plan, job = claim_new_plan(CASE, services=services)
    run_job(job, services=services, signals=signals)
    _write(services, lambda session: hand_back(session, job.lease, now=NOW))

    assert _plan(services, plan.id).phase is Phase.QUEUED
    make_plan(plan.id, services)
    assert _plan(services, plan.id).phase is Phase.PLANNED
    assert _job(services, plan.id).status is JobStatus.DONE


def test_a_plan_of_a_dead_worker_is_made_by_the_next(services: Services) -> None:
    plan, _ = claim_new_plan(CASE, services=services)
    later = NOW + 2 * KINDS["plan.make"].lease

    assert take_over_expired(services.database, now=later) == 1
    desk = Desk(replace(services, clock=lambda: later), owner="next")
    job = desk.claim()
    assert job is not None
    desk.make(job.id)

    assert _plan(services, plan.id).phase is Phase.PLANNED
    assert _job(services, plan.id).attempts == 2


def test_a_plan_that_kills_its_workers_fails_with_a_sentence(services: Services) -> None:
    plan, _ = queue_plan(CASE, services=services, request_key=None)
    desk = Desk(services, owner="any")
    for number in range(1, 4):
        # Claimed and never heard of again.
        assert Desk(services, owner=f"dead {number}").claim() is not None
        take_over_expired(services.database, now=NOW + timedelta(minutes=1))
        _write(services, lambda session: _wake(session, plan.id))

    failed = _plan(services, plan.id)
    assert failed.phase is Phase.FAILED
    assert "plan again" in str(failed.failure)
    assert desk.claim() is None


def _wake(session: Session, plan_id: str) -> None:
    job = find_plan_job(session, plan_id)
    if job is not None and job.status is JobStatus.QUEUED:
        retry_job(session, job.id, now=NOW)


def test_a_plan_already_made_is_not_made_again(services: Services) -> None:
    plan, _ = queue_plan(CASE, services=services, request_key=None)
    make_plan(plan.id, services)
    made = _plan(services, plan.id)

    make_plan(plan.id, services)

    assert _plan(services, plan.id) == made


def test_a_plan_whose_worker_died_after_the_outcome_keeps_it(services: Services) -> None:
    def left(*_: object, **__: object) -> None:
        """Die, as far as the job is concerned."""

    plan, job = claim_new_plan(CASE, services=services)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.jobs.run_job._record", left)
        run_job(job, services=services)
    made = _plan(services, plan.id)
    assert made.phase is Phase.PLANNED

    take_over_expired(services.database, now=NOW + timedelta(minutes=1))
    make_plan(plan.id, services)

    assert _plan(services, plan.id) == made
    assert _job(services, plan.id).status is JobStatus.DONE


def test_a_plan_that_broke_can_be_asked_for_again(services: Services) -> None:
    def broken(*_: object, **__: object) -> Any:  # noqa: ANN401 — never returns
        raise RuntimeError("secret inner words")

    plan, job = claim_new_plan(CASE, services=services)
    run_job(job, services=replace(services, solver=broken))
    failed = _plan(services, plan.id)
    _write(services, lambda session: retry_job(session, job.id, now=NOW))
    make_plan(plan.id, services)

    assert failed.phase is Phase.FAILED
    assert "secret" not in str(failed.failure)
    assert _plan(services, plan.id).phase is Phase.PLANNED


def test_a_queued_plan_is_cancelled_at_once(services: Services) -> None:
    plan, _ = queue_plan(CASE, services=services, request_key=None)

    cancel_plan(plan.id, services=services)

    assert _plan(services, plan.id).phase is Phase.CANCELLED
    assert Desk(services, owner="any").claim() is None


def test_a_plan_unknown_cannot_be_made_or_cancelled(services: Services) -> None:
    with pytest.raises(PlanNotFound):
        make_plan("PL-none", services)
    with pytest.raises(PlanNotFound):
        cancel_plan("PL-none", services=services)


def test_plans_of_an_earlier_version_get_a_job(services: Services) -> None:
    plan, _ = queue_plan(CASE, services=services, request_key=None)
    _write(services, lambda session: session.exec(delete(JobRow)))
    desk = Desk(services, owner="any")

    desk.look_around()
    while (job := desk.claim()) is not None:
        desk.make(job.id)

    assert _plan(services, plan.id).phase is Phase.PLANNED
    with services.database.read() as session:
        assert len([one for one in list_plans(session, CASE) if one.id == plan.id]) == 1


def test_what_a_worker_notes_in_the_trail_is_of_the_moment(services: Services) -> None:
    claim_new_plan(CASE, services=services)
    later = NOW + timedelta(days=3)
    begun_long_ago = replace(services.as_system(Action.UPKEEP), clock=lambda: later)

    Desk(begun_long_ago, owner="any").look_around()

    with services.database.read() as session:
        noted = session.exec(
            select(AuditEntryRow).order_by(col(AuditEntryRow.seq).desc()).limit(1)
        ).one()
    assert (noted.at, noted.principal_kind) == (later, "system")
