"""The solving process: a nursery whose children each read a request, solve, and write frames back.

It is started by `apart` with one end of a socket.
"""

import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any, Final

import scheduling.optimizer.plain  # noqa: F401 — with OR-Tools: loaded once, not by each child
from scheduling.optimizer.answer import answer_to_document
from scheduling.optimizer.frames import ANSWERED, FAILED, PROGRESS, STARTED, receive, send
from scheduling.optimizer.nursery import serve_forks
from scheduling.optimizer.solve import solve_document
from scheduling.optimizer.watch import peak_memory_bytes
from scheduling.optimizer.why_not import explain_document

NICENESS: Final = 19
"""Whoever waits for a page goes first; a solve takes what is left of the cores, which is enough."""


def serve(descriptor: int) -> None:
    """Fork a child for every solve, until the other end is closed."""
    serve_forks(descriptor, _hear, niceness=NICENESS)


def _hear(connection: socket.socket) -> None:
    send(connection, STARTED, json.dumps({"process_id": os.getpid()}).encode())
    request = receive(connection)
    if request is not None:
        _answer(connection, request[1])


def _answer(connection: socket.socket, request: bytes) -> None:
    head, _, document = request.partition(b"\n")
    wish = json.loads(head)
    # A child that nobody waits for any more ends itself.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wish["hard_seconds"])

    def tell(stage: str, done: int, of: int) -> None:
        frame = {"stage": stage, "done": done, "of": of}
        send(connection, PROGRESS, json.dumps(frame).encode())

    try:
        answer = JOBS[wish["job"]](document, wish, tell)
    except Exception as error:  # noqa: BLE001 — whatever happened is told to the caller, by name
        text = f"{type(error).__name__}: {error}"
        send(connection, FAILED, json.dumps({"error": text}).encode())
        return
    answer["peak_memory_bytes"] = peak_memory_bytes()
    send(connection, ANSWERED, json.dumps(answer).encode())


Tell = Callable[[str, int, int], None]


def _solve(document: bytes, wish: dict[str, Any], tell: Tell) -> dict[str, Any]:
    return answer_to_document(
        solve_document(
            document,
            seconds=wish["seconds"],
            alternatives=wish["alternatives"],
            explains=wish["explains"],
            on_progress=tell,
        )
    )


def _explain(document: bytes, wish: dict[str, Any], tell: Tell) -> dict[str, Any]:
    return explain_document(
        document, options=wish["options"], seconds=wish["seconds"], on_progress=tell
    )


JOBS: Final[dict[str, Callable[[bytes, dict[str, Any], Tell], dict[str, Any]]]] = {
    "solve": _solve,
    "explain": _explain,
}
