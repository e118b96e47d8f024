"""Which server: gunicorn's threads and granian, each with one process and with two.

All serve the bare application of `bare`, so that what differs is the server; asked in turns.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping
from itertools import product
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.load.client import Heard, ask_hard
from bench.load.mix import Known, prepare, routes
from bench.load.servers import (
    Served,
    free_port,
    granian_command,
    gunicorn_command,
    running,
    wait_for,
)

CALLERS: Final = 8
SECONDS: Final = 3.0
ROUNDS: Final = 3
_ROUTE: Final = "a case"
_SERVERS: Final = {"gunicorn": gunicorn_command, "granian": granian_command}
_SHAPES: Final = ((1, 8), (2, 4))
"""Processes and threads of each."""


def measure() -> dict[str, Any]:
    """Return answers a second and p99 in milliseconds of each server and shape."""
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        url = f"sqlite:///{folder}/bare.db"
        known = prepare(url)
        found: dict[str, list[tuple[float, float]]] = {}
        for _round in range(ROUNDS):
            for (name, command), shape in product(_SERVERS.items(), _SHAPES):
                heard = _serve_and_ask(command, shape, url, known)
                told = f"{name} {shape[0]} × {shape[1]}"
                found.setdefault(told, []).append((heard.rate, heard.percentile(0.99)))
    return {
        name: {
            "rate": round(statistics.median(rate for rate, _ in rounds)),
            "p99_ms": round(1000 * statistics.median(late for _, late in rounds), 1),
        }
        for name, rounds in found.items()
    }


def _serve_and_ask(
    command: Callable[..., list[str]], shape: tuple[int, int], url: str, known: Known
) -> Heard:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "SOJOURN_DATABASE_URL": url}
    processes, threads = shape
    with running(command(port, processes=processes, threads=threads), environment):
        wait_for(f"{address}/api/v1/facilities")
        asks = routes(Served(address, ""), known)[_ROUTE]
        return ask_hard(address, asks, callers=CALLERS, seconds=SECONDS)


def table(result: Mapping[str, Any]) -> str:
    """Return the measurement as text."""
    lines = [f"{'processes × threads':24}{'rate/s':>8}{'p99 ms':>8}"]
    lines += [f"{name:24}{one['rate']:>8}{one['p99_ms']:>8}" for name, one in result.items()]
    return "\n".join(lines)
