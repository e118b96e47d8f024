"""The server is told to stop under load: what it has begun to answer it answers."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from tests.journeys.test_serve import free_port, served

pytestmark = pytest.mark.sweep

_CALLERS: Final = 4
_LOAD_SECONDS: Final = 1.5


def test_a_stop_under_load_breaks_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "load.sqlite"
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.setenv("SOJOURN_RATE_LIMIT", "1000000")
    _sojourn("seed")
    printed = _sojourn(
        "tokens", "create", "demo-coordinator", "--name", "load", "--scope", "case.list"
    )
    (token,) = re.findall(r"sjn_[\w-]+", printed)
    port = free_port()
    outcomes: Counter[str] = Counter()
    with served(database, port) as (process, _):
        drain = Thread(target=_drain, args=(process,), daemon=True)
        drain.start()
        callers = [
            Thread(target=_ask_until_gone, args=(port, token, outcomes))
            for _number in range(_CALLERS)
        ]
        for caller in callers:
            caller.start()
        time.sleep(_LOAD_SECONDS)
        slow_until = time.monotonic() + 30  # a busy machine answers few in that time
        while outcomes["200"] <= 20 and time.monotonic() < slow_until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=40)
        for caller in callers:
            caller.join(20)

    assert status == 0
    assert outcomes["200"] > 20
    assert set(outcomes) <= {"200", "not begun"}, "an answer was an error, or was cut short"


def _sojourn(*arguments: str) -> str:
    """Run the command and return what it printed."""
    command = [sys.executable, "-c", "from api.commands.group import main; main()", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _drain(process: subprocess.Popen[str]) -> None:
    """Read the log, so that the server never waits for somebody to."""
    if process.stderr is not None:
        for _line in process.stderr:
            pass


def _ask_until_gone(port: int, token: str, outcomes: Counter[str]) -> None:
    """Ask for the cases again and again, each time on a new connection, until nobody listens."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
            outcomes[_outcome(connection)] += 1
        except ConnectionRefusedError:
            return
        except OSError:
            # Still in the queue of the socket when it was closed: a proxy sends it elsewhere.
            outcomes["not begun"] += 1
        finally:
            connection.close()


def _outcome(connection: http.client.HTTPConnection) -> str:
    try:
        answer = connection.getresponse()
    except http.client.RemoteDisconnected:
        return "not begun"
    try:
        body = answer.read()
    except http.client.IncompleteRead:
        return "cut short"
    if answer.status == http.client.OK:
        json.loads(body)
    return str(answer.status)
