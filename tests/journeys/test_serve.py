"""The server as it is run: starts, answers, refuses a taken port, and ends in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.errors import AddressTaken
from api.serve import require_free

pytestmark = pytest.mark.sweep


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``sojourn serve`` until the end of the block; yield it and its first words."""
    with subprocess.Popen(
        [
            *(sys.executable, "-c", "from api.commands.group import main; main()"),
            *("serve", "--port", str(port)),
        ],
        env={**os.environ, "SOJOURN_DATABASE_URL": f"sqlite:///{database}"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            yield process, process.stderr.readline()
        finally:
            process.terminate()
            process.wait(timeout=40)


def _get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 — our own server
        return answer.status, answer.read().decode()


def test_the_server_makes_its_database_answers_and_ends_in_order(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path / "deep" / "new.sqlite", port) as (process, words):
        assert words == f"Sojourn is at http://127.0.0.1:{port}\n"
        status, health = _get(f"http://127.0.0.1:{port}/healthz")
        assert (status, json.loads(health)["status"]) == (200, "ok")
        assert "Log in" in _get(f"http://127.0.0.1:{port}/")[1]

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
    with pytest.raises(OSError, match="refused"):
        _get(f"http://127.0.0.1:{port}/healthz")


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])

        with pytest.raises(AddressTaken, match=str(port)):
            require_free("127.0.0.1", port)
        with served(tmp_path / "new.sqlite", port) as (process, words):
            assert process.wait(timeout=40) == 1
    assert "cannot listen" in words
    assert "SOJOURN_PORT" in words


def test_the_server_writes_one_json_object_a_line_and_nothing_of_a_person(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path / "new.sqlite", port) as (process, _):
        _get(f"http://127.0.0.1:{port}/healthz?name=Lovelace")
        with socket.create_connection(("127.0.0.1", port)) as rough:
            rough.sendall(b"NONSENSE Lovelace\r\n\r\n")
            rough.recv(1000)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        lines = process.stderr.read().splitlines()

    told = [json.loads(line) for line in lines]
    answered = [one for one in told if one["event"] == "request.answered"]
    assert [(one["route"], one["status"]) for one in answered] == [("/healthz", 200)]
    assert len(answered[0]["request"]) == 32
    assert "Lovelace" not in str(lines)
    assert "127.0.0.1" not in str(lines)
