"""The job that makes a plan, and how the plan keeps in step with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import SYSTEM, Principal
from api.jobs.job import Job, JobStatus, is_finished
from api.jobs.repository import add_job, find_job_by_key
from api.jobs.run import JobCancelled, JobInterrupted, JobRun
from scheduling.optimizer.answer import Answer
from scheduling.optimizer.errors import SolveCancelled
from scheduling.plan_visit import plan_visit
from scheduling.planning import Phase
from scheduling.planning import is_finished as is_plan_finished
from scheduling.repository.plans import (
    get_plan,
    list_unfinished,
    record_outcome,
    request_cancel,
    restart_plan,
)

PLAN: Final = "plan.make"
MAX_ATTEMPTS: Final = 3
_SORRY: Final = "Something went wrong on our side. Please plan again."


def add_plan_job(session: Session, plan_id: str, *, actor: Principal, now: datetime) -> Job:
    """Store the job that makes a plan, in the transaction that stores the plan."""
    return add_job(
        session,
        job_id=f"JB-{uuid4().hex[:16]}",
        kind=PLAN,
        action=Action.PLAN_MAKE,
        arguments={"plan_id": plan_id},
        actor=actor,
        max_attempts=MAX_ATTEMPTS,
        now=now,
        dedup_key=f"{PLAN}:{plan_id}",
    )


def find_plan_job(session: Session, plan_id: str) -> Job | None:
    """Return the job that makes the plan; None for plans of long ago."""
    return find_job_by_key(session, f"{PLAN}:{plan_id}")


def make_plan(run: JobRun) -> None:
    """Run the plan to its end; a plan that another try has finished is left as it is."""
    plan_id = run.job.arguments["plan_id"]
    with run.sessions.write() as session:
        phase = get_plan(session, plan_id).phase
        if not is_plan_finished(phase) and phase is not Phase.QUEUED:
            restart_plan(session, plan_id)
    if is_plan_finished(phase):
        return
    services = run.services
    plan = plan_visit(
        plan_id,
        sessions=run.sessions,
        travel=services.travel,
        solver=_Solver(run),
        clock=services.clock,
        seconds=services.settings.solve_seconds,
        is_last_try=run.job.is_last_try,
    )
    if plan.phase is Phase.CANCELLED:
        raise JobCancelled


class _Solver:
    """The solver, which also ends when the job must be left."""

    def __init__(self, run: JobRun) -> None:
        self._run = run

    def __call__(
        self,
        document: bytes,
        *,
        seconds: float,
        alternatives: int,
        cancelled: Callable[[], bool],
        explains: bool = True,
    ) -> Answer:
        """Return the answer; raises JobInterrupted where nobody may record it."""
        leave = self._run.signals.leave
        try:
            return self._run.services.solver(
                document,
                seconds=seconds,
                alternatives=alternatives,
                cancelled=lambda: leave.is_set() or cancelled(),
                explains=explains,
            )
        except SolveCancelled:
            if leave.is_set():
                raise JobInterrupted from None
            raise


def follow_plan_job(session: Session, before: JobStatus, job: Job, now: datetime) -> None:
    """Let the plan be what its job has become."""
    plan_id = job.arguments["plan_id"]
    if job.status is JobStatus.RUNNING:
        request_cancel(session, plan_id)
    elif job.status is JobStatus.QUEUED:
        plan = get_plan(session, plan_id)
        if before is JobStatus.FAILED or not is_plan_finished(plan.phase):
            restart_plan(session, plan_id)
    elif is_finished(job.status):
        _end_plan(session, plan_id, job.status, now)


def _end_plan(session: Session, plan_id: str, status: JobStatus, now: datetime) -> None:
    """End a plan which nobody makes any more, so that nobody waits for it."""
    plan = get_plan(session, plan_id)
    if is_plan_finished(plan.phase):
        return
    ended = replace(plan, phase=Phase.CANCELLED, progress="Cancelled", finished_at=now)
    if status is JobStatus.FAILED:
        ended = replace(ended, phase=Phase.FAILED, progress="Failed", failure=_SORRY)
    record_outcome(session, ended)


def adopt_plans(run: JobRun) -> None:
    """Give a job to every unfinished plan that has none: those of an earlier version."""
    with run.finish() as session:
        for plan_id in list_unfinished(session):
            if find_plan_job(session, plan_id) is None:
                add_plan_job(session, plan_id, actor=SYSTEM, now=run.services.now())
