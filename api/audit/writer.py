"""Group commit: many who wait for an entry to be durable share one transaction.

A read must be in the trail before its answer leaves, and a commit costs one flush of the disk.
Whoever comes while a transaction is being written waits with the others, and the first of them
writes for all. There is no thread of its own: nothing to start, stop, or lose in a fork.
"""

from __future__ import annotations

import os
import weakref
from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import Final

from api.audit.trail import NewEntry, add_entries
from logistics.repository.sessions import Sessions

MOST_TOGETHER: Final = 256
"""Entries of one transaction at most, so that no caller waits for a long one."""


class _Waiting:
    """One entry on its way: its number once it is durable, or why it is not."""

    __slots__ = ("entry", "error", "seq")

    def __init__(self, entry: NewEntry) -> None:
        self.entry = entry
        self.seq: int | None = None
        self.error: BaseException | None = None

    @property
    def is_over(self) -> bool:
        return self.seq is not None or self.error is not None


class AuditWriter:
    """Writes entries that belong to no transaction of their caller, for all threads at once."""

    def __init__(self, sessions: Sessions) -> None:
        """Take the database; nothing is opened yet."""
        self._sessions = sessions
        self._start_line()
        # After a fork the line would be that of the parent's threads, which are not there.
        again = weakref.WeakMethod(self._start_line)
        os.register_at_fork(after_in_child=lambda: _call(again()))

    def _start_line(self) -> None:
        self._changed = Condition()
        self._line: deque[_Waiting] = deque()
        self._is_writing = False

    def note(self, entry: NewEntry) -> int:
        """Return the entry's number once it is durable; raises DatabaseUnavailable."""
        waiting = _Waiting(entry)
        with self._changed:
            self._line.append(waiting)
            while self._is_writing and not waiting.is_over:
                self._changed.wait()
            batch = [] if waiting.is_over else self._take_batch()
        while batch:
            self._write(batch)
            with self._changed:
                self._is_writing = False
                # In a line longer than a batch, one's own entry may not have been in it.
                batch = [] if waiting.is_over else self._take_batch()
                self._changed.notify_all()
        return _outcome(waiting)

    def _take_batch(self) -> list[_Waiting]:
        """Return those to write now, oldest first; the caller writes them."""
        self._is_writing = True
        return [self._line.popleft() for _ in range(min(len(self._line), MOST_TOGETHER))]

    def _write(self, batch: list[_Waiting]) -> None:
        """Write the batch in one transaction, and tell each of it what came of that."""
        try:
            with self._sessions.write() as session:
                numbers = add_entries(session, [one.entry for one in batch])
        except BaseException as error:  # noqa: BLE001 — raised again in every thread that waits
            for one in batch:
                one.error = error
        else:
            for one, seq in zip(batch, numbers, strict=True):
                one.seq = seq


def _call(job: Callable[[], None] | None) -> None:
    if job is not None:
        job()


def _outcome(waiting: _Waiting) -> int:
    if waiting.error is not None:
        raise waiting.error
    if waiting.seq is None:
        raise RuntimeError("the line of the audit writer was left without an outcome")
    return waiting.seq
