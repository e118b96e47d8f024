"""Reads at a steady pace: alone, beside solves, and beside the worker's plans.

Twice: at 200 a second, and at half of what the service answers on this machine, callers and all,
which is measured first; a pace near all of it shows the queue and not what stands beside. The
solves follow one another for as long as the reads go on, as one solve of that length would; the
plans are queued over REST, so that the service's own worker searches, solves and checks. A latency
counts from the moment its request was due. SQLite, the service's default settings.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final

from bench.generate import SIZES, generate
from bench.load.client import Ask, Heard, Line, ask_hard, ask_steadily, to_ask
from bench.load.mix import CASES
from bench.load.servers import Served, served_service
from scheduling.optimizer.apart import cool_down, solve_apart, warm_up

RATE: Final = 200.0
SHARE: Final = 0.5
SECONDS: Final = 20.0
ROUNDS: Final = 3
_CALLERS: Final = 16
_PROBLEMS: Final = 8


def measure() -> dict[str, Any]:
    """Return what the service answers in a second, and of each pace p50 and p99 of each."""
    warm_up()
    _documents()
    try:
        with (
            TemporaryDirectory(prefix="sojourn-bench-") as folder,
            served_service(f"sqlite:///{folder}/load.db", workers=1) as server,
        ):
            asks = [_to_read(server, case) for case in CASES]
            capacity = ask_hard(server.address, asks, callers=_CALLERS, seconds=SECONDS / 4).rate
            paces = {"at_200": RATE, "at_half": SHARE * capacity}
            return {
                "capacity": round(capacity),
                **{name: _measure(server, asks, pace) for name, pace in paces.items()},
            }
    finally:
        cool_down()


def table(result: Mapping[str, Any]) -> str:
    """Return the measurement as text."""
    lines = [f"as many as it answers: {result['capacity']} reads/s"]
    for pace in ("at_200", "at_half"):
        told = result[pace]
        title = f"{told['rate']} reads/s"
        lines.append(f"{title:14}{'p50 ms':>8}{'p99 ms':>8}{'p99 ratio':>11}")
        for name in ("alone", "solving", "planning"):
            one = told[name]
            lines.append(f"{name:14}{one['p50_ms']:>8}{one['p99_ms']:>8}{one.get('ratio', 1):>11}")
    return "\n".join(lines)


def _measure(server: Served, asks: list[Ask], rate: float) -> dict[str, Any]:
    """Return p50 and p99 in milliseconds, and how many solves and plans were done meanwhile."""
    found: dict[str, list[Heard]] = {"alone": [], "solving": [], "planning": []}
    done = {"solving": 0, "planning": 0}
    beside = {"solving": _solve, "planning": lambda turn: _plan(server, turn)}
    for _round in range(ROUNDS):
        found["alone"].append(_read(server, asks, rate))
        for name, job in beside.items():
            with _over_and_over(job) as count:
                found[name].append(_read(server, asks, rate))
            done[name] += count()
    told = {name: _told(rounds) for name, rounds in found.items()}
    for name, times in done.items():
        ratios = [
            one.percentile(0.99) / alone.percentile(0.99)
            for one, alone in zip(found[name], found["alone"], strict=True)
        ]
        told[name] |= {"ratio": round(statistics.median(ratios), 2), "done": times}
    return {"rate": round(rate), **told}


def _to_read(server: Served, case: str) -> Ask:
    return to_ask("GET", f"{server.address}/api/v1/cases/{case}", token=server.token)


def _read(server: Served, asks: list[Ask], rate: float) -> Heard:
    heard = ask_steadily(server.address, asks, rate=rate, callers=_CALLERS, seconds=SECONDS)
    if heard.refused:
        raise RuntimeError(f"{heard.refused} reads were refused")
    return heard


@contextmanager
def _over_and_over(job: Callable[[int], None]) -> Iterator[Callable[[], int]]:
    """Do a job again and again beside the block; the callable says how often it was done."""
    is_over = Event()
    count = 0

    def work() -> None:
        nonlocal count
        while not is_over.is_set():
            job(count)
            count += 1

    thread = Thread(target=work)
    thread.start()
    try:
        yield lambda: count
    finally:
        is_over.set()
        thread.join()


def _solve(turn: int) -> None:
    solve_apart(_documents()[turn % _PROBLEMS], seconds=60, alternatives=5)


@lru_cache(maxsize=1)
def _documents() -> tuple[bytes, ...]:
    """Return problem documents, made ahead: the callers are threads of this process."""
    return tuple(json.dumps(generate(SIZES["XL"], seed)).encode() for seed in range(_PROBLEMS))


def _plan(server: Served, turn: int) -> None:
    line = Line(server.address)
    address = f"{server.address}/api/v1"
    case = CASES[turn % len(CASES)]
    ask = to_ask("POST", f"{address}/cases/{case}/plans", token=server.token)
    plan = json.loads(line.ask(ask)[1])
    while plan["phase"] not in {"planned", "no_plan", "failed", "cancelled"}:
        Event().wait(0.1)
        ask = to_ask("GET", f"{address}/plans/{plan['id']}/progress", token=server.token)
        plan |= json.loads(line.ask(ask)[1])


def _told(rounds: list[Heard]) -> dict[str, Any]:
    return {
        f"{name}_ms": round(1000 * statistics.median(one.percentile(share) for one in rounds), 1)
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
