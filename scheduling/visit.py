"""A visit as chosen: who is seen when, how each party travels, and where everybody sleeps.

This is the meeting point of the floor: the optimizer's choice is read into a ``ChosenVisit``, and
trip document, timeline and itinerary are made from it and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from logistics.case.parties import TravelParty
from logistics.case.visit_request import AppointmentNeed
from logistics.facility import Facility
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingNight, LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.people import Specialist
from scheduling.slots import Slot


@dataclass(frozen=True, slots=True)
class PlannedAppointment:
    """One appointment of the visit: the need it meets, the slot, and who sees the patient where."""

    need: AppointmentNeed
    slot: Slot
    specialist: Specialist
    facility: Facility


@dataclass(frozen=True, slots=True)
class PartyJourney:
    """How one party gets there and home.

    ``free_from`` is when the party may leave the airport, ``ready_by`` when it must be at the
    airport again (both UTC).
    """

    party: TravelParty
    outbound: FlightOffer
    arrival_transfer: TransferOffer
    free_from: datetime
    homebound: FlightOffer
    departure_transfer: TransferOffer
    ready_by: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """Rooms from ``check_in`` to ``check_out``, local dates; the last night is the one before."""

    lodging: LodgingOffer
    check_in: date
    check_out: date
    rooms: int

    @property
    def nights(self) -> tuple[LodgingNight, ...]:
        """Return the nights slept, in order."""
        return tuple(
            night for night in self.lodging.nights if self.check_in <= night.date < self.check_out
        )


@dataclass(frozen=True, slots=True)
class ChosenVisit:
    """A complete visit; ``commutes`` has an entry for each appointment, none for a day visit."""

    appointments: tuple[PlannedAppointment, ...]
    journeys: tuple[PartyJourney, ...]
    stay: Stay | None
    commutes: tuple[TransferOffer, ...]
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """Return how many calendar days are spent at the destination."""
        return (self.last_day - self.first_day) // timedelta(days=1) + 1

    @property
    def travellers(self) -> tuple[str, ...]:
        """Return everybody's name, the patient first."""
        return tuple(name for journey in self.journeys for name in journey.party.travellers)
