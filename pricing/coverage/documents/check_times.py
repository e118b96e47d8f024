"""Times of a ticket and its legs: in pairs, in order, and not against what else is stated."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from pricing.coverage.documents.timetable import hours_between, is_overnight
from pricing.coverage.documents.trip_document import Expense, Leg
from pricing.documents.fault_list import FaultList
from pricing.documents.local_times import write_local_time
from pricing.documents.located import Step

_Path = tuple[Step, ...]

_MINUTE: Final = Fraction(1, 60)
_KEYS: Final = ("departs", "arrives")


def check_times(expense: Expense, path: _Path, found: FaultList) -> None:
    """Note every fault of when an expense and its legs depart and arrive."""
    legs = expense.legs or ()
    _check_pair(expense, path, found)
    for place, leg in enumerate(legs):
        _check_pair(leg, (*path, "legs", place), found)
    if legs and (own := [key for key in _KEYS if getattr(expense, key) is not None]):
        found.add((*path, own[0]), "state departs and arrives of each leg, or without legs")
    # Of several legs the ticket's own figure may be the whole journey's, stopovers and all.
    if len(legs) == 1:
        _check_stated(expense, legs[0], path, found)


def _check_pair(part: Leg | Expense, path: _Path, found: FaultList) -> None:
    departs, arrives = part.departs, part.arrives
    if departs is None or arrives is None:
        for key, other in (_KEYS, _KEYS[::-1]):
            if getattr(part, key) is not None:
                found.add((*path, key), f"{key} and {other} belong together; add {other}")
        return
    if hours_between(departs, arrives) <= 0:
        told = write_local_time(departs)
        found.add((*path, "arrives"), f"must be after departs, {told}; look at day and zone")
    if part.date is not None and part.date != departs.date():
        found.add((*path, "date"), f"is another day than that of departs, {departs.date()}")
    _check_stated(part, part, path, found)


def _check_stated(part: Leg | Expense, timed: Leg | Expense, path: _Path, found: FaultList) -> None:
    """Note hours or a night stated by ``part`` that the times of ``timed`` contradict."""
    departs, arrives = timed.departs, timed.arrives
    if departs is None or arrives is None or hours_between(departs, arrives) <= 0:
        return
    hours, stated = hours_between(departs, arrives), part.scheduled_hours
    if stated is not None and abs(Fraction(stated) - hours) >= _MINUTE:
        message = f"departs and arrives are {_clock(hours)} apart; leave one or the other out"
        found.add((*path, "scheduled_hours"), message)
    if part.overnight is not None and part.overnight != is_overnight(departs, arrives):
        day = "the same" if part.overnight else "a later"
        message = f"it arrives on {day} day by the clock where it departs; leave overnight out"
        found.add((*path, "overnight"), message)


def _clock(hours: Fraction) -> str:
    minutes = int(hours * 60)
    return f"{minutes // 60} h {minutes % 60} min"
