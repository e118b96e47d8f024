"""Periods of validity: the days on which a dated rule applies, and finding the one in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class EffectivePeriod:
    """The days from ``first`` up to and including ``last``; ``last`` None means still open."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last is not None and self.last < self.first:
            raise ValueError(f"period ends on {self.last}, before it begins on {self.first}")

    def contains(self, day: date) -> bool:
        """Return whether the rule applies on that day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: EffectivePeriod) -> bool:
        """Return whether some day lies in both periods."""
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )


class Dated(Protocol):
    """Anything that applies for a period."""

    @property
    def period(self) -> EffectivePeriod:
        """Return the days on which it applies."""


_D = TypeVar("_D", bound=Dated)


def find_in_force(items: Iterable[_D], day: date) -> _D | None:
    """Return the item whose period contains the day, or None."""
    return next((item for item in items if item.period.contains(day)), None)
