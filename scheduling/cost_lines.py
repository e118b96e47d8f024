"""The cost lines of a visit: which units at which price, and how many of them a policy looks at.

The optimizer's options are priced with the same lines as the finished visit, so that the cents it
adds up are the cents that are decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from logistics.case.parties import TravelParty
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingNight, LodgingOffer
from logistics.offers.transfers import TransferOffer
from pricing.money import Money
from pricing.service_levels.decide import CostLine, CostPart
from pricing.service_levels.decision import LineKind
from pricing.service_levels.policy import CoveragePolicy
from scheduling.visit import ChosenVisit, PartyJourney, PlannedAppointment, Stay


def covered_travellers(policy: CoveragePolicy, parties: tuple[TravelParty, ...]) -> tuple[int, ...]:
    """Return for each party how many of its travellers the policy pays for.

    The patient is always one of them; companions count in the order of the parties until the
    policy's number is reached.
    """
    left = policy.companions_covered + 1
    covered = []
    for party in parties:
        count = min(left, len(party.travellers))
        covered.append(count)
        left -= count
    return tuple(covered)


def air_line(key: str, offer: FlightOffer, *, travellers: int, covered: int) -> CostLine:
    """Return the tickets of one journey."""
    route = f"{offer.segments[0].origin} → {offer.segments[-1].destination}"
    label = f"{_count(travellers, 'ticket')} {route}, {offer.cabin} {offer.fare_brand}"
    return CostLine(key, LineKind.AIR, label, (CostPart(offer.fare, travellers, covered),))


def lodging_line(
    key: str,
    lodging: LodgingOffer,
    nights: Iterable[LodgingNight],
    *,
    rooms: int,
    policy: CoveragePolicy,
) -> CostLine:
    """Return the room-nights of a stay, nights of one price together, cheapest first."""
    by_price = Counter(night.price.minor for night in nights)
    covered = min(rooms, policy.rooms_covered)
    parts = tuple(
        CostPart(Money(minor, policy.currency), count * rooms, count * covered)
        for minor, count in sorted(by_price.items())
    )
    slept = _count(sum(by_price.values()), "night")
    label = f"{slept}, {_count(rooms, 'room')}: {lodging.name}"
    return CostLine(key, LineKind.LODGING, label, parts)


def ride_line(key: str, ride: TransferOffer, *, rides: int, covered: int, label: str) -> CostLine:
    """Return so many rides at one price; all are covered when anybody covered sits in them."""
    part = CostPart(ride.price, rides, rides if covered else 0)
    return CostLine(key, LineKind.GROUND, label, (part,))


def appointment_line(key: str, appointment_title: str, fee: Money) -> CostLine:
    """Return the fee of one appointment."""
    return CostLine(key, LineKind.APPOINTMENT, appointment_title, (CostPart(fee, 1, 1),))


def meals_line(key: str, spending: Money, *, days: int, travellers: int, covered: int) -> CostLine:
    """Return the planned meals of everybody for so many calendar days."""
    label = f"Meals and incidentals, {_count(days, 'day')} for {travellers}"
    part = CostPart(spending, days * travellers, days * covered)
    return CostLine(key, LineKind.MEALS, label, (part,))


def visit_lines(visit: ChosenVisit, policy: CoveragePolicy, meals: Money) -> tuple[CostLine, ...]:
    """Return every line of the visit in the order in which the trip cap is used up.

    Journeys out, stay, appointments, ground, journeys home, meals.
    """
    lines: list[CostLine] = []
    lines += (_flights("outbound", journey, journey.outbound) for journey in visit.journeys)
    lines += _stay_lines(visit.stay, policy)
    lines += (_fee(appointment) for appointment in visit.appointments)
    lines += (
        _airport_line("arrival", journey.arrival_transfer, journey, "from")
        for journey in visit.journeys
    )
    lines += _commute_lines(visit)
    lines += (
        _airport_line("departure", journey.departure_transfer, journey, "to")
        for journey in visit.journeys
    )
    lines += (_flights("return", journey, journey.homebound) for journey in visit.journeys)
    lines.append(
        meals_line(
            "meals",
            meals,
            days=visit.days,
            travellers=len(visit.travellers),
            covered=visit.covered,
        )
    )
    return tuple(lines)


def _flights(direction: str, journey: PartyJourney, offer: FlightOffer) -> CostLine:
    return air_line(
        f"{direction}-{journey.party.id}",
        offer,
        travellers=len(journey.party.travellers),
        covered=journey.covered,
    )


def _stay_lines(stay: Stay | None, policy: CoveragePolicy) -> tuple[CostLine, ...]:
    if stay is None:
        return ()
    line = lodging_line("lodging", stay.lodging, stay.nights, rooms=stay.rooms, policy=policy)
    return (line,)


def _fee(appointment: PlannedAppointment) -> CostLine:
    title = f"{appointment.need.title} with {appointment.specialist.name}"
    return appointment_line(f"appointment-{appointment.need.id}", title, appointment.slot.fee)


def _airport_line(key: str, ride: TransferOffer, journey: PartyJourney, way: str) -> CostLine:
    label = f"{ride.mode.capitalize()} {way} the airport"
    key = f"{key}-{journey.party.id}"
    return ride_line(key, ride, rides=1, covered=journey.covered, label=label)


def _commute_lines(visit: ChosenVisit) -> tuple[CostLine, ...]:
    return tuple(
        ride_line(
            f"commute-{appointment.need.id}",
            ride,
            rides=2,
            covered=visit.covered,
            label=f"{ride.mode.capitalize()} to {appointment.facility.name} and back",
        )
        for appointment, ride in zip(visit.appointments, visit.commutes, strict=bool(visit.stay))
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
