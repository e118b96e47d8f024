"""What a handler is given while it makes a job, and what a kind of job is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import Principal
from api.jobs.job import Backoff, Job, JobStatus
from api.jobs.repository import end_lease, note_progress, require_lease
from api.wiring import Services
from logistics.repository.sessions import Sessions


def sessions_now(services: Services) -> Sessions:
    """Return the database as a worker sees it: all of it, and noted at the present instant.

    A worker lives for weeks; sessions it was given when it started would date all it does then.
    """
    return services.as_system(Action.UPKEEP).sessions


class JobCancelled(Exception):
    """Somebody asked the job to stop, and it did."""


class JobInterrupted(Exception):
    """The worker must leave the job: it stops, or the job belongs to another now."""


@dataclass(frozen=True, slots=True)
class FencedSessions:
    """The database for one try of a job: it writes only while the job is this worker's."""

    sessions: Sessions
    job: Job

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction which sees one state of the database and refuses to change it."""
        with self.sessions.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction to write; raises LeaseLost, and nothing of it is stored then."""
        with self.sessions.write() as session:
            require_lease(session, self.job.lease)
            yield session


@dataclass(frozen=True, slots=True)
class JobSignals:
    """What a job is told from outside while it runs."""

    leave: Event = field(default_factory=Event)
    """The lease is lost, or the worker stops: whatever is done from now on is not recorded."""

    cancel: Event = field(default_factory=Event)
    """Somebody asked the job to stop."""

    recorded: Event = field(default_factory=Event)
    """The job has recorded its effect and is done."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One try of one job. Whatever it records goes through ``sessions`` or `finish`."""

    job: Job
    services: Services
    sessions: FencedSessions
    signals: JobSignals

    @property
    def principal(self) -> Principal:
        """Return who asked for the job."""
        return self.job.actor

    def say(self, progress: str) -> None:
        """Say how far the job is; raises LeaseLost."""
        with self.services.sessions.write() as session:
            note_progress(session, self.job.lease, progress)

    def check(self) -> None:
        """Raise JobInterrupted or JobCancelled where the job must stop; between two steps."""
        if self.signals.leave.is_set():
            raise JobInterrupted
        if self.signals.cancel.is_set():
            raise JobCancelled

    @contextmanager
    def finish(self) -> Iterator[Session]:
        """Open the transaction that records the job's effect and that the job is done, or neither.

        Raises LeaseLost.
        """
        with self.sessions.write() as session:
            yield session
            end_lease(session, self.job.lease, JobStatus.DONE, now=self.services.now())
        self.signals.recorded.set()


Handler = Callable[[JobRun], None]
Follow = Callable[[Session, JobStatus, Job, datetime], None]
"""Keeps in step what a job works for: told the status before, the job as it is now, the instant.

Called in the transaction that moves a job without its handler: cancelled, failed, queued again, or
asked to stop while it runs.
"""


def follow_nothing(_session: Session, _before: JobStatus, _job: Job, _now: datetime) -> None:
    """Follow a job whose effect is all it works for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of job: what it is called in the policy table, who makes it, how often it is tried.

    ``lease`` is how long its maker may be silent before another takes over. ``every`` makes it a
    timed job: one in each such period, whichever worker thinks of it first.
    """

    action: Action
    handler: Handler
    max_attempts: int
    backoff: Backoff
    lease: timedelta
    follow: Follow = follow_nothing
    every: timedelta | None = None


Kinds = Mapping[str, Kind]
PATIENT: Final = Backoff(first_seconds=2, factor=4, longest_seconds=900)
"""2 s, 8 s, 32 s, 128 s, … at most a quarter of an hour."""
