"""Amounts on one scale: a strip for each hospital, and the marks of what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any, Final

WIDTH: Final = 1000
"""Units across every strip."""

_TICKS: Final = 4
_ROOM: Final = Decimal("1.04")
_STEPS: Final = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Scale:
    """So many steps of dollars from nothing on; what lies beyond is drawn at the edge."""

    step: Decimal
    count: int

    @property
    def top(self) -> Decimal:
        """Return the amount at the far end."""
        return self.step * self.count

    def at(self, amount: Decimal) -> float:
        """Return where an amount lies, in units."""
        return round(float(min(amount, self.top) / self.top) * WIDTH, 1)

    @property
    def ticks(self) -> list[dict[str, Any]]:
        """Return round amounts from 0 on, with their place in units."""
        places = range(self.count + 1)
        return [
            {"label": f"{self.step * place:,.0f}", "x": WIDTH * place / self.count}
            for place in places
        ]


def scale_for(amounts: Iterable[Decimal]) -> Scale:
    """Return a scale on which every one of these amounts can be seen."""
    most = max([Decimal(_TICKS), *amounts]) * _ROOM
    step = _round_step(most / _TICKS)
    return Scale(step, ceil(most / step))


def strip(
    scale: Scale, spread: Mapping[str, Any] | None, marks: Mapping[str, Decimal | None]
) -> dict[str, Any]:
    """Return the geometry of a hospital: whisker, box and median of what payers accept, marks."""
    drawn: dict[str, Any] = {
        "marks": [
            {"kind": kind, "x": scale.at(amount), "is_beyond": amount > scale.top}
            for kind, amount in marks.items()
            if amount is not None
        ]
    }
    if spread is not None:
        low, first, median, last, high = (
            scale.at(Decimal(spread[name])) for name in ("min", "p10", "median", "p90", "max")
        )
        drawn |= {
            "whisker": {"x": low, "width": round(high - low, 1)},
            "box": {"x": first, "width": round(max(last - first, 2), 1)},
            "median": median,
        }
    return drawn


def _round_step(least: Decimal) -> Decimal:
    """Return the smallest of 1, 2, 2.5, 5 × 10^n that is at least this."""
    power = Decimal(10) ** (max(least, Decimal(1)).adjusted())
    return next(power * one for one in _STEPS if power * one >= least)
