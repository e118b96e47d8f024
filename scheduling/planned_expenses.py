"""What a visit costs, written as expenses of a trip document: one for each line a plan shows.

The optimizer's options are priced with the same expenses as the finished visit, so that the cents
it adds up are the cents that are decided. Ids are the keys of the cost lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, cast

from logistics.facility import Facility
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingNight, LodgingOffer
from logistics.offers.transfers import TransferMode, TransferOffer
from logistics.places import flight_kilometres, get_airport
from logistics.timing import to_local
from pricing.coverage.documents import trip_document
from pricing.coverage.documents.cabin_rule import Cabin
from pricing.coverage.kinds import Kind
from pricing.money import Money
from scheduling.cost_split import LineKind
from scheduling.visit import PlannedAppointment

Expense = trip_document.Expense

_KIND_OF_RIDE: Final = {
    TransferMode.TAXI: Kind.TAXI,
    TransferMode.ACCESSIBLE_VAN: Kind.SHUTTLE,
    TransferMode.PUBLIC: Kind.TRANSIT,
    TransferMode.WALK: Kind.OTHER,
}
_METRES = Decimal(1000)


@dataclass(frozen=True, slots=True)
class PlannedExpense:
    """One expense of a visit, with the kind and the label of the line that shows it."""

    expense: Expense
    kind: LineKind
    label: str


def is_international(offer: FlightOffer) -> bool:
    """Return whether a border lies between the ends of the journey."""
    first, last = offer.segments[0].origin, offer.segments[-1].destination
    return get_airport(first).country != get_airport(last).country


def kind_of_ride(ride: TransferOffer) -> Kind:
    """Return which kind of expense a ride is."""
    return _KIND_OF_RIDE[ride.mode]


def tickets(
    key: str,
    offer: FlightOffer,
    people: tuple[str, ...],
    *,
    direction: Literal["out", "return"],
    visit: str,
) -> PlannedExpense:
    """Return the tickets of one journey of ``people``, for one direction.

    Hours and nights follow from the times, in a plan as in a claim for what was planned.
    """
    origin, destination = offer.segments[0].origin, offer.segments[-1].destination
    departs = to_local(offer.departs_at, get_airport(origin).zone)
    arrives = to_local(offer.arrives_at, get_airport(destination).zone)
    leg = trip_document.Leg(
        direction=direction,
        date=departs.date(),
        departs=departs,
        arrives=arrives,
        distance_km=Decimal(flight_kilometres(origin, destination)),
        international=is_international(offer),
        origin=origin,
        destination=destination,
        visit=visit,
    )
    expense = Expense(
        id=key,
        kind=Kind.AIR,
        **_money("amount_each", offer.fare),
        travellers=people,
        legs=(leg,),
        cabin=cast("Cabin", offer.cabin),
        international=leg.international,
        visit=visit,
    )
    count = _count(len(people), "ticket")
    label = f"{count} {origin} → {destination}, {offer.cabin} {offer.fare_brand}"
    return PlannedExpense(expense, LineKind.AIR, label)


def rooms(
    lodging: LodgingOffer,
    nights: Iterable[LodgingNight],
    *,
    rooms: int,
    location: str,
    visit: str,
) -> PlannedExpense:
    """Return the rooms of a stay for consecutive nights, each with its own price."""
    slept = tuple(nights)
    expense = Expense(
        id="lodging",
        kind=Kind.LODGING,
        check_in=slept[0].date,
        check_out=date.fromordinal(slept[-1].date.toordinal() + 1),
        rooms=rooms,
        nights=tuple(
            trip_document.LodgingNight(date=night.date, amount=_decimal(night.price), rooms=rooms)
            for night in slept
        ),
        currency=slept[0].price.currency,
        location=location,
        visit=visit,
    )
    label = f"{_count(len(slept), 'night')}, {_count(rooms, 'room')}: {lodging.name}"
    return PlannedExpense(expense, LineKind.LODGING, label)


def airport_ride(
    key: str,
    ride: TransferOffer,
    people: tuple[str, ...],
    *,
    day: date,
    direction: Literal["out", "return"],
    visit: str,
) -> PlannedExpense:
    """Return a ride between the airport and where somebody stays, on that day."""
    legs = (_ride_leg(ride, direction, day, visit),)
    way = "from" if direction == "out" else "to"
    label = f"{ride.mode.capitalize()} {way} the airport"
    return PlannedExpense(_ride(key, ride, people, legs, visit), LineKind.GROUND, label)


def commute(
    ride: TransferOffer,
    people: tuple[str, ...],
    *,
    need: str,
    day: date,
    facility: Facility,
) -> PlannedExpense:
    """Return everybody's ride to an appointment and back."""
    legs = (_ride_leg(ride, "local", day, need), _ride_leg(ride, "local", day, need))
    label = f"{ride.mode.capitalize()} to {facility.name} and back"
    expense = _ride(f"commute-{need}", ride, people, legs, need)
    return PlannedExpense(expense, LineKind.GROUND, label)


def fee(one: PlannedAppointment, patient: str) -> PlannedExpense:
    """Return the fee of one appointment."""
    expense = Expense(
        id=f"appointment-{one.need.id}",
        kind=Kind.CONSULTATION,
        date=to_local(one.slot.starts_at, one.facility.zone).date(),
        **_money("amount", one.slot.fee),
        travellers=(patient,),
        visit=one.need.id,
    )
    label = f"{one.need.title} with {one.specialist.name}"
    return PlannedExpense(expense, LineKind.APPOINTMENT, label)


def meals(
    spending: Money,
    *,
    first: date,
    last: date,
    people: tuple[str, ...],
    location: str,
    visit: str,
) -> PlannedExpense:
    """Return the planned meals of everybody, from the first to the last day at the destination."""
    expense = Expense.model_validate({
        "id": "meals",
        "kind": Kind.MEALS,
        **_money("amount_each", spending),
        "from": first,
        "to": last,
        "travellers": people,
        "location": location,
        "visit": visit,
    })  # fmt: skip
    days = last.toordinal() - first.toordinal() + 1
    label = f"Meals and incidentals, {_count(days, 'day')} for {len(people)}"
    return PlannedExpense(expense, LineKind.MEALS, label)


def _ride(
    key: str,
    ride: TransferOffer,
    people: tuple[str, ...],
    legs: tuple[trip_document.Leg, ...],
    visit: str,
) -> Expense:
    """Return an expense for a ride's legs; a walk is no transport that anybody pays."""
    kind = kind_of_ride(ride)
    return Expense(
        id=key,
        kind=kind,
        date=legs[0].date,
        **_money("amount", ride.price * len(legs)),
        travellers=people,
        legs=None if kind is Kind.OTHER else legs,
        item=str(ride.mode),
        visit=visit,
    )


def _ride_leg(
    ride: TransferOffer, direction: Literal["out", "return", "local"], day: date, visit: str
) -> trip_document.Leg:
    return trip_document.Leg(
        direction=direction, date=day, distance_km=Decimal(ride.metres) / _METRES, visit=visit
    )


def _money(key: str, amount: Money) -> dict[str, str | Decimal]:
    return {key: _decimal(amount), "currency": amount.currency}


def _decimal(amount: Money) -> Decimal:
    return Decimal(amount.to_decimal_text())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
