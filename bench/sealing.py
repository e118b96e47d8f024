"""What sealing costs: the same reads and writes with sealed fields and with fields in the open.

Two SQLite files hold the same rows; one is opened with a ring that seals, the other with one that
stores text as it is. Both are measured in turn, so that the ratio is that of one machine at one
time. Beside them: rows a second of a key rotation.
"""

from __future__ import annotations

import base64
import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from api.database import Database, open_database
from api.seeding import seed
from logistics import samples
from logistics.repository.cases import add_cases, get_case, list_cases, replace_case
from logistics.rotate_keys import rotate_keys
from logistics.sealing import Key, KeyRing, Place, new_key
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from scheduling.optimizer.apart import cool_down, solve_apart
from scheduling.plan_visit import plan_visit
from scheduling.repository.plans import create_plan, get_plan, list_plans

CASES: Final = 1_000
ROUNDS: Final = 41
_REFERENCE: Final = "SJ-1001"
_PLAN: Final = "bench"


class OpenRing(KeyRing):
    """Keys that seal nothing: what is stored is the text itself."""

    def seal(self, text: str, place: Place) -> str:
        """Return the text."""
        del place
        return text

    def open(self, sealed: str, place: Place) -> str:
        """Return the text."""
        del place
        return sealed

    def seal_bytes(self, content: bytes, place: Place) -> str:
        """Return the bytes as ASCII."""
        del place
        return base64.b64encode(content).decode()

    def open_bytes(self, sealed: str, place: Place) -> bytes:
        """Return the bytes of the ASCII."""
        del place
        return base64.b64decode(sealed)


def measure() -> dict[str, Any]:
    """Return milliseconds of each job with sealed fields and in the open, and their ratio."""
    keys = [new_key("bench")]
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        sealed = _filled(Path(folder, "sealed.sqlite"), KeyRing(keys))
        in_the_open = _filled(Path(folder, "open.sqlite"), OpenRing(keys))
        cool_down()
        measured: dict[str, Any] = {
            name: _compare(job, sealed, in_the_open) for name, job in _JOBS.items()
        }
        sealed.dispose()
        in_the_open.dispose()
        measured["rotation"] = _rotation(Path(folder, "sealed.sqlite"), keys)
    return measured


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    lines = [f"{'median of ' + str(ROUNDS):28}{'open ms':>10}{'sealed ms':>11}{'ratio':>8}"]
    for name in _JOBS:
        one = result[name]
        lines.append(f"{name:28}{one['open_ms']:>10}{one['sealed_ms']:>11}{one['ratio']:>8}")
    lines.append(f"rotation: {result['rotation']['rows_a_second']:,} rows a second")
    return "\n".join(lines)


def _list_cases(database: Database) -> None:
    with database.read() as session:
        list_cases(session)


def _get_case(database: Database) -> None:
    with database.read() as session:
        get_case(session, _REFERENCE)


def _get_plan(database: Database) -> None:
    with database.read() as session:
        get_plan(session, _PLAN)


def _list_plans(database: Database) -> None:
    with database.read() as session:
        list_plans(session, _REFERENCE)


def _replace_case(database: Database) -> None:
    with database.write() as session:
        replace_case(session, get_case(session, _REFERENCE))


_JOBS: Final[dict[str, Callable[[Database], None]]] = {
    f"list of {CASES:,} cases": _list_cases,
    "one case": _get_case,
    "one plan": _get_plan,
    "list of plans": _list_plans,
    "change of a case": _replace_case,
}


def _filled(path: Path, ring: KeyRing) -> Database:
    """Return a database with many cases and one plan with its alternatives."""
    now = datetime.now(UTC)
    database = open_database(f"sqlite:///{path}", keys=ring)
    database.migrate()
    seed(database, today=now.date(), samples=samples)
    with database.write() as session:
        known = list_cases(session)
        more = CASES - len(known)
        add_cases(
            session,
            (
                replace(known[number % len(known)], reference=f"SJ-B{number:05}")
                for number in range(more)
            ),
        )
        create_plan(session, plan_id=_PLAN, case_reference=_REFERENCE, now=now)
    plan_visit(
        _PLAN,
        sessions=database,
        travel=SampleCatalogue(),
        solver=solve_apart,
        clock=lambda: datetime.now(UTC),
    )
    return database


def _compare(
    job: Callable[[Database], None], sealed: Database, in_the_open: Database
) -> dict[str, float]:
    """Return the medians of a job on both, taken in turn."""
    times: dict[str, list[float]] = {"sealed": [], "open": []}
    both = [("sealed", sealed), ("open", in_the_open)]
    for _ in range(ROUNDS + 1):
        both.reverse()
        for name, database in both:
            gc.collect()
            started = time.perf_counter()
            job(database)
            times[name].append(1000 * (time.perf_counter() - started))
    # The first round fills caches.
    sealed_ms, open_ms = (statistics.median(times[name][1:]) for name in ("sealed", "open"))
    return {
        "sealed_ms": round(sealed_ms, 2),
        "open_ms": round(open_ms, 2),
        "ratio": round(sealed_ms / open_ms, 2),
    }


def _rotation(path: Path, keys: Iterable[Key]) -> dict[str, int]:
    database = open_database(f"sqlite:///{path}", keys=KeyRing([new_key("next"), *keys]))
    started = time.perf_counter()
    rows = rotate_keys(sessions=database)
    seconds = time.perf_counter() - started
    database.dispose()
    return {"rows": rows, "rows_a_second": round(rows / seconds)}
