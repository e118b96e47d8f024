"""Strain, match and risk of an option as whole numbers, under the planner's preferences.

Burden is counted in person-minutes, a minute of the patient ``patient_factor`` times; the
expected loss in minor units, rounded half up once for each option.
"""

from __future__ import annotations

from logistics.case.model import Case
from logistics.case.parties import TravelParty
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.people import Specialist
from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.preferences import Burden, Preferences

_EVENING = 22
_MORNING = 6


def weighted_heads(party: TravelParty, burden: Burden) -> int:
    """Return how many persons' minutes a minute of the party counts."""
    return party.size + (burden.patient_factor - 1 if party.is_patients else 0)


def flight_burden(offer: FlightOffer, heads: int, burden: Burden) -> int:
    """Return the person-minutes of a journey: time, changes of flight, nights on board."""
    minutes = offer.minutes + burden.connection_minutes * len(offer.connection_minutes)
    if _leaves_at_night(offer):
        minutes += burden.night_flight_minutes
    return heads * minutes


def flight_loss(offer: FlightOffer, travellers: int, preferences: Preferences) -> int:
    """Return the minor units lost on average when the visit moves."""
    fee = offer.conditions.refund_fee
    at_stake = offer.fare if fee is None else fee.at_most(offer.fare)
    return (at_stake * travellers).share(preferences.change_chance_percent, 100).minor


def lodging_loss(lodging: LodgingOffer, rooms: int, preferences: Preferences) -> int:
    """Return the minor units lost on average: the dearest night where nothing is refunded."""
    if lodging.free_cancellation_hours is not None or not lodging.nights:
        return 0
    dearest = max((night.price for night in lodging.nights), key=lambda price: price.minor)
    return (dearest * rooms).share(preferences.change_chance_percent, 100).minor


def mismatch_points(specialist: Specialist, case: Case, preferences: Preferences) -> int:
    """Return how far the specialist is from the ideal: by whose language is shared."""
    points = preferences.mismatch_points
    spoken = set(specialist.languages)
    if spoken & set(case.patient.languages):
        return points.shares_patient_language
    if any(spoken & set(companion.person.languages) for companion in case.companions):
        return points.shares_companion_language
    return points.needs_interpreter


def _leaves_at_night(offer: FlightOffer) -> bool:
    hours = (
        to_local(segment.departs_at, get_airport(segment.origin).zone).hour
        for segment in offer.segments
    )
    return any(hour >= _EVENING or hour < _MORNING for hour in hours)
