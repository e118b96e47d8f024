"""How far a leg, an expense, a week goes; in miles or kilometres, exactly.

One international mile is 1.609344 km.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pricing.coverage.documents.trip_document import Expense
from pricing.coverage.kinds import RIDES, TICKETS, Kind
from pricing.coverage.pieces import Piece

_MILE_KM: Final = Fraction(1609344, 1000000)

_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@dataclass(frozen=True, slots=True)
class Week:
    """What is travelled in one calendar week: a piece for every leg, and the visits.

    Parking, tolls and baggage are paid for, not travelled; fuel is where it states how far.
    """

    legs: tuple[Piece, ...]
    visits: frozenset[str]


def in_unit(miles: Decimal | None, kilometres: Decimal | None, unit: str) -> Fraction | None:
    """Return a distance stated in either unit in the unit asked for, ``mi`` or ``km``."""
    if miles is not None:
        return Fraction(miles) * (1 if unit == "mi" else _MILE_KM)
    if kilometres is not None:
        return Fraction(kilometres) / (1 if unit == "km" else _MILE_KM)
    return None


def distance_of(piece: Piece, unit: str) -> Fraction | None:
    """Return how far the piece's leg goes; an expense without legs is one leg."""
    expense, leg = piece.expense, piece.leg
    if leg is not None and expense.legs:
        return in_unit(leg.distance_mi, leg.distance_km, unit)
    return in_unit(expense.distance_mi, expense.distance_km, unit)


def line_distance(expense: Expense, unit: str) -> Fraction | None:
    """Return how far all legs of an expense go, None where one of them does not say."""
    if not expense.legs:
        return in_unit(expense.distance_mi, expense.distance_km, unit)
    return _sum(in_unit(leg.distance_mi, leg.distance_km, unit) for leg in expense.legs)


def week_of(pieces: Iterable[Piece], day: date, *, starts: str) -> Week:
    """Return the calendar week around a day, weeks beginning on the weekday ``starts``.

    A ticket's leg counts once, however many travel.
    """
    first = week_start(day, starts)
    last = first + timedelta(days=6)
    within = [piece for piece in pieces if first <= piece.day <= last]
    legs = {(piece.line, piece.leg_number): piece for piece in within if _is_travelled(piece)}
    visits = frozenset(piece.visit for piece in within if piece.visit is not None)
    return Week(tuple(legs.values()), visits)


def _is_travelled(piece: Piece) -> bool:
    if piece.kind is Kind.FUEL:
        return distance_of(piece, "km") is not None
    return piece.kind in TICKETS | RIDES


def week_start(day: date, starts: str) -> date:
    """Return the first day of the calendar week around a day."""
    return day - timedelta(days=(day.weekday() - _WEEKDAYS.index(starts)) % 7)


def _sum(lengths: Iterable[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for length in lengths:
        if length is None:
            return None
        total += length
    return total
