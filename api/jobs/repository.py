"""Jobs in the database: stored with what asks for them, claimed once, recorded by their holder.

Nothing here knows what a job does. Who ends, stops or repeats a job from outside uses
``api.jobs.control``, which keeps in step with it what the job works for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, CursorResult
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, insert, select, update

from api.access.actions import Action
from api.access.principal import Principal
from api.errors import IllegalStatusChange, JobNotFound, LeaseLost
from api.jobs.job import Job, JobStatus, Lease, is_finished, next_status
from api.tables.jobs import JobRow
from logistics.repository.documents import Documents, UnreadableDocument

_ARGUMENTS: Documents[dict[str, str]] = Documents(dict[str, str])
_ACTOR: Documents[Principal] = Documents(Principal)
_FINISHED: Final = tuple(status.value for status in JobStatus if is_finished(status))


class UnreadableJob(UnreadableDocument):
    """A job was stored by a version which knows more than this one; it is left to that one."""

    def __init__(self, job_id: str, reason: str) -> None:
        """Keep the job."""
        super().__init__(f"job {job_id!r} cannot be read by this version: {reason}")
        self.job_id = job_id


def add_job(
    session: Session,
    *,
    job_id: str,
    kind: str,
    action: Action,
    arguments: Mapping[str, str],
    actor: Principal,
    max_attempts: int,
    now: datetime,
    dedup_key: str | None = None,
) -> Job:
    """Store a job that is due now, and return it; it exists once the transaction is committed.

    The same ``dedup_key`` returns the job it made before, whatever became of it.
    """
    row = JobRow(
        id=job_id,
        kind=kind,
        action=action.value,
        arguments=_ARGUMENTS.write(dict(arguments)),
        actor=_ACTOR.write(actor),
        organisation_id=actor.organisation_id,
        status=JobStatus.QUEUED.value,
        progress="",
        attempts=0,
        max_attempts=max_attempts,
        run_at=now,
        lease_number=0,
        cancel_requested=False,
        created_at=now,
        dedup_key=dedup_key,
    )
    try:
        with session.begin_nested():
            session.exec(insert(JobRow), params=[row.model_dump()])
    except IntegrityError:
        before = find_job_by_key(session, dedup_key) if dedup_key else None
        if before is None:
            raise
        return before
    return get_job(session, job_id)


def get_job(session: Session, job_id: str) -> Job:
    """Return the job; raises JobNotFound."""
    row = session.get(JobRow, job_id, populate_existing=True)
    if row is None:
        raise JobNotFound(job_id)
    return _to_value(row)


def find_job_by_key(session: Session, dedup_key: str) -> Job | None:
    """Return the job made under that key, or None."""
    query = select(JobRow).where(col(JobRow.dedup_key) == dedup_key)
    row = session.exec(query.execution_options(populate_existing=True)).first()
    return None if row is None else _to_value(row)


def list_jobs(
    session: Session,
    *,
    status: JobStatus | None = None,
    kind: str | None = None,
    limit: int = 100,
) -> tuple[Job, ...]:
    """Return the newest jobs, newest first."""
    query = select(JobRow).order_by(col(JobRow.created_at).desc(), col(JobRow.id).desc())
    if status is not None:
        query = query.where(col(JobRow.status) == status.value)
    if kind is not None:
        query = query.where(col(JobRow.kind) == kind)
    rows = session.exec(query.limit(limit).execution_options(populate_existing=True))
    return tuple(_to_value(row) for row in rows)


def count_by_status(session: Session) -> dict[JobStatus, int]:
    """Return how many jobs there are of each status, also of those that have none."""
    query = select(JobRow.status, func.count()).group_by(col(JobRow.status))
    counts = dict(session.exec(query).all())
    return {status: counts.get(status.value, 0) for status in JobStatus}


def find_due(
    session: Session, *, kinds: Iterable[str], now: datetime, skip: Collection[str] = ()
) -> str | None:
    """Return the id of the job that has been due for longest, or None; nothing is locked."""
    return session.exec(
        select(JobRow.id)
        .where(*_due(kinds, now, skip))
        .order_by(col(JobRow.run_at), col(JobRow.id))
        .limit(1)
    ).first()


def claim_due(
    session: Session,
    *,
    leases: Mapping[str, timedelta],
    owner: str,
    now: datetime,
    skip: Collection[str] = (),
) -> Job | None:
    """Claim the job that has been due for longest and that nobody else is just claiming.

    ``leases`` says which kinds are wanted, and how long each is given at first; the jobs in
    ``skip`` are left alone. Raises UnreadableJob.
    """
    row = session.exec(
        select(JobRow)
        .where(*_due(leases, now, skip))
        .order_by(col(JobRow.run_at), col(JobRow.id))
        .limit(1)
        # On SQLite the turn to write has the same effect.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    return claim_job(session, row.id, owner=owner, now=now, lease=leases[row.kind])


def claim_job(
    session: Session, job_id: str, *, owner: str, now: datetime, lease: timedelta
) -> Job | None:
    """Claim this job, due or not; return None when it is not queued (any more)."""
    changed = session.exec(
        update(JobRow)
        .where(col(JobRow.id) == job_id, col(JobRow.status) == JobStatus.QUEUED.value)
        .values(
            status=JobStatus.RUNNING.value,
            lease_owner=owner,
            lease_until=now + lease,
            lease_number=col(JobRow.lease_number) + 1,
            attempts=col(JobRow.attempts) + 1,
            started_at=now,
        )
    )
    return get_job(session, job_id) if _count(changed) else None


def renew_lease(session: Session, lease: Lease, *, until: datetime) -> bool:
    """Keep the lease until then; return whether somebody asked the job to stop.

    Raises LeaseLost.
    """
    changed = session.exec(update(JobRow).where(*_held_by(lease)).values(lease_until=until))
    if not _count(changed):
        raise LeaseLost(lease.job_id)
    asked = session.exec(select(JobRow.cancel_requested).where(col(JobRow.id) == lease.job_id))
    return asked.one()


def require_lease(session: Session, lease: Lease) -> None:
    """Hold the lease fast until the transaction ends; raises LeaseLost when it is gone.

    To be called first in every transaction that records what the job has done: whoever takes the
    job over in the meantime waits, and whoever was taken over records nothing.
    """
    query = select(JobRow.id).where(*_held_by(lease)).with_for_update()
    if session.exec(query).first() is None:
        raise LeaseLost(lease.job_id)


def note_progress(session: Session, lease: Lease, progress: str) -> None:
    """Say how far the job is; raises LeaseLost."""
    changed = session.exec(update(JobRow).where(*_held_by(lease)).values(progress=progress))
    if not _count(changed):
        raise LeaseLost(lease.job_id)


def end_lease(
    session: Session,
    lease: Lease,
    status: JobStatus,
    *,
    now: datetime,
    pause: timedelta = timedelta(0),
    failure: str | None = None,
    is_handed_back: bool = False,
) -> Job:
    """Move a running job to where ``next_status`` lets it go, and return it; raises LeaseLost.

    A job that is queued again is due after the pause; a try that was handed back does not count.
    A job that was asked to stop is cancelled instead: whoever asked is not made to ask again.
    """
    row = session.exec(
        select(JobRow)
        .where(*_held_by(lease))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise LeaseLost(lease.job_id)
    if status is JobStatus.QUEUED and row.cancel_requested:
        status, failure = JobStatus.CANCELLED, None
    row.status = next_status(JobStatus(row.status), status).value
    row.lease_owner = row.lease_until = None
    row.failure = failure
    row.finished_at = now if is_finished(status) else None
    if status is JobStatus.QUEUED:
        row.run_at = now + pause
        row.progress = ""
        row.attempts -= int(is_handed_back)
    session.flush()
    return _to_value(row)


def list_expired(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Return the ids of running jobs whose lease has ended: their makers are dead or cut off."""
    query = (
        select(JobRow.id)
        .where(col(JobRow.status) == JobStatus.RUNNING.value, col(JobRow.lease_until) < now)
        .order_by(col(JobRow.lease_until), col(JobRow.id))
    )
    return tuple(session.exec(query))


