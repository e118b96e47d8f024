"""The embedded default: a worker in a process of its own beside the server that started it.

A process, because making plans holds Python's lock for long stretches, in which a thread of the
server would answer nobody. It ends when the server closes its standard input, however that
happens, and is started again should it die before.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread
from typing import Final

from api.jobs.worker import GRACE_SECONDS

_LOG: Final = logging.getLogger(__name__)
_COMMAND: Final = "from api.commands.group import main; main()"
_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
_LONG_LIFE_SECONDS: Final = 60.0
_SLACK_SECONDS: Final = 5.0


class WorkerBeside:
    """A worker process of this one; it has the settings of the same environment."""

    def __init__(self, threads: int) -> None:
        """Take how many jobs it makes at a time; nothing is started yet."""
        self._threads = threads
        self._is_stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = Thread(target=self._keep_running, name="worker beside", daemon=True)

    def start(self) -> None:
        """Start the worker, and another whenever it dies."""
        self._process = self._start_process()
        self._watch.start()

    def stop(self) -> None:
        """Let the worker finish or hand back its jobs, and wait for its end."""
        self._is_stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(GRACE_SECONDS + _SLACK_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._watch.join(_SLACK_SECONDS)

    def _start_process(self) -> subprocess.Popen[bytes]:
        arguments = ["work", "--until-closed", "--workers", str(self._threads)]
        return subprocess.Popen(  # noqa: S603 — our own interpreter and our own command
            [sys.executable, "-c", _COMMAND, *arguments],
            stdin=subprocess.PIPE,
            # Ctrl-C is the server's to hear; it then stops this one.
            start_new_session=True,
        )

    def _keep_running(self) -> None:
        pause = _PAUSE_SECONDS
        while self._process is not None:
            begun = time.monotonic()
            status = self._process.wait()
            if time.monotonic() - begun > _LONG_LIFE_SECONDS:
                pause = _PAUSE_SECONDS
            if self._is_stopping.wait(pause):
                return
            _LOG.error("worker.died", extra={"status": status})
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            self._process = self._start_process()
            if self._is_stopping.is_set():
                # Whoever stops us has looked at the one before.
                self._process.terminate()


def end_when_closed(pipe: int) -> None:
    """Have this process told to stop, as by SIGTERM, once the other end of the pipe is closed.

    The number of the pipe, as a thread that waits in Python's own reader would keep its lock, and
    an interpreter that ends meanwhile aborts over it.
    """

    def watch() -> None:
        while os.read(pipe, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="until closed", daemon=True).start()
