"""How many trips the coverage engine decides in a second on one core, traces included.

The situations of tests/pricing/coverage are decided again and again under the shipped policies.
Beside them stands what a programmer would write by hand for one of them, a few sums without any
reason given: the ratio is what documents, exact fractions and traces cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from pricing.coverage.decide import Question, decide
from pricing.coverage.documents.read import read_policy, read_trip
from pricing.coverage.prepared import PreparedPolicy, prepare
from pricing.exchange import NoRates

_HOUSE: Final = Path(__file__).parents[1]
_POLICIES: Final = _HOUSE / "seed_data" / "policies"
_SITUATIONS: Final = _HOUSE / "tests" / "pricing" / "coverage" / "situations"

MEASURED: Final = {
    "a drive and five nights": "P03a",
    "fares, six nights, tax ceiling": "P02a",
    "four round trips, deductibles": "P09a",
    "grant by steps": "P12f",
}
SECONDS: Final = 1.5
DECIDED_ON: Final = date(2026, 4, 1)


def measure() -> dict[str, Any]:
    """Return decisions a second of each situation, and of one written by hand."""
    found: dict[str, Any] = {}
    for name, situation in MEASURED.items():
        question = _question(situation)
        found[name] = {
            "decisions_per_second": round(_rate(partial(decide, question))),
            "steps": sum(len(line.trace) for line in decide(question).lines),
        }
    engine = found["a drive and five nights"]["decisions_per_second"]
    by_hand = round(_rate(_by_hand))
    found["by hand: a drive and five nights"] = {
        "decisions_per_second": by_hand,
        "ratio": round(engine / by_hand, 4),
    }
    text = (_POLICIES / "mmc-surest-travel.yaml").read_text("utf-8")
    found["reading a policy"] = {
        "documents_per_second": round(_rate(lambda: prepare(read_policy(text, "policy"))))
    }
    return found


def table(results: dict[str, Any]) -> str:
    """Return the figures as a table."""
    return "\n".join(
        f"{name:<36}" + "  ".join(f"{key} {value}" for key, value in figures.items())
        for name, figures in results.items()
    )


def _question(situation: str) -> Question:
    written = yaml.safe_load((_SITUATIONS / f"{situation}.yaml").read_text("utf-8"))
    policy = _policy(written["policy"])
    names = {version.tax.ceiling for version in policy.policy.versions if version.tax is not None}
    return Question(
        policy=policy,
        trip=read_trip(yaml.safe_dump(written["trip"]), situation),
        decided_on=DECIDED_ON,
        rates=NoRates(),
        balances={},
        ceilings={name: _policy(name) for name in names if name is not None},
    )


def _policy(name: str) -> PreparedPolicy:
    return prepare(read_policy((_POLICIES / f"{name}.yaml").read_text("utf-8"), name))


def _rate(job: Callable[[], object]) -> float:
    """Return how often a job is done in a second of the processor's time."""
    job()
    done, started = 0, time.process_time()
    while time.process_time() - started < SECONDS:
        job()
        done += 1
    return done / (time.process_time() - started)


def _by_hand() -> int:
    """Return the cents of P03a as a few sums: mileage, parking, nights for two or for one."""
    nights = ((210_00, 2), (210_00, 1), (210_00, 1), (210_00, 1), (210_00, 2))
    lodging = sum(min(price, 50_00 * people) for price, people in nights)
    return min(1_000_000, 300 * 205 // 10 + 40_00 + lodging)
