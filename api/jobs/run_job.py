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
from api.jobs.run import (
    FencedSessions,
    JobCancelled,
    JobInterrupted,
    JobRun,
    JobSignals,
    Kinds,
    sessions_now,
)
from api.people.principals import renew_principal
from api.scoped.sessions import Scope
from api.wiring import Services
from logistics.repository.sessions import Sessions

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
        elif error is not None:
            # Its effect is stored; what came after cannot take it back.
            _log_failure(error, job, JobStatus.DONE)
    except (LeaseLost, JobInterrupted):
        _LOG.info("job.left", extra={"job": job.id, "kind": job.kind})
    except Exception:  # noqa: BLE001 — the last place to see it: nobody waits for this work
        # The database is away, or what the job works for cannot follow it. The lease ends, and
        # whoever takes the job over sees to it.
        _LOG.exception("job.unrecorded", extra={"job": job.id, "kind": job.kind})


def _handle(run: JobRun, kinds: Kinds) -> Exception | None:
    """Run the handler; return what stopped it, unless the job is no longer ours."""
    try:
        seen = sessions_for(run.job, run.services)
        kinds[run.job.kind].handler(replace(run, sessions=FencedSessions(seen, run.job)))
    except (LeaseLost, JobInterrupted):
        raise
    except Exception as error:  # noqa: BLE001 — the last place to see it: nobody waits for this work
        return error
    return None


def sessions_for(job: Job, services: Services) -> Sessions:
    """Return the database as the job's actor may see it now; the service itself sees all.

    Raises JobDenied where they are gone, or their roles no longer allow what the job does.
    """
    if job.actor.kind is PrincipalKind.SYSTEM:
        return services.as_system(job.action).sessions
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
    return services.seen_in(scope).sessions


def _record(run: JobRun, error: Exception | None, kinds: Kinds) -> None:
    """End this try as done, cancelled, to be tried again, or failed."""
    kind, job, now = kinds[run.job.kind], run.job, run.services.now()
    sessions = sessions_now(run.services)
    if error is None:
        status = JobStatus.DONE
    elif isinstance(error, JobCancelled):
        status = JobStatus.CANCELLED
    else:
        with sessions.read() as session:
            job = get_job(session, job.id)
        status = status_after_failure(job, is_retryable=getattr(error, "retryable", False))
        _log_failure(error, job, status)
    again = status is JobStatus.QUEUED
    with sessions.write() as session:
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
        "job.ended",
        extra={"job": job.id, "kind": job.kind, "status": after.status, "try": job.attempts},
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
