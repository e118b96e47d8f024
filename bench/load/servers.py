"""Servers to be put under load: the service as it is started, and the bare application."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_SOJOURN: Final = "from api.commands.group import main; main()"
_START_SECONDS: Final = 30.0
THREADS: Final = 8
"""Threads of either server; the service's default."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; its token may do what a coordinator does."""

    address: str
    token: str


@contextmanager
def served_service(url: str, *, workers: int) -> Iterator[Served]:
    """Serve the database, seeded, with ``sojourn serve`` until the block ends."""
    _sojourn(url, "seed")
    token = make_token(url)
    port = free_port()
    environment = _environment(url) | {"SOJOURN_PLAN_WORKERS": str(workers)}
    command = [sys.executable, "-c", _SOJOURN, "serve", "--port", str(port)]
    with running(command, environment):
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/readyz")
        yield Served(address, token)


@contextmanager
def served_bare(url: str) -> Iterator[Served]:
    """Serve the bare application over the database with as many threads."""
    port = free_port()
    command = gunicorn_command(port, processes=1, threads=THREADS)
    with running(command, {**os.environ, "SOJOURN_DATABASE_URL": url}):
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api/v1/facilities")
        yield Served(address, "")


def gunicorn_command(port: int, *, processes: int, threads: int) -> list[str]:
    """Return the command that serves the bare application as the service serves itself."""
    return [
        *(sys.executable, "-m", "gunicorn", "--workers", str(processes), "--threads", str(threads)),
        *("--worker-class", "gthread", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        "bench.load.bare:create()",
    ]


def granian_command(port: int, *, processes: int, threads: int) -> list[str]:
    """Return the command that serves the bare application with granian."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        *("--workers", str(processes), "--blocking-threads", str(threads)),
        "bench.load.bare:create",
    ]


def make_token(url: str) -> str:
    """Return a new API token of the sample coordinator."""
    scopes = (
        *("case.list", "case.read", "case.change", "plan.make", "plan.read", "plan.accept"),
        *("itinerary.read", "facility.read", "slot.read"),
    )
    asked = [part for scope in scopes for part in ("--scope", scope)]
    printed = _sojourn(url, "tokens", "create", "demo-coordinator", "--name", "load", *asked)
    return str(re.findall(r"sjn_[\w-]+", printed)[0])


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(url: str) -> dict[str, str]:
    own = {"SOJOURN_DATABASE_URL": url, "SOJOURN_RATE_LIMIT": "1000000"}
    return {**os.environ, **own, "SOJOURN_SERVER_THREADS": str(THREADS)}


def _sojourn(url: str, *arguments: str) -> str:
    command = [sys.executable, "-c", _SOJOURN, *arguments]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=_environment(url)
    )
    return done.stdout


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Run a server until the block ends, then stop it in an orderly way."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address: str) -> None:
    """Return once the address answers; raises the last error after half a minute."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 — our own address
                answer.read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
