"""Solving in the command's own process: no second one has to start, and this one can be killed.

The search runs in a thread, because the solver's machine code hears no Ctrl-C; the thread that
waits for it does, and leaves the search behind.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

from api.commands.answers import INTERRUPTED, NO
from scheduling.optimizer.answer import answer_to_document
from scheduling.optimizer.apart import GRACE_SECONDS
from scheduling.optimizer.errors import SolveKilled
from scheduling.optimizer.solve import solve_document
from scheduling.optimizer.watch import peak_memory_bytes
from scheduling.optimizer.why_not import explain_document

T = TypeVar("T")


def solve_here(document: bytes, *, seconds: float, alternatives: int) -> tuple[dict[str, Any], int]:
    """Return the answer to a problem document, as a document, and the exit status it stands for.

    Raises:
        SolveKilled: the search went on far beyond `seconds`.
        WrongAnswer: the independent check disagrees with the search (our bug).
    """
    answer = _in_time(
        lambda: solve_document(document, seconds=seconds, alternatives=alternatives), seconds
    )
    found = answer_to_document(answer)
    found["statistics"]["peak_memory_bytes"] = peak_memory_bytes()
    return found, answer.exit_status


def explain_here(document: bytes, *, option: str, seconds: float) -> dict[str, Any]:
    """Return what `explain_document` says about one option; raises as `solve_here` does."""

    def explain() -> dict[str, Any]:
        return explain_document(
            document, options=[option], seconds=seconds, on_progress=lambda *_: None
        )

    return _in_time(explain, seconds)


def _in_time(job: Callable[[], T], seconds: float) -> T:
    """Return what the job returns, unless it is interrupted or takes far longer than allowed."""
    found: Future[T] = Future()
    Thread(target=_fulfil, args=(found, job), daemon=True).start()
    try:
        return found.result(seconds + GRACE_SECONDS)
    except TimeoutError:
        atexit.register(_leave, NO)
        raise SolveKilled("the solve ran far over its time limit and was given up") from None
    except KeyboardInterrupt:
        atexit.register(_leave, INTERRUPTED)
        raise


def _fulfil(found: Future[T], job: Callable[[], T]) -> None:
    try:
        found.set_result(job())
    except BaseException as error:  # noqa: BLE001 — raised again in the thread that waits
        found.set_exception(error)


def _leave(status: int) -> None:
    """End the process at once: a search left behind may not run into what an exit tears down."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(status)
