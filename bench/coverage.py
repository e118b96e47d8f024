"""The coverage engine: decisions a second on one core, and its share of planning the sample cases.

The share counts every call that prices options or decides a visit, within plans from the queued row
to the stored proposals.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from api.database import open_database
from api.key_file import key_file_of
from api.seeding import seed
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from pricing.coverage.decide import Question, decide
from pricing.coverage.documents.read import read_trip
from pricing.coverage.library import ceilings_of, shipped_policy
from pricing.exchange import NoRates
from scheduling import visit_coverage
from scheduling.optimizer.apart import cool_down, solve_apart, warm_up
from scheduling.plan_visit import plan_visit
from scheduling.repository.plans import create_plan
from scheduling.translation.tariff import Tariff

POLICIES: Final = ("sojourn-standard", "sojourn-premium", "sojourn-vip")
SECONDS: Final = 1.0
CASES: Final = 6
TRIP: Final = """
format: sojourn-trip/1
id: bench
stage: estimate
currency: USD
starts: 2026-12-05
ends: 2026-12-10
patient: {id: patient, age: 50}
companions: [{id: companion, age: 48}]
expenses:
- {id: out, kind: air, date: 2026-12-05, amount_each: 900}
- {id: hotel, kind: lodging, check_in: 2026-12-05, check_out: 2026-12-10, amount_each: 160}
- {id: fee, kind: consultation, date: 2026-12-08, amount: 350}
- {id: taxi, kind: taxi, date: 2026-12-05, amount: 62}
- {id: back, kind: air, date: 2026-12-10, amount_each: 750}
- {id: meals, kind: meals, amount_each: 60}
"""


def measure() -> dict[str, Any]:
    """Return decisions a second for each level, and the share of planning in per cent."""
    return {
        "decisions_per_second": {name: _decisions_per_second(name) for name in POLICIES},
        "share_of_planning": _shares(),
    }


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    lines = [
        f"{name}: {rate:.0f} decisions a second"
        for name, rate in result["decisions_per_second"].items()
    ]
    shares = result["share_of_planning"]
    middle = statistics.median(shares.values())
    lines.append(f"share of a plan: median {middle:.1f} %, most {max(shares.values()):.1f} %")
    return "\n".join(lines)


def _decisions_per_second(name: str) -> float:
    policy, trip = shipped_policy(name), read_trip(TRIP, "bench")
    day = datetime.now(UTC).date()
    question = Question(policy, trip, day, NoRates(), {}, ceilings_of(policy))
    decide(question)
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        decide(question)
        count += 1
    return round(count / (time.perf_counter() - started), 1)


def _shares() -> dict[str, float]:
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        url = f"sqlite:///{Path(folder, 'bench.sqlite')}"
        database = open_database(url, keys=key_file_of(url))
        database.migrate()
        seed(database, today=now.date(), samples=samples)
        warm_up()
        shares = {}
        try:
            for case in samples.load_cases(now.date())[:CASES]:
                spent: list[float] = []
                settle = Tariff.settle
                with database.write() as session:
                    create_plan(
                        session, plan_id=case.reference, case_reference=case.reference, now=now
                    )
                started = time.perf_counter()
                with (
                    patch.object(Tariff, "settle", _timed(settle, spent)),
                    patch.object(visit_coverage, "decide", _timed(decide, spent)),
                ):
                    plan_visit(
                        case.reference,
                        sessions=database,
                        travel=SampleCatalogue(),
                        solver=solve_apart,
                        clock=lambda: now,
                    )
                shares[case.reference] = 100 * sum(spent) / (time.perf_counter() - started)
        finally:
            cool_down()
            database.dispose()
    return {reference: round(share, 1) for reference, share in shares.items()}


def _timed(call: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*arguments: object) -> object:
        started = time.perf_counter()
        try:
            return call(*arguments)
        finally:
            spent.append(time.perf_counter() - started)

    return timed
