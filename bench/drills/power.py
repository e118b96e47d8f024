"""Power cuts in the middle of writing to SQLite: nothing that was acknowledged is lost.

A killed process loses nothing that the operating system holds; a power cut does. So a writer of the
service (`changing.change`, the SQLite of the service) is recorded at the calls through which
it reaches the operating system, its acknowledgements among them (``recorder.c``, loaded before the
C library). For each of a thousand cuts, at any place of the record, a disk is made up as it may
be found then (`disk`), and opened by the service: every write acknowledged before the cut must be
there, the audit trail whole, the case in step with it, the file undamaged, and writing must go on.

Recorded replay, and why not otherwise: SQLite stands linked within the driver, so no file layer of
ours can be put below it; another driver would not be what the service runs; a file system in user
space needs rights. What is recorded is whole: followed to its end it must give, byte by byte, the
files that are there.

The control runs the same with ``synchronous=NORMAL``, which does not flush at a commit: it must
lose acknowledged writes, or the drill could not find any.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from api.database import open_database
from api.key_file import key_file_of
from bench.drills.changing import change, find_left, prepare
from bench.drills.disk import Disk, Step, read_steps
from logistics.repository.errors import DatabaseUnavailable

CUTS: Final = 1_000
CHANGES: Final = 600
CONTROL_CUTS: Final = 150
_RECORDER: Final = Path(__file__).with_name("recorder.c")
_DATABASE: Final = "drill.db"
_ACKNOWLEDGED: Final = "acknowledged"
_SHARED_MEMORY: Final = "-shm"
"""Ends the name of a file that is memory between processes: it is never flushed."""

_GARBAGE_BYTES: Final = 32_768
_CHECKOUT: Final = Path(__file__).parents[2]
_STEPS: Final = {
    "C": "created",
    "W": "written",
    "T": "truncated",
    "S": "flushed",
    "U": "unlinked",
}


def drill() -> dict[str, Any]:
    """Cut the power a thousand times, and as a control where commits are not flushed."""
    seed = time.time_ns()
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        found = cut_power(Path(folder, "full"), CUTS, changes=CHANGES, seed=seed)
        control = cut_power(
            Path(folder, "normal"), CONTROL_CUTS, changes=CHANGES, seed=seed, synchronous="NORMAL"
        )
    is_well = found["is_well"] and control["cuts_that_lost"] > 0
    return {"is_well": is_well, **found, "control": control, "seed": seed}


def find_compiler() -> str | None:
    """Return the C compiler that makes the recorder, or None."""
    return shutil.which("gcc")


def cut_power(
    folder: Path, cuts: int, *, changes: int, seed: int, synchronous: str = ""
) -> dict[str, Any]:
    """Record a writer, cut its power that many times, and return what was left each time.

    ``synchronous`` overrides how SQLite flushes. Raises RuntimeError without a compiler, and where
    something was done to the files that the recorder does not see.
    """
    begun = time.monotonic()
    recording = _record(folder, changes, synchronous)
    luck = random.Random(seed)
    cut_after = Counter(luck.randrange(len(recording.steps)) for _ in range(cuts))
    disk, acknowledged = Disk(recording.before), list[str]()
    faults: Counter[str] = Counter()
    for number, step in enumerate(recording.steps):
        disk.follow(step)
        if step.name == _ACKNOWLEDGED:
            acknowledged += step.content.decode().split()
        for _ in range(cut_after[number]):
            faults.update(_find_faults(disk.after_cut(luck), acknowledged, luck))
    return {
        "is_well": not faults,
        "cuts": cuts,
        "cuts_that_lost": faults["lost"],
        "faults": dict(faults),
        "acknowledged": len(acknowledged),
        "steps": dict(Counter(_STEPS[step.what] for step in recording.steps)),
        "seconds": round(time.monotonic() - begun, 1),
    }


@dataclass(frozen=True, slots=True)
class _Recording:
    """What lay in the folder when the writer began, and what it did."""

    before: dict[str, bytes]
    steps: list[Step]


def _record(folder: Path, changes: int, synchronous: str) -> _Recording:
    watched, record = folder / "watched", folder / "record"
    watched.mkdir(parents=True)
    url = f"sqlite:///{watched / _DATABASE}"
    prepare(url)
    before = _files(watched)
    environment = {
        "LD_PRELOAD": str(_make_recorder(folder)),
        "RECORDED_FOLDER": str(watched),
        "RECORD": str(record),
    }
    arguments = [url, str(watched / _ACKNOWLEDGED), str(changes), *filter(None, [synchronous])]
    subprocess.run(
        [sys.executable, "-m", "bench.drills.power_writer", *arguments],
        check=True,
        cwd=_CHECKOUT,
        env={**os.environ, **environment},
    )
    steps = read_steps(record)
    _require_whole(before, steps, _files(watched))
    return _Recording(before, steps)


def _make_recorder(folder: Path) -> Path:
    compiler = find_compiler()
    if compiler is None:
        raise RuntimeError(
            "the recorder of this drill is written in C; install a compiler:"
            " apt-get install gcc libc6-dev"
        )
    made = folder / "recorder.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", made, _RECORDER, "-ldl"], check=True)
    return made


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.name.endswith(_SHARED_MEMORY)
    }


def _require_whole(before: dict[str, bytes], steps: list[Step], after: dict[str, bytes]) -> None:
    """Raise RuntimeError where the steps do not lead from the files before to those after."""
    disk = Disk(before)
    for step in steps:
        disk.follow(step)
    seen = {name: one for name, one in disk.seen().items() if not name.endswith(_SHARED_MEMORY)}
    if seen != after:
        different = {name for name in seen | after if seen.get(name) != after.get(name)}
        raise RuntimeError(f"the recorder has missed what was done to {sorted(different)}")


def _find_faults(
    files: dict[str, bytes], acknowledged: list[str], luck: random.Random
) -> list[str]:
    """Open what a cut has left as the service does, and return what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder:
        for name, content in files.items():
            # Memory between processes may hold anything after a cut.
            is_memory = name.endswith(_SHARED_MEMORY)
            left = luck.randbytes(_GARBAGE_BYTES) if is_memory else content
            Path(folder, name).write_bytes(left)
        url = f"sqlite:///{folder}/{_DATABASE}"
        try:
            found = find_left(url, acknowledged)
            database = open_database(url, keys=key_file_of(url))
            change(database, "after the cut")
            database.dispose()
        except (DatabaseUnavailable, DBAPIError) as error:
            return [type(error).__name__]
    return [name for name, is_fault in _judge(found).items() if is_fault]


def _judge(found: dict[str, Any]) -> dict[str, bool]:
    return {
        "lost": found["lost"] > 0,
        "chain broken": not found["chain_is_whole"],
        "case out of step": not found["case_is_in_step"],
        "damaged": bool(found["damage"]),
    }
