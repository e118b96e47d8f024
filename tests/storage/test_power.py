"""What was acknowledged is there after a crash, and what was not is there whole or not at all.

Killing a process cannot tell a flushed log from an unflushed one: the kernel still has the pages.
That a power cut loses nothing either hangs on the settings, so those are tested as well;
``test_power_cut.py`` simulates the cut.
"""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.database import Database, open_database
from scheduling.planning import Phase
from scheduling.repository.plans import get_plan, list_plans, move_plan, record_outcome
from tests.keys import RING
from tests.storage.builders import planned, store_people, store_plan
from tests.storage.processes import PATIENCE_SECONDS, start_process

ROUNDS = 10
WAY = (Phase.SEARCHING, Phase.SOLVING, Phase.CHECKING)


def _plan_on_and_on(url: str, round_number: int, acknowledge: int) -> None:
    """Store one plan after the other, each with its problem document, and say so afterwards."""
    database = open_database(url, keys=RING)
    number = 0
    while True:
        plan_id = f"plan-{round_number}-{number}"
        with database.write() as session:
            plan = store_plan(session, plan_id)
            for phase in WAY:
                move_plan(session, plan_id, phase, progress="")
            record_outcome(session, planned(plan, problem=os.urandom(2_000)))
        os.write(acknowledge, f"{plan_id}\n".encode())
        number += 1


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    try:
        yield reader, writer
    finally:
        os.close(reader)


def _run_and_kill(url: str, round_number: int, after: int) -> list[str]:
    """Start a writer, kill it after that many acknowledgements, return all it acknowledged."""
    with _pipe() as (reader, writer):
        process = start_process(_plan_on_and_on, url, round_number, writer)
        os.close(writer)
        heard = b""
        while heard.count(b"\n") < after and (more := os.read(reader, 4096)):
            heard += more
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(PATIENCE_SECONDS)
        while more := os.read(reader, 4096):
            heard += more
    # The last line may be cut; only whole ones were heard.
    return heard.decode().split("\n")[:-1]


def test_a_killed_writer_loses_no_acknowledged_write(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_people(session)
    luck = random.Random(1)
    acknowledged: list[str] = []

    for round_number in range(ROUNDS):
        database.dispose()
        heard = _run_and_kill(database_url, round_number, luck.randint(1, 20))
        assert heard, "the writer died before its first acknowledgement"
        acknowledged += heard
        _require_whole(database, acknowledged)


def _require_whole(database: Database, acknowledged: list[str]) -> None:
    with database.read() as session:
        stored = {plan.id for plan in list_plans(session, "SJ-1001")}
        assert set(acknowledged) <= stored
        for plan_id in stored:
            plan = get_plan(session, plan_id)
            assert plan.phase is Phase.PLANNED
            assert plan.problem is not None
    if database.describe().kind == "sqlite":
        with database._engines.reader.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.parametrize("name", ["reader", "writer", "migrator"])
def test_every_sqlite_connection_flushes_before_it_acknowledges(
    sqlite_database: Database, name: str
) -> None:
    engine = getattr(sqlite_database._engines, name)
    connections = [engine.raw_connection() for _ in range(2)]

    for connection in connections:
        # 2 is FULL: the log is flushed at every commit.
        assert connection.cursor().execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.cursor().execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()


def test_postgresql_flushes_before_it_acknowledges(postgres_url: str) -> None:
    database = open_database(postgres_url, keys=RING)

    assert dict(database.describe().settings)["synchronous_commit"] == "on"
    database.dispose()
