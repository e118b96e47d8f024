"""Deciding documents as ``sojourn cover`` does, for tests that are about the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

from pricing.coverage.answer import balances_from, to_document
from pricing.coverage.decide import Question, decide
from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from pricing.coverage.prepared import PreparedPolicy, prepare
from pricing.exchange import NoRates

Document = Mapping[str, Any]

SHIPPED: Final = Path(__file__).parents[3] / "seed_data" / "policies"
"""The policy documents that are shipped."""

OF_TESTS: Final = Path(__file__).parent / "policies"
"""Policy documents that only tests need."""


@cache
def policy_of(name: str) -> PreparedPolicy:
    """Return a policy by id: one shipped, or one of the tests' own."""
    file = SHIPPED / f"{name}.yaml"
    if not file.exists():
        file = OF_TESTS / f"{name}.yaml"
    return prepare(read_policy(file.read_text(), file.name))


def policy_from(document: Document) -> PreparedPolicy:
    """Return a policy that a test made up."""
    return prepare(read_policy(json.dumps(document), "made-up.json"))


def decision_on(
    policy: PreparedPolicy,
    trip: Document,
    *,
    balances: Document | None = None,
    as_of: date | None = None,
) -> Decision:
    """Return the decision.

    The day of the decision, where a test does not turn on it, is the one on which the claim was
    filed, or without a claim the trip's first.
    """
    filed = trip.get("claim", {}).get("filed", trip["starts"])
    question = Question(
        policy=policy,
        trip=read_trip(json.dumps(trip, default=str), str(trip["id"])),
        decided_on=as_of or date.fromisoformat(str(filed)[:10]),
        rates=NoRates(),
        balances={} if balances is None else used_in(balances, policy),
        ceilings=_ceilings(),
    )
    return decide(question)


def answer_to(
    policy: PreparedPolicy,
    trip: Document,
    *,
    balances: Document | None = None,
    as_of: date | None = None,
) -> dict[str, Any]:
    """Return the answer's JSON, read back."""
    decision = decision_on(policy, trip, balances=balances, as_of=as_of)
    answer: dict[str, Any] = json.loads(json.dumps(to_document(decision)))
    return answer


def used_in(balances: Document, policy: PreparedPolicy) -> dict[BalanceKey, Fraction]:
    """Return what a balances document says was used."""
    read = read_balances(json.dumps(balances, default=str), "balances.json")
    return balances_from(read, policy.policy.currency)


@cache
def _ceilings() -> dict[str, PreparedPolicy]:
    return {file.stem: policy_of(file.stem) for file in sorted(SHIPPED.glob("*.yaml"))}
