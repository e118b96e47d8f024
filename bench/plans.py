"""Every sample case planned as the service does it, beside what its users would do instead.

A plan is everything from the queued row to the stored proposals: search of the sample catalogue,
problem document, solve with five alternatives in its own process, checks, records. Beside it, on
the same document: plain CP-SAT within a time limit, the greedy human way, and a careful one.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from api.database import Database, open_database
from api.key_file import key_file_of
from api.permanent import make_permanent
from api.seeding import seed
from bench.by_hand import Desk, careful, greedy
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from scheduling.optimizer.apart import cool_down, solve_apart, warm_up
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.plain import solve_plainly
from scheduling.plan_visit import plan_visit
from scheduling.planning import Plan
from scheduling.repository.plans import create_plan

ROUNDS: Final = 3
PLAIN_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 5.0
CAREFUL_DAYS: Final = 7


def measure() -> dict[str, Any]:
    """Return seconds of every case's plan and its cost beside the others', in cost cents."""
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        url = f"sqlite:///{Path(folder, 'bench.sqlite')}"
        database = open_database(url, keys=key_file_of(url))
        database.migrate()
        seed(database, today=now.date(), samples=samples)
        references = [case.reference for case in samples.load_cases(now.date())]
        warm_up()
        make_permanent()
        try:
            _plan(database, references[0], now, "warm")
            cases = {one: _measure_case(database, one, now) for one in references}
        finally:
            cool_down()
            database.dispose()
    times = sorted(seconds for case in cases.values() for seconds in case["plan_seconds"])
    return {
        "plan_p50": round(statistics.median(times), 3),
        "plan_p95": round(times[-(-95 * len(times) // 100) - 1], 3),
        "plan_max": round(times[-1], 3),
        "cases": cases,
    }


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    head = (
        f"{'case':10}{'phase':>9}{'plan s':>9}{'cost':>12}{'plain CP-SAT':>24}"
        f"{'greedy':>10}{'careful':>10}{'a week':>10}"
    )
    spread = (
        f"plan: p50 {result['plan_p50']} s, p95 {result['plan_p95']} s, max {result['plan_max']} s"
        f" ({len(result['cases'])} cases, {ROUNDS} rounds each)"
    )
    lines = [spread, head, *(_row(reference, case) for reference, case in result["cases"].items())]
    return "\n".join(lines)


def _row(reference: str, case: dict[str, Any]) -> str:
    plain = _plain_words(case)
    return (
        f"{reference:10}{case['phase']:>9}{statistics.median(case['plan_seconds']):>9.3f}"
        f"{case['cost'] or '':>12}{plain:>24}"
        f"{_over(case, 'greedy'):>10}{_over(case, 'careful'):>10}{_over(case, 'careful_week'):>10}"
    )


def _plain_words(case: dict[str, Any]) -> str:
    plain = case["plain"]
    if plain is None:
        return f"nothing in {PLAIN_SECONDS + GRACE_SECONDS:.0f} s"
    if plain["is_proven"]:
        return f"proven in {plain['seconds']} s"
    return f"{_over({**case, 'plain': plain['cost']}, 'plain')} in {plain['seconds']} s"


def _plainly(document: bytes) -> dict[str, Any] | None:
    """Return what plain CP-SAT reached, or None when it had to be killed.

    It does not keep its time limit on every document, so it runs where it can be killed.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        work = pool.apply_async(_plain_job, (document,))
        try:
            return work.get(PLAIN_SECONDS + GRACE_SECONDS)
        except multiprocessing.TimeoutError:
            return None


def _plain_job(document: bytes) -> dict[str, Any]:
    problem = parse_problem(document)
    started = time.perf_counter()
    outcome = solve_plainly(problem, seconds=PLAIN_SECONDS)
    return {
        "is_proven": outcome.is_complete,
        "seconds": round(time.perf_counter() - started, 2),
        "cost": outcome.plan.cost if outcome.plan else None,
    }


def _over(case: dict[str, Any], name: str) -> str:
    """Return how much dearer than the proven best, in percent."""
    if case[name] is None or case["cost"] is None:
        return "no plan"
    return f"+{100 * (case[name] - case['cost']) / case['cost']:.1f} %"


def _measure_case(database: Database, reference: str, now: datetime) -> dict[str, Any]:
    seconds = []
    plan: Plan | None = None
    for turn in range(ROUNDS):
        started = time.perf_counter()
        plan = _plan(database, reference, now, f"{reference}-{turn}")
        seconds.append(round(time.perf_counter() - started, 4))
    if plan is None or plan.problem is None:
        raise RuntimeError(f"{reference} came to no problem document")
    problem = parse_problem(plan.problem)
    plain = _plainly(plan.problem)
    desk = Desk.of(problem)
    found = {
        "greedy": greedy(desk),
        "careful": careful(desk),
        "careful_week": careful(desk, days=CAREFUL_DAYS),
    }
    return {
        "phase": plan.phase.value,
        "plan_seconds": seconds,
        "solve_seconds": plan.statistics["solve_seconds"],
        "document_kb": len(plan.problem) // 1000,
        "cost": plan.best.cost if plan.best else None,
        "plain": plain,
        **{name: None if parts is None else parts.total for name, parts in found.items()},
    }


def _plan(database: Database, reference: str, now: datetime, plan_id: str) -> Plan:
    with database.write() as session:
        create_plan(session, plan_id=plan_id, case_reference=reference, now=now)
    return plan_visit(
        plan_id,
        sessions=database,
        travel=SampleCatalogue(),
        solver=solve_apart,
        clock=lambda: now,
    )
