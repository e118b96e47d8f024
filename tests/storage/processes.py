"""Real processes beside the test: started together, and what they say collected."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

from api.database import Database, open_database
from tests.keys import RING

# A forked process has its modules loaded: sixteen of them start in the time one import takes.
FORK: Final = multiprocessing.get_context("fork")
PATIENCE_SECONDS: Final = 180
"""How long a process may take before the test gives it up."""

Job = Callable[[Database, int], object]


def race(url: str, count: int, job: Job) -> list[object]:
    """Run the job in that many processes at one moment; return what each returned, in order.

    Each opens the database for itself and is told its number. What a process raised is returned
    as text in the place of its answer.
    """
    start = FORK.Barrier(count)
    pipes = [FORK.Pipe(duplex=False) for _ in range(count)]
    runners = [
        FORK.Process(target=_run, args=(url, number, job, start, sender), daemon=True)
        for number, (_, sender) in enumerate(pipes)
    ]
    for runner in runners:
        runner.start()
    answers = [_answer(receiver) for receiver, _ in pipes]
    for runner in runners:
        runner.join(PATIENCE_SECONDS)
        runner.kill()
    return answers


def _answer(receiver: Connection[Any, Any]) -> object:
    return receiver.recv() if receiver.poll(PATIENCE_SECONDS) else "no answer"


def _run(url: str, number: int, job: Job, start: Any, sender: Any) -> None:  # noqa: ANN401 — multiprocessing's own
    database = open_database(url, keys=RING)
    try:
        start.wait(PATIENCE_SECONDS)
        sender.send(job(database, number))
    except BaseException:  # noqa: BLE001 — the test that started us reads it
        sender.send(traceback.format_exc())
    finally:
        database.dispose()


def start_process(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start one process which the test will end itself."""
    started = FORK.Process(target=target, args=arguments, daemon=True)
    started.start()
    return started
