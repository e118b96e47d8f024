"""What looks wrong in a trip although nothing forbids it: days far away, words near to others.

None of it changes a cent; whoever reads the decision is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Final

from pricing.coverage.decision import BalanceKey, Doubt
from pricing.coverage.documents.check_money import THOUSAND
from pricing.coverage.documents.trip_document import Expense, Leg, Trip
from pricing.coverage.people import day_of
from pricing.coverage.pieces import Piece
from pricing.coverage.vocabulary import find_misspelling
from pricing.documents.local_times import has_zone, write_local_time
from pricing.documents.scalars import Part

DAYS_AROUND: Final = 7
"""An expense this many days before or after the trip may still be meant so."""

_DAYS_WITHOUT: Final = 180
"""So many days at either end of a trip may be without anything that is dated."""

_LENGTHS: Final = frozenset(
    {"distance_mi", "distance_km", "road_mi", "road_km", "straight_mi", "straight_km"}
)
_ALIKE: Final = 0.75
"""How much of an id must be that of a person, for it to be taken for that person's."""


def list_doubts(
    trip: Trip, pieces: Iterable[Piece], balances: Iterable[BalanceKey]
) -> tuple[Doubt, ...]:
    """Return what is doubtful, in the order of the document."""
    of_trip = (
        *_zones(trip),
        *_ends(trip),
        *_words(trip),
        *_hospital(trip),
        *_visits(trip),
        *_claim(trip),
    )
    of_expenses = (*_expenses(trip, pieces), *_twice(trip))
    return (*of_trip, *of_expenses, *_balances(trip, balances))


def list_slips(trip: Trip) -> tuple[Doubt, ...]:
    """Return what may be a slip of somebody who typed the trip; what was reckoned has none."""
    return tuple(_distances(trip))


def _zones(trip: Trip) -> Iterator[Doubt]:
    """Yield that hours of the trip are reckoned on one clock although its legs know better."""
    if has_zone(trip.starts) is not False or has_zone(trip.ends) is not False:
        return
    parts: list[Leg | Expense] = [*trip.expenses]
    parts += [leg for one in trip.expenses for leg in one.legs or ()]
    pairs = [
        (part.departs, part.arrives)
        for part in parts
        if part.departs is not None and part.arrives is not None
    ]
    if not pairs:
        return
    first = min((departs for departs, _ in pairs), key=datetime.timestamp)
    last = max((arrives for _, arrives in pairs), key=datetime.timestamp)
    if first.utcoffset() != last.utcoffset():
        message = (
            f"the journey begins at {write_local_time(first)} and ends at "
            f"{write_local_time(last)}, where clocks differ: hours from starts to ends are wrong "
            "by that; write both with their zones, as in departs and arrives"
        )
        yield Doubt("starts", message)


def _ends(trip: Trip) -> Iterator[Doubt]:
    """Yield that nothing of the trip is dated near its first or last day: a slip in the year."""
    days = [day for one in trip.expenses for day in _stated_days(one)]
    days += [visit.date for visit in trip.visits if visit.date is not None]
    days += [day for stay in trip.patient.inpatient for day in (stay.admitted, stay.discharged)]
    first, last = day_of(trip.starts), day_of(trip.ends)
    within = [day for day in days if first <= day <= last]
    if not within:
        return  # what is dated outside of the trip is told by itself
    gaps = {"starts": (first, min(within) - first), "ends": (last, last - max(within))}
    for field, (day, gap) in gaps.items():
        if gap.days > _DAYS_WITHOUT:
            message = f"nothing of the trip is dated within {gap.days} days of {day}"
            yield Doubt(field, f"{message}; look at the year")


def _stated_days(expense: Expense) -> list[date]:
    stated = (expense.day, expense.check_in, expense.check_out, expense.first, expense.last)
    return [day for day in (*stated, *(leg.day for leg in expense.legs or ())) if day is not None]


def _twice(trip: Trip) -> Iterator[Doubt]:
    """Yield each expense that says the same as one before it; a plan may well have two."""
    seen: dict[tuple[object, ...], list[tuple[Expense, str]]] = {}
    for one in trip.expenses if trip.stage == "claim" else ():
        said = one.model_copy(update={"id": "", "receipt": None})
        alike = seen.setdefault((one.kind, one.day, one.amount, one.amount_each), [])
        first = next((name for other, name in alike if other == said), None)
        if first is None:
            alike.append((said, one.id))
        else:
            message = f"says the same as {first}; is it listed twice?"
            yield Doubt(f"expenses[{one.id}]", message)


