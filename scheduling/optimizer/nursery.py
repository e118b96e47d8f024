"""A nursery: a process that has loaded everything once and forks a child for each connection.

`Nursery` is our end, `serve_forks` its end; a socket between them carries one end of each new
connection. The nursery itself never works, so nothing is left behind, and a child may be killed at
will. Everything of our end may be called from any thread.
"""

import atexit
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

GRACE_SECONDS: Final = 5.0
"""How long an ending nursery is waited for."""


@dataclass(frozen=True, slots=True)
class _Started:
    process: subprocess.Popen[bytes]
    control: socket.socket
    owner: int


class Nursery:
    """Starts its process when it is first needed, and anew when it has died.

    `code` is what the process runs: Python that calls the worker's `serve` with ``sys.argv[1]``;
    the rest of ``sys.argv`` is our ``sys.path``.
    """

    def __init__(self, code: str) -> None:
        self._code = code
        self._lock = threading.Lock()
        self._started: _Started | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """Return the process while there is one."""
        return None if self._started is None else self._started.process

    def warm_up(self) -> None:
        """Start the process now; returns at once, it loads in the background."""
        with self._lock:
            self._running()

    def cool_down(self) -> None:
        """End the process; children end by themselves. The next connection starts another."""
        with self._lock:
            started, self._started = self._started, None
            if started is not None and started.owner == os.getpid():
                started.control.close()
                started.process.wait(timeout=GRACE_SECONDS)

    def connect(self) -> socket.socket:
        """Return a connection whose other end a new child has."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._running().control, [b"+"], [theirs.fileno()])
            except (BrokenPipeError, ConnectionResetError):
                # It died between two questions; a new one serves this and all later ones.
                self._started = None
                socket.send_fds(self._running().control, [b"+"], [theirs.fileno()])
        return ours

    def _running(self) -> _Started:
        started = self._started
        # After a fork of the web server the process belongs to the parent.
        if started is None or started.owner != os.getpid() or started.process.poll() is not None:
            if started is None:
                atexit.register(self.cool_down)
            started = self._started = _start(self._code)
        return started


def _start(code: str) -> _Started:
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 — our own interpreter and our own module
            [sys.executable, "-c", code, str(number), *sys.path],
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
        )
    return _Started(process, ours, os.getpid())


def serve_forks(descriptor: int, answer: Callable[[socket.socket], None], *, niceness: int) -> None:
    """Fork a child for every connection received, until the other end is closed.

    The child calls `answer` with its connection and ends; its status is 0 unless that raised.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # No child goes through what it was born with: pages stay shared, and no time is lost.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as control:
        while True:
            word, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not word:
                return
            for received in descriptors:
                if os.fork() == 0:
                    control.close()
                    _live(received, answer, niceness)
                os.close(received)


def _live(descriptor: int, answer: Callable[[socket.socket], None], niceness: int) -> None:
    """Answer one connection and end; never return."""
    status = 1
    try:
        os.nice(niceness)
        with socket.socket(fileno=descriptor) as connection:
            answer(connection)
        status = 0
    finally:
        # Skips what Python would tear down at exit: the child shares nothing worth it.
        os._exit(status)
