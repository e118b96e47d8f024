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
    with _running(command, environment):
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/readyz")
        yield Served(address, token)


@contextmanager
def served_bare(url: str) -> Iterator[Served]:
    """Serve the bare application over the database with as many threads."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--workers", "1", "--worker-class", "gthread"),
        *("--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        f"bench.load.bare:create({url!r})",
    ]
    with _running(command, dict(os.environ)):
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api/v1/facilities")
        yield Served(address, "")


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
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str) -> None:
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
