"""Raises of rates from one day on: typed in one by one, or every so many months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, date
from fractions import Fraction
from typing import Final

from pricing.contracts.documents.rate import Rate, Step
from pricing.contracts.documents.terms_document import Escalator
from pricing.contracts.errors import CannotPrice
from pricing.contracts.rounding import round_half_up
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Priced, Trace, shown, told
from pricing.expressions.arithmetic import add_months
from pricing.expressions.tree import Constant, Expression

_MONTHS_MAX: Final = 1200


def raise_rate(rate: Rate, amount: Fraction, scope: Scope) -> Priced:
    """Return a rate's amount for one unit, day or line after the raises that stand first.

    They come before the count, so that what is rounded is the rate, as agreements print it, and
    not the product.
    """
    priced = Priced(amount)
    units = sum((line.units for line in scope.group or ()), Fraction(0))
    for step in rate.first_raises:
        if scope.with_amount(priced.amount, units).holds(step.when):
            priced = priced.then(escalate(step, priced.amount, scope))
    return priced


def escalate(step: Step, amount: Fraction, scope: Scope) -> Trace:
    """Return the amount after every raise up to the day whose rates count."""
    assert step.escalate is not None  # noqa: S101 — the step's kind
    escalator = scope.scene.prepared.terms.escalators[step.escalate]
    day = scope.get(_day_that_counts(scope))
    assert isinstance(day, date)  # noqa: S101 — the fact's type
    after, words = amount, shown(amount)
    for on, by in _raises(escalator, day, scope.rule):
        there = scope.for_raise(on)
        share = there.number(by)
        after *= 1 + share
        words += f" × {shown(1 + share)} (from {on}{_why(by, there)})"
        if escalator.round_to is not None:
            after = round_half_up(after, Fraction(escalator.round_to))
            words += f", rounded {shown(after)},"
    if after == amount:
        return Trace("raised", f"{words}: no raise until {day}", after, step.text)
    return Trace("raised", f"{words.rstrip(',')} = {shown(after)}", after, step.text)


def _day_that_counts(scope: Scope) -> str:
    if scope.day is not None and scope.scene.dated_by == "service":
        return "day.date"
    return "group.rate_date" if scope.line is None else "line.rate_date"


def _why(by: Expression, scope: Scope) -> str:
    """Return how a share was reckoned; nothing for one that stands in the document."""
    return "" if isinstance(by.root, Constant) else f": {told(by, scope)}"


def _raises(escalator: Escalator, day: date, rule: str) -> Iterator[tuple[date, Expression]]:
    """Yield each raise up to a day, in order of time: when it begins, and by what share."""
    for one in sorted(escalator.raises, key=lambda raised: raised.on):
        if one.on <= day:
            yield one.on, one.by
    if escalator.first is None or escalator.by is None or escalator.every_months is None:
        return
    months = 0
    on = escalator.first
    while on <= day:
        if months > _MONTHS_MAX:
            raise CannotPrice(rule, f"too many raises since {escalator.first}")
        yield on, escalator.by
        months += escalator.every_months
        if on.year + escalator.every_months > MAXYEAR:
            return
        on = add_months(escalator.first, Fraction(months))
