"""Counts that go on from line to line within a day, a week, a month, a year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from pricing.contracts.counting import count_of
from pricing.contracts.documents.rate import Rate
from pricing.contracts.periods import group_key, words_of
from pricing.contracts.run import Run
from pricing.contracts.scene import Line
from pricing.contracts.scope import Counted, Scope


def counted_before(rate: Rate, scope: Scope, run: Run) -> Counted:
    """Return what the lines before one count in its period: earlier days, then the claim's order.

    Only lines that the same rate prices count. Raises ClaimFactMissing for a line without a date.
    """
    line, within = scope.line, rate.count_within
    assert line is not None  # noqa: S101 — checked when the document was read
    assert within is not None  # noqa: S101 — as above
    lines = run.own_lines(scope)
    own = _period(within, line, lines, scope)
    before = sum(
        (
            count_of(rate, scope.for_line(other))[0]
            for other in lines
            if _order(other) < _order(line) and _period(within, other, lines, scope) == own
        ),
        Fraction(0),
    )
    return Counted(before, words_of(within, own))


def _period(within: str, line: Line, lines: list[Line], scope: Scope) -> date | None:
    return None if within == "claim" else group_key(within, line, lines, scope)


def _order(line: Line) -> tuple[date, int]:
    return line.date or date.min, line.number
