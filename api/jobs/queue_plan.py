"""Asking for a plan and asking it to stop: what pages, REST and commands call."""

from __future__ import annotations

from uuid import uuid4

from sqlmodel import Session

from api.access.principal import SYSTEM, Principal
from api.jobs.control import cancel_job
from api.jobs.job import Job
from api.jobs.kinds import KINDS
from api.jobs.owner import owner_name
from api.jobs.plan_job import PLAN, add_plan_job, find_plan_job
from api.jobs.repository import claim_job
from api.jobs.run_job import run_job
from api.wiring import Services
from logistics.repository.cases import get_case
from scheduling.planning import Plan
from scheduling.repository.plans import create_plan, request_cancel, require_plan


def queue_plan(
    reference: str, *, services: Services, request_key: str | None, actor: Principal = SYSTEM
) -> tuple[Plan, bool]:
    """Return a plan of the case that waits for a worker, and whether it is new.

    The same key returns the plan it made before.

    Raises:
        CaseNotFound: no case has that reference.
        RequestKeyReused: the key made a plan of another case.
    """
    with services.sessions.write() as session:
        plan, is_new = _store(session, reference, services=services, request_key=request_key)
        if is_new:
            add_plan_job(session, plan.id, actor=actor, now=services.now())
    return plan, is_new


def claim_new_plan(
    reference: str, *, services: Services, actor: Principal = SYSTEM
) -> tuple[Plan, Job]:
    """Return a new plan of the case with its job, which no worker but the caller will make.

    Should the caller die, a worker takes over. Raises CaseNotFound.
    """
    with services.sessions.write() as session:
        plan, _ = _store(session, reference, services=services, request_key=None)
        add_plan_job(session, plan.id, actor=actor, now=services.now())
        job = _claim(session, plan.id, services)
    if job is None:
        raise RuntimeError(f"the job of plan {plan.id} was claimed before it was stored")
    return plan, job


def make_plan(plan_id: str, services: Services) -> None:
    """Make a queued plan here and now, unless a worker has begun it; raises PlanNotFound."""
    with services.sessions.write() as session:
        require_plan(session, plan_id)
        job = _claim(session, plan_id, services)
    if job is not None:
        run_job(job, services=services)


def cancel_plan(plan_id: str, *, services: Services) -> None:
    """Ask a plan to stop: a queued one is cancelled at once, a finished one stays as it is.

    Raises PlanNotFound.
    """
    with services.sessions.write() as session:
        require_plan(session, plan_id)
        job = find_plan_job(session, plan_id)
        if job is None:
            request_cancel(session, plan_id)
        else:
            cancel_job(session, job.id, now=services.now())


def _store(
    session: Session, reference: str, *, services: Services, request_key: str | None
) -> tuple[Plan, bool]:
    plan_id = f"PL-{uuid4().hex[:16]}"
    get_case(session, reference)
    plan = create_plan(
        session,
        plan_id=plan_id,
        case_reference=reference,
        now=services.now(),
        request_key=request_key,
    )
    return plan, plan.id == plan_id


def _claim(session: Session, plan_id: str, services: Services) -> Job | None:
    job = find_plan_job(session, plan_id)
    if job is None:
        return None
    return claim_job(
        session, job.id, owner=owner_name(), now=services.now(), lease=KINDS[PLAN].lease
    )
