"""Calendar weeks, months and years, and years of the contract: which one a day lies in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.documents.terms_document import WEEKDAYS, Terms
from pricing.contracts.errors import CannotPrice
from pricing.contracts.scene import Line
from pricing.contracts.scope import Scope
from pricing.expressions.arithmetic import add_years, years_between

_WEEK: Final = 7
_QUARTER: Final = 3
_WORDS: Final = MappingProxyType(
    {
        "day": "on %Y-%m-%d",
        "calendar_week": "in the week from %Y-%m-%d",
        "calendar_month": "in the calendar month %Y-%m",
        "calendar_quarter": "in the calendar quarter from %Y-%m-%d",
        "calendar_year": "in the calendar year %Y",
        "contract_year": "in the contract year from %Y-%m-%d",
    }
)


def group_key(within: str, line: Line, lines: Sequence[Line], scope: Scope) -> date | None:
    """Return the day of a line, or the first day of the week, month or year around it.

    None: the line has no date and stands alone. Raises ClaimFactMissing for one among others.
    """
    day = scope.day_of(line, lines)
    if day is None or within == "day":
        return day
    return period_start(within, day, scope.scene.prepared.terms)


def period_start(within: str, day: date, terms: Terms) -> date:
    """Return the first day of the period around a day; raises CannotPrice before any calendar."""
    match within:
        case "calendar_month":
            return day.replace(day=1)
        case "calendar_quarter":
            return day.replace(month=day.month - (day.month - 1) % _QUARTER, day=1)
        case "calendar_year":
            return day.replace(month=1, day=1)
        case "calendar_week":
            back = (day.weekday() - WEEKDAYS.index(terms.week_starts)) % _WEEK
            if back > (day - date.min).days:
                raise CannotPrice("week_starts", f"the week of {day} begins before the calendar")
            return day - timedelta(days=back)
        case _:
            assert terms.valid_from is not None  # noqa: S101 — checked when the document was read
            return add_years(terms.valid_from, Fraction(years_between(terms.valid_from, day)))


def words_of(within: str, start: date | None) -> str:
    """Return a period as a trace names it."""
    return "on this claim" if start is None else start.strftime(_WORDS[within])
