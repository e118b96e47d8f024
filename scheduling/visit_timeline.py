"""A chosen visit laid on one timeline: every flight, ride, night, appointment and rest.

Keys are made of what an item is for (``outbound-patient-1``, ``appointment-consultation``), never
of what was booked, so that the same item keeps its key, and its calendar UID, when plans change.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from logistics.facility import Facility
from logistics.offers.flights import FlightOffer, FlightSegment
from logistics.offers.lodging import LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.places import get_airport
from logistics.timing import to_utc
from pricing.money import Money
from scheduling.itinerary import ItemKind, ItineraryItem, LocalInstant, Stop
from scheduling.visit import ChosenVisit, PartyJourney, PlannedAppointment, Stay

_EARLY_AT_FACILITY = timedelta(minutes=15)
"""How long before an appointment the patient should be at the desk."""


def timeline_of(visit: ChosenVisit) -> tuple[ItineraryItem, ...]:
    """Return the items of the visit in order of start; equal starts in order of key."""
    zone = visit.appointments[0].facility.zone
    items: list[ItineraryItem] = []
    for journey in visit.journeys:
        items += _flight_items(journey, "outbound", journey.outbound)
        items.append(_arrival_item(visit, journey, zone))
        items.append(_departure_item(visit, journey, zone))
        items += _flight_items(journey, "return", journey.homebound)
    for place, appointment in enumerate(visit.appointments):
        items.append(_appointment_item(visit, appointment))
        items += _rest_items(visit, appointment)
        if visit.stay is not None:
            items += _commute_items(visit, visit.stay, appointment, visit.commutes[place])
    if visit.stay is not None:
        items.append(_lodging_item(visit, visit.stay))
    return tuple(sorted(items, key=lambda item: (item.starts.at, item.ends.at, item.key)))


def airport_stop(iata: str) -> Stop:
    """Return the airport as a place on the map."""
    airport = get_airport(iata)
    return Stop(
        name=f"{airport.city} ({airport.name})" if airport.city else airport.name,
        address=f"{airport.city}, {airport.country}",
        latitude=airport.coordinates.latitude,
        longitude=airport.coordinates.longitude,
        code=iata,
    )


def facility_stop(facility: Facility) -> Stop:
    """Return the facility as a place on the map."""
    point = facility.coordinates
    return Stop(facility.name, facility.address, point.latitude, point.longitude)


def lodging_stop(lodging: LodgingOffer) -> Stop:
    """Return the lodging as a place on the map."""
    return Stop(
        lodging.name, lodging.address, lodging.coordinates.latitude, lodging.coordinates.longitude
    )


def _flight_items(
    journey: PartyJourney, direction: str, offer: FlightOffer
) -> tuple[ItineraryItem, ...]:
    return tuple(
        _segment_item(journey, f"{direction}-{journey.party.id}-{place}", segment, offer)
        for place, segment in enumerate(offer.segments, start=1)
    )


def _segment_item(
    journey: PartyJourney, key: str, segment: FlightSegment, offer: FlightOffer
) -> ItineraryItem:
    origin, destination = get_airport(segment.origin), get_airport(segment.destination)
    return ItineraryItem(
        key=key,
        kind=ItemKind.FLIGHT,
        title=f"Flight {segment.designator}, {segment.origin} to {segment.destination}",
        travellers=journey.party.travellers,
        starts=LocalInstant(segment.departs_at, origin.zone),
        ends=LocalInstant(segment.arrives_at, destination.zone),
        origin=airport_stop(segment.origin),
        destination=airport_stop(segment.destination),
        details=(
            ("Flight", segment.designator),
            ("Cabin", f"{offer.cabin.replace('_', ' ')}, {offer.fare_brand}"),
            ("Checked bags", f"{offer.conditions.checked_bags} each"),
            ("Refund", _fee_words(offer.conditions.refund_fee, "not refundable", "refund")),
            ("Change", _fee_words(offer.conditions.change_fee, "not changeable", "change")),
        ),
    )


def _arrival_item(visit: ChosenVisit, journey: PartyJourney, zone: str) -> ItineraryItem:
    first = visit.appointments[0].facility
    return _ride_item(
        f"arrival-{journey.party.id}",
        journey.arrival_transfer,
        starts=LocalInstant(journey.free_from, zone),
        origin=airport_stop(journey.outbound.segments[-1].destination),
        destination=_sleeping_place(visit, first),
        travellers=journey.party.travellers,
    )


def _departure_item(visit: ChosenVisit, journey: PartyJourney, zone: str) -> ItineraryItem:
    last = visit.appointments[-1].facility
    starts = journey.ready_by - timedelta(minutes=journey.departure_transfer.minutes)
    return _ride_item(
        f"departure-{journey.party.id}",
        journey.departure_transfer,
        starts=LocalInstant(starts, zone),
        origin=_sleeping_place(visit, last),
        destination=airport_stop(journey.homebound.segments[0].origin),
        travellers=journey.party.travellers,
    )


def _sleeping_place(visit: ChosenVisit, facility: Facility) -> Stop:
    return lodging_stop(visit.stay.lodging) if visit.stay else facility_stop(facility)


def _commute_items(
    visit: ChosenVisit, stay: Stay, appointment: PlannedAppointment, ride: TransferOffer
) -> tuple[ItineraryItem, ItineraryItem]:
    facility, slot = appointment.facility, appointment.slot
    arrive = slot.starts_at - _EARLY_AT_FACILITY
    there, home = lodging_stop(stay.lodging), facility_stop(facility)
    to_facility = _ride_item(
        f"commute-there-{appointment.need.id}",
        ride,
        starts=LocalInstant(arrive - timedelta(minutes=ride.minutes), facility.zone),
        origin=there,
        destination=home,
        travellers=visit.travellers,
    )
    from_facility = _ride_item(
        f"commute-back-{appointment.need.id}",
        ride,
        starts=LocalInstant(slot.ends_at, facility.zone),
        origin=home,
        destination=there,
        travellers=visit.travellers,
    )
    return to_facility, from_facility


def _ride_item(
    key: str,
    ride: TransferOffer,
    *,
    starts: LocalInstant,
    origin: Stop,
    destination: Stop,
    travellers: tuple[str, ...],
) -> ItineraryItem:
    ends = LocalInstant(starts.at + timedelta(minutes=ride.minutes), starts.zone)
    end = destination.code or destination.name
    return ItineraryItem(
        key=key,
        kind=ItemKind.TRANSFER,
        title=f"{ride.mode.capitalize()} to {end}",
        travellers=travellers,
        starts=starts,
        ends=ends,
        origin=origin,
        destination=destination,
        details=(
            ("Distance", f"{ride.metres / 1000:.1f} km"),
            ("Price", _written(ride.price)),
            ("Step-free", "yes" if ride.is_accessible else "no"),
        ),
    )


def _appointment_item(visit: ChosenVisit, appointment: PlannedAppointment) -> ItineraryItem:
    facility, slot = appointment.facility, appointment.slot
    specialist = appointment.specialist
    return ItineraryItem(
        key=f"appointment-{appointment.need.id}",
        kind=ItemKind.APPOINTMENT,
        title=f"{appointment.need.title} with {specialist.name}",
        travellers=visit.travellers,
        starts=LocalInstant(slot.starts_at, facility.zone),
        ends=LocalInstant(slot.ends_at, facility.zone),
        origin=facility_stop(facility),
        destination=None,
        details=(
            ("Specialist", f"{specialist.name}, {', '.join(specialist.credentials)}"),
            ("Facility", facility.name),
            ("Be there", f"{_EARLY_AT_FACILITY // timedelta(minutes=1)} minutes before"),
        ),
    )


def _rest_items(visit: ChosenVisit, appointment: PlannedAppointment) -> tuple[ItineraryItem, ...]:
    minutes = appointment.need.recovery_minutes
    if not minutes:
        return ()
    zone, ends_at = appointment.facility.zone, appointment.slot.ends_at
    place = _sleeping_place(visit, appointment.facility)
    return (
        ItineraryItem(
            key=f"rest-{appointment.need.id}",
            kind=ItemKind.REST,
            title=f"Rest after {appointment.need.title}, no travel",
            travellers=visit.travellers[:1],
            starts=LocalInstant(ends_at, zone),
            ends=LocalInstant(ends_at + timedelta(minutes=minutes), zone),
            origin=place,
            destination=None,
            details=(("Why", "The clinician asks for rest before the journey home"),),
        ),
    )


def _lodging_item(visit: ChosenVisit, stay: Stay) -> ItineraryItem:
    lodging = stay.lodging
    earliest = to_utc(stay.check_in, lodging.check_in_from, lodging.zone)
    latest = to_utc(stay.check_out, lodging.check_out_until, lodging.zone)
    arrived = min(_arrived_at(journey) for journey in visit.journeys)
    starts = max(earliest, arrived)
    return ItineraryItem(
        key="lodging",
        kind=ItemKind.LODGING,
        title=f"Stay at {lodging.name}",
        travellers=visit.travellers,
        starts=LocalInstant(starts, lodging.zone),
        ends=LocalInstant(max(starts, latest), lodging.zone),
        origin=lodging_stop(lodging),
        destination=None,
        details=(
            ("Room", f"{stay.rooms} × {lodging.room}"),
            ("Nights", str(len(stay.nights))),
            ("To the facility", f"{lodging.metres_to_facility / 1000:.1f} km"),
            ("Check-in", f"from {lodging.check_in_from:%H:%M}"),
            ("Check-out", f"until {lodging.check_out_until:%H:%M}"),
            ("Cancellation", _cancellation_words(lodging)),
        ),
    )


def _arrived_at(journey: PartyJourney) -> datetime:
    return journey.free_from + timedelta(minutes=journey.arrival_transfer.minutes)


def _cancellation_words(lodging: LodgingOffer) -> str:
    hours = lodging.free_cancellation_hours
    if hours is None:
        return "the first night is charged whenever cancelled"
    return f"free until {hours} hours before check-in, then the first night is charged"


def _fee_words(fee: Money | None, none: str, verb: str) -> str:
    if fee is None:
        return none
    return f"free {verb}" if not fee.minor else f"{verb} for {_written(fee)} a ticket"


def _written(amount: Money) -> str:
    return f"{amount.currency} {amount.to_decimal_text()}"
