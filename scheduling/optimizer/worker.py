"""The solving process: a nursery that has loaded everything once and forks a child for each solve.

It is started by `apart` with one end of a socket. For every request it receives a connection,
forks, and the child reads one request from the connection, solves, and writes frames back. The
nursery itself never solves, so no solve leaves anything behind, and a child may be killed at will.
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
from scheduling.optimizer.solve import solve_document
from scheduling.optimizer.watch import peak_memory_bytes
from scheduling.optimizer.why_not import explain_document

NICENESS: Final = 19
"""Whoever waits for a page goes first; a solve takes what is left of the cores, which is enough."""


def serve(descriptor: int) -> None:
    """Fork a child for every connection received, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as control:
        while True:
            word, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not word:
                return
            for received in descriptors:
                if os.fork() == 0:
                    control.close()
                    _live(received)
                os.close(received)


def _live(descriptor: int) -> None:
    """Answer one request and end; never return."""
    status = 1
    try:
        os.nice(NICENESS)
        with socket.socket(fileno=descriptor) as connection:
            send(connection, STARTED, json.dumps({"process_id": os.getpid()}).encode())
            request = receive(connection)
            if request is not None:
                _answer(connection, request[1])
        status = 0
    finally:
        # Skips what Python would tear down at exit: the child shares nothing worth it.
        os._exit(status)


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
