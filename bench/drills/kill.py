"""Processes killed in the middle of writing: nothing that was acknowledged is lost.

SQLite: a writer changes a case, again and again, through a session that notes each change in the
trail, and says so afterwards; it is killed a thousand times. PostgreSQL: the server itself is
crashed twenty times under four writers (one of its processes is killed, whereupon it drops all
memory and recovers from its log). In the end the trail must hold every acknowledged write,
its chain must be whole, and the case must hold the last one.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from api.database import open_database
from api.key_file import key_file_of
from bench.drills.changing import change, find_left, prepare
from bench.drills.server import running_server
from logistics.repository.errors import DatabaseUnavailable

KILLS: Final = 1_000
SERVER_KILLS: Final = 20
_FORK: Final = multiprocessing.get_context("fork")
_WRITERS: Final = 4
_LINE: Final = 32


def drill() -> dict[str, Any]:
    """Run both drills."""
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        sqlite = kill_writers(f"sqlite:///{folder}/drill.db", KILLS, seed_number=time.time_ns())
    postgresql = kill_servers(SERVER_KILLS, seed_number=time.time_ns())
    return {
        # Writers that acknowledged nothing have shown nothing.
        "is_well": all(one["is_well"] and one["acknowledged"] > 0 for one in (sqlite, postgresql)),
        "sqlite": sqlite,
        "postgresql": postgresql,
    }


def kill_writers(url: str, kills: int, *, seed_number: int) -> dict[str, Any]:
    """Kill a writer that many times, each after a moment of luck; return what is left."""
    prepare(url)
    luck = random.Random(seed_number)
    acknowledged: list[str] = []
    begun = time.monotonic()
    for number in range(kills):
        acknowledged += _run_and_kill(url, number, luck.uniform(0.0, 0.02))
    return {
        "kills": kills,
        "seconds": round(time.monotonic() - begun, 1),
        **find_left(url, acknowledged),
    }


def kill_servers(kills: int, *, seed_number: int) -> dict[str, Any]:
    """Crash the database server that many times under writers; return what is left."""
    luck = random.Random(seed_number)
    with running_server() as (url, folder):
        prepare(url)
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
            _crash_server(folder)
        time.sleep(1)
        end.set()
        for writer in writers:
            writer.join(60)
        _wait_for(url)
        found = find_left(url, acknowledged)
    return {"kills": kills, "seconds": round(time.monotonic() - begun, 1), **found}


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
        change(database, mark)
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
            change(database, mark)
        except (DatabaseUnavailable, DBAPIError):
            time.sleep(0.05)
        else:
            acknowledged.append(mark)
    database.dispose()


def _crash_server(folder: Path) -> None:
    """Kill one process of the server: it then drops all memory and recovers from its log."""
    postmaster = (folder / "postmaster.pid").read_text().splitlines()[0]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
    while True:
        # Right after a crash there may be none yet.
        for child in children.read_text().split()[:1]:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
                return
        time.sleep(0.01)


def _wait_for(url: str) -> None:
    """Wait until a server that was killed has recovered; raises DatabaseUnavailable."""
    database = open_database(url, keys=key_file_of(url))
    for _try in range(60):
        with suppress(DatabaseUnavailable, DBAPIError):
            database.describe()
            break
        time.sleep(0.5)
    database.describe()
    database.dispose()
