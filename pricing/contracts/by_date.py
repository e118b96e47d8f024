"""A per diem day by day: where a rate changes within a stay, each day is paid at its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Final

from pricing.contracts.counting import count_of, counted_amount, list_parts, span_of
from pricing.contracts.documents.rate import Rate
from pricing.contracts.errors import CannotPrice
from pricing.contracts.escalators import raise_rate
from pricing.contracts.line_facts import Unstated
from pricing.contracts.scene import Line
from pricing.contracts.scope import Day, Scope
from pricing.contracts.stay_facts import count_days, read_stay_fact
from pricing.contracts.tracing import Priced, Trace, result, shown
from pricing.expressions.tree import list_facts

_DAYS_MAX: Final = 3660
_ONE: Final = Fraction(1)


def is_by_date(rate: Rate, scope: Scope) -> bool:
    """Return whether the days of a per diem may differ by their dates, or their numbers."""
    rows = rate.per_diem
    written = [row.amount for row in rows] if isinstance(rows, tuple) else [rows] if rows else []
    if any(fact.path.startswith("day.") for one in written for fact in list_facts(one)):
        return True
    is_by_service = scope.scene.dated_by == "service"
    is_stay = rate.count is None or scope.line is not None
    return is_by_service and is_stay and bool(rate.first_raises)


def price_days(rate: Rate, scope: Scope) -> Priced:
    """Return what the days of a stay come to, each at the rate of its own date.

    Raises ClaimFactMissing where a date is asked for that the claim does not tell, CannotPrice
    where rates differ and the claim does not tell which of its days are paid.
    """
    count, _ = counted_amount(rate, scope)
    if count > _DAYS_MAX:
        raise CannotPrice(scope.rule, f"has {shown(count)} days; at most {_DAYS_MAX} have dates")
    days = list(_priced_days(rate, scope))
    if not _is_known_which(rate, scope) and _differs(rate, scope, count):
        raise CannotPrice(
            scope.rule,
            "pays a rate that changes within the stay, and which days count is not known; let "
            "the claim state admitted and discharged and no other days, or price each room line "
            "by itself (for: line, count: line.units)",
        )
    amount = sum((one.share * one.each.amount for one in days), Fraction(0))
    words, traces = [], list[Trace]()
    for each, group in groupby(days, key=lambda one: one.each.amount):
        run = list(group)
        traces += run[0].each.trace
        words.append(f"{_span(run)}: {shown(sum(one.share for one in run) * _ONE)} × {shown(each)}")
    text = "; ".join(words) or "0"
    return Priced(amount, (*traces, Trace("per diem", result(text, amount), amount, rate.text)))


@dataclass(frozen=True, slots=True)
class _Priced:
    """A day, how much of it is paid, and its rate."""

    day: Day
    share: Fraction
    each: Priced


def _priced_days(rate: Rate, scope: Scope) -> Iterator[_Priced]:
    begins, offset = _first_day(scope), 0
    for part in list_parts(rate, scope, "day"):
        number = part.first
        while number < part.last + 1:
            there = scope.on_day(Day(number, _after(begins, offset, scope.rule)))
            each = raise_rate(rate, there.number(part.written), there)
            assert there.day is not None  # noqa: S101 — as just made
            yield _Priced(there.day, min(_ONE, part.last + 1 - number), each)
            number, offset = number + 1, offset + 1


def _first_day(scope: Scope) -> date | Unstated:
    """Return the day on which the first day of what is priced lies."""
    scene, line = scope.scene, scope.line
    if line is not None:
        if scene.claim.lines[line.number - 1].date is None and not _is_whole_stay(line, scope):
            return Unstated(f"lines[{line.id}].date")
        return line.date or Unstated(f"lines[{line.id}].date")
    dates = [one.date for one in scope.group or () if one.date is not None]
    return scene.claim.admitted or min(dates, default=None) or Unstated("admitted")


def _is_whole_stay(line: Line, scope: Scope) -> bool:
    return line.units == read_stay_fact(scope.scene, "days")


def _after(begins: date | Unstated, days: int, rule: str) -> date | Unstated:
    if isinstance(begins, Unstated):
        return begins
    if days > (date.max - begins).days:
        raise CannotPrice(rule, "has days after the last of the calendar")
    return begins + timedelta(days=days)


def _is_known_which(rate: Rate, scope: Scope) -> bool:
    """Tell whether the days that count are those that follow the first, one by one."""
    there, claim = count_of(rate, scope)[0], scope.scene.claim
    if rate.count_from is not None or counted_amount(rate, scope)[0] > there:
        return False
    if scope.line is not None:
        return there == scope.line.units
    is_stated_alone = claim.days is None or claim.discharged is None
    return rate.count is None and (is_stated_alone or there == count_days(scope.scene))


def _differs(rate: Rate, scope: Scope, count: Fraction) -> bool:
    """Tell whether it matters which days of the stay count."""
    begins, whole = _first_day(scope), count_days(scope.scene)
    most = max(count, whole) if isinstance(whole, Fraction) else count
    for part in list_parts(rate, scope, "day"):
        found = set()
        for offset in range(min(ceil(most), _DAYS_MAX)):
            there = scope.on_day(Day(part.first, _after(begins, offset, scope.rule)))
            found.add(raise_rate(rate, there.number(part.written), there).amount)
        if len(found) > 1:
            return True
    return False


def _span(run: list[_Priced]) -> str:
    first, last = run[0].day, run[-1].day
    words = span_of("day", first.number, last.number)
    if isinstance(first.date, Unstated):
        return words
    dates = f"{first.date}" if first is last else f"{first.date} to {last.date}"
    return f"{words} ({dates})"
