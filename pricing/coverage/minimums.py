"""Minimums: of what does not reach one, nothing is paid.

Where each person has a minimum of their own, what several share counts in equal parts towards
everybody's, and the parts of those who reach theirs are paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pricing.coverage.counted_limits import count_of
from pricing.coverage.each_person import Owner, drawing_on_each, name_of, parts_of
from pricing.coverage.groups import OF_EACH
from pricing.coverage.limit_run import Run, amount_for, grouped
from pricing.coverage.wording import decimal, money
from pricing.expressions.tree import Expression


def apply_minimum(run: Run, minimum: Expression) -> None:
    """Pay nothing of a group that does not reach the minimum, in money or counted."""
    if run.rule.per in OF_EACH:
        _minimum_each(run, minimum)
        return
    for places in grouped(run):
        total = sum(run.current[place] for place in places)
        words = _shortfall(run, places, _least(run, minimum, places), total)
        for place in places if words else ():
            run.lower(place, 0, words)


def _least(run: Run, minimum: Expression, places: Sequence[int]) -> Fraction:
    """Return what a group must reach: a count, or an amount times what ``per`` counts."""
    if run.rule.of != "money":
        return run.number(minimum, places)
    return amount_for(run, minimum, places) / run.scene.minor_units


def _minimum_each(run: Run, minimum: Expression) -> None:
    parts = {place: dict(parts_of(run, place)) for place in run.applies_to()}
    short: dict[Owner, str] = {}
    for owner, places in drawing_on_each(run).items():
        total = sum(parts[place][owner] for place in places)
        least = run.number(minimum, places, owner[0])
        short[owner] = _shortfall(run, places, least, total)
    for place, of_each in parts.items():
        lost = {owner: part for owner, part in of_each.items() if part and short[owner]}
        for owner in lost:
            words = f"{short[owner]} ({name_of(owner)})"
            run.say(run.granted[place].piece.line, owner, words)
        run.lower(place, run.current[place] - sum(lost.values()), "")


def _shortfall(run: Run, places: Sequence[int], least: Fraction, total: int) -> str:
    """Return how pieces fail to reach a minimum, ``total`` being their money; or nothing."""
    if run.rule.of == "money":
        if total >= least * run.scene.minor_units:
            return ""
        return f"{money(run.scene, total)} is less than {decimal(least)}"
    count = count_of(run, places)
    if count >= least:
        return ""
    return f"{decimal(count)} {run.rule.of} are fewer than {decimal(least)}"
