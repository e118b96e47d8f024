"""Rolling windows: so many days, weeks, months or years back from a day of service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from pricing.expressions.arithmetic import add_months

_MONTHS: Final[Mapping[str, int]] = {"months": 1, "years": 12}
_DAYS: Final[Mapping[str, int]] = {"days": 1, "weeks": 7}


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time that ends on a day, that day included."""

    count: int
    unit: str

    def first_day(self, last: date) -> date:
        """Return the first day of the window that ends on a day."""
        try:
            if self.unit in _DAYS:
                return last - timedelta(days=self.count * _DAYS[self.unit] - 1)
            back = add_months(last, Fraction(-self.count * _MONTHS[self.unit]))
        except ArithmeticError:
            return date.min
        return back + timedelta(days=1)

    def most(self, day: date, amounts: Mapping[date, Fraction]) -> Fraction:
        """Return the most that any window with this day in it holds.

        Not only the window that ends on the day: what is used now counts in the windows of days
        that were decided before, too, so that no order of claims overdraws any of them.
        """
        ends = {day} | {one for one in amounts if one > day and self.first_day(one) <= day}
        return max(
            sum(
                (amount for one, amount in amounts.items() if self.first_day(end) <= one <= end),
                Fraction(0),
            )
            for end in ends
        )


def window_of(written: str) -> Window:
    """Return the window that a policy's ``window`` says, such as 12 months."""
    count, _, unit = written.partition(" ")
    return Window(int(count), unit if unit.endswith("s") else f"{unit}s")


def find_day(period: str) -> date | None:
    """Return the day that a balance's period is, None for one of another version of a policy."""
    try:
        return date.fromisoformat(period)
    except ValueError:
        return None
