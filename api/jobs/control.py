"""Moving jobs from outside: stopped, tried again, taken over, handed back, timed.

Each works in the caller's transaction, and lets what the job works for follow it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlmodel import Session

from api.access.principal import SYSTEM
from api.jobs.job import Job, JobStatus, Lease, is_finished, period_key, status_after_failure
from api.jobs.kinds import KINDS
from api.jobs.repository import (
    UnreadableJob,
    add_job,
    end_lease,
    find_job_by_key,
    list_expired,
    lock_expired,
    lock_job,
    request_cancel,
    retry_now,
)
from api.jobs.run import Kinds, follow_nothing
from logistics.repository.errors import DatabaseUnavailable
from logistics.repository.sessions import Sessions

_LOG: Final = logging.getLogger(__name__)
_LOST: Final = "the worker that made it went away"
_UNFOLLOWED: Final = "what it works for could not follow it; the log says why"


def cancel_job(session: Session, job_id: str, *, now: datetime, kinds: Kinds = KINDS) -> Job:
    """Ask a job to stop, and return it; a finished one stays as it is. Raises JobNotFound."""
    before = lock_job(session, job_id).status
    job = request_cancel(session, job_id, now=now)
    if not is_finished(before):
        _follow(session, before, job, now, kinds)
    return job


def retry_job(session: Session, job_id: str, *, now: datetime, kinds: Kinds = KINDS) -> Job:
    """Let a failed job be tried again, or one that waits for its next try at once; return it.

    Raises JobNotFound, and IllegalStatusChange for a job that is running, done or cancelled.
    """
    before = lock_job(session, job_id).status
    job = retry_now(session, job_id, now=now)
    if before is not JobStatus.QUEUED:
        _follow(session, before, job, now, kinds)
    return job


def hand_back(session: Session, lease: Lease, *, now: datetime, kinds: Kinds = KINDS) -> Job:
    """Put a running job back into the queue at once, as if it had not begun; raises LeaseLost.

    One that was asked to stop is cancelled.
    """
    job = end_lease(session, lease, JobStatus.QUEUED, now=now, is_handed_back=True)
    _follow(session, JobStatus.RUNNING, job, now, kinds)
    return job


def take_over_expired(sessions: Sessions, *, now: datetime, kinds: Kinds = KINDS) -> int:
    """Free the jobs whose workers are gone, each in a transaction of its own; return how many.

    They are tried again, unless no try is left or they were asked to stop. One that makes trouble
    ends as failed and is in nobody's way. Raises DatabaseUnavailable.
    """
    with sessions.read() as session:
        expired = list_expired(session, now=now)
    return sum(_take_over(sessions, job_id, now, kinds) for job_id in expired)


def _take_over(sessions: Sessions, job_id: str, now: datetime, kinds: Kinds) -> bool:
    try:
        return _free(sessions, job_id, now, kinds)
    except DatabaseUnavailable:
        raise
    except UnreadableJob:
        # A worker of its own version takes it over.
        return False
    except Exception:  # noqa: BLE001 — one job must not be in the way of the others
        _LOG.exception("job.unfollowed", extra={"job": job_id})
        return _give_up(sessions, job_id, now)


def _free(sessions: Sessions, job_id: str, now: datetime, kinds: Kinds) -> bool:
    with sessions.write() as session:
        job = lock_expired(session, job_id, now=now)
        if job is None:
            # Its worker has spoken up, or another was faster.
            return False
        status = status_after_failure(job, is_retryable=True)
        after = end_lease(session, job.lease, status, now=now, failure=_LOST)
        _follow(session, JobStatus.RUNNING, after, now, kinds)
    _LOG.info("job.taken_over", extra={"job": job_id, "kind": job.kind, "status": status})
    return True


def _give_up(sessions: Sessions, job_id: str, now: datetime) -> bool:
    """End a job as failed though what it works for cannot follow it, lest it be freed for ever."""
    with sessions.write() as session:
        job = lock_expired(session, job_id, now=now)
        if job is not None:
            end_lease(session, job.lease, JobStatus.FAILED, now=now, failure=_UNFOLLOWED)
    return job is not None


def queue_timed(sessions: Sessions, *, now: datetime, kinds: Kinds = KINDS) -> None:
    """Queue the timed jobs of the present period that nobody has queued yet."""
    for name, kind in kinds.items():
        if kind.every is None:
            continue
        key = period_key(name, every=kind.every, now=now)
        with sessions.read() as session:
            if find_job_by_key(session, key) is not None:
                continue
        with sessions.write() as session:
            add_job(
                session,
                job_id=f"JB-{uuid4().hex[:16]}",
                kind=name,
                action=kind.action,
                arguments={},
                actor=SYSTEM,
                max_attempts=kind.max_attempts,
                now=now,
                dedup_key=key,
            )


def _follow(session: Session, before: JobStatus, job: Job, now: datetime, kinds: Kinds) -> None:
    # A job of a kind this version does not know is moved all the same.
    follow = kinds[job.kind].follow if job.kind in kinds else follow_nothing
    follow(session, before, job, now)
