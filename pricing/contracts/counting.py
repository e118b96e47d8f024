"""Days and units: how many count, and rates that differ from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pricing.contracts.documents.rate import CountedRow, Rate
from pricing.contracts.errors import CannotPrice
from pricing.contracts.escalators import raise_rate
from pricing.contracts.scope import Counted, Scope
from pricing.contracts.tracing import Priced, Trace, result, shown, told
from pricing.expressions.tree import Expression


def counted_amount(rate: Rate, scope: Scope) -> tuple[Fraction, str]:
    """Return how many units, days or lines a rate is for, and that in words."""
    count, unit = count_of(rate, scope)
    if scope.counted is not None and rate.count_within is not None:
        return _counted_on(rate, scope, scope.counted)
    if rate.count_at_least is not None:
        least = scope.number(rate.count_at_least)
        if count < least:
            return least, f"{shown(least)} {unit} (at least; there were {shown(count)})"
    if rate.count_at_most is not None:
        most = max(Fraction(0), scope.number(rate.count_at_most))  # 20 less the 25 of before
        if count > most:
            return most, f"{shown(most)} {unit} (at most; there were {shown(count)})"
    return count, f"{shown(count)} {unit}"


def _counted_on(rate: Rate, scope: Scope, counted: Counted) -> tuple[Fraction, str]:
    """Return how many of a line still count in its period, and that in words."""
    count, unit = count_of(rate, scope)
    so_far = f"{shown(counted.before)} before {counted.period}"
    if rate.count_at_most is None:
        return count, f"{shown(count)} {unit} ({so_far})"
    most = max(Fraction(0), scope.number(rate.count_at_most))
    left = max(Fraction(0), most - counted.before)
    if count <= left:
        return count, f"{shown(count)} {unit} ({so_far}, at most {shown(most)})"
    there = f"there were {shown(count)}"
    return left, f"{shown(left)} {unit} (at most {shown(most)}; {so_far}, {there})"


def units_of(rate: Rate, count: Fraction) -> Fraction | None:
    """Return what a rate counted, if it says how many units there are; None: as many as claimed."""
    says = (rate.count, rate.count_at_least, rate.count_at_most)
    is_of_units = rate.kind != "per_diem" and rate.per not in {"day", "line"}
    return count if is_of_units and any(one is not None for one in says) else None


def count_of(rate: Rate, scope: Scope) -> tuple[Fraction, str]:
    """Return how many there are, whatever least or most of them count, and of what."""
    is_daily = rate.per == "day" or rate.kind in {"per_diem", "case_rate"}
    unit = "days" if is_daily else "lines" if rate.per == "line" else "units"
    if rate.count is not None:
        return scope.number(rate.count), unit
    if is_daily:
        days = scope.get("stay.days")
        assert isinstance(days, Fraction)  # noqa: S101 — the fact's type
        return days, unit
    if rate.per == "line":
        return Fraction(len(scope.group or ())), unit
    return sum((line.units for line in scope.group or ()), Fraction(0)), unit


@dataclass(frozen=True, slots=True)
class Part:
    """The days of a stay that one amount is for: numbers of the first and last."""

    written: Expression
    first: Fraction
    last: Fraction

    @property
    def count(self) -> Fraction:
        """Return how many there are; the last may be a part of one."""
        return self.last - self.first + 1


def price_counted(rate: Rate, scope: Scope, unit: str) -> Priced:
    """Return what days, or units, come to: each at the same amount, or row by row."""
    rows = rate.per_diem if rate.per_diem is not None else rate.per_unit
    what = "per diem" if unit == "day" else "per unit"
    assert rows is not None  # noqa: S101 — the rate's kind
    if not isinstance(rows, tuple):
        count, counted = counted_amount(rate, scope)
        each = raise_rate(rate, scope.number(rows), scope)
        amount = each.amount * count
        text = f"{shown(each.amount) if each.trace else told(rows, scope)} × {counted}"
        own = Trace(what, result(text, amount), amount, rate.text)
        return Priced(amount, (*each.trace, own), units=units_of(rate, count))
    amount, words = Fraction(0), list[str]()
    traces: list[Trace] = []
    for part in list_parts(rate, scope, unit):
        each = raise_rate(rate, scope.number(part.written), scope)
        amount += each.amount * part.count
        traces += each.trace
        told_each = shown(each.amount) if each.trace else told(part.written, scope)
        words.append(f"{span_of(unit, part.first, part.last)}: {shown(part.count)} × {told_each}")
    count, counted = counted_amount(rate, scope)
    text = "; ".join(words) or "0"
    if rate.count_within is not None:
        text = f"{counted}: {text}"
    own = Trace(what, result(text, amount), amount, rate.text)
    return Priced(amount, (*traces, own), units=units_of(rate, count))


def list_parts(rate: Rate, scope: Scope, unit: str) -> Iterator[Part]:
    """Yield the days, or units, that count, row by row; raises CannotPrice without a row."""
    count, _ = counted_amount(rate, scope)
    first = Fraction(1) if rate.count_from is None else scope.number(rate.count_from)
    if scope.counted is not None and rate.count_within is not None:
        first = scope.counted.before + 1
    last = first + count - 1
    rows = rate.per_diem if rate.per_diem is not None else rate.per_unit
    if isinstance(rows, tuple):
        yield from _parts(rows, first, last, scope.rule, unit)
    elif rows is not None and count:
        yield Part(rows, first, last)


def _parts(
    rows: tuple[CountedRow, ...], first: Fraction, last: Fraction, rule: str, unit: str
) -> Iterator[Part]:
    if first <= last and first < rows[0].first:
        raise CannotPrice(rule, f"{unit} {shown(first)} has no row; begin the rows with it")
    for row in rows:
        begins = max(first, Fraction(row.first))
        ends = last if row.last is None else min(last, Fraction(row.last))
        if begins < ends + 1:  # the last may be a part of a day
            yield Part(row.amount, begins, ends)
    end = rows[-1].last
    if end is not None and last > end:
        raise CannotPrice(
            rule,
            f"{unit} {end + 1} has no row; end the rows with one without `to` "
            "(amount: 0 if it is not paid)",
        )


def span_of(unit: str, first: Fraction, last: Fraction) -> str:
    """Return from which to which day, or unit, in words."""
    if first == last:
        return f"{unit} {shown(first)}"
    return f"{unit}s {shown(first)}–{shown(last)}"
