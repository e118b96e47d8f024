"""Imports killed at any moment: what was published before is whole, and a killed one goes on.

A dataset of an older file is there. Then imports of a newer one are started and killed with -9,
each after a moment of luck, now with the staged files of the killed one before, now without. After
every kill the older dataset must have the very bytes it had and be asked without a fault, and what
is published must be whole. In the end one import is left alone and must finish.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import shutil
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from bench.price_files.made import write_shuffled, write_tall, write_wide
from pricing.import_price_file import ImportWish, import_price_file
from pricing.price_files.asking import CodeQuestion, open_desk
from pricing.price_files.dataset import Manifest, folder_of, list_manifests
from pricing.price_files.evidence import Asked, find_evidence

KILLS: Final = 50
_MEGABYTES: Final = 20
_KINDS: Final = {"sorted by plan": write_shuffled, "wide": write_wide}
"""The tall file is out of order, so that a kill can meet the sorting, too."""

_SPAWN: Final = multiprocessing.get_context("spawn")
_CODE: Final = "G0001"


def drill(kills: int = KILLS, megabytes: int = _MEGABYTES) -> dict[str, Any]:
    """Kill imports of each kind of file that many times; return what was left each time."""
    found = {kind: _drill(kind, kills, megabytes) for kind in _KINDS}
    return {"is_well": all(one["is_well"] for one in found.values()), "kills": kills, **found}


def _drill(kind: str, kills: int, megabytes: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-") as name:
        folder = Path(name)
        older, newer = folder / "older.csv", folder / "newer.csv"
        write_tall(older, 2, name="Larkspur General", seed=7)
        _KINDS[kind](newer, megabytes)
        root = folder / "prices"
        kept = _import(older, root)
        before = _bytes_of(root, kept)
        seconds = _time(newer, root / "elsewhere")
        found = _kill(newer, root, kept, before, kills=kills, seconds=seconds)
        finished = _import(newer, root)
        whole = _is_whole(root, finished)
        return {
            "is_well": found["damaged"] == 0 and whole and found["killed"] > 0,
            "seconds_of_a_whole_import": round(seconds, 2),
            **found,
            "finished_afterwards": whole,
            "staged_left": _staged(root),
        }


def _kill(
    file: Path, root: Path, kept: Manifest, before: str, *, kills: int, seconds: float
) -> dict[str, Any]:
    luck = random.Random(time.time_ns())
    killed = came_through = damaged = resumed = 0
    for _number in range(kills):
        if luck.random() < 1 / 2:
            shutil.rmtree(root / "staging", ignore_errors=True)
        resumed += _staged(root) > 0
        process = _SPAWN.Process(target=_import, args=(file, root), daemon=True)
        process.start()
        process.join(luck.uniform(0, 1.2 * seconds))
        killed += process.is_alive()
        process.kill()
        process.join()
        well = _bytes_of(root, kept) == before and _answers(root, kept)
        for other in list_manifests(root):
            well = well and _is_whole(root, other)
            if other.id != kept.id:
                came_through += 1
                shutil.rmtree(folder_of(root, other.id))
        damaged += not well
    return {
        "killed": killed,
        "came_through": came_through,
        "resumed": resumed,
        "damaged": damaged,
    }


def _import(file: Path, root: Path) -> Manifest:
    wish = ImportWish(file=file, root=root, now=datetime.now(UTC))
    return import_price_file(wish, lambda *_: None).manifest


def _time(file: Path, root: Path) -> float:
    """Return how long a whole import takes in a process of its own, with its start."""
    begun = time.monotonic()
    process = _SPAWN.Process(target=_import, args=(file, root))
    process.start()
    process.join()
    return time.monotonic() - begun


def _bytes_of(root: Path, manifest: Manifest) -> str:
    digest = hashlib.sha256()
    for one in sorted(folder_of(root, manifest.id).iterdir()):
        digest.update(one.name.encode() + one.read_bytes())
    return digest.hexdigest()


def _is_whole(root: Path, manifest: Manifest) -> bool:
    """Return whether a dataset holds the charges its manifest tells of."""
    charges = str(folder_of(root, manifest.id) / "charges.parquet")
    with open_desk() as desk:
        found = desk.execute("SELECT count(*) FROM read_parquet(?)", [charges]).fetchall()
    return bool(found[0][0] == manifest.rows.charges)


def _answers(root: Path, manifest: Manifest) -> bool:
    """Return whether a dataset answers a question."""
    question = CodeQuestion(code=_CODE)
    asked = Asked(root=root, manifests=(manifest,), question=question, today=date(2026, 11, 1))
    with open_desk() as desk:
        return bool(find_evidence(desk, asked).hospitals[0].rates)


def _staged(root: Path) -> int:
    """Return how many imports have staged files."""
    return sum(1 for one in (root / "staging").glob("*") if one.is_dir())
