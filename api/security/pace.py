"""A pace for everybody: so many requests a minute, counted by each process.

What must hold across processes (attempts to log in, to use a link) is counted in the database, in
the room of people; this keeps one caller from taking a server's threads from all others.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

_MINUTE: Final = 60.0
_MOST_CALLERS: Final = 10_000


class Pace:
    """Counts requests by caller in windows of a minute; forgets those who have been quiet."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take how many requests a caller has in a minute."""
        self._limit = limit
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._guard = Lock()

    def count(self, caller: str) -> int:
        """Count one request; return 0, or the seconds to wait where it is one too many."""
        now = self._clock()
        with self._guard:
            begun, used = self._windows.get(caller, (now, 0))
            if now - begun >= _MINUTE:
                begun, used = now, 0
            self._windows[caller] = (begun, used + 1)
            self._windows.move_to_end(caller)
            while len(self._windows) > _MOST_CALLERS:
                self._windows.popitem(last=False)
        if used < self._limit:
            return 0
        return max(1, round(begun + _MINUTE - now + 0.5))
