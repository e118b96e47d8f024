"""What a job is: its status and what may follow, its lease, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.access.actions import Action
from api.access.principal import Principal
from api.errors import IllegalStatusChange


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_NEXT: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
    JobStatus.RUNNING: frozenset(
        {JobStatus.DONE, JobStatus.QUEUED, JobStatus.FAILED, JobStatus.CANCELLED}
    ),
    JobStatus.DONE: frozenset(),
    JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
    JobStatus.CANCELLED: frozenset(),
}


def next_status(before: JobStatus, after: JobStatus) -> JobStatus:
    """Return ``after`` when the arrow is drawn, else raise IllegalStatusChange.

    ::

             claimed             its effect is recorded
        queued ────→ running ─────────────────────────→ done
         │ ↑ ↑          │ │ │
         │ │ └──────────┘ │ └──→ cancelled   asked to stop
         │ │  tried again,│
         │ │  handed back,└────→ failed      no try is left, or trying again is of no use
         │ │  taken over            │
         │ └────────────────────────┘        somebody asks for it again
         └──────→ cancelled                  asked to stop before it began
    """
    if after not in _NEXT[before]:
        raise IllegalStatusChange(before, after)
    return after


def is_finished(status: JobStatus) -> bool:
    """Return whether a job in that status stays as it is, unless somebody asks for it again."""
    return status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to make a job until it is taken over; ``number`` grows with every claim."""

    job_id: str
    owner: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job; ``arguments`` hold ids only, never what is known about a person.

    ``attempts`` counts the claims that were not handed back. ``actor`` is who asked for it, and
    ``action`` what that is called in the policy table. ``failure`` is what stopped the last try.
    """

    id: str
    kind: str
    action: Action
    arguments: Mapping[str, str]
    actor: Principal
    status: JobStatus
    progress: str
    attempts: int
    max_attempts: int
    run_at: datetime
    lease_owner: str | None
    lease_until: datetime | None
    lease_number: int
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failure: str | None
    dedup_key: str | None

    @property
    def lease(self) -> Lease:
        """Return the lease of a running job; raises ValueError for any other."""
        if self.lease_owner is None:
            raise ValueError(f"job {self.id} is {self.status}; only a running job has a lease")
        return Lease(self.id, self.lease_owner, self.lease_number)

    @property
    def is_last_try(self) -> bool:
        """Return whether no further try follows the present one."""
        return self.attempts >= self.max_attempts


def status_after_failure(job: Job, *, is_retryable: bool) -> JobStatus:
    """Return what a running job becomes when its try has failed, or its maker was lost."""
    if job.cancel_requested:
        return JobStatus.CANCELLED
    if is_retryable and not job.is_last_try:
        return JobStatus.QUEUED
    return JobStatus.FAILED


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before each further try: longer every time, up to a limit."""

    first_seconds: float
    factor: float
    longest_seconds: float

    def after(self, attempts: int) -> timedelta:
        """Return the pause after that many tries (1: after the first)."""
        try:
            seconds = self.first_seconds * self.factor ** (attempts - 1)
        except OverflowError:
            seconds = self.longest_seconds
        return timedelta(seconds=min(seconds, self.longest_seconds))


def period_key(kind: str, *, every: timedelta, now: datetime) -> str:
    """Return the key of the present period of a timed job: the same for all who compute it."""
    seconds = int(every.total_seconds())
    return f"{kind}@{int(now.timestamp()) // seconds * seconds}"
