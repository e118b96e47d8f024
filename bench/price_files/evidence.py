"""Evidence for one code, asked again and again with 9 and with 200 hospitals imported.

As a server does it: the manifests are read each time, the connection is open. One hospital, which
is large, is asked; then all of them are compared. Processor time stands beside, as the machine may
be busy otherwise.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from bench.price_files.made import write_tall
from pricing.import_price_file import ImportWish, import_price_file
from pricing.price_files.asking import CodeQuestion, open_desk
from pricing.price_files.dataset import Manifest, current_for, current_of, list_manifests
from pricing.price_files.evidence import Asked, find_evidence
from pricing.price_files.evidence_document import to_document

_SIZES: Final = (9, 200)
_LARGE_MEGABYTES: Final = 100
_SMALL_MEGABYTES: Final = 1
_ASKED: Final = 200
_COMPARED: Final = 10
_LARGE: Final = "Hospital 0"
_TODAY: Final = date(2026, 11, 1)


def measure() -> dict[str, Any]:
    """Return milliseconds of the middle and the slowest twentieth answer, by hospitals."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="sojourn-prices-") as name, open_desk() as desk:
        folder = Path(name)
        imported = 0
        for hospitals in _SIZES:
            for number in range(imported, hospitals):
                _import(folder, number)
            imported = hospitals
            found[str(hospitals)] = {
                "one": _asked(lambda: _ask_one(desk, folder), _ASKED),
                "compared": _asked(lambda: _ask_all(desk, folder), _COMPARED),
            }
    return found


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [
        f"{'hospitals':10} {'asked':10} {'median ms':>10} {'p95':>8} {'of them cpu':>12} {'p95':>8}"
    ]
    lines += [
        f"{hospitals:10} {way:10} {one['median']:10.1f} {one['p95']:8.1f} "
        f"{one['cpu_median']:12.1f} {one['cpu_p95']:8.1f}"
        for hospitals, ways in found.items()
        for way, one in ways.items()
    ]
    return "\n".join(lines)


def _import(folder: Path, number: int) -> None:
    file = folder / "prices.csv"
    size = _SMALL_MEGABYTES if number else _LARGE_MEGABYTES
    write_tall(file, size, name=f"Hospital {number}", seed=number)
    wish = ImportWish(file=file, root=folder, now=datetime.now(UTC))
    import_price_file(wish, lambda *_: None)
    file.unlink()


def _asked(ask: Callable[[], int], times: int) -> dict[str, float]:
    ask()
    taken, used = [], []
    for _time in range(times):
        begun, cpu = time.perf_counter(), time.process_time()
        ask()
        taken.append(1000 * (time.perf_counter() - begun))
        used.append(1000 * (time.process_time() - cpu))
    return {
        "median": _share(taken, 50),
        "p95": _share(taken, 95),
        "cpu_median": _share(used, 50),
        "cpu_p95": _share(used, 95),
    }


def _share(taken: list[float], hundredths: int) -> float:
    return sorted(taken)[len(taken) * hundredths // 100]


def _ask_one(desk: duckdb.DuckDBPyConnection, root: Path) -> int:
    manifests = list_manifests(root)
    return _ask(desk, root, (current_for(manifests, hospital=_LARGE),))


def _ask_all(desk: duckdb.DuckDBPyConnection, root: Path) -> int:
    return _ask(desk, root, tuple(current_of(list_manifests(root)).values()))


def _ask(desk: duckdb.DuckDBPyConnection, root: Path, manifests: tuple[Manifest, ...]) -> int:
    # Among the first 200 items, which every hospital has.
    number = random.randint(1, 200)
    question = CodeQuestion(code=f"{'CGJQ'[number % 4]}{number:04d}")
    asked = Asked(root=root, manifests=manifests, question=question, today=_TODAY)
    return len(to_document(find_evidence(desk, asked))["hospitals"])
