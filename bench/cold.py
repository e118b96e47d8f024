"""From a fresh clone to the first page: seconds cold and warm, and the server's peak memory.

The cold run makes its own virtual environment from the package index; everything happens in a
temporary folder and on a free port of this machine.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GIVE_UP_SECONDS = 900
CASE = "SJ-1001"


def measure() -> dict[str, Any]:
    """Return seconds to the first page, cold and warm, and peak memory in MB."""
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        clone = Path(folder, "sojourn")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607 — git as installed
        with _served(clone) as cold:
            pass
        with _served(clone) as warm:
            resting = _peak_megabytes(warm.group)
            solve = _plan_once(warm.port)
            planned = _peak_megabytes(warm.group)
    return {
        "cold_seconds": round(cold.seconds, 1),
        "warm_seconds": round(warm.seconds, 1),
        "server_peak_mb": resting,
        "server_peak_mb_after_planning": planned,
        "solve_peak_mb": round(solve / 1e6),
    }


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    return "\n".join(f"{name.replace('_', ' '):32}{value:>8}" for name, value in result.items())


@dataclass(frozen=True, slots=True)
class _Served:
    """A running ``./run``: its process group, its port, and the seconds to the first page."""

    group: int
    port: int
    seconds: float


@contextmanager
def _served(clone: Path) -> Iterator[_Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SOJOURN_PORT": str(port)}
    environment.pop("SOJOURN_DATABASE_URL", None)
    started = time.perf_counter()
    server = subprocess.Popen(
        ["./run"],
        cwd=clone,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", server)
        yield _Served(server.pid, port, time.perf_counter() - started)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + GIVE_UP_SECONDS
    while time.perf_counter() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"./run ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 — our own server
                answer.read()
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("no first page")


def _plan_once(port: int) -> int:
    """Plan one case through REST; return the peak memory of its solve in bytes."""
    base = f"http://127.0.0.1:{port}/api/v1"
    request = urllib.request.Request(  # noqa: S310 — our own server
        f"{base}/cases/{CASE}/plans",
        data=b"{}",
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 — our own server
        place = answer.headers["Location"]
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=30) as answer:
            plan = json.load(answer)
        if plan["phase"] == "planned":
            return int(plan["statistics"]["peak_memory_bytes"])
        if plan["phase"] in {"failed", "no_plan", "cancelled"}:
            raise RuntimeError(f"the plan is {plan['phase']}")
        time.sleep(0.1)


def _peak_megabytes(group: int) -> int:
    """Return the summed peak resident memory of a process group, in MB (Linux)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) != group:
                continue
            lines = status.read_text().splitlines()
        except (OSError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return round(total / 1000)
