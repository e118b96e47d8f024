"""A trip cut into its smallest pieces, each with its day, its people and its cost.

| expense | pieces |
|---|---|
| tickets (air, rail, bus, ferry, transit) | person × leg |
| other transport | leg |
| lodging | room × night |
| meals | person × day |
| anything else | whole; person by person with ``amount_each`` |

Amounts are whole minor units of the expense's own currency; they are converted later. A total is
split over the pieces of its expense to the minor unit, earlier pieces getting the odd ones. A
patient in hospital is in no hotel room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Final

from pricing.coverage.decision_errors import FieldMissing
from pricing.coverage.documents.trip_document import (
    Expense,
    Leg,
    LodgingNight,
    MealDay,
    Trip,
    Visit,
)
from pricing.coverage.kinds import TICKETS, TRANSPORT, Kind
from pricing.coverage.people import day_of, is_inpatient, people_of
from pricing.money import Money

_UNSTATED_LEG: Final = Leg()


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest part of an expense that a rule can look at.

    ``amount`` and ``tax`` are minor units of the expense's currency; the amount is None where the
    trip states none. ``people`` are those it is for; ``is_shared`` tells a room or a ride from one
    person's ticket. ``leg``, ``night`` or ``meal_day`` is the part of the document it came from,
    ``field`` that part's place there; ``place`` counts the pieces of the trip.
    """

    line: int
    expense: Expense
    number: int
    day: date
    people: tuple[str, ...]
    is_shared: bool
    amount: int | None
    tax: int
    field: str
    leg: Leg | None = None
    leg_number: int = 0
    night: LodgingNight | None = None
    room: int = 0
    night_number: int = 0
    meal_day: MealDay | None = None
    visit: str | None = None
    place: int = 0

    @property
    def kind(self) -> Kind:
        """Return the kind of the expense."""
        return self.expense.kind

    def currency(self, of_trip: str) -> str:
        """Return the currency of the amount."""
        return self.expense.currency or of_trip


def cut(trip: Trip) -> tuple[Piece, ...]:
    """Return the pieces of every expense, in the document's order.

    Raises FieldMissing where a day cannot be told.
    """
    everybody = tuple(people_of(trip))
    pieces: list[Piece] = []
    for line, expense in enumerate(trip.expenses):
        people = everybody if expense.travellers is None else expense.travellers
        pieces += _cut_expense(trip, line, expense, people)
    return tuple(replace(piece, place=place) for place, piece in enumerate(pieces))


def nights_of(expense: Expense, field: str) -> tuple[LodgingNight, ...]:
    """Return the nights of a stay, those that are not listed filled in from the expense."""
    if expense.check_in is None or expense.check_out is None:
        raise FieldMissing(f"{field}.{'check_in' if expense.check_in is None else 'check_out'}")
    listed = {night.date: night for night in expense.nights or ()}
    count = (expense.check_out - expense.check_in).days
    return tuple(
        listed.get(day, LodgingNight(date=day, rooms=expense.rooms))
        for day in (expense.check_in + timedelta(days=step) for step in range(count))
    )


def find_visit(trip: Trip, piece: Piece) -> tuple[int, Visit] | None:
    """Return the visit a piece belongs to and its place in the document, None for none."""
    for place, visit in enumerate(trip.visits):
        if visit.id == piece.visit:
            return place, visit
    return None


def _cut_expense(
    trip: Trip, line: int, expense: Expense, people: tuple[str, ...]
) -> Iterator[Piece]:
    if expense.kind is Kind.LODGING:
        return _rooms(trip, line, expense, people)
    if expense.kind is Kind.MEALS:
        return _meals(trip, line, expense, people)
    if expense.kind in TRANSPORT:
        return _legs(trip, line, expense, people)
    return _whole(trip, line, expense, people)


@dataclass(frozen=True, slots=True)
class _Prices:
    """The stated amounts of an expense, shared out over its pieces."""

    amounts: tuple[int | None, ...]
    taxes: tuple[int, ...]


def _prices(trip: Trip, expense: Expense, pieces: int, *, pieces_each: int = 1) -> _Prices:
    """Return amount and tax of every piece; ``pieces_each`` pieces make up one "each"."""
    currency = expense.currency or trip.currency
    whole = None if expense.amount is None else to_minor(expense.amount, currency)
    each = None if expense.amount_each is None else to_minor(expense.amount_each, currency)
    tax = 0 if expense.tax is None else to_minor(expense.tax, currency)
    units = pieces // pieces_each
    if each is not None:
        amounts: tuple[int | None, ...] = _split(each, pieces_each) * units
        return _Prices(amounts, _split(tax, pieces_each) * units)
    amounts = (None,) * pieces if whole is None else _split(whole, pieces)
    return _Prices(amounts, _split(tax, pieces))


def to_minor(amount: Decimal, currency: str) -> int:
    """Return the amount in minor units; raises InvalidAmount for more decimals than there are."""
    return Money.parse(format(amount, "f"), currency).minor


