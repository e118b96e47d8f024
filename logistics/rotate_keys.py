"""Seal every private field anew with the current key, beside running writers.

Steps: read a batch of rows that other keys have sealed; seal them anew with no transaction open;
store those that still hold what was read; go on behind the last one. What somebody writes
meanwhile is sealed with the current key already. Whatever a killed rotation has left is found by
the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from logistics.repository.resealing import (
    RowKey,
    SealedCount,
    count_sealed,
    read_batch,
    sealed_tables,
    write_batch,
)
from logistics.repository.sessions import Sessions

_log = logging.getLogger(__name__)

BATCH = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rotation is: where the next step goes on, and how many rows it has sealed anew.

    ``table`` None: every table has been walked once.
    """

    table: str | None
    after: RowKey | None = None
    rows: int = 0

    @property
    def is_done(self) -> bool:
        """Return whether there is no next step."""
        return self.table is None


def begin_rotation() -> Progress:
    """Return the progress of a rotation that has not begun."""
    return Progress(sealed_tables()[0])


def rotate_step(progress: Progress, *, sessions: Sessions, limit: int = BATCH) -> Progress:
    """Seal the next rows anew, at most ``limit``, and return how far the rotation is then.

    Raises:
        SealBroken: a field cannot be opened; nothing of this step was stored.
        UnknownKey: the ring lacks the key of one.
        DatabaseUnavailable: as for every transaction; the step can be taken again.
    """
    if progress.table is None:
        return progress
    with sessions.read() as session:
        batch = read_batch(session, progress.table, after=progress.after, limit=limit)
    if batch.last is None:
        return Progress(_following(progress.table), rows=progress.rows)
    with sessions.write() as session:
        written = write_batch(session, batch)
    return Progress(progress.table, batch.last, progress.rows + written)


def rotate_keys(
    *, sessions: Sessions, limit: int = BATCH, told: Callable[[Progress], None] = lambda _: None
) -> int:
    """Take every step of a rotation and return how many rows were sealed anew.

    ``told`` hears of each step. A row that was written meanwhile by a process whose current key is
    still another one is left; `count_stale` finds it. Raises as `rotate_step` does.
    """
    progress = begin_rotation()
    while not progress.is_done:
        progress = rotate_step(progress, sessions=sessions, limit=limit)
        told(progress)
    _log.info("keys.rotated", extra={"count": progress.rows})
    return progress.rows


def key_status(*, sessions: Sessions) -> tuple[SealedCount, ...]:
    """Return how many rows of each private column each key has sealed."""
    with sessions.read() as session:
        return count_sealed(session)


def count_stale(counts: tuple[SealedCount, ...], current: str) -> int:
    """Return how many fields another key than the current one has sealed."""
    return sum(count.rows for count in counts if count.key_id != current)


def _following(table: str) -> str | None:
    names = sealed_tables()
    place = names.index(table) + 1
    return names[place] if place < len(names) else None
