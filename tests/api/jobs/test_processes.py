"""Workers as processes of their own: killed, frozen, told to stop; each effect happens once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Final

import pytest

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.database import Database, open_database
from api.jobs.job import Backoff, Job, JobStatus
from api.jobs.repository import add_job, get_job, list_jobs
from api.jobs.run import JobRun, Kind, Kinds
from api.jobs.worker import work, working
from api.wiring import read_clock
from tests.api.jobs.builders import KIND, add, services_over
from tests.keys import RING
from tests.storage.processes import start_process

pytestmark = pytest.mark.sweep

_LEASE: Final = timedelta(seconds=1)
_EFFECT: Final = "test.effect"
_PATIENCE_SECONDS: Final = 30.0


def _kinds(seconds: float) -> Kinds:
    """Return the one kind there is: it takes that long, and its effect is a row."""

    def handler(run: JobRun) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            run.check()
            time.sleep(0.01)
        with run.finish() as session:
            add_job(
                session,
                job_id=f"{run.job.id}-by-{run.job.lease_number}",
                kind=_EFFECT,
                action=Action.UPKEEP,
                arguments={},
                actor=SYSTEM,
                max_attempts=1,
                now=run.services.now(),
            )

    return {
        KIND: Kind(
            action=Action.UPKEEP,
            handler=handler,
            max_attempts=3,
            backoff=Backoff(first_seconds=0.1, factor=1, longest_seconds=0.1),
            lease=_LEASE,
        )
    }


def _work(url: str, seconds: float, grace: float) -> None:
    """Be a worker."""
    services = services_over(open_database(url, keys=RING), read_clock)
    work(services, threads=1, grace_seconds=grace, kinds=_kinds(seconds))


@contextmanager
def _worker(url: str, *, seconds: float, grace: float = 0.2) -> Iterator[BaseProcess]:
    process = start_process(_work, url, seconds, grace)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _send(process: BaseProcess, signal_number: int) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal_number)


def _wait_for(database: Database, is_so: Callable[[Job], bool]) -> Job:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with database.read() as session:
            job = get_job(session, "JB-1")
        if is_so(job):
            return job
        assert time.monotonic() < until, f"still {job}"
        time.sleep(0.02)


def _is_running(job: Job) -> bool:
    return job.status is JobStatus.RUNNING


def _is_done(job: Job) -> bool:
    return job.status is JobStatus.DONE


def _effects(database: Database) -> list[str]:
    with database.read() as session:
        return [job.id for job in list_jobs(session, kind=_EFFECT)]


@pytest.fixture
def with_job(database: Database) -> Database:
    """Return the database with one job that is due."""
    with database.write() as session:
        add(session, now=read_clock())
    return database


def test_a_worker_that_is_killed_is_taken_over(with_job: Database, database_url: str) -> None:
    with _worker(database_url, seconds=60) as first:
        before = _wait_for(with_job, _is_running)
        _send(first, signal.SIGKILL)
        first.join()
        with _worker(database_url, seconds=0):
            after = _wait_for(with_job, _is_done)

    assert (after.attempts, after.lease_number) == (2, 2)
    assert after.started_at is not None
    assert before.lease_until is not None
    assert after.started_at > before.lease_until, "its lease had ended"
    assert _effects(with_job) == ["JB-1-by-2"]


def test_a_worker_that_was_frozen_comes_too_late(with_job: Database, database_url: str) -> None:
    with _worker(database_url, seconds=1) as frozen:
        _wait_for(with_job, _is_running)
        _send(frozen, signal.SIGSTOP)
        with _worker(database_url, seconds=0):
            _wait_for(with_job, _is_done)
        _send(frozen, signal.SIGCONT)
        time.sleep(1.5)
        assert frozen.is_alive()

    assert _effects(with_job) == ["JB-1-by-2"]


def test_a_long_job_keeps_its_worker(with_job: Database, database_url: str) -> None:
    with (
        _worker(database_url, seconds=3 * _LEASE.total_seconds()),
        _worker(database_url, seconds=0),
    ):
        done = _wait_for(with_job, _is_done)

    assert done.lease_number == 1
    assert len(_effects(with_job)) == 1


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_must_stop_hands_its_job_back(
    with_job: Database, database_url: str, signal_number: int
) -> None:
    with _worker(database_url, seconds=60) as first:
        _wait_for(with_job, _is_running)
        begun = time.monotonic()
        _send(first, signal_number)
        first.join(_PATIENCE_SECONDS)
        seconds = time.monotonic() - begun
        back = _wait_for(with_job, lambda job: job.status is JobStatus.QUEUED)

    assert first.exitcode == 0
    assert seconds < 10
    assert (back.attempts, back.lease_owner) == (0, None)
    with _worker(database_url, seconds=0):
        _wait_for(with_job, _is_done)
    assert _effects(with_job) == ["JB-1-by-2"]


def test_a_worker_that_must_stop_may_finish_what_is_nearly_done(
    with_job: Database, database_url: str
) -> None:
    with _worker(database_url, seconds=1, grace=20) as first:
        _wait_for(with_job, _is_running)
        _send(first, signal.SIGTERM)
        first.join(_PATIENCE_SECONDS)

    assert first.exitcode == 0
    assert _effects(with_job) == ["JB-1-by-1"]


def test_two_workers_share_the_jobs_and_do_each_once(database: Database, database_url: str) -> None:
    with database.write() as session:
        for number in range(20):
            add(session, f"JB-{number}", now=read_clock())

    with _worker(database_url, seconds=0.02), _worker(database_url, seconds=0.02):
        until = time.monotonic() + _PATIENCE_SECONDS
        while len(_effects(database)) < 20 and time.monotonic() < until:
            time.sleep(0.05)

    assert sorted(_effects(database)) == sorted(f"JB-{number}-by-1" for number in range(20))


def test_workers_in_threads_make_jobs_during_the_block(with_job: Database) -> None:
    services = services_over(with_job, read_clock)

    with working(services, threads=2, kinds=_kinds(0)):
        _wait_for(with_job, _is_done)

    assert _effects(with_job) == ["JB-1-by-1"]
