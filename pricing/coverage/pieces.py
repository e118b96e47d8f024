"""A trip cut into its smallest pieces, each with its day, its people and its cost.

| expense | pieces |
|---|---|
| tickets (air, rail, bus, ferry, transit) | person × leg |
| other transport | leg; baggage with ``amount_each`` person × leg |
| lodging | room × night |
| meals | person × day |
| anything else | whole; person by person with ``amount_each`` |

Amounts are whole minor units of the expense's own currency; they are converted later. A total is
split over the pieces of its expense to the minor unit, earlier pieces getting the odd ones. A
patient in hospital is in no hotel room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Final

from pricing.coverage.decision_errors import FieldMissing
from pricing.coverage.documents.trip_document import (
    Expense,
    Leg,
    MealDay,
    Trip,
    Visit,
)
from pricing.coverage.kinds import TICKETS, TRANSPORT, Kind
from pricing.coverage.people import day_of, is_inpatient, people_of
from pricing.documents.scalars import FactsOf
from pricing.errors import InvalidAmount
from pricing.money import Money

_UNSTATED_LEG: Final = Leg()


@dataclass(frozen=True, slots=True)
class StayNight:
    """One night of a stay, as listed or as the expense says for all."""

    date: date
    rooms: int
    amount: Decimal | None = None
    tax: Decimal | None = None
    travellers: tuple[str, ...] | None = None
    facts: FactsOf = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest part of an expense that a rule can look at.

    ``amount`` and ``tax`` are minor units of the expense's currency; the amount is None where the
    trip states none. ``people`` are those it is for; ``is_shared`` tells a room or a ride from one
    person's ticket. ``leg``, ``night`` or ``meal_day`` is the part of the document it came from,
    ``field`` that part's place there; ``place`` counts the pieces of the trip. ``sharing`` are
    all who use a room or ride that was parted among them.
    """

    place: int
    line: int
    expense: Expense
    day: date
    people: tuple[str, ...]
    is_shared: bool
    amount: int | None
    tax: int
    field: str
    leg: Leg | None = None
    leg_number: int = 0
    night: StayNight | None = None
    room: int = 0
    night_number: int = 0
    meal_day: MealDay | None = None
    visit: str | None = None
    sharing: tuple[str, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return all who use it together, if only some of them are its people."""
        return self.sharing or self.people

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
        pieces += _cut_expense(_Cut(trip, line, expense, people, len(pieces)))
    return tuple(pieces)


def nights_of(expense: Expense, place: str) -> tuple[StayNight, ...]:
    """Return the nights of a stay, those that are not listed filled in from the expense.

    ``place`` is where the expense stands in the document. Raises FieldMissing.
    """
    if expense.check_in is None or expense.check_out is None:
        raise FieldMissing(f"{place}.{'check_in' if expense.check_in is None else 'check_out'}")
    listed = {
        night.date: StayNight(
            night.date, night.rooms, night.amount, night.tax, night.travellers, night.facts
        )
        for night in expense.nights or ()
    }
    nights = (expense.check_out - expense.check_in).days
    days = (expense.check_in + timedelta(days=step) for step in range(nights))
    return tuple(listed.get(day) or StayNight(day, expense.rooms) for day in days)


def find_visit(trip: Trip, piece: Piece) -> tuple[int, Visit] | None:
    """Return the visit a piece belongs to and its place in the document, None for none."""
    for place, visit in enumerate(trip.visits):
        if visit.id == piece.visit:
            return place, visit
    return None


@dataclass(frozen=True, slots=True)
class _Cut:
    """An expense being cut; ``first_place`` is the place of its first piece in the trip."""

    trip: Trip
    line: int
    expense: Expense
    people: tuple[str, ...]
    first_place: int

    @property
    def field(self) -> str:
        """Return where the expense stands in the document."""
        return f"expenses[{self.expense.id}]"

    @property
    def currency(self) -> str:
        """Return the currency of its amounts."""
        return self.expense.currency or self.trip.currency

    def visit(self, named: str | None = None) -> str | None:
        """Return the visit that is named, or the only one there is."""
        visit = named or self.expense.visit
        if visit is None and len(self.trip.visits) == 1:
            return self.trip.visits[0].id
        return visit

    def day(self, leg: Leg = _UNSTATED_LEG, *, field: str | None = None) -> date:
        """Return the day of a leg, or of the expense; raises FieldMissing."""
        first = self.expense.legs[0].day if self.expense.legs else None
        day = leg.day or self.expense.day or first
        if day is None:
            raise FieldMissing(f"{field or self.field}.date")
        return day


def _cut_expense(cut: _Cut) -> Iterator[Piece]:
    if cut.expense.kind is Kind.LODGING:
        return _rooms(cut)
    if cut.expense.kind is Kind.MEALS:
        return _meals(cut)
    if cut.expense.kind in TRANSPORT:
        return _legs(cut)
    return _whole(cut)


def _rooms(cut: _Cut) -> Iterator[Piece]:
    nights = nights_of(cut.expense, cut.field)
    # Only nights without an amount of their own share the expense's.
    unpriced = sum(night.rooms for night in nights if night.amount is None)
    prices = iter(_prices(cut, unpriced))
    places = count(cut.first_place)
    for night_number, night in enumerate(nights, start=1):
        guests = cut.people if night.travellers is None else night.travellers
        if is_inpatient(cut.trip.patient, night.date):
            guests = tuple(guest for guest in guests if guest != cut.trip.patient.id)
        for room in range(night.rooms):
            amount, tax = _own_price(cut, night) or next(prices)
            yield Piece(
                place=next(places),
                line=cut.line,
                expense=cut.expense,
                day=night.date,
                people=guests,
                is_shared=True,
                amount=amount,
                tax=tax,
                field=cut.field,
                night=night,
                room=room,
                night_number=night_number,
                visit=cut.visit(),
            )


def _meals(cut: _Cut) -> Iterator[Piece]:
    listed = {day.date: (place, day) for place, day in enumerate(cut.expense.days or ())}
    days = [listed.get(day, (None, MealDay(date=day))) for day in _meal_days(cut)]
    eaten = [
        (place, day, person)
        for place, day in days
        for person in (cut.people if day.travellers is None else day.travellers)
    ]
    prices = iter(_prices(cut, sum(day.amount is None for _, day, _ in eaten)))
    for number, (place, day, person) in enumerate(eaten):
        amount, tax = _own_price(cut, day) or next(prices)
        yield Piece(
            place=cut.first_place + number,
            line=cut.line,
            expense=cut.expense,
            day=day.date,
            people=(person,),
            is_shared=False,
            amount=amount,
            tax=tax,
            field=cut.field + ("" if place is None else f".days[{place}]"),
            meal_day=day,
            visit=cut.visit(),
        )


def _meal_days(cut: _Cut) -> list[date]:
    first = cut.expense.first or day_of(cut.trip.starts)
    last = cut.expense.last or day_of(cut.trip.ends)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _legs(cut: _Cut) -> Iterator[Piece]:
    legs = cut.expense.legs or (_UNSTATED_LEG,)
    is_ticket = cut.expense.kind in TICKETS
    is_bag = cut.expense.kind is Kind.BAGGAGE and cut.expense.amount_each is not None
    is_own = is_ticket or is_bag
    owners = [(one,) for one in cut.people] if is_own else [cut.people]
    # One ticket is for all its legs; a ride or a bag is paid leg by leg.
    prices = _prices(cut, len(owners) * len(legs), pieces_each=len(legs) if is_ticket else 1)
    for number, (amount, tax) in enumerate(prices):
        place = number % len(legs)
        leg = legs[place]
        field = cut.field + (f".legs[{place}]" if cut.expense.legs else "")
        yield Piece(
            place=cut.first_place + number,
            line=cut.line,
            expense=cut.expense,
            day=cut.day(leg, field=field),
            people=owners[number // len(legs)],
            is_shared=not is_own,
            amount=amount,
            tax=tax,
            field=field,
            leg=leg,
            leg_number=place + 1,
            visit=cut.visit(leg.visit),
        )


def _whole(cut: _Cut) -> Iterator[Piece]:
    one_by_one = cut.expense.amount_each is not None
    owners = [(one,) for one in cut.people] if one_by_one else [cut.people]
    prices = _prices(cut, len(owners))
    for number, (owner, (amount, tax)) in enumerate(zip(owners, prices, strict=True)):
        yield Piece(
            place=cut.first_place + number,
            line=cut.line,
            expense=cut.expense,
            day=cut.day(),
            people=owner,
            is_shared=not one_by_one,
            amount=amount,
            tax=tax,
            field=cut.field,
            visit=cut.visit(),
        )


_Price = tuple[int | None, int]
"""Amount and tax of a piece in minor units."""


def _prices(cut: _Cut, pieces: int, *, pieces_each: int = 1) -> list[_Price]:
    """Return the price of every piece; ``pieces_each`` pieces make up one "each"."""
    expense, currency = cut.expense, cut.currency
    tax = 0 if expense.tax is None else to_minor(expense.tax, currency)
    if expense.amount_each is not None:
        each = _split(to_minor(expense.amount_each, currency), pieces_each)
        one: list[_Price] = list(zip(each, _split(tax, pieces_each), strict=True))
        return one * (pieces // pieces_each)
    taxes = _split(tax, pieces)
    if expense.amount is None:
        return [(None, part) for part in taxes]
    amounts: list[int | None] = [*_split(to_minor(expense.amount, currency), pieces)]
    return list(zip(amounts, taxes, strict=True))


def _own_price(cut: _Cut, own: StayNight | MealDay) -> _Price | None:
    """Return the price of a night or day that states its own."""
    if own.amount is None:
        return None
    tax = 0 if own.tax is None else to_minor(own.tax, cut.currency)
    return to_minor(own.amount, cut.currency), tax


def to_minor(amount: Decimal, currency: str) -> int:
    """Return the amount in minor units; raises InvalidAmount for more decimals than there are."""
    zero = Money.zero(currency)
    minor = amount.scaleb(zero.decimals)
    if minor != minor.to_integral_value():
        raise InvalidAmount(str(amount), f"{currency} has {zero.decimals} decimals")
    return int(minor)


def _split(whole: int, parts: int) -> list[int]:
    if not parts:
        return []
    base, rest = divmod(whole, parts)
    return [base + (place < rest) for place in range(parts)]
