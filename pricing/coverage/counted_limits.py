"""Limits that count nights, days, legs, visits, trips, kilometres or miles instead of money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.expressions.tree import Expression
from pricing.coverage.legs import distance_of
from pricing.coverage.limit_run import PERIODS, Run, balance_of, grouped
from pricing.coverage.pieces import Piece
from pricing.coverage.wording import decimal


def counted_cap(run: Run, cap: Expression) -> None:
    """Pay only so many nights, days, legs, visits, trips, kilometres or miles."""
    for places in grouped(run):
        key = balance_of(run, places[0])
        limit = run.number(cap, places)
        before = run.ledger.used(key) if run.rule.per in PERIODS else Fraction(0)
        words = f"at most {decimal(limit)} {run.rule.of}" + (
            f", {decimal(before)} used before" if before else ""
        )
        drawn = Fraction(0)
        for unit, size in _units(run, places):
            what = (run.rule.of, _COUNTS[run.rule.of](run.granted[unit[0]].piece))
            used = run.ledger.used_by_others(key, what) if run.rule.per in PERIODS else drawn
            part = min(size, max(Fraction(0), limit - used))
            if run.rule.of not in {"km", "mi"} and part < size:
                part = Fraction(0)
            drawn += part
            _keep_part(run, unit, part / size, words)
            if run.rule.per in PERIODS:
                run.ledger.draw_for(key, what, part)


def count_of(run: Run, places: Sequence[int]) -> Fraction:
    """Return how many of what the limit counts a group holds."""
    return sum((size for _, size in _units(run, places)), Fraction(0))


def counted_deductible(run: Run, deductible: Expression) -> None:
    """Leave the first nights, days, legs, kilometres … unpaid."""
    for places in grouped(run):
        key = balance_of(run, places[0])
        limit = run.number(deductible, places)
        used = run.ledger.used(key) if run.rule.per in PERIODS else Fraction(0)
        taken = Fraction(0)
        words = f"the first {decimal(limit)} {run.rule.of} are not paid"
        for unit, size in _units(run, places):
            part = min(size, max(Fraction(0), limit - used - taken))
            taken += part
            _keep_part(run, unit, 1 - part / size, words)
        if run.rule.per in PERIODS:
            run.ledger.draw(key, taken)


def _keep_part(run: Run, places: Sequence[int], part: Fraction, words: str) -> None:
    if part == 1:
        return
    by_line: dict[int, list[int]] = {}
    for place in places:
        by_line.setdefault(run.granted[place].piece.line, []).append(place)
    for of_line in by_line.values():
        whole = run.round_kept(of_line, [run.current[place] * part for place in of_line])
        for place, amount in zip(of_line, whole, strict=True):
            run.lower(place, amount, words)


def _units(run: Run, places: Sequence[int]) -> Iterator[tuple[list[int], Fraction]]:
    """Yield the pieces that are counted together, with their size, in order of service date."""
    units: dict[object, list[int]] = {}
    for place in places:
        units.setdefault(_COUNTS[run.rule.of](run.granted[place].piece), []).append(place)
    for unit in units.values():
        yield unit, _size(run, unit[0])


def _size(run: Run, place: int) -> Fraction:
    if run.rule.of not in {"km", "mi"}:
        return Fraction(1)
    piece = run.granted[place].piece
    length = distance_of(piece, run.rule.of)
    if not length:
        field = f"{piece.field}.distance_{run.rule.of}"
        raise FactNotStated(f"leg.distance_{run.rule.of}", field=field, rule=run.rule.id)
    return length


_COUNTS: Final[Mapping[str, Callable[[Piece], object]]] = {
    "nights": lambda piece: piece.day,
    "days": lambda piece: piece.day,
    "legs": lambda piece: (piece.line, piece.leg_number),
    "visits": lambda piece: piece.visit,
    "trips": lambda _: None,
    "km": lambda piece: (piece.line, piece.leg_number),
    "mi": lambda piece: (piece.line, piece.leg_number),
}
