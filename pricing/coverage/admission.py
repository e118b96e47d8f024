"""What a trip and its balances name must exist in the policy: overrides, balances, periods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import (
    InvalidFact,
    MisspeltFact,
    UnknownBalance,
    UnknownOverride,
)
from pricing.coverage.documents.fact_values import declared_value
from pricing.coverage.documents.policy_document import ROLLING, FactDeclaration, Limit
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.ledger import LIFETIME, quarter_start
from pricing.coverage.legs import week_start
from pricing.coverage.limit_run import PERIODS
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion

_Facts = Mapping[str, str | tuple[str, ...]]

_ALIKE: Final = 0.75
"""How much of a name must be that of another, for one to be taken for the other."""

_DAY: Final = r"\d{4}-\d{2}-\d{2}"

_WRITTEN_AS: Final[Mapping[str, tuple[str, str]]] = {
    "calendar_week": (_DAY, "the first day of a week, such as 2026-03-02"),
    "calendar_month": (r"\d{4}-\d{2}", "a month, such as 2026-03"),
    "calendar_quarter": (_DAY, "the first day of a quarter, such as 2026-04-01"),
    "calendar_year": (r"\d{4}", 'a year in quotes, such as "2026"'),
    ROLLING: (_DAY, "a day of service, such as 2026-03-02"),
    "lifetime": (LIFETIME, f"the word {LIFETIME}"),
}
"""How the periods of balances are written; every other one is named by the trip."""


def check_overrides(trip: Trip, prepared: PreparedVersion) -> None:
    """Raise UnknownOverride for an override of a condition that the policy does not have."""
    for error in _unknown_overrides(trip, prepared):
        raise error


def _unknown_overrides(trip: Trip, prepared: PreparedVersion) -> Iterator[UnknownOverride]:
    known = [condition.id for condition, _ in prepared.conditions]
    for place, override in enumerate(trip.overrides):
        if override.rule not in known:
            listed = ", ".join(known) or "none"
            fault = f"the policy has no condition {override.rule}; its conditions are: {listed}"
            yield UnknownOverride(f"overrides[{place}].rule", fault)


def check_facts(trip: Trip, policy: PreparedPolicy) -> None:
    """Hold the trip's facts to what the policy declares, whether a rule asks for them or not.

    What is like none of the policy's is another policy's business.

    Raises:
        InvalidFact: a fact is not of the declared type, or none of the declared words.
        MisspeltFact: a fact is much like a declared one that is not stated.
    """
    for error in _wrong_facts(trip, policy):
        raise error


def list_misfits(
    trip: Trip, policy: PreparedPolicy, prepared: PreparedVersion
) -> tuple[InvalidFact | MisspeltFact | UnknownOverride, ...]:
    """Return everything that the trip names or states otherwise than the policy."""
    return (*_wrong_facts(trip, policy), *_unknown_overrides(trip, prepared))


def _wrong_facts(trip: Trip, policy: PreparedPolicy) -> Iterator[InvalidFact | MisspeltFact]:
    declared: dict[str, set[str]] = {}
    for path in policy.policy.facts:
        owner, _, name = path.partition(".facts.")
        declared.setdefault(owner, set()).add(name)
    if not declared:
        return
    for owners, field, facts in _all_facts(trip):
        yield from _wrong_values(policy.policy.facts, owners, field, facts)
        known = {name for owner in owners for name in declared.get(owner, ())}
        missing = sorted(known - facts.keys())
        for name in facts.keys() - known:
            like = get_close_matches(name, missing, n=1, cutoff=_ALIKE)
            if like:
                yield MisspeltFact(f"{field}.{name}", like[0])


def _wrong_values(
    declared: Mapping[str, FactDeclaration], owners: Iterable[str], field: str, facts: _Facts
) -> Iterator[InvalidFact]:
    for owner in owners:
        for name, written in facts.items():
            declaration = declared.get(f"{owner}.facts.{name}")
            if declaration is None:
                continue
            try:
                declared_value(declaration, written, f"{field}.{name}")
            except InvalidFact as error:
                yield error


def _all_facts(trip: Trip) -> Iterator[tuple[tuple[str, ...], str, _Facts]]:
    """Yield every place of the trip that holds facts: whose they are, the field, and the facts."""
    yield ("trip",), "facts", trip.facts
    yield ("patient", "person"), "patient.facts", trip.patient.facts
    yield ("site",), "site.facts", trip.site.facts
    yield ("nearest",), "nearest.facts", trip.nearest.facts
    yield ("care",), "care.facts", trip.care.facts
    for key, owner in (("companions", "person"), ("visits", "visit"), ("expenses", "line")):
        for one in getattr(trip, key):
            yield (owner,), f"{key}[{one.id}].facts", one.facts
    for expense in trip.expenses:
        for key, owner in (("legs", "leg"), ("nights", "night"), ("days", "day")):
            for place, part in enumerate(getattr(expense, key) or ()):
                yield (owner,), f"expenses[{expense.id}].{key}[{place}].facts", part.facts


def check_balances(balances: Iterable[BalanceKey], policy: PreparedPolicy) -> None:
    """Raise UnknownBalance for a balance that no limit of any version keeps."""
    for error in list_unknown_balances(balances, policy):
        raise error


def list_unknown_balances(
    balances: Iterable[BalanceKey], policy: PreparedPolicy
) -> Iterator[UnknownBalance]:
    """Yield what is wrong with each balance that no limit of any version keeps."""
    kept = _kept(policy)
    for key in balances:
        periods = kept.get((key.balance, key.is_money))
        if periods is None:
            names = ", ".join(sorted({name for name, _ in kept})) or "none"
            what = "money" if key.is_money else "a count"
            fault = f"the policy keeps no such balance of {what}; it keeps: {names}"
            yield UnknownBalance(key.balance, fault, whose=key.whose, period=key.period)
        elif not any(_is_written_as(key.period, period, policy) for period in periods):
            expected = " or ".join(_expected(period, policy) for period in sorted(periods))
            fault = f"period {key.period} must be {expected}"
            yield UnknownBalance(
                key.balance, fault, whose=key.whose, period=key.period, part="period"
            )


def is_kept(key: BalanceKey, policy: PreparedPolicy) -> bool:
    """Return whether a limit of some version of the policy keeps that balance."""
    try:
        check_balances((key,), policy)
    except UnknownBalance:
        return False
    return True


def _kept(policy: PreparedPolicy) -> dict[tuple[str, bool], set[str]]:
    """Return the periods of every balance, by its name and whether it is money."""
    kept: dict[tuple[str, bool], set[str]] = {}
    for version in policy.versions:
        for limit in version.limits:
            for name, is_money, period in _balances_of(limit.rule):
                kept.setdefault((name, is_money), set()).add(period)
    return kept


def _balances_of(rule: Limit) -> Iterable[tuple[str, bool, str]]:
    if rule.per in PERIODS and (rule.cap is not None or rule.deductible is not None):
        yield rule.balance_name, rule.of == "money", rule.per
    for most in rule.maxima:
        yield most.balance, True, most.per


def _is_written_as(written: str, period: str, policy: PreparedPolicy) -> bool:
    if period == "plan_year":
        starts = policy.policy.plan_year_starts
        return re.fullmatch(_DAY, written) is not None and written[5:] == starts
    pattern, _ = _WRITTEN_AS.get(period, (".+", ""))
    if re.fullmatch(pattern, written) is None:
        return False
    if pattern != _DAY:
        return True
    day = _find_day(written)
    return day is not None and _is_first_day(day, period, policy)


def _is_first_day(day: date, period: str, policy: PreparedPolicy) -> bool:
    match period:
        case "calendar_week":
            return week_start(day, policy.policy.week_starts) == day
        case "calendar_quarter":
            return quarter_start(day) == day
        case _:
            return True


def _find_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _expected(period: str, policy: PreparedPolicy) -> str:
    if period == "plan_year":
        starts = policy.policy.plan_year_starts
        return f"the first day of a plan year, such as 2026-{starts}"
    return _WRITTEN_AS[period][1]
