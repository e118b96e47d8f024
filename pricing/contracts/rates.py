"""Rates: one function for each kind, from the lines in scope to an exact amount with its trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.by_date import is_by_date, price_days
from pricing.contracts.counting import counted_amount, price_counted, units_of
from pricing.contracts.documents.rate import Rate
from pricing.contracts.drg import price_drg
from pricing.contracts.errors import CannotPrice, NoRateApplies, NoScheduleRow
from pricing.contracts.escalators import raise_rate
from pricing.contracts.listed import asked_of, find_rows, is_listed
from pricing.contracts.rounding import rounder_of
from pricing.contracts.run import Run
from pricing.contracts.running_counts import counted_before
from pricing.contracts.scope import Scope
from pricing.contracts.selecting import choose_lines
from pricing.contracts.steps import take_step
from pricing.contracts.tracing import Considered, Priced, Trace, in_parentheses, result, shown, told
from pricing.expressions.tree import Expression

_Kind = Callable[[Rate, Scope, Run], Priced]
_BASES: Final = MappingProxyType(
    {
        "group.charges": "charges",
        "group.medicare": "the Medicare amount",
        "group.invoice": "invoice cost",
    }
)


def price_rate(rate: Rate, scope: Scope, run: Run, upto: int | None = None) -> Priced:
    """Return what a rate comes to for the lines in scope.

    ``upto``: only so many of its steps, which is how lines are ranked. Raises ClaimFactMissing,
    NoScheduleRow, NoRateApplies, CannotPrice, CannotCompute, NoTableRow.
    """
    priced = _KINDS[rate.kind](rate, _counting_on(rate, scope, run), run)
    raised = len(rate.first_raises)
    for place, step in enumerate(rate.then[:upto]):
        if place < raised or not scope.with_amount(priced.amount, counted_units(scope)).holds(
            step.when
        ):
            continue

        # Ranking prices each of the run's lines up to this step, so it asks back.
        def before(other: Scope, place: int = place) -> Priced:
            return price_rate(rate, other, run, place)

        priced = priced.then(take_step(step, priced.amount, scope, run.at(rate, place, before)))
    return priced


def _counting_on(rate: Rate, scope: Scope, run: Run) -> Scope:
    """Return the scope in which a count goes on from the lines of the period before this one."""
    if rate.count_within is None or scope.line is None:
        return scope
    return replace(scope, counted=counted_before(rate, scope, run))


def counted_units(scope: Scope) -> Fraction:
    """Return the units of the lines in scope."""
    return sum((line.units for line in scope.group or ()), Fraction(0))


def can_price(rate: Rate, scope: Scope) -> bool:
    """Return whether every schedule that a rate needs lists the lines in scope."""
    if rate.kind == "first_of":
        return any(can_price(one, scope) for one in rate.alternatives if _holds(one, scope))
    if rate.schedule is not None:
        return is_listed(rate.schedule, scope)
    if rate.kind == "each_line":
        return True  # a line that is missing there is an error that names it
    return all(can_price(one, scope) for one in rate.alternatives if _holds(one, scope))


def _holds(rate: Rate, scope: Scope) -> bool:
    return scope.holds(rate.when)


def _when(rate: Rate) -> Callable[[Scope], bool]:
    """Return which lines a rate is for that stands beside others."""
    return lambda scope: scope.holds(rate.when)


def _fixed(rate: Rate, scope: Scope, _: Run) -> Priced:
    assert rate.amount is not None  # noqa: S101 — the rate's kind
    return _with_count(rate, scope, rate.amount, scope.number(rate.amount), "amount")


def _with_count(
    rate: Rate, scope: Scope, written: Expression, value: Fraction, what: str
) -> Priced:
    """Return a value once, or for each unit, day or line."""
    arithmetic = told(written, scope)
    if rate.per in {None, "once"} and rate.count is None:
        return Priced(value, (Trace(what, result(arithmetic, value), value, rate.text),))
    each, count, counted = raise_rate(rate, value, scope), *counted_amount(rate, scope)
    if each.trace:
        arithmetic = shown(each.amount)
    amount = each.amount * count
    text = f"{in_parentheses(arithmetic)} × {counted}"
    own = Trace(what, result(text, amount), amount, rate.text)
    return Priced(amount, (*each.trace, own), units=units_of(rate, count))


def _share(rate: Rate, scope: Scope, _: Run) -> Priced:
    assert rate.share is not None  # noqa: S101 — the rate's kind
    assert rate.of is not None  # noqa: S101 — as above
    share, base = scope.number(rate.share), scope.number(rate.of)
    amount = share * base
    name = _BASES.get(rate.of.text)
    of = f"{told(rate.of, scope)} ({name})" if name else in_parentheses(told(rate.of, scope))
    text = f"{_percent(share)} of {of}"
    return Priced(
        amount, (Trace(f"share of {name or 'amount'}", result(text, amount), amount, rate.text),)
    )


def _percent(share: Fraction) -> str:
    return f"{shown(share * 100)} %"


def _scheduled(rate: Rate, scope: Scope, _: Run) -> Priced:
    assert rate.schedule is not None  # noqa: S101 — the rate's kind
    rows = find_rows(rate.schedule, scope)
    if not rows:
        raise NoScheduleRow(rate.schedule, asked_of(scope))
    line, (expression, label) = max(rows, key=lambda row: scope.for_line(row[0]).number(row[1][0]))
    there = scope.for_line(line)
    value = there.number(expression)
    what = f"schedule {rate.schedule} ({label})"
    share = Fraction(1) if rate.share is None else scope.number(rate.share)
    arithmetic = in_parentheses(told(expression, there)) if rate.share else told(expression, there)
    if rate.share is not None:
        arithmetic = f"{_percent(share)} of {arithmetic}"
    each = raise_rate(rate, value * share, scope)
    if each.trace:
        arithmetic = f"{result(arithmetic, value * share)}, raised {shown(each.amount)}"
    per = rate.per or ("unit" if scope.line is not None else "once")
    count, counted = Fraction(1), ""
    if per != "once" or rate.count is not None:
        count, counted = counted_amount(rate.model_copy(update={"per": per}), scope)
    amount = each.amount * count
    text = arithmetic if count == 1 else f"{arithmetic} × {counted}"
    own = Trace(what, result(text, amount), amount, rate.text)
    return Priced(amount, (*each.trace, own), units=units_of(rate, count))


def _per_day(rate: Rate, scope: Scope, _: Run) -> Priced:
    if is_by_date(rate, scope):
        return price_days(rate, scope)
    return price_counted(rate, scope, "day")


def _per_unit(rate: Rate, scope: Scope, _: Run) -> Priced:
    return price_counted(rate, scope, "unit")


def _case(rate: Rate, scope: Scope, _: Run) -> Priced:
    assert rate.case_rate is not None  # noqa: S101 — the rate's kind
    case = raise_rate(rate, scope.number(rate.case_rate), scope)
    amount, traces = case.amount, case.trace
    arithmetic = shown(amount) if traces else told(rate.case_rate, scope)
    if rate.days_included is not None and rate.then_per_day is not None:
        days = counted_amount(rate, scope)[0]
        included = scope.number(rate.days_included)
        more = max(Fraction(0), days - included)
        each = raise_rate(rate, scope.number(rate.then_per_day), scope)
        amount += more * each.amount
        traces += each.trace
        arithmetic += (
            f" + {shown(more)} days after {shown(included)} (of {shown(days)})"
            f" × {shown(each.amount)}"
        )
    own = Trace("case rate", result(arithmetic, amount), amount, rate.text)
    return Priced(amount, (*traces, own))


def _brackets(rate: Rate, scope: Scope, _: Run) -> Priced:
    assert rate.of is not None  # noqa: S101 — checked with the shape
    whole = scope.number(rate.of)
    amount = done = Fraction(0)
    parts = []
    for bracket in rate.brackets or ():
        top = whole if bracket.up_to is None else min(whole, scope.number(bracket.up_to))
        part, share = max(Fraction(0), top - done), scope.number(bracket.share)
        if part:
            parts.append(f"{_percent(share)} of {shown(part)}")
        amount += part * share
        done = max(done, top)
    if done < whole:
        raise CannotPrice(scope.rule, f"no bracket is for the last {shown(whole - done)}")
    text = " + ".join(parts) or "0"
    return Priced(amount, (Trace("brackets", result(text, amount), amount, rate.text),))


def _chosen(rate: Rate, scope: Scope, run: Run) -> Priced:
    """Return the lesser, or the greater, of the alternatives; of equals the first."""
    found = [
        (one, price_rate(one, scope, run.where(_when(one))))
        for one in rate.alternatives
        if scope.holds(one.when)
    ]
    if not found:
        raise NoRateApplies(scope.rule, rate.kind)
    choose = min if rate.kind == "lesser_of" else max
    taken = choose(found, key=lambda pair: pair[1].amount)
    what = rate.kind.replace("_", " ")
    considered = tuple(
        Considered(_name(pair[0], pair[1]), _arithmetic(pair[1]), pair[1].amount, pair is taken)
        for pair in found
    )
    amounts = ", ".join(
        shown(priced.amount) + (f" ({one.text})" if one.text else "") for one, priced in found
    )
    amount = taken[1].amount
    own = Trace(what, f"{what} {amounts} = {shown(amount)}", amount, rate.text, considered)
    return replace(taken[1], trace=(*taken[1].trace, own))


def _name(rate: Rate, priced: Priced) -> str:
    return rate.text or (priced.trace[0].what if priced.trace else rate.kind)


def _arithmetic(priced: Priced) -> str:
    return "; ".join(trace.arithmetic for trace in priced.trace)


def _sum(rate: Rate, scope: Scope, run: Run) -> Priced:
    found = [
        price_rate(one, scope, run.where(_when(one)))
        for one in rate.alternatives
        if scope.holds(one.when)
    ]
    amount = sum((priced.amount for priced in found), Fraction(0))
    text = " + ".join(shown(priced.amount) for priced in found) or "0"
    own = Trace("sum", result(text, amount), amount, rate.text)
    return Priced(amount, (*(trace for priced in found for trace in priced.trace), own))


def _first(rate: Rate, scope: Scope, run: Run) -> Priced:
    taken = _first_of(rate, scope)
    if taken is None:
        raise NoRateApplies(scope.rule, rate.kind)
    return price_rate(taken, scope, run.where(lambda other: _first_of(rate, other) is taken))


def _first_of(rate: Rate, scope: Scope) -> Rate | None:
    for one in rate.alternatives:
        if scope.holds(one.when) and can_price(one, scope):
            return one
    return None


def _each(rate: Rate, scope: Scope, run: Run) -> Priced:
    assert rate.each_line is not None  # noqa: S101 — the rate's kind
    lines = scope.group or ()
    if rate.lines is not None:
        lines = choose_lines(rate.lines, lines, scope)
    below = run.among(lines)
    terms = scope.scene.prepared.terms
    rounder = rounder_of(terms.rounding, terms.currency)
    amount, parts = Fraction(0), []
    for line in lines:
        priced = price_rate(rate.each_line, scope.for_line(line), below).amount
        if terms.rounding.each == "line":
            priced = rounder.round_units(priced)
        amount += priced
        parts.append(f"{line.id}: {shown(priced)}")
    text = " + ".join(parts) or "0"
    return Priced(amount, (Trace("each line", result(text, amount), amount, rate.text),))


def _nothing(rate: Rate, _: Scope, __: Run) -> Priced:
    zero = Fraction(0)
    trace = (Trace("nothing", rate.nothing or "", zero, rate.text),)
    return Priced(zero, trace, "nothing", rate.nothing)


def _included(rate: Rate, _: Scope, __: Run) -> Priced:
    zero = Fraction(0)
    trace = (Trace("included", rate.included or "", zero, rate.text),)
    return Priced(zero, trace, "included", rate.included)


_KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "amount": _fixed,
        "schedule": _scheduled,
        "share": _share,
        "per_diem": _per_day,
        "per_unit": _per_unit,
        "case_rate": _case,
        "drg": lambda rate, scope, _: price_drg(rate, scope),
        "brackets": _brackets,
        "lesser_of": _chosen,
        "greater_of": _chosen,
        "sum_of": _sum,
        "first_of": _first,
        "each_line": _each,
        "included": _included,
        "nothing": _nothing,
    }
)
"""By the key that says which kind a rate is of."""
