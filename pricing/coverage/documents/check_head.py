"""The head of a policy: currency, rounding, the plan year, and facts of the policy's own."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.coverage.decision_errors import InvalidFact
from pricing.coverage.documents.check_money import check_currency
from pricing.coverage.documents.fact_values import declared_value
from pricing.coverage.documents.policy_document import FactDeclaration, Policy
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.sentences import suggestion
from pricing.money import Money

OWNERS: Final = (
    "trip", "patient", "person", "site", "nearest", "care", "visit", "line", "leg", "day", "night",
)  # fmt: skip
"""Whose facts a policy may declare."""

_DECLARED: Final = re.compile(r"([a-z]+)\.facts\.([a-z][a-z0-9_]{0,63})", re.ASCII)
_NO_LEAP_YEAR: Final = 2001


def check_head(policy: Policy, found: FaultList) -> None:
    """Note the faults of everything above the versions but the tables."""
    if check_currency(("currency",), policy.currency, found):
        _check_rounding(policy, found)
    _check_plan_year(policy, found)
    for path, declared in policy.facts.items():
        _check_declared(path, found)
        _check_unless_stated(path, declared, found)


def _check_unless_stated(path: str, declared: FactDeclaration, found: FaultList) -> None:
    if declared.unless_stated is None:
        return
    try:
        declared_value(declared, declared.unless_stated, path)
    except InvalidFact as error:
        found.add(("facts", path, "unless_stated"), f"must be {error.expected}")


def _check_rounding(policy: Policy, found: FaultList) -> None:
    decimals = Money.zero(policy.currency).decimals
    steps = Fraction(policy.rounding.to) * 10**decimals
    if steps > 0 and steps.denominator == 1:
        return
    smallest = f"0.{'1'.zfill(decimals)}" if decimals else "1"
    has = f"{policy.currency} has {decimals} decimals"
    if "to" in policy.rounding.model_fields_set:
        found.add(("rounding", "to"), f"must be {smallest} or a multiple of it: {has}")
    else:
        found.add(("currency",), f"needs rounding: {{to: {smallest}}}, because {has}")


def _check_plan_year(policy: Policy, found: FaultList) -> None:
    month, day = policy.plan_year_starts.split("-")
    try:
        date(_NO_LEAP_YEAR, int(month), int(day))
    except ValueError:
        message = "is no month and day that every year has, such as 07-01"
        found.add(("plan_year_starts",), message)


def _check_declared(path: str, found: FaultList) -> None:
    match = _DECLARED.fullmatch(path)
    if match is None:
        found.add_at_key(
            ("facts", path),
            "must be the owner, facts and a name in small letters, such as patient.facts.medicare",
        )
    elif match.group(1) not in OWNERS:
        owner = match.group(1)
        message = f"{quoted(owner)} has no facts; {suggestion(owner, list(OWNERS))}"
        found.add_at_key(("facts", path), message)
