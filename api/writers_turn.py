"""Whose turn it is to write: one writer at a time, threads in order of arrival, processes fairly.

SQLite lets one connection write at a time, but whoever waits for it polls and may lose again and
again. Here the threads of a process stand in a line, and the heads of the lines of all processes
pass two file locks: who holds the first is next, who holds the second writes. A process that has
just written must queue behind the next one.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from logistics.repository.errors import DatabaseUnavailable

_PAUSE_SECONDS = 0.0001
_LONGEST_PAUSE_SECONDS = 0.0005


class _TurnNotReached(DatabaseUnavailable):
    """Others have been writing for as long as this writer was willing to wait."""

    def __init__(self) -> None:
        super().__init__(
            "too many are waiting to write to the database; try again in a moment", retryable=True
        )


class WritersTurn:
    """The turn to write to the database at ``path``; shared through two lock files beside it."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        self._next = path.with_name(path.name + ".next-writer")
        self._writer = path.with_name(path.name + ".writer")
        self._wait_seconds = wait_seconds
        self._start_line()

    def _start_line(self) -> None:
        self._process_id = os.getpid()
        self._line: deque[threading.Event] = deque()
        self._line_lock = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, hold it during the block, and pass it on.

        Raises DatabaseUnavailable after the waiting time and where the lock files cannot be
        made, RuntimeError for a thread that has the turn already.
        """
        if self._process_id != os.getpid():
            # After a fork the line is that of the parent's threads, which are not here.
            self._start_line()
        if self._holder == threading.get_ident():
            raise RuntimeError("a write transaction is open in this thread already")
        deadline = time.monotonic() + self._wait_seconds
        self._stand_in_line(deadline)
        try:
            with self._among_processes(deadline):
                self._holder = threading.get_ident()
                try:
                    yield
                finally:
                    self._holder = None
        finally:
            self._leave_line()

    def _stand_in_line(self, deadline: float) -> None:
        """Return when this thread is the head of the line."""
        my_turn = threading.Event()
        with self._line_lock:
            self._line.append(my_turn)
            if self._line[0] is my_turn:
                my_turn.set()
        if my_turn.wait(max(0.0, deadline - time.monotonic())):
            return
        with self._line_lock:
            # The turn may have come between the end of the wait and this line.
            if not my_turn.is_set():
                self._line.remove(my_turn)
                raise _TurnNotReached

    def _leave_line(self) -> None:
        with self._line_lock:
            self._line.popleft()
            if self._line:
                self._line[0].set()

    @contextmanager
    def _among_processes(self, deadline: float) -> Iterator[None]:
        """Hold the writer's lock; the next writer's lock is held only until then."""
        with _open(self._writer) as writer:
            with _open(self._next) as following:
                _lock(following, deadline)
                _lock(writer, deadline)
            # Closing the file has released its lock: the next process may now wait for ours.
            yield


@contextmanager
def _open(path: Path) -> Iterator[int]:
    """Open a lock file. One open file a turn: a lock on an inherited one would be shared."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{path.name} beside the database cannot be opened ({error.strerror}); make the"
            " database with 'sojourn seed', or check its folder's permissions and space",
            retryable=False,
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, deadline: float) -> None:
    """Lock the open file; raises DatabaseUnavailable at the deadline.

    A blocking lock could not be given up. The pauses are shorter than a write.
    """
    pause = _PAUSE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _TurnNotReached from None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        else:
            return
