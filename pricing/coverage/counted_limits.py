"""Limits that count nights, days, legs, visits, trips, kilometres or miles instead of money.

What several people share (a night in one room, a ride) counts once for each of them where the
count is each person's own; everybody's equal part is then paid as far as their own count goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import FactNotStated
from pricing.coverage.documents.policy_document import ROLLING
from pricing.coverage.groups import OF_EACH
from pricing.coverage.ledger import period_key
from pricing.coverage.legs import distance_of
from pricing.coverage.limit_run import PERIODS, Run, balance_for, grouped, owners_of, reader_of
from pricing.coverage.pieces import Piece
from pricing.coverage.wording import decimal
from pricing.expressions.tree import Expression

_MEASURED: Final = frozenset({"km", "mi"})


def counted_cap(run: Run, cap: Expression) -> None:
    """Pay only so many nights, days, legs, visits, trips, kilometres or miles."""
    for count in _counts(run, cap):
        for unit, size in _units(run, count.places):
            kept = {}
            for owner in count.owners_of(unit):
                part = min(size, count.left_for(owner, unit))
                if run.rule.of not in _MEASURED and part < size:
                    part = Fraction(0)
                count.draw(owner, unit, part)
                kept[owner] = part / size
            _keep_parts(count, unit, kept, "at most {}")


def counted_deductible(run: Run, deductible: Expression) -> None:
    """Leave the first nights, days, legs, kilometres … unpaid."""
    for count in _counts(run, deductible):
        for unit, size in _units(run, count.places):
            kept = {}
            for owner in count.owners_of(unit):
                part = min(size, count.left_for(owner, unit))
                count.draw(owner, unit, part)
                kept[owner] = 1 - part / size
            _keep_parts(count, unit, kept, "the first {} are not paid")


def count_of(run: Run, places: Sequence[int]) -> Fraction:
    """Return how many of what the limit counts a group holds."""
    return sum((size for _, size in _units(run, places)), Fraction(0))


@dataclass(slots=True)
class _Count:
    """One group of pieces being counted: each owner's limit, and what was counted so far.

    A limit without a period counts within its group alone.
    """

    run: Run
    places: Sequence[int]
    limits: Mapping[str, Fraction]
    counted: dict[str, Fraction] = field(default_factory=dict)
    drawn: dict[tuple[str, object], Fraction] = field(default_factory=dict)

    @property
    def has_balance(self) -> bool:
        """Return whether it draws on running balances."""
        return self.run.rule.per in PERIODS

    def owners_of(self, unit: Sequence[int]) -> list[str]:
        """Return whose balances a unit draws on."""
        found = (owner for place in unit for owner in _owners(self.run, place))
        return list(dict.fromkeys(found))

    def left_for(self, owner: str, unit: Sequence[int]) -> Fraction:
        """Return how many are left for a unit."""
        used = self.counted.get(owner, Fraction(0))
        if self.has_balance:
            what = self._what(unit)
            used = self.run.ledger.used_by_others(self._key(owner, unit[0]), what)
        return max(Fraction(0), self.limits[owner] - used)

    def draw(self, owner: str, unit: Sequence[int], amount: Fraction) -> None:
        """Count a unit."""
        self.counted[owner] = self.counted.get(owner, Fraction(0)) + amount
        self.drawn[owner, self._what(unit)] = amount
        if self.has_balance:
            self.run.ledger.draw_for(self._key(owner, unit[0]), self._what(unit), amount)

    def say(self, line: int, owner: str, unit: Sequence[int], sentence: str) -> None:
        """Tell a line what an owner's limit did: the limit, and what had been used of it."""
        words = sentence.format(_counted(self.limits[owner], self.run.rule.of))
        before, others = self._used(line, owner, unit)
        if before and others > 0:
            words += f", {decimal(before)} used before and {decimal(others)} by other expenses"
        elif before:
            words += f", {decimal(before)} used before"
        elif others > 0:
            words += f", {decimal(others)} used by other expenses"
        whose = f" ({owner})" if _whose(self.run) == "person" else ""
        self.run.say(line, (owner, self.places[0]), words + whose)

    def _used(self, line: int, owner: str, unit: Sequence[int]) -> tuple[Fraction, Fraction]:
        """Return what was used before the trip, and what its other expenses have had so far.

        A night, day or trip that a line has in common with others is its own.
        """
        own = {self._what([place]) for place in self.places if _piece(self.run, place).line == line}
        if not self.has_balance:
            mine = sum((self.drawn.get((owner, what), Fraction(0)) for what in own), Fraction(0))
            return Fraction(0), self.counted[owner] - mine
        ledger, key = self.run.ledger, self._key(owner, unit[0])
        before = ledger.used_before(key)
        return before, ledger.used(key) - before - ledger.drawn_for(key, own)

    def _key(self, owner: str, place: int) -> BalanceKey:
        return balance_for(self.run, owner, place)

    def _what(self, unit: Sequence[int]) -> object:
        return (self.run.rule.of, _COUNTS[self.run.rule.of](self.run.granted[unit[0]].piece))


