"""Solving in a process of its own: it can be killed, and it never holds up a web server.

`warm_up` starts the nursery (see `worker`) ahead of the first solve; a solve then begins within
milliseconds. `cool_down` ends it. Everything here may be called from any thread.
"""

import contextlib
import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from scheduling.optimizer.answer import Answer, parse_answer
from scheduling.optimizer.errors import SolveCancelled, SolveKilled, WrongAnswer
from scheduling.optimizer.frames import (
    ANSWERED,
    PROGRESS,
    REQUEST,
    STARTED,
    receive,
    send,
)
from scheduling.optimizer.nursery import Nursery

# What a child may take beyond the time limit it was given, before it is killed.
GRACE_SECONDS: Final = 5.0

# How often `cancelled` is asked.
TICK_SECONDS: Final = 0.05

OnProgress = Callable[[str, int, int], None]


# One thread: two solves must not fight for the cores of a small machine.
_nursery: Final = Nursery("""
import os, sys
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
sys.path[:] = sys.argv[2:]
from scheduling.optimizer.worker import serve
serve(int(sys.argv[1]))
""")

warm_up: Final = _nursery.warm_up
cool_down: Final = _nursery.cool_down


def solve_apart(
    document: bytes,
    *,
    seconds: float,
    alternatives: int = 0,
    explains: bool = True,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Solve a document (JSON text) in its own process, as `solve` does.

    `on_progress` gets (stage, done, of); `cancelled` is asked about twenty times a second. The
    statistics of the answer include `peak_memory_bytes` of the solving process.

    Raises:
        SolveCancelled: `cancelled` said yes; the process is gone.
        SolveKilled: the process ended without an answer, or took far longer than `seconds`.
        WrongAnswer: the independent check disagreed with the search (our bug).
    """
    wish = {
        "job": "solve",
        "seconds": seconds,
        "alternatives": alternatives,
        "explains": explains,
    }
    found = _ask(wish, document, seconds, _Ears(on_progress, cancelled))
    peak = found.pop("peak_memory_bytes")
    answer = parse_answer(found)
    return replace(answer, statistics={**answer.statistics, "peak_memory_bytes": peak})


def explain_apart(
    document: bytes,
    *,
    options: Sequence[str] | None,
    seconds: float,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Say in its own process why options are not in the best plan; None means every option.

    Returns what `why_not.explain_document` returns. Raises as `solve_apart` does.
    """
    wish = {
        "job": "explain",
        "seconds": seconds,
        "options": None if options is None else list(options),
    }
    found = _ask(wish, document, seconds, _Ears(on_progress, cancelled))
    found.pop("peak_memory_bytes")
    return found


@dataclass(frozen=True, slots=True)
class _Ears:
    on_progress: OnProgress | None
    cancelled: Callable[[], bool] | None

    def hear(self, content: dict[str, Any]) -> None:
        if self.on_progress is not None:
            self.on_progress(content["stage"], content["done"], content["of"])


def _ask(wish: Mapping[str, Any], document: bytes, seconds: float, ears: _Ears) -> dict[str, Any]:
    hard = seconds + GRACE_SECONDS
    with _nursery.connect() as connection:
        head = json.dumps({**wish, "hard_seconds": hard}).encode()
        child = _Child()
        # A large document does not fit the socket's buffer: write while the child reads.
        writer = threading.Thread(
            target=send, args=(connection, REQUEST, head + b"\n" + document), daemon=True
        )
        writer.start()
        try:
            return _listen(connection, child, time.monotonic() + hard, ears)
        finally:
            child.kill()
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            writer.join(timeout=GRACE_SECONDS)


class _Child:
    """The process that answers; killing it again, or after its end, does nothing."""

    def __init__(self) -> None:
        self.process_id: int | None = None

    def kill(self) -> None:
        if self.process_id is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.process_id, signal.SIGKILL)
            self.process_id = None


def _listen(
    connection: socket.socket, child: _Child, deadline: float, ears: _Ears
) -> dict[str, Any]:
    while True:
        if ears.cancelled is not None and ears.cancelled():
            raise SolveCancelled("the solve was cancelled and its process ended")
        if time.monotonic() > deadline:
            raise SolveKilled("the solve ran far over its time limit and was killed")
        if not select.select([connection], [], [], TICK_SECONDS)[0]:
            continue
        frame = receive(connection)
        if frame is None:
            child.process_id = None
            raise SolveKilled(
                "the solving process ended without an answer: it was killed or ran out of memory"
            )
        content: dict[str, Any] = json.loads(frame[1])
        if frame[0] == STARTED:
            child.process_id = content["process_id"]
        elif frame[0] == PROGRESS:
            ears.hear(content)
        else:
            child.process_id = None
            return _answered(frame[0], content)


def _answered(kind: bytes, content: dict[str, Any]) -> dict[str, Any]:
    if kind == ANSWERED:
        return content
    error = content["error"]
    if error.startswith(WrongAnswer.__name__):
        raise WrongAnswer(error)
    raise SolveKilled(f"the solve failed: {error}")
