"""The heartbeat of a running job: a thread that renews the lease and hears what is asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from api.errors import LeaseLost
from api.jobs.job import Job
from api.jobs.repository import renew_lease
from api.jobs.run import JobSignals
from api.wiring import Services
from logistics.repository.errors import DatabaseUnavailable

_LOG: Final = logging.getLogger(__name__)
_BEATS: Final = 3
"""How often a lease is renewed before it would end."""


@contextmanager
def heartbeat(
    job: Job, *, services: Services, lease: timedelta, signals: JobSignals
) -> Iterator[None]:
    """Renew the job's lease during the block; what is heard goes into the signals."""
    end = Event()
    thread = Thread(
        target=_beat, args=(job, services, lease, signals, end), name=f"lease {job.id}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _beat(job: Job, services: Services, lease: timedelta, signals: JobSignals, end: Event) -> None:
    renewed = time.monotonic()
    while not end.wait(lease.total_seconds() / _BEATS):
        asked = time.monotonic()
        try:
            with services.sessions.write() as session:
                is_cancelled = renew_lease(session, job.lease, until=services.now() + lease)
        except LeaseLost:
            signals.leave.set()
            return
        except Exception as error:  # noqa: BLE001 — a heart that stops unheard leaves the job running
            if not isinstance(error, DatabaseUnavailable):
                _LOG.exception("job.heart_broken", extra={"job": job.id})
            # The next beat may succeed; after the lease nobody knows whose the job is.
            _LOG.info("job.unrenewed", extra={"job": job.id})
            if time.monotonic() - renewed >= lease.total_seconds():
                signals.leave.set()
                return
        else:
            renewed = asked
            if is_cancelled:
                signals.cancel.set()