def _split(whole: int, parts: int) -> tuple[int, ...]:
    if not parts:
        return ()
    base, rest = divmod(whole, parts)
    return tuple(base + (place < rest) for place in range(parts))


def _rooms(trip: Trip, line: int, expense: Expense, people: tuple[str, ...]) -> Iterator[Piece]:
    field = f"expenses[{line}]"
    currency = expense.currency or trip.currency
    nights = nights_of(expense, field)
    # Only nights without an amount of their own share the expense's.
    unpriced = sum(night.rooms for night in nights if night.amount is None)
    prices = _prices(trip, expense, unpriced)
    shared_out = iter(zip(prices.amounts, prices.taxes, strict=True))
    numbers = count()
    for night_number, night in enumerate(nights, start=1):
        guests = people if night.travellers is None else night.travellers
        if is_inpatient(trip.patient, night.date):
            guests = tuple(guest for guest in guests if guest != trip.patient.id)
        for room in range(night.rooms):
            own = None if night.amount is None else to_minor(night.amount, currency)
            amount, tax = next(shared_out) if own is None else (own, 0)
            yield Piece(
                line=line,
                expense=expense,
                number=next(numbers),
                day=night.date,
                people=guests,
                is_shared=True,
                amount=amount,
                tax=tax,
                field=field,
                night=night,
                room=room,
                night_number=night_number,
                visit=_visit(trip, expense.visit),
            )


def _meals(trip: Trip, line: int, expense: Expense, people: tuple[str, ...]) -> Iterator[Piece]:
    currency = expense.currency or trip.currency
    listed = {day.date: (place, day) for place, day in enumerate(expense.days or ())}
    days = [listed.get(day, (None, MealDay(date=day))) for day in _meal_days(trip, expense)]
    eaten = [
        (place, day, person)
        for place, day in days
        for person in (people if day.travellers is None else day.travellers)
    ]
    prices = _prices(trip, expense, sum(day.amount is None for _, day, _ in eaten))
    shared_out = iter(zip(prices.amounts, prices.taxes, strict=True))
    for number, (place, day, person) in enumerate(eaten):
        own = None if day.amount is None else to_minor(day.amount, currency)
        amount, tax = next(shared_out) if own is None else (own, 0)
        yield Piece(
            line=line,
            expense=expense,
            number=number,
            day=day.date,
            people=(person,),
            is_shared=False,
            amount=amount,
            tax=tax,
            field=f"expenses[{line}]" + ("" if place is None else f".days[{place}]"),
            meal_day=day,
            visit=_visit(trip, expense.visit),
        )


def _meal_days(trip: Trip, expense: Expense) -> list[date]:
    first = day_of(trip.starts) if expense.first is None else expense.first
    last = day_of(trip.ends) if expense.last is None else expense.last
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _legs(trip: Trip, line: int, expense: Expense, people: tuple[str, ...]) -> Iterator[Piece]:
    legs = expense.legs or (_UNSTATED_LEG,)
    is_ticket = expense.kind in TICKETS
    owners = [(one,) for one in people] if is_ticket else [people]
    pieces = len(owners) * len(legs)
    # One ticket is for all its legs; a ride is paid leg by leg.
    prices = _prices(trip, expense, pieces, pieces_each=len(legs) if is_ticket else 1)
    for number in range(pieces):
        place = number % len(legs)
        leg = legs[place]
        field = f"expenses[{line}]" + (f".legs[{place}]" if expense.legs else "")
        yield Piece(
            line=line,
            expense=expense,
            number=number,
            day=_day(expense, leg, field),
            people=owners[number // len(legs)],
            is_shared=not is_ticket,
            amount=prices.amounts[number],
            tax=prices.taxes[number],
            field=field,
            leg=leg,
            leg_number=place + 1,
            visit=_visit(trip, leg.visit or expense.visit),
        )


def _whole(trip: Trip, line: int, expense: Expense, people: tuple[str, ...]) -> Iterator[Piece]:
    field = f"expenses[{line}]"
    one_by_one = expense.amount_each is not None
    owners = [(one,) for one in people] if one_by_one else [people]
    prices = _prices(trip, expense, len(owners))
    for number, owner in enumerate(owners):
        yield Piece(
            line=line,
            expense=expense,
            number=number,
            day=_day(expense, _UNSTATED_LEG, field),
            people=owner,
            is_shared=not one_by_one,
            amount=prices.amounts[number],
            tax=prices.taxes[number],
            field=field,
            visit=_visit(trip, expense.visit),
        )


def _visit(trip: Trip, named: str | None) -> str | None:
    if named is None and len(trip.visits) == 1:
        return trip.visits[0].id
    return named


def _day(expense: Expense, leg: Leg, field: str) -> date:
    first = expense.legs[0].date if expense.legs else None
    day = leg.date or expense.date or first
    if day is None:
        raise FieldMissing(f"{field}.date")
    return day
