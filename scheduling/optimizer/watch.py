"""What a search may take and took: its time limit, looked at between its steps; its memory."""

import resource
import sys
import time


class OutOfTime(Exception):
    """The time limit was reached; only the search that set it catches this."""


class Watch:
    """A stopwatch with a limit, in seconds of wall time."""

    def __init__(self, seconds: float) -> None:
        """Start."""
        self._start = time.monotonic()
        self._limit = self._start + seconds

    @property
    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self._limit - time.monotonic())

    def check(self) -> None:
        """Raise OutOfTime when nothing is left."""
        if time.monotonic() >= self._limit:
            raise OutOfTime


def peak_memory_bytes() -> int:
    """Return the most memory this process has held at once."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, Linux kilobytes.
    return peak if sys.platform == "darwin" else peak * 1024
