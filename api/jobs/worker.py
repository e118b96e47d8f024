"""The worker: huey's consumer, whose queue is our table of jobs.

huey brings the threads and their health checks, the timer and the signals. Its storages are not
used: that of SQLite opens Python's ``sqlite3`` (which may corrupt a write-ahead log), both make
tables no migration knows, both take a message out of the queue before it is done, and neither
can store one in the transaction that wants it. `_Messenger` reads our table instead: taking a
message claims a job, and the timer looks after dead workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from huey.api import Huey  # type: ignore[import-untyped]  # — ships no types
from huey.consumer import Consumer  # type: ignore[import-untyped]  # — ships no types
from huey.storage import BlackHoleStorage  # type: ignore[import-untyped]  # — ships no types

from api.jobs.desk import Desk
from api.jobs.kinds import KINDS
from api.jobs.owner import owner_name
from api.jobs.run import Kinds
from api.wiring import Services

GRACE_SECONDS: Final = 20.0
"""How long a worker that was told to stop lets its jobs finish before it hands them back."""

_LOOK_SECONDS: Final = 0.05
_LONGEST_LOOK_SECONDS: Final = 0.2
"""How long a free thread waits before it looks for a job again: at first, and at most."""


class _Messenger(Huey):  # type: ignore[misc]  # — huey has no types
    """huey over our table; what it would store beside messages, nobody needs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("jobs", results=False, storage_class=BlackHoleStorage)
        self._desk = desk
        self._make = self.task(name="job")(desk.make)

    def dequeue(self) -> Any:  # noqa: ANN401 — huey has no types
        """Claim a job and return the task that makes it, or None."""
        job = self._desk.claim()
        return None if job is None else self._make.s(job.id)

    def read_schedule(self, timestamp: datetime | None = None) -> list[Any]:
        """Use the timer's second to look around; what is due later waits in the table."""
        del timestamp
        self._desk.look_around()
        return []


class _DeafConsumer(Consumer):  # type: ignore[misc]  # — huey has no types
    """huey's consumer in a process that is no worker's own: it leaves the signals alone."""

    def _set_signal_handlers(self) -> None:
        pass


def work(
    services: Services,
    *,
    threads: int,
    grace_seconds: float = GRACE_SECONDS,
    kinds: Kinds = KINDS,
) -> None:
    """Make jobs until SIGTERM (finish what is begun) or SIGINT (hand it back); then return.

    What is not finished within the grace goes back into the queue at once.
    """
    desk = Desk(services, owner=owner_name(), kinds=kinds)
    try:
        _consumer(desk, threads, grace_seconds, Consumer).run()
    finally:
        desk.close()


@contextmanager
def working(
    services: Services, *, threads: int, grace_seconds: float = GRACE_SECONDS, kinds: Kinds = KINDS
) -> Iterator[None]:
    """Make jobs in threads of this process during the block; signals are not heard."""
    desk = Desk(services, owner=owner_name(), kinds=kinds)
    consumer = _consumer(desk, threads, grace_seconds, _DeafConsumer)
    consumer.start()
    try:
        yield
    finally:
        consumer.stop(graceful=True)
        desk.close()


def _consumer(desk: Desk, threads: int, grace_seconds: float, consumer: Callable[..., Any]) -> Any:  # noqa: ANN401 — huey has no types
    return consumer(
        _Messenger(desk),
        workers=threads,
        periodic=False,
        initial_delay=_LOOK_SECONDS,
        max_delay=_LONGEST_LOOK_SECONDS,
        scheduler_interval=1,
        shutdown_timeout=grace_seconds,
        graceful_signal="TERM",
    )