def _distances(trip: Trip) -> Iterator[Doubt]:
    """Yield each distance that may be written with a point between thousands."""
    stated: list[tuple[str, Part]] = [
        (f"distances.{name}", one) for name, one in trip.distances.items()
    ]
    for expense in trip.expenses:
        field = f"expenses[{expense.id}]"
        stated.append((field, expense))
        stated += [(f"{field}.legs[{place}]", leg) for place, leg in enumerate(expense.legs or ())]
    for field, part in stated:
        for key in part.model_fields_set & _LENGTHS:
            length = getattr(part, key)
            if length is not None and length >= 1 and length.as_tuple().exponent == -THOUSAND:
                message = f"{length} is less than {int(length) + 1}; a point parts no thousands"
                yield Doubt(f"{field}.{key}", message)


def _words(trip: Trip) -> Iterator[Doubt]:
    said = [("care.setting", "care.setting", trip.care.setting)]
    for one in trip.companions:
        said += [
            (f"companions[{one.id}].{name}", f"person.{name}", getattr(one, name))
            for name in ("role", "relation")
        ]
    said += [
        (f"expenses[{one.id}].lodging_type", "line.lodging_type", one.lodging_type)
        for one in trip.expenses
    ]
    for field, fact, word in said:
        fault = None if word is None else find_misspelling(fact, word)
        if fault is not None:
            yield Doubt(field, fault)


def _hospital(trip: Trip) -> Iterator[Doubt]:
    first, last = day_of(trip.starts), day_of(trip.ends)
    for place, stay in enumerate(trip.patient.inpatient):
        if stay.discharged < first or stay.admitted > last:
            days = f"{stay.admitted} to {stay.discharged}"
            yield _outside(trip, f"patient.inpatient[{place}]", f"the stay in hospital, {days},")


def _visits(trip: Trip) -> Iterator[Doubt]:
    for visit in trip.visits:
        if visit.date is not None and _is_far(trip, visit.date):
            yield _outside(trip, f"visits[{visit.id}].date", f"{visit.date}")


def _claim(trip: Trip) -> Iterator[Doubt]:
    if trip.claim is not None and trip.claim.filed < day_of(trip.starts):
        message = f"{trip.claim.filed} is before the trip begins, {day_of(trip.starts)}"
        yield Doubt("claim.filed", message)


def _expenses(trip: Trip, pieces: Iterable[Piece]) -> Iterator[Doubt]:
    far: dict[str, list[Piece]] = {}
    for piece in pieces:
        if _is_far(trip, piece.day):
            far.setdefault(piece.expense.id, []).append(piece)
    for of_one in far.values():
        days = [piece.day for piece in of_one]
        first, last = min(days), max(days)
        what = f"{first}" if first == last else f"what is from {first} to {last}"
        yield _outside(trip, _field_of_day(trip, of_one[days.index(first)]), what)


def _field_of_day(trip: Trip, piece: Piece) -> str:
    """Return the field that says on which day a piece is, if it has one of its own."""
    expense, is_late = piece.expense, piece.day > day_of(trip.ends)
    if piece.night is not None:
        return f"{piece.field}.{'check_out' if is_late else 'check_in'}"
    if piece.meal_day is not None:
        name, stated = ("to", expense.last) if is_late else ("from", expense.first)
        return piece.field if stated is None or expense.days else f"{piece.field}.{name}"
    dated = piece.leg if piece.leg is not None and piece.leg.day is not None else expense
    where = piece.field if dated is piece.leg else f"expenses[{expense.id}]"
    return f"{where}.{'departs' if dated.date is None else 'date'}"


def _is_far(trip: Trip, day: date) -> bool:
    around = timedelta(days=DAYS_AROUND)
    return not day_of(trip.starts) - around <= day <= day_of(trip.ends) + around


def _outside(trip: Trip, field: str, what: str) -> Doubt:
    period = f"{day_of(trip.starts)} to {day_of(trip.ends)}"
    return Doubt(field, f"{what} is outside of the trip, {period}; look at month and year")


def _balances(trip: Trip, balances: Iterable[BalanceKey]) -> Iterator[Doubt]:
    people = [trip.patient.id, *(one.id for one in trip.companions)]
    owners = [*people, *([trip.household] if trip.household else [])]
    firsts: dict[str, BalanceKey] = {}
    for key in balances:
        firsts.setdefault(key.whose, key)
    for whose, key in firsts.items():
        close = get_close_matches(whose, owners, n=1, cutoff=_ALIKE)
        if whose not in owners and close:
            message = (
                f"nobody on the trip has the id {whose}, so it counts for nobody; "
                f"{close[0]} has one much like it"
            )
            yield Doubt(f"used[{key.balance}].whose", message, balance=key)
