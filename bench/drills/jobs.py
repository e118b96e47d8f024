"""Two workers which kill and freeze each other at random while they make jobs on PostgreSQL.

Every job writes one row into a table that would take any number of them. In the end each job must
have written exactly one, however often its workers died under it, or woke up too late: a worker
that is frozen for longer than its lease goes on as if nothing had been.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import random
import select
import signal
import time
from collections import Counter
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
from api.errors import LeaseLost
from api.jobs.job import Backoff, JobStatus
from api.jobs.repository import add_job, list_jobs
from api.jobs.run import JobRun, Kind, Kinds
from api.jobs.worker import work
from api.key_file import key_file_of
from api.settings import Settings
from api.wiring import Services
from bench.drills.server import running_server

JOBS: Final = 200
NAMES: Final = ("left", "right")
MARK: Final = "drill.mark"
_LATE: Final = 255
"""What a worker says which came too late to record anything."""
_FORK: Final = multiprocessing.get_context("fork")
_TABLES: Final = (
    "DROP TABLE IF EXISTS drill_effect",
    "CREATE TABLE drill_effect (job_id TEXT NOT NULL, worker TEXT NOT NULL)",
)
_PATIENCE_SECONDS: Final = 300.0
_MAX_ATTEMPTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two blows of one worker (at least, at most), of a job, a lease, a freeze.

    ``mercy`` is the part of the blows that only freeze: for longer than the lease.
    """

    blow: tuple[float, float] = (0.1, 0.9)
    job: tuple[float, float] = (0.01, 0.3)
    lease: float = 0.6
    freeze: float = 2.5
    mercy: float = 0.5


def drill() -> dict[str, Any]:
    """Run the drill on a PostgreSQL server of its own."""
    with running_server() as (url, _):
        return run(url, count=JOBS, seed=time.time_ns(), pace=Pace())


def run(url: str, *, count: int, seed: int, pace: Pace) -> dict[str, Any]:
    """Return what became of that many jobs in the database at the URL."""
    database = open_database(url, keys=key_file_of(url))
    database.migrate()
    _prepare(database, count)
    database.dispose()
    begun = time.monotonic()
    counts = _let_them_fight(url, count, seed, pace)
    seconds = time.monotonic() - begun
    with database.read() as session:
        found = _count(session, count)
    database.dispose()
    # A drill in which nobody died or came too late has shown nothing.
    found["is_well"] = found["is_well"] and counts["deaths"] > 0 and counts["refused_as_late"] > 0
    return {**found, **counts, "seconds": round(seconds, 1), "seed": seed}


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


def _let_them_fight(url: str, count: int, seed: int, pace: Pace) -> Counter[str]:
    """Start both workers, and each again when it was killed; return how often what happened."""
    database = open_database(url, keys=key_file_of(url))
    ring = _Ring(url, seed, pace)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and not _is_over(database, count):
        ring.look()
    ring.end()
    database.dispose()
    return ring.counts


class _Ring:
    """Where the workers meet. They ask for blows through a pipe; who started them deals these.

    Not the workers themselves: a number alone may be another process by then.
    """

    def __init__(self, url: str, seed: int, pace: Pace) -> None:
        self.counts: Counter[str] = Counter(deaths=0, freezes=0, refused_as_late=0)
        self._heard, self._told = os.pipe()
        self._pace = pace
        self._start = partial(_start, url, self._told, pace)
        self._seed = seed
        self._workers = {name: self._start(name, f"{seed}-{name}") for name in NAMES}
        self._thaws: dict[str, float] = {}

    def look(self) -> None:
        """Wait a moment, and do what was asked for meanwhile."""
        asked = b""
        if select.select([self._heard], [], [], 0.05)[0]:
            asked = os.read(self._heard, 4096)
        for one in set(asked) - {_LATE}:
            name = NAMES[one % len(NAMES)]
            if name in self._thaws:
                # It shall wake up and come too late.
                continue
            if one < len(NAMES):
                self._kill(name)
            else:
                self._freeze(name)
        self.counts["refused_as_late"] += asked.count(_LATE)
        self._thaw(time.monotonic())

    def end(self) -> None:
        """Let everybody go home."""
        self._thaw(math.inf)
        for worker in self._workers.values():
            worker.terminate()
        for worker in self._workers.values():
            worker.join(30)
            worker.kill()
        os.close(self._heard)
        os.close(self._told)

    def _kill(self, name: str) -> None:
        self._workers[name].kill()
        self._workers[name].join()
        self.counts["deaths"] += 1
        self._workers[name] = self._start(name, f"{self._seed}-{name}-{self.counts['deaths']}")

    def _freeze(self, name: str) -> None:
        _send(self._workers[name], signal.SIGSTOP)
        self.counts["freezes"] += 1
        self._thaws[name] = time.monotonic() + self._pace.freeze

    def _thaw(self, now: float) -> None:
        for name, until in list(self._thaws.items()):
            if until <= now:
                _send(self._workers[name], signal.SIGCONT)
                del self._thaws[name]


def _send(worker: BaseProcess, number: int) -> None:
    if worker.pid is not None:
        os.kill(worker.pid, number)


def _is_over(database: Database, count: int) -> bool:
    with database.read() as session:
        return len(list_jobs(session, status=JobStatus.DONE, kind=MARK, limit=count)) == count


def _start(url: str, told: int, pace: Pace, name: str, seed: str) -> BaseProcess:
    worker = _FORK.Process(target=_work, args=(url, told, pace, name, seed), daemon=True)
    worker.start()
    return worker


def _work(url: str, told: int, pace: Pace, name: str, seed: str) -> None:
    """Be one of the workers: make jobs, and have the other struck now and then."""
    luck = random.Random(seed)
    other = 1 - NAMES.index(name)
    Thread(target=_fight, args=(told, other, luck, pace), daemon=True).start()
    work(
        _services(open_database(url, keys=key_file_of(url))),
        threads=2,
        kinds=_kinds(told, name, luck, pace),
    )


def _fight(told: int, other: int, luck: random.Random, pace: Pace) -> None:
    """Ask for blows at the other: its number kills it, a number beyond the last one freezes."""
    while True:
        time.sleep(luck.uniform(*pace.blow))
        only_freezes = luck.random() < pace.mercy
        os.write(told, bytes([other + len(NAMES) * only_freezes]))


def _kinds(told: int, name: str, luck: random.Random, pace: Pace) -> Kinds:
    return {
        MARK: Kind(
            action=Action.UPKEEP,
            handler=partial(_mark, told=told, name=name, luck=luck, pace=pace),
            max_attempts=_MAX_ATTEMPTS,
            backoff=Backoff(first_seconds=0.1, factor=1, longest_seconds=0.1),
            lease=timedelta(seconds=pace.lease),
        )
    }


def _mark(run: JobRun, *, told: int, name: str, luck: random.Random, pace: Pace) -> None:
    """Work for a moment, then write the row; a tenth of the work is done in the transaction."""
    pause = luck.uniform(*pace.job) / 10
    time.sleep(9 * pause)
    try:
        with run.finish() as session:
            session.execute(
                text("INSERT INTO drill_effect VALUES (:job, :worker)"),
                {"job": run.job.id, "worker": name},
            )
            time.sleep(pause)
    except LeaseLost:
        os.write(told, bytes([_LATE]))
        raise


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
