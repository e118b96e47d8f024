"""One worker's desk: the jobs it has claimed, makes, and hands back when it stops."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Final

from api.errors import LeaseLost
from api.jobs.control import hand_back, queue_timed, take_over_expired
from api.jobs.job import Job
from api.jobs.kinds import KINDS
from api.jobs.repository import UnreadableJob, claim_due, find_due
from api.jobs.run import JobSignals, Kinds, sessions_now
from api.jobs.run_job import run_job
from api.wiring import Services
from logistics.repository.errors import DatabaseUnavailable

_LOG: Final = logging.getLogger(__name__)
_TIMED_SECONDS: Final = 60.0


class Desk:
    """Claims jobs and makes them, from any number of threads of one process."""

    def __init__(self, services: Services, *, owner: str, kinds: Kinds = KINDS) -> None:
        """Take what jobs are made with; ``owner`` names this worker to people."""
        self._services = services
        self._owner = owner
        self._kinds = kinds
        self._leases = {name: kind.lease for name, kind in kinds.items()}
        self._held: dict[str, tuple[Job, JobSignals]] = {}
        self._guard = Lock()
        self._unreadable: set[str] = set()
        self._is_closed = False
        self._is_reached = True
        self._next_timed = 0.0

    def claim(self) -> Job | None:
        """Return a job that is ours to make, or None when none is due or the desk is closed.

        Looking costs a read; only a job that is there costs the turn to write.
        """
        with self._guard:
            if self._is_closed:
                return None
            try:
                job = self._claim()
            except DatabaseUnavailable as error:
                self._note_unreached(error)
                return None
            except UnreadableJob as error:
                # Left to workers of the version that stored it.
                _LOG.error("job.unreadable", extra={"job": error.job_id})
                self._unreadable.add(error.job_id)
                return None
            self._is_reached = True
            if job is not None:
                self._held[job.id] = (job, JobSignals())
        return job

    def _claim(self) -> Job | None:
        sessions, now = sessions_now(self._services), self._services.now()
        with sessions.read() as session:
            if find_due(session, kinds=self._kinds, now=now, skip=self._unreadable) is None:
                return None
        with sessions.write() as session:
            return claim_due(
                session, leases=self._leases, owner=self._owner, now=now, skip=self._unreadable
            )

    def make(self, job_id: str) -> None:
        """Make a job claimed here; nothing is raised."""
        job, signals = self._held[job_id]
        try:
            run_job(job, services=self._services, kinds=self._kinds, signals=signals)
        finally:
            with self._guard:
                self._held.pop(job_id, None)

    def look_around(self) -> None:
        """Free what dead workers hold, and queue what is to be done from time to time."""
        sessions, now = sessions_now(self._services), self._services.now()
        try:
            take_over_expired(sessions, now=now, kinds=self._kinds)
            if time.monotonic() >= self._next_timed:
                queue_timed(sessions, now=now, kinds=self._kinds)
                self._next_timed = time.monotonic() + _TIMED_SECONDS
        except DatabaseUnavailable as error:
            self._note_unreached(error)

    def close(self) -> None:
        """Claim nothing further and put what is still being made back into the queue, at once."""
        with self._guard:
            self._is_closed = True
            held = list(self._held.values())
        for job, signals in held:
            signals.leave.set()
            self._hand_back(job)

    def _note_unreached(self, error: DatabaseUnavailable) -> None:
        """Say once that the database is away, not several times a second."""
        if self._is_reached:
            _LOG.warning("jobs.unreachable", extra={"reason": error.problem})
        self._is_reached = False

    def _hand_back(self, job: Job) -> None:
        try:
            with sessions_now(self._services).write() as session:
                hand_back(session, job.lease, now=self._services.now(), kinds=self._kinds)
        except LeaseLost:
            # It came to its end in this moment.
            return
        except DatabaseUnavailable:
            # Its lease ends by itself.
            _LOG.info("job.not_handed_back", extra={"job": job.id})
            return
        _LOG.info("job.handed_back", extra={"job": job.id, "kind": job.kind})
