"""Several procedures at once: the dearest whole, the others at a share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from pricing.contracts.documents.rate import Ranked, Step
from pricing.contracts.errors import CannotPrice
from pricing.contracts.periods import group_key
from pricing.contracts.run import Run
from pricing.contracts.scene import Line
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Trace, shown


@dataclass(frozen=True, slots=True)
class _Entry:
    """One procedure: a line, or one unit of it."""

    line: Line
    height: Fraction
    amount: Fraction


def rank(step: Step, amount: Fraction, scope: Scope, run: Run) -> Trace:
    """Return a line's amount by its rank among the lines of the run.

    Equals keep the claim's order. A line whose ``when`` does not hold is not ranked, nor one that
    another rate beside this one prices. Units are those that the rate counts, else the claim's.
    """
    ranked, line = step.ranks, scope.line
    assert ranked is not None  # noqa: S101 — the step's kind
    assert line is not None  # noqa: S101 — checked when the document was read
    if run.place not in run.orders:
        run.orders[run.place] = _by_line(step, ranked, scope, run)
    after = run.orders[run.place][line.id]
    factor = after / amount if amount else Fraction(0)
    text = f"{shown(amount)} × {shown(factor)} by rank = {shown(after)}"
    return Trace("ranked", text, after, step.text)


def _by_line(step: Step, ranked: Ranked, scope: Scope, run: Run) -> dict[str, Fraction]:
    """Return what is left of each line."""
    found: dict[str, Fraction] = {}
    sessions: dict[object, list[_Entry]] = {}
    for line in run.own_lines(scope):
        session = (
            None if ranked.within == "claim" else group_key(ranked.within, line, (line,), scope)
        )
        entries = _entries(step, ranked, scope.for_line(line), run)
        sessions.setdefault(session, []).extend(entries)
        found[line.id] = Fraction(0)
    for entries in sessions.values():
        entries.sort(key=lambda entry: -entry.height)
        for place, entry in enumerate(entries):
            share = ranked.shares[min(place, len(ranked.shares) - 1)]
            there = scope.for_line(entry.line).with_amount(entry.amount, entry.line.units)
            found[entry.line.id] += entry.amount * there.number(share)
    return found


def _entries(step: Step, ranked: Ranked, scope: Scope, run: Run) -> list[_Entry]:
    line = scope.line
    assert line is not None  # noqa: S101 — the scope of a line
    assert run.before is not None  # noqa: S101 — a run at a step
    priced = run.before(scope)
    amount = priced.amount
    there = replace(scope, amount=amount, units=line.units)
    if not there.holds(step.when):
        return []
    units = line.units if priced.units is None else priced.units
    count = units if ranked.each == "unit" else Fraction(1)
    if count.denominator != 1:
        raise CannotPrice(scope.rule, f"line {line.id} has {shown(count)} units; ranks are whole")
    if not count:
        return []
    each = amount / count
    height = each if ranked.by is None else there.number(ranked.by)
    return [_Entry(line, height, each)] * int(count)
