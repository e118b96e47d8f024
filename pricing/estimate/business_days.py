"""Business days: Monday to Friday but US federal holidays (5 U.S.C. 6103), observed days too."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from holidays import country_holidays

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def is_business_day(day: date) -> bool:
    """Return whether offices of the United States are open on a day."""
    return day.weekday() < _SATURDAY and day not in _holidays_of(day.year)


def add_business_days(day: date, count: int) -> date:
    """Return the business day that is so many after a day, which itself does not count."""
    while count:
        day += _DAY
        count -= is_business_day(day)
    return day


def business_days_between(first: date, last: date) -> int:
    """Return how many business days there are after one day, up to and including another."""
    span = (last - first).days
    return sum(is_business_day(first + step * _DAY) for step in range(1, span + 1))


def business_day_before(day: date) -> date:
    """Return the last business day before a day."""
    day -= _DAY
    while not is_business_day(day):
        day -= _DAY
    return day


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(country_holidays("US", years=year))