def lock_job(session: Session, job_id: str) -> Job:
    """Return the job, held as it is until the transaction ends; raises JobNotFound."""
    return _to_value(_lock(session, job_id))


def lock_expired(session: Session, job_id: str, *, now: datetime) -> Job | None:
    """Return the job, held until the transaction ends, if its lease is still over by then."""
    row = _lock(session, job_id)
    is_over = row.lease_until is not None and row.lease_until < now
    return _to_value(row) if is_over else None


def request_cancel(session: Session, job_id: str, *, now: datetime) -> Job:
    """Ask the job to stop, and return it: cancelled if it was queued, unchanged if finished.

    A running job is told, and ends soon. Raises JobNotFound.
    """
    row = _lock(session, job_id)
    status = JobStatus(row.status)
    if is_finished(status):
        return _to_value(row)
    row.cancel_requested = True
    if status is JobStatus.QUEUED:
        row.status = next_status(status, JobStatus.CANCELLED).value
        row.finished_at = now
    session.flush()
    return _to_value(row)


def retry_now(session: Session, job_id: str, *, now: datetime) -> Job:
    """Let a failed job be tried again from the start, or a waiting one at once; return it.

    Raises JobNotFound, and IllegalStatusChange for a job that is running, done or cancelled.
    """
    row = _lock(session, job_id)
    status = JobStatus(row.status)
    if status is JobStatus.RUNNING:
        raise IllegalStatusChange(status, JobStatus.QUEUED)
    if status is not JobStatus.QUEUED:
        row.status = next_status(status, JobStatus.QUEUED).value
        row.attempts = 0
        row.cancel_requested = False
        row.finished_at = None
    row.run_at = now
    session.flush()
    return _to_value(row)


def delete_finished(session: Session, *, before: datetime) -> int:
    """Forget the jobs that ended before then; return how many."""
    gone = session.exec(
        delete(JobRow).where(col(JobRow.status).in_(_FINISHED), col(JobRow.finished_at) < before)
    )
    return _count(gone)


def _due(
    kinds: Iterable[str], now: datetime, skip: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(JobRow.status) == JobStatus.QUEUED.value,
        col(JobRow.run_at) <= now,
        col(JobRow.kind).in_(tuple(kinds)),
        col(JobRow.id).not_in(tuple(skip)),
    )


def _held_by(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        col(JobRow.id) == lease.job_id,
        col(JobRow.status) == JobStatus.RUNNING.value,
        col(JobRow.lease_number) == lease.number,
    )


def _count(changed: object) -> int:
    return cast("CursorResult[tuple[()]]", changed).rowcount


def _lock(session: Session, job_id: str) -> JobRow:
    """Return the job's row as it is now, held until the transaction ends."""
    row = session.get(JobRow, job_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise JobNotFound(job_id)
    return row


def _to_value(row: JobRow) -> Job:
    plain = {field.name: getattr(row, field.name) for field in fields(Job)}
    try:
        plain["action"] = Action(row.action)
        plain["arguments"] = _ARGUMENTS.read(row.arguments)
        plain["actor"] = _ACTOR.read(row.actor)
    except ValueError as error:
        raise UnreadableJob(row.id, str(error)) from error
    plain["status"] = JobStatus(row.status)
    return Job(**plain)
