"""The process that answers questions about policies: it forks a child for each of them.

Started by `apart` with one end of a socket. For every connection it receives it forks; the child
reads one question until its end, answers, and is gone. A child has so many seconds of processor
time and so much memory as its question says; the kernel ends one that wants more.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
from typing import Final

from api.coverage.answering import JOBS, warm_up
from scheduling.optimizer.nursery import serve_forks

MEMORY_MAX: Final = 1_500_000_000
"""Bytes of address space of a child."""

PATIENCE: Final = 3
"""A child may wait for a processor so many times as long as it may use one."""

_NICENESS: Final = 5
_CHUNK: Final = 1 << 16


def serve(descriptor: int) -> None:
    """Fork a child for every question, until the other end is closed."""
    warm_up()
    serve_forks(descriptor, _answer, niceness=_NICENESS)


def receive_all(connection: socket.socket) -> bytes:
    """Return what comes until the other end has said all."""
    parts = []
    while part := connection.recv(_CHUNK):
        parts.append(part)
    return b"".join(parts)


def _answer(connection: socket.socket) -> None:
    question = json.loads(receive_all(connection))
    _bound(question["seconds"])
    answer = JOBS[question["job"]](question["wish"])
    connection.sendall(json.dumps(answer).encode())


def _bound(seconds: float) -> None:
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