def _counts(run: Run, amount: Expression) -> Iterator[_Count]:
    for places in _by_period(run):
        of_owner: dict[str, list[int]] = {}
        for place in places:
            for owner in _owners(run, place):
                of_owner.setdefault(owner, []).append(place)
        limits = {
            owner: run.number(amount, own, reader_of(_whose(run), owner))
            for owner, own in of_owner.items()
        }
        yield _Count(run, places, limits)


def _by_period(run: Run) -> Iterator[list[int]]:
    """Yield the pieces of each period, or of each group of a limit that has no period.

    What counts once falls whole into the period of its first day: a trip over New Year is one
    trip, of the old year. Each window of a rolling limit ends on another day, so all its pieces
    are one group.
    """
    if run.rule.per not in PERIODS:
        yield from grouped(run)
        return
    by_period: dict[str, list[int]] = {}
    for unit, _ in _units(run, run.applies_to()):
        is_rolling = run.rule.per == ROLLING
        name = "" if is_rolling else period_key(run.scene, run.rule.per, _piece(run, unit[0]))
        by_period.setdefault(name, []).extend(unit)
    yield from by_period.values()


def _piece(run: Run, place: int) -> Piece:
    return run.granted[place].piece


def _owners(run: Run, place: int) -> list[str]:
    return owners_of(run.scene, _whose(run), run.granted[place].covered.people)


def _whose(run: Run) -> str:
    """Return whose counts they are: an amount for each person is their own, too."""
    return "person" if run.rule.per in OF_EACH else run.rule.whose


def _counted(limit: Fraction, unit: str) -> str:
    """Return a number of what is counted, such as 1 night or 2.5 nights."""
    return f"{decimal(limit)} {unit.removesuffix('s') if limit == 1 else unit}"


def _keep_parts(
    count: _Count, unit: Sequence[int], kept: Mapping[str, Fraction], sentence: str
) -> None:
    """Keep of every piece the mean of its owners' parts, and tell whose limit took the rest."""
    run = count.run
    parts = {}
    for place in unit:
        owners = _owners(run, place)
        parts[place] = sum((kept[owner] for owner in owners), Fraction(0)) / len(owners)
    by_line: dict[int, list[int]] = {}
    for place, part in parts.items():
        if part < 1:
            by_line.setdefault(run.granted[place].piece.line, []).append(place)
    for line, of_line in by_line.items():
        held = [run.current[place] for place in of_line]
        whole = run.round_kept(of_line, [run.current[place] * parts[place] for place in of_line])
        for place, amount in zip(of_line, whole, strict=True):
            run.lower(place, amount, "")
        for owner in [owner for owner, part in kept.items() if part < 1] if whole != held else []:
            count.say(line, owner, unit, sentence)


def _units(run: Run, places: Sequence[int]) -> Iterator[tuple[list[int], Fraction]]:
    """Yield the pieces that are counted together, with their size, in order of service date."""
    units: dict[object, list[int]] = {}
    for place in places:
        units.setdefault(_COUNTS[run.rule.of](run.granted[place].piece), []).append(place)
    for unit in units.values():
        yield unit, _size(run, unit[0])


def _size(run: Run, place: int) -> Fraction:
    if run.rule.of not in _MEASURED:
        return Fraction(1)
    piece = run.granted[place].piece
    length = distance_of(piece, run.rule.of)
    if not length:
        field_name = f"{piece.field}.distance_{run.rule.of}"
        raise FactNotStated(f"leg.distance_{run.rule.of}", field=field_name, rule=run.rule.id)
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
