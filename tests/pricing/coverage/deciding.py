"""Small policies and trips for tests: only what a test turns on is written, the rest is here."""

from __future__ import annotations

import textwrap
from datetime import date
from fractions import Fraction

from pricing.coverage.decide import Question, decide
from pricing.coverage.decision import BalanceKey, CoveredLine, Decision
from pricing.coverage.documents.read import read_policy, read_trip
from pricing.coverage.prepared import prepare
from pricing.ecb_rates import EcbRates

DECIDED_ON = date(2026, 4, 1)


def policy_text(rules: str, *, head: str = "", policy_id: str = "test-plan") -> str:
    """Return a policy document with one version that holds the rules."""
    return "\n".join(
        [
            "format: sojourn-policy/1",
            f"id: {policy_id}",
            "title: Test plan",
            "sponsor: Test",
            "currency: USD",
            textwrap.dedent(head).strip(),
            "versions:",
            '- version: "2026"',
            "  valid_from: 2020-01-01",
            "  valid_to: null",
            "  source: a test",
            textwrap.indent(textwrap.dedent(rules).strip(), "  "),
        ]
    )


def trip_text(expenses: str, *, more: str = "", currency: str = "USD") -> str:
    """Return a trip of Mary and Tom from 1 to 6 March 2026."""
    own = textwrap.dedent(more).strip()
    parts = {
        "stage": "stage: claim",
        "starts": "starts: 2026-03-01",
        "ends": "ends: 2026-03-06",
        "patient": "patient: {id: mary, age: 40}",
        "companions": "companions: [{id: tom, age: 44, same_day: yes}]",
    }
    kept = [text for key, text in parts.items() if not _has(own, key)]
    return "\n".join(
        [
            "format: sojourn-trip/1",
            "id: T-1",
            f"currency: {currency}",
            *kept,
            own,
            "expenses:",
            textwrap.dedent(expenses).strip(),
        ]
    )


def _has(text: str, key: str) -> bool:
    return any(line.startswith(f"{key}:") for line in text.splitlines())


def decided(
    policy: str,
    trip: str,
    *,
    balances: dict[BalanceKey, Fraction] | None = None,
    decided_on: date = DECIDED_ON,
    ceiling: str | None = None,
) -> Decision:
    """Return the decision about two documents."""
    other = None if ceiling is None else prepare(read_policy(ceiling, "ceiling"))
    return decide(
        Question(
            policy=prepare(read_policy(policy, "policy")),
            trip=read_trip(trip, "trip"),
            decided_on=decided_on,
            rates=EcbRates(),
            balances=balances or {},
            ceilings={} if other is None else {other.policy.id: other},
        )
    )


def line_of(decision: Decision, line_id: str) -> CoveredLine:
    """Return one line."""
    return next(line for line in decision.lines if line.id == line_id)


def paid(rules: str, expenses: str, *, more: str = "", head: str = "") -> int:
    """Return the cents payable under the rules."""
    return decided(policy_text(rules, head=head), trip_text(expenses, more=more)).payable
