"""What is left of the caps that a policy keeps balances of, for whoever asks between two trips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.policy_document import ROLLING, Limit
from pricing.coverage.prepared import PreparedPolicy, PreparedVersion
from pricing.coverage.window import Window, find_day, window_of
from pricing.expressions.tree import Constant, Expression

LASTING: Final = frozenset(
    {
        *("visit", "occurrence", "procedure", "diagnosis"),
        *("calendar_week", "calendar_month", "calendar_quarter", "calendar_year", "plan_year"),
        *("lifetime", ROLLING),
    }
)
"""Periods that outlast a trip, or may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapLeft:
    """One cap: how much is used by whom in which period, and what is left of it.

    Minor units where ``is_money``, else a count of ``measure``. ``whose`` and ``period`` are empty
    for a cap on which nobody has drawn. ``left`` is None where the amount of the cap depends on
    the trip. A rolling cap tells of the window that ends with the last day of service.
    """

    limit: str
    text: str
    per: str
    measure: str
    whose: str
    period: str
    used: Fraction
    left: Fraction | None

    @property
    def is_money(self) -> bool:
        """Return whether amounts are minor units of the policy's currency."""
        return self.measure == "money"


def list_caps(
    policy: PreparedPolicy, version: PreparedVersion, used: Mapping[BalanceKey, Fraction]
) -> tuple[CapLeft, ...]:
    """Return the caps of a version in order of the document, each with those who drew on it."""
    return tuple(
        one
        for limit in version.limits
        if limit.rule.cap is not None and limit.rule.per in LASTING
        for one in _caps(policy, limit.rule, used)
    )


def _caps(
    policy: PreparedPolicy, rule: Limit, used: Mapping[BalanceKey, Fraction]
) -> Iterator[CapLeft]:
    is_money = rule.of == "money"
    drawn = [
        (key.whose, key.period, amount)
        for key, amount in sorted(used.items())
        if (key.balance, key.is_money) == (rule.balance_name, is_money)
    ]
    if rule.window is not None:
        drawn = list(_in_last_windows(window_of(rule.window), drawn))
    most = _amount(policy, rule)
    for whose, period, amount in drawn or [("", "", Fraction(0))]:
        yield CapLeft(
            limit=rule.id,
            text=rule.text,
            per=rule.per,
            measure=rule.of,
            whose=whose,
            period=period,
            used=amount,
            left=None if most is None else max(Fraction(0), most - amount),
        )


def _in_last_windows(
    window: Window, drawn: list[tuple[str, str, Fraction]]
) -> Iterator[tuple[str, str, Fraction]]:
    """Yield for everybody the last day of service, with what its window holds."""
    by_owner: dict[str, dict[date, Fraction]] = {}
    for whose, period, amount in drawn:
        day = find_day(period)
        if day is not None:
            by_owner.setdefault(whose, {})[day] = amount
    for whose, amounts in by_owner.items():
        last = max(amounts)
        yield whose, last.isoformat(), window.most(last, amounts)


def _amount(policy: PreparedPolicy, rule: Limit) -> Fraction | None:
    """Return the amount of a cap that is written as a number."""
    root = rule.cap.root if isinstance(rule.cap, Expression) else None
    if not isinstance(root, Constant) or not isinstance(root.value, Fraction):
        return None
    return Fraction(root.value) * (policy.minor_units if rule.of == "money" else 1)
