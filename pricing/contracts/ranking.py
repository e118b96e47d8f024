"""Several procedures at once: the dearest whole, the others at a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from pricing.contracts.documents.rate import Ranked, Step
from pricing.contracts.errors import CannotPrice
from pricing.contracts.periods import group_key
from pricing.contracts.run import Run
from pricing.contracts.scene import Line
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Trace, shown


@dataclass(frozen=True, slots=True)
class Procedure:
    """One of those that are ranked: a line, one unit of it, or what a term shows on it."""

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
    factor = f" × {shown(after / amount)}" if amount else ""
    text = f"{shown(amount)}{factor} by rank = {shown(after)}"
    return Trace("ranked", text, after, step.text)


def list_shares(ranked: Ranked, session: Sequence[Procedure], scope: Scope) -> list[Fraction]:
    """Return each procedure's share by its rank in the session, in the same order."""
    order = sorted(range(len(session)), key=lambda place: -session[place].height)
    shares = [Fraction(0)] * len(session)
    for number, place in enumerate(order):
        one = session[place]
        there = scope.for_line(one.line).with_amount(one.amount, one.line.units)
        shares[place] = there.number(ranked.shares[min(number, len(ranked.shares) - 1)])
    return shares


def session_of(ranked: Ranked, line: Line, scope: Scope) -> date | None:
    """Return which day, week, month or year a line is ranked in; None: in the whole claim."""
    return None if ranked.within == "claim" else group_key(ranked.within, line, (line,), scope)


def _by_line(step: Step, ranked: Ranked, scope: Scope, run: Run) -> dict[str, Fraction]:
    """Return what is left of each line."""
    found: dict[str, Fraction] = {}
    sessions: dict[date | None, list[Procedure]] = {}
    for line in run.own_lines(scope):
        own = _procedures(step, ranked, scope.for_line(line), run)
        sessions.setdefault(session_of(ranked, line, scope), []).extend(own)
        found[line.id] = Fraction(0)
    for session in sessions.values():
        shares = list_shares(ranked, session, scope)
        for one, share in zip(session, shares, strict=True):
            found[one.line.id] += one.amount * share
    return found


def _procedures(step: Step, ranked: Ranked, scope: Scope, run: Run) -> list[Procedure]:
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
    return [Procedure(line, height, each)] * int(count)
