"""The coverage engine: decisions a second on one core, and its share of planning the sample cases.

Beside the decisions of test situations, traces included, stands what a programmer would write by
hand for one of them: the ratio is what documents, exact fractions and reasons cost.

The share counts every call that prices options or decides a visit, within plans from the queued row
to the stored proposals.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

import yaml

from api.database import open_database
from api.key_file import key_file_of
from api.permanent import make_permanent
from api.seeding import seed
from logistics import samples
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from pricing.coverage.decide import Question, decide
from pricing.coverage.documents.read import read_trip
from pricing.coverage.library import read_ceilings, shipped_policy
from pricing.exchange import NoRates
from scheduling import visit_coverage
from scheduling.optimizer.apart import cool_down, solve_apart, warm_up
from scheduling.plan_visit import plan_visit
from scheduling.repository.plans import create_plan
from scheduling.translation.tariff import Tariff

SECONDS: Final = 1.0
CASES: Final = 6
DECIDED_ON: Final = date(2026, 4, 1)
BY_HAND: Final = "by hand, no reasons: a drive and five nights"

MEASURED: Final = {
    "a drive and five nights": "P03a",
    "fares, six nights, tax ceiling": "P02a",
    "four round trips, deductibles": "P09a",
    "grant by steps": "P12f",
}
"""Situations of the tests, by what is in them."""

_SITUATIONS: Final = Path(__file__).parents[1] / "tests" / "pricing" / "coverage" / "situations"


def measure() -> dict[str, Any]:
    """Return decisions a second of each situation, and the share of planning in per cent.

    Planning goes first: what the decisions leave behind would be collected within some plan.
    """
    shares = _shares()
    rates = {name: _rate(partial(decide, _question(one))) for name, one in MEASURED.items()}
    return {
        "decisions_per_second": {**rates, BY_HAND: _rate(_by_hand)},
        "share_of_planning": shares,
    }


def table(result: dict[str, Any]) -> str:
    """Return the measurement as text."""
    rates = result["decisions_per_second"]
    lines = [
        f"{name}: {rate:,} a second, {rate / rates[BY_HAND]:.4f} of by hand"
        for name, rate in rates.items()
    ]
    shares = result["share_of_planning"]
    middle = statistics.median(shares.values())
    lines.append(f"share of a plan: median {middle:.1f} %, most {max(shares.values()):.1f} %")
    return "\n".join(lines)


def _question(situation: str) -> Question:
    written = yaml.safe_load((_SITUATIONS / f"{situation}.yaml").read_text("utf-8"))
    policy = shipped_policy(written["policy"])
    trip = read_trip(yaml.safe_dump(written["trip"]), situation)
    return Question(policy, trip, DECIDED_ON, NoRates(), {}, read_ceilings(policy.policy))


def _rate(job: Callable[[], object]) -> int:
    """Return how often a job is done in a second of the processor's time."""
    job()
    done, started = 0, time.process_time()
    while time.process_time() - started < SECONDS:
        job()
        done += 1
    return round(done / (time.process_time() - started))


def _by_hand() -> int:
    """Return the cents of P03a as a programmer would write them: a few sums, no reason given."""
    nights = ((210_00, 2), (210_00, 1), (210_00, 1), (210_00, 1), (210_00, 2))
    lodging = sum(min(price, 50_00 * people) for price, people in nights)
    return min(1_000_000, 300 * 205 // 10 + 40_00 + lodging)


def _shares() -> dict[str, float]:
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        url = f"sqlite:///{Path(folder, 'bench.sqlite')}"
        database = open_database(url, keys=key_file_of(url))
        database.migrate()
        seed(database, today=now.date(), samples=samples)
        warm_up()
        make_permanent()
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
