"""Imports side by side with what DuckDB and pandas alone do: seconds, processor time, peak memory.

`bare` is DuckDB's own way from the same file to Parquet: for tall files a plain copy with guessed
types, for wide ones UNPIVOT of the nine columns of each payer. pandas only reads. Each runs in a
process of its own, in turn, and the best of three counts: the machine may be busy otherwise.

`python -m bench.price_files.importing MEGABYTES` measures files of another size, each once.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.price_files.made import write_shuffled, write_tall, write_wide

MEGABYTES: Final = 300
_ROUNDS: Final = 3
_SPAWN: Final = multiprocessing.get_context("spawn")
_KILOBYTES: Final = 1024
_ARGUMENTS: Final = 2
_PANDAS_BYTES_MAX: Final = 1_000_000_000


def measure(megabytes: int = MEGABYTES, rounds: int = _ROUNDS) -> dict[str, Any]:
    """Return seconds, processor seconds and peak memory of each way, by kind of file."""
    found: dict[str, Any] = {"megabytes": megabytes}
    with tempfile.TemporaryDirectory(prefix="sojourn-prices-") as name:
        folder = Path(name)
        for kind, (write, ways) in _KINDS.items():
            file = folder / f"{kind}.csv"
            write(file, megabytes)
            found[kind] = _best(file, ways, rounds)
            file.unlink()
    return found


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [
        f"{found['megabytes']} MB",
        f"{'file':10} {'way':8} {'s':>7} {'cpu s':>7} {'peak MB':>8} {'charges':>10}  of bare",
    ]
    for kind in _KINDS:
        bare = found[kind]["bare"]
        for way, one in found[kind].items():
            ratios = f"{one['seconds'] / bare['seconds']:.2f}, {one['cpu'] / bare['cpu']:.2f}"
            lines.append(
                f"{kind:10} {way:8} {one['seconds']:7.2f} {one['cpu']:7.2f} {one['peak_mb']:8.0f} "
                f"{one['charges']:10}  {ratios}"
            )
    return "\n".join(lines)


def _best(
    file: Path, ways: dict[str, Callable[[Path, Path], int]], rounds: int
) -> dict[str, dict[str, float]]:
    """Return the best round of each way, their rounds in turn."""
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _round in range(rounds):
        for way, job in ways.items():
            if job is _pandas and file.stat().st_size > _PANDAS_BYTES_MAX:
                # It holds the whole file, several times over.
                continue
            runs[way].append(_apart(job, file))
            print(f"{file.stem} {way}: {runs[way][-1]}", file=sys.stderr)
    return {way: min(found, key=lambda one: one["seconds"]) for way, found in runs.items() if found}


def _apart(job: Callable[[Path, Path], int], file: Path) -> dict[str, float]:
    """Run a job in a process of its own; return what it took."""
    told = _SPAWN.SimpleQueue()
    process = _SPAWN.Process(target=_timed, args=(job, file, told))
    process.start()
    found: dict[str, float] = told.get()
    process.join()
    return found


def _timed(job: Callable[[Path, Path], int], file: Path, told: Any) -> None:  # noqa: ANN401 — the queue's class is private
    with tempfile.TemporaryDirectory(prefix="sojourn-prices-") as folder:
        begun, used = time.perf_counter(), _processor_seconds()
        charges = job(file, Path(folder))
        seconds, cpu = time.perf_counter() - begun, _processor_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILOBYTES
    told.put({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "charges": charges})


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ours(file: Path, folder: Path) -> int:
    from pricing.import_price_file import (  # noqa: PLC0415 — only this process wants it
        ImportWish,
        import_price_file,
    )

    wish = ImportWish(file=file, root=folder, now=datetime.now(UTC))
    return import_price_file(wish, lambda *_: None).manifest.rows.charges


def _copy(file: Path, folder: Path) -> int:
    import duckdb  # noqa: PLC0415 — only this process wants it

    copied = duckdb.connect().execute(
        f"COPY (FROM read_csv('{file}', skip = 2)) TO '{folder}/bare.parquet' (COMPRESSION zstd)"
    )
    return int(copied.fetchall()[0][0])


def _unpivot(file: Path, folder: Path) -> int:
    import duckdb  # noqa: PLC0415 — only this process wants it

    from pricing.price_files.reading import head_of  # noqa: PLC0415 — as above

    columns = head_of(file, file.name)[1]
    names = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(columns.width))
    payers = ", ".join(
        f"({', '.join(f'c{position}' for position in one.fields.values())}) AS '{one.payer}'"
        for one in columns.payers
    )
    values = ", ".join(f"v{number}" for number in range(len(columns.payers[0].fields)))
    copied = duckdb.connect().execute(
        f"COPY (FROM (FROM read_csv('{file}', columns = {{{names}}}, header = false, skip = 3, "
        f"auto_detect = false, quote = '\"')) UNPIVOT INCLUDE NULLS (({values}) FOR payer IN "
        f"({payers})) WHERE coalesce({values}) IS NOT NULL) "
        f"TO '{folder}/bare.parquet' (COMPRESSION zstd)"
    )
    return int(copied.fetchall()[0][0])


def _pandas(file: Path, _folder: Path) -> int:
    import pandas as pd  # noqa: PLC0415 — only this process wants it

    return len(pd.read_csv(file, skiprows=2, low_memory=False))


_KINDS: Final[dict[str, tuple[Callable[[Path, int], None], dict[str, Callable[..., int]]]]] = {
    "tall": (write_tall, {"bare": _copy, "ours": _ours, "pandas": _pandas}),
    "shuffled": (write_shuffled, {"bare": _copy, "ours": _ours}),
    "wide": (write_wide, {"bare": _unpivot, "ours": _ours}),
}

if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) == _ARGUMENTS else MEGABYTES
    print(table(measure(size, rounds=1)))
