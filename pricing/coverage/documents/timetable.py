"""What the times of a leg or ticket tell: how long it takes, whether by night, and at which hours.

Times are aware, so that hours are right across zones, over the date line and on days when clocks
are changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pricing.coverage.documents.trip_document import Expense, Leg

TIMED: Final = frozenset({"scheduled_hours", "overnight", "departure_hour", "arrival_hour"})
"""Facts that the times of a leg tell."""


def find_timed(part: Leg | Expense, name: str) -> Decimal | Fraction | bool | None:
    """Return a fact of `TIMED` of a leg or a whole ticket by its times, else as stated, or None.

    Hours of the day are those of the local clock at either end, since midnight.
    """
    departs, arrives = part.departs, part.arrives
    if departs is None or arrives is None:
        stated: Decimal | bool | None = getattr(part, name, None)
        return stated
    match name:
        case "scheduled_hours":
            return hours_between(departs, arrives)
        case "overnight":
            return is_overnight(departs, arrives)
        case "departure_hour":
            return hour_of(departs)
        case _:
            return hour_of(arrives)


def hours_between(departs: datetime, arrives: datetime) -> Fraction:
    """Return the hours that pass between two times, both aware or both of one clock."""
    if departs.tzinfo is not None:
        # Two times of one zone would be subtracted as its clock shows them, whatever was changed.
        departs, arrives = departs.astimezone(UTC), arrives.astimezone(UTC)
    passed = arrives - departs
    return Fraction(passed // timedelta(seconds=1), 3600)


def is_overnight(departs: datetime, arrives: datetime) -> bool:
    """Return whether it arrives on a later day, on the clock of where it departs."""
    return arrives.astimezone(departs.tzinfo).date() > departs.date()


def hour_of(moment: datetime) -> Fraction:
    """Return the time of the clock in hours since midnight."""
    return Fraction(moment.hour * 3600 + moment.minute * 60 + moment.second, 3600)
