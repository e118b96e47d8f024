"""The optimizer alone, on made-up documents of four sizes, beside its rivals.

For every size: seconds of a solve with and without reading the JSON, with five alternatives,
and of a round trip through the solving process; what plain CP-SAT reaches within a time
limit; and what a person would pay (`by_hand`). Costs are compared with the proven optimum.
"""

import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from bench.by_hand import Desk, careful, greedy
from bench.generate import SIZES, generate
from scheduling.optimizer.answer import Status
from scheduling.optimizer.apart import cool_down, solve_apart, warm_up
from scheduling.optimizer.choice import Parts
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.plain import solve_plainly
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.solve import solve

T = TypeVar("T")

# Instances of each size; plain CP-SAT runs on the first few only, as it takes its whole limit.
COUNTS: Final = {"S": 40, "M": 40, "L": 40, "XL": 20}
PLAIN_COUNTS: Final = {"S": 5, "M": 3, "L": 2, "XL": 1}
PLAIN_SECONDS: Final = 15.0


def measure(
    sizes: tuple[str, ...] = tuple(SIZES), *, plain_seconds: float = PLAIN_SECONDS
) -> dict[str, Any]:
    """Return one entry for each size; seconds, cents, and shares, as plain numbers."""
    warm_up()
    try:
        return {name: _measure_size(name, plain_seconds) for name in sizes}
    finally:
        cool_down()


def _measure_size(name: str, plain_seconds: float) -> dict[str, Any]:
    texts = [json.dumps(generate(SIZES[name], seed)).encode() for seed in range(COUNTS[name])]
    # The first solve of a process imports and allocates; it is not what a service does all day.
    solve(parse_problem(texts[0]))
    reading, solving, alternatives, apart = [], [], [], []
    proven: list[tuple[Problem, int]] = []
    peak, statuses = 0, dict.fromkeys(Status, 0)
    for text in texts:
        seconds, problem = _timed(partial(parse_problem, text))
        reading.append(seconds)
        seconds, answer = _timed(partial(solve, problem, seconds=60))
        solving.append(seconds)
        statuses[answer.status] += 1
        seconds, _ = _timed(partial(solve, problem, seconds=60, alternatives=5))
        alternatives.append(seconds)
        seconds, far = _timed(partial(solve_apart, text, seconds=60))
        apart.append(seconds)
        peak = max(peak, int(far.statistics["peak_memory_bytes"]))
        if answer.cost is not None:
            proven.append((problem, answer.cost))
    return {
        "instances": len(texts),
        "kilobytes": round(statistics.mean(map(len, texts)) / 1000),
        "statuses": {status.value: count for status, count in statuses.items() if count},
        "solve": _spread(solving),
        "read": _spread(reading),
        "solve_with_reading": _spread([a + b for a, b in zip(reading, solving, strict=True)]),
        "solve_with_5_alternatives": _spread(alternatives),
        "solve_apart": _spread(apart),
        "peak_megabytes_apart": round(peak / 1e6),
        "plain_cp_sat": _measure_plain(proven[: PLAIN_COUNTS[name]], plain_seconds),
        "by_hand": _measure_people(proven),
    }


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50": round(statistics.median(ordered), 4),
        "p95": round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 4),
        "max": round(ordered[-1], 4),
    }


def _measure_plain(proven: list[tuple[Problem, int]], seconds: float) -> dict[str, Any]:
    """Return what the straightforward model reaches within the limit."""
    times, over, closed = [], [], 0
    for problem, best in proven:
        took, outcome = _timed(partial(solve_plainly, problem, seconds=seconds))
        times.append(took)
        closed += outcome.is_complete
        if outcome.plan is not None:
            over.append(_share(outcome.plan.cost, best))
    return {
        "instances": len(times),
        "limit": seconds,
        "p50": round(statistics.median(times), 2) if times else None,
        "proven": closed,
        "without_plan": len(times) - len(over),
        "over_optimum_mean": _mean(over),
    }


def _measure_people(proven: list[tuple[Problem, int]]) -> dict[str, Any]:
    ways: dict[str, Callable[[Desk], Parts | None]] = {
        "greedy": greedy,
        "careful": careful,
        "careful_within_7_days": lambda desk: careful(desk, days=7),
    }
    found: dict[str, Any] = {}
    for name, way in ways.items():
        over, times = [], []
        for problem, best in proven:
            desk = Desk.of(problem)
            took, parts = _timed(partial(way, desk))
            times.append(took)
            if parts is not None:
                over.append(_share(parts.total, best))
        found[name] = {
            "plans": len(over),
            "of": len(proven),
            "over_optimum_mean": _mean(over),
            "p50": round(statistics.median(times), 4) if times else None,
        }
    return found


def _share(cost: int, best: int) -> float:
    return cost / best - 1 if best else 0.0


def _mean(shares: list[float]) -> float | None:
    return round(statistics.mean(shares), 4) if shares else None


def table(result: dict[str, Any]) -> str:
    """Return the result as text, one line for each size."""
    head = (
        f"{'size':4} {'n':>3} {'kB':>5}  {'solve p50':>9} {'p95':>7}  {'+ JSON p50':>10} {'p95':>7}"
        f"  {'+ 5 alt.':>8} {'apart':>7} {'MB':>4}  {'CP-SAT':>7} {'proven':>6} {'over':>6}"
        f"  {'greedy':>7} {'careful':>7} {'± 7 days':>8}"
    )
    return "\n".join([head, *(_line(name, entry) for name, entry in result.items())])


def _line(name: str, entry: dict[str, Any]) -> str:
    plain, people = entry["plain_cp_sat"], entry["by_hand"]
    proven = f"{plain['proven']}/{plain['instances']}"
    return (
        f"{name:4} {entry['instances']:3} {entry['kilobytes']:5}  "
        f"{_ms(entry['solve']['p50']):>9} {_ms(entry['solve']['p95']):>7}  "
        f"{_ms(entry['solve_with_reading']['p50']):>10} "
        f"{_ms(entry['solve_with_reading']['p95']):>7}  "
        f"{_ms(entry['solve_with_5_alternatives']['p50']):>8} "
        f"{_ms(entry['solve_apart']['p50']):>7} {entry['peak_megabytes_apart']:4}  "
        f"{_seconds(plain['p50']):>7} {proven:>6} {_percent(plain['over_optimum_mean']):>6}  "
        f"{_percent(people['greedy']['over_optimum_mean']):>7} "
        f"{_percent(people['careful']['over_optimum_mean']):>7} "
        f"{_percent(people['careful_within_7_days']['over_optimum_mean']):>8}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _seconds(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds:.1f} s"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:+.1%}"
