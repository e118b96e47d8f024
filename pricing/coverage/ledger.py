"""Running balances during one decision: what was used before, and what this trip draws.

Money is counted in minor units, everything else as it is (nights, legs, kilometres).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.coverage.decision import BalanceChange, BalanceKey
from pricing.coverage.documents.policy_document import ROLLING
from pricing.coverage.legs import week_start
from pricing.coverage.pieces import Piece, find_visit
from pricing.coverage.scene import Scene
from pricing.coverage.window import Window, find_day

LIFETIME = "lifetime"


@dataclass(slots=True)
class Ledger:
    """Balances by key; ``before`` is never changed.

    ``windows`` holds, by the name of their balance, the windows of rolling caps: their balances
    have days as periods, and what is used on a day is the most that any window with it holds.
    """

    before: dict[BalanceKey, Fraction]
    windows: Mapping[str, Window] = field(default_factory=dict)
    drawn: dict[BalanceKey, Fraction] = field(default_factory=dict)
    _shares: dict[tuple[BalanceKey, object], Fraction] = field(default_factory=dict)

    def used(self, key: BalanceKey) -> Fraction:
        """Return what is used by now."""
        return self._held(key, self.before, self.drawn)

    def used_before(self, key: BalanceKey) -> Fraction:
        """Return what was used before the trip."""
        return self._held(key, self.before)

    def used_by_others(self, key: BalanceKey, what: object) -> Fraction:
        """Return what is used by now, but for what one thing has drawn itself.

        Where several caps draw on one balance, what an earlier one let through counts once.
        """
        return self.used(key) - self._shares.get((key, what), Fraction(0))

    def draw_for(self, key: BalanceKey, what: object, amount: Fraction) -> None:
        """Say how much one thing draws, in place of what an earlier cap said of it."""
        self.draw(key, amount - self._shares.get((key, what), Fraction(0)))
        self._shares[key, what] = amount

    def drawn_for(self, key: BalanceKey, things: Collection[object]) -> Fraction:
        """Return how much these things have drawn; of a rolling balance, on whatever day."""
        is_rolling = key.balance in self.windows
        return sum(
            (
                amount
                for (other, what), amount in self._shares.items()
                if what in things
                and (other == key or (is_rolling and replace(other, period=key.period) == key))
            ),
            Fraction(0),
        )

    def draw(self, key: BalanceKey, amount: Fraction) -> None:
        """Add to what is used; a draw of nothing is remembered too, so that the balance shows."""
        self.drawn[key] = self.drawn.get(key, Fraction(0)) + amount

    def _held(self, key: BalanceKey, *amounts: Mapping[BalanceKey, Fraction]) -> Fraction:
        window = self.windows.get(key.balance)
        if window is None:
            return sum((one.get(key, Fraction(0)) for one in amounts), Fraction(0))
        by_day: dict[date, Fraction] = {}
        for one in amounts:
            for other, amount in one.items():
                day = find_day(other.period)
                if day is not None and replace(other, period=key.period) == key:
                    by_day[day] = by_day.get(day, Fraction(0)) + amount
        return window.most(date.fromisoformat(key.period), by_day)

    def changes(self) -> tuple[BalanceChange, ...]:
        """Return every balance, before and after, in order of keys: those untouched stay known."""
        return tuple(
            BalanceChange(
                key=key,
                before=self.before.get(key, Fraction(0)),
                after=self.before.get(key, Fraction(0)) + self.drawn.get(key, Fraction(0)),
            )
            for key in sorted({*self.before, *self.drawn})
        )


def period_key(scene: Scene, period: str, piece: Piece) -> str:
    """Return the name of the period a piece falls into, as balances documents write it.

    A limit that is for a group instead of a period has no balance beyond its trip.
    """
    named = _PERIODS.get(period)
    return scene.trip.id if named is None else named(scene, piece) or scene.trip.id


def _of_visit(scene: Scene, piece: Piece, name: str) -> str | None:
    """Return a procedure or diagnosis: the visit's own, or the trip's."""
    visit = find_visit(scene.trip, piece)
    own: str | None = None if visit is None else getattr(visit[1], name)
    of_trip: str | None = getattr(scene.trip.care, name)
    return own or of_trip


_PERIODS: Final[Mapping[str, Callable[[Scene, Piece], str | None]]] = {
    "visit": lambda _, piece: piece.visit,
    "occurrence": lambda scene, _: scene.trip.care.occurrence,
    "procedure": lambda scene, piece: _of_visit(scene, piece, "procedure"),
    "diagnosis": lambda scene, piece: _of_visit(scene, piece, "diagnosis"),
    "calendar_week": lambda scene, piece: week_start(
        piece.day, scene.policy.week_starts
    ).isoformat(),
    "calendar_month": lambda _, piece: f"{piece.day:%Y-%m}",
    "calendar_quarter": lambda _, piece: quarter_start(piece.day).isoformat(),
    "calendar_year": lambda _, piece: f"{piece.day:%Y}",
    "plan_year": lambda scene, piece: plan_year_start(
        piece.day, scene.policy.plan_year_starts
    ).isoformat(),
    "lifetime": lambda _, __: LIFETIME,
    ROLLING: lambda _, piece: piece.day.isoformat(),
}


def quarter_start(day: date) -> date:
    """Return the first day of the calendar quarter that the day lies in."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def plan_year_start(day: date, month_day: str) -> date:
    """Return the first day of the plan year that the day lies in."""
    month, first = int(month_day[:2]), int(month_day[3:])
    year = day.year if (day.month, day.day) >= (month, first) else day.year - 1
    return date(year, month, first)
