"""Make one claimed job: run its handler under a heartbeat, and record how it ended."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

from api.access.policy import find_reach
from api.access.principal import PrincipalKind
from api.errors import JobDenied, LeaseLost, find_problem_kind
from api.jobs.heartbeat import heartbeat
from api.jobs.job import Job, JobStatus, status_after_failure
from api.jobs.kinds import KINDS
from api.jobs.repository import end_lease, get_job
from api.jobs.run import FencedSessions, JobCancelled, JobInterrupted, JobRun, JobSignals, Kinds
from api.people.principals import renew_principal
from api.scoped.sessions import Scope
from api.wiring import Services
from logistics.repository.errors import DatabaseUnavailable

_LOG: Final = logging.getLogger(__name__)


def run_job(
    job: Job, *, services: Services, kinds: Kinds = KINDS, signals: JobSignals | None = None
) -> None:
    """Make a claimed job; whatever happens is recorded in the job, not raised.

    A worker that lost the lease records nothing: the job is another's then.
    """
    told = signals or JobSignals()
    kind = kinds[job.kind]
    run = JobRun(job, services, FencedSessions(services.sessions, job), told)
    try:
        with heartbeat(job, services=services, lease=kind.lease, signals=told):
            error = _handle(run, kinds)
        if not told.recorded.is_set():
            _record(run, error, kinds)
    except (LeaseLost, JobInterrupted):
        _LOG.info("job.left", extra={"job": job.id, "kind": job.kind})
    except DatabaseUnavailable:
        # The lease ends, and another worker takes the job over.
        _LOG.exception("job.unrecorded", extra={"job": job.id, "kind": job.kind})


def _handle(run: JobRun, kinds: Kinds) -> Exception | None:
    """Run the handler; return what stopped it, unless the job is no longer ours."""
    try:
        kinds[run.job.kind].handler(_as_the_actor(run))
    except (LeaseLost, JobInterrupted):
        raise
    except Exception as error:  # noqa: BLE001 — the last place to see it: nobody waits for this work
        return error
    return None


def _as_the_actor(run: JobRun) -> JobRun:
    """Return the same try with sessions that show what the job's actor may see now.

    Raises JobDenied where their roles no longer allow what the job does.
    """
    job, services = run.job, run.services
    if job.actor.kind is PrincipalKind.SYSTEM:
        seen = services.as_system(job.action)
        return replace(run, sessions=FencedSessions(seen.sessions, job))
    with services.database.read() as session:
        actor = renew_principal(session, job.actor)
    reach = None if actor is None else find_reach(actor, job.action)
    if actor is None or reach is None:
        raise JobDenied(job.id, job.action)
    scope = Scope(
        principal=actor,
        action=job.action,
        reach=reach,
        now=services.now(),
        source=f"job {job.id}",
    )
    seen = services.seen_in(scope)
    return replace(run, sessions=FencedSessions(seen.sessions, job))


def _record(run: JobRun, error: Exception | None, kinds: Kinds) -> None:
    """End this try as done, cancelled, to be tried again, or failed."""
    kind, job, now = kinds[run.job.kind], run.job, run.services.now()
    if error is None:
        status = JobStatus.DONE
    elif isinstance(error, JobCancelled):
        status = JobStatus.CANCELLED
    else:
        with run.services.sessions.read() as session:
            job = get_job(session, job.id)
        status = status_after_failure(job, is_retryable=getattr(error, "retryable", False))
        _log_failure(error, job, status)
    again = status is JobStatus.QUEUED
    with run.services.sessions.write() as session:
        after = end_lease(
            session,
            run.job.lease,
            status,
            now=now,
            pause=kind.backoff.after(job.attempts) if again else timedelta(0),
            failure=_words(error) if status in {JobStatus.QUEUED, JobStatus.FAILED} else None,
        )
        if status is not JobStatus.DONE:
            kind.follow(session, JobStatus.RUNNING, after, now)
    _LOG.info(
        "job.ended", extra={"job": job.id, "kind": job.kind, "status": status, "try": job.attempts}
    )


def _log_failure(error: Exception, job: Job, status: JobStatus) -> None:
    facts = {"job": job.id, "kind": job.kind, "status": status}
    if find_problem_kind(error) is None:
        _LOG.error("job.broken", extra=facts, exc_info=error)
    else:
        _LOG.info("job.stopped", extra={**facts, "reason": type(error).__name__})


def _words(error: Exception | None) -> str | None:
    """Return what the operator may read: of an error nobody foresaw only its name."""
    if error is None:
        return None
    return type(error).__name__ if find_problem_kind(error) is None else str(error)
