"""One row of the problem document for each option: whole minutes, days, cents, and a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from logistics.fitness import arrival_buffer_minutes, check_in_lead_minutes, get_rule
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.people import Assistance
from logistics.places import get_airport
from logistics.timing import to_local
from pricing.service_levels.decide import CostLine, amount_of, payable_of
from scheduling.cost_lines import air_line, appointment_line, lodging_line, meals_line, ride_line
from scheduling.translation.clockwork import Clockwork
from scheduling.translation.labels import flight_label, lodging_label, ride_label, slot_label
from scheduling.translation.option_ids import (
    HOMEBOUND,
    OUTBOUND,
    flight_option,
    ride_option,
    slot_option,
)
from scheduling.translation.strain import (
    flight_burden,
    flight_loss,
    lodging_loss,
    mismatch_points,
    weighted_heads,
)
from scheduling.translation.supply import PartySupply, Supply
from scheduling.translation.terrain import Terrain, city_of
from scheduling.visit import PlannedAppointment

ACCESSIBLE = "accessible"
"""The service of lodgings and rides that can be used without climbing a step."""

Row = dict[str, Any]


def is_international(offer: FlightOffer) -> bool:
    """Return whether a border lies between the ends of the journey."""
    first, last = offer.segments[0].origin, offer.segments[-1].destination
    return get_airport(first).country != get_airport(last).country


@dataclass(frozen=True, slots=True)
class OptionRows:
    """Writes the options of one supply."""

    supply: Supply
    clock: Clockwork
    terrain: Terrain

    def slot(self, one: PlannedAppointment) -> Row:
        """Return the row of a slot for the need it would meet."""
        facility, slot = one.facility, one.slot
        local_date = to_local(slot.starts_at, facility.zone).date()
        return {
            "id": slot_option(one.need.id, slot.id),
            "need": one.need.id,
            "city": city_of(facility),
            "site": facility.id,
            "start": self.clock.minute(slot.starts_at),
            "end": self.clock.minute(slot.ends_at),
            "day": self.clock.day(local_date, facility.zone),
            "recovery_minutes": one.need.recovery_minutes,
            **self._cents(appointment_line("", "", slot.fee)),
            "mismatch_points": mismatch_points(
                one.specialist, self.supply.case, self.supply.preferences
            ),
            "label": slot_label(one),
        }

    def outbound(self, one: PartySupply, offer: FlightOffer, city: str) -> Row:
        """Return the row of a journey towards a city."""
        gateway, zone = offer.segments[-1].destination, self.terrain.zone(city)
        buffer, _ = arrival_buffer_minutes(
            origin_zone=get_airport(offer.segments[0].origin).zone,
            destination_zone=zone,
            arrives_at=offer.arrives_at,
            is_patient=one.party.is_patients,
            assistance=self._assistance(one),
            is_international=is_international(offer),
            ground_minutes=self.terrain.longest_ride(one.party.id, gateway),
        )
        return {
            "id": flight_option(OUTBOUND, one.party.id, city, offer.id),
            **self._journey(one, offer, city=city, gateway=gateway),
            "day": self.clock.night(offer.arrives_at, zone),
            "buffer_minutes": buffer,
        }

    def homebound(self, one: PartySupply, offer: FlightOffer, city: str) -> Row:
        """Return the row of a journey home from a city."""
        gateway, zone = offer.segments[0].origin, self.terrain.zone(city)
        return {
            "id": flight_option(HOMEBOUND, one.party.id, city, offer.id),
            **self._journey(one, offer, city=city, gateway=gateway),
            "day": self.clock.night(offer.departs_at, zone),
            "lead_minutes": self.lead_minutes(one, offer)
            + self.terrain.longest_ride(one.party.id, gateway),
        }

    def lodging(self, lodging: LodgingOffer) -> Row:
        """Return the row of a lodging with its nights."""
        supply, policy = self.supply, self.supply.policy
        rooms, burden = supply.case.visit.rooms, supply.preferences.burden
        cents = {
            night.price.minor: self._cents(
                lodging_line("", lodging, (night,), rooms=rooms, policy=policy)
            )
            for night in {night.price.minor: night for night in lodging.nights}.values()
        }
        nights = [cents[night.price.minor] for night in lodging.nights]
        return {
            "id": lodging.id,
            "city": self.terrain.city_of_facility(lodging.facility_id),
            "first_day": self.clock.day(lodging.nights[0].date, lodging.zone),
            "price_cents": [night["price_cents"] for night in nights],
            "payable_cents": [night["payable_cents"] for night in nights],
            "rooms_left": [night.rooms_left for night in lodging.nights],
            "min_nights": lodging.min_nights,
            "services": [ACCESSIBLE] if lodging.is_accessible else [],
            "burden_minutes_per_night": self._heads() * burden.night_away_minutes,
            "expected_loss_cents": lodging_loss(lodging, rooms, supply.preferences),
            "label": lodging_label(lodging),
        }

    def ride(self, one: PartySupply, ride: TransferOffer, place_name: str) -> Row:
        """Return the row of a ride between a gateway and a place."""
        return {
            "id": ride_option(one.party.id, ride.id),
            "party": one.party.id,
            "gateway": ride.origin,
            "place": ride.destination,
            "seats": ride.seats,
            "services": [ACCESSIBLE] if ride.is_accessible else [],
            **self._cents(ride_line("", ride, rides=1, covered=one.covered, label="")),
            "burden_minutes": ride.minutes
            * weighted_heads(one.party, self.supply.preferences.burden),
            "label": ride_label(ride, place_name),
        }

    def commute(self, lodging_id: str, facility_id: str, ride: TransferOffer) -> Row:
        """Return the row of going from a lodging to a facility and back."""
        line = ride_line("", ride, rides=2, covered=self.supply.covered, label="")
        return {
            "lodging": lodging_id,
            "site": facility_id,
            **self._cents(line),
            "burden_minutes": 2 * ride.minutes * self._heads(),
        }

    def daily(self, city: str) -> Row:
        """Return the row of everybody's meals for a day in a city."""
        supply = self.supply
        line = meals_line(
            "",
            supply.preferences.meals,
            days=1,
            travellers=supply.travellers,
            covered=supply.covered,
        )
        return {"city": city, **self._cents(line)}

    def free_minutes(self, one: PartySupply, offer: FlightOffer) -> int:
        """Return the minutes from arrival until the party leaves the airport."""
        day = offer.arrives_at.date()
        reach = "international" if is_international(offer) else "domestic"
        minutes = get_rule(f"formalities_minutes_{reach}", day).value
        if self._assistance(one):
            minutes += get_rule("assistance_minutes", day).value
        return minutes

    def lead_minutes(self, one: PartySupply, offer: FlightOffer) -> int:
        """Return how many minutes before departure the party must be at the airport."""
        return check_in_lead_minutes(
            departs_at=offer.departs_at,
            assistance=self._assistance(one),
            is_international=is_international(offer),
            ground_minutes=0,
        )

    def _heads(self) -> int:
        """Return how many persons' minutes a minute of everybody counts."""
        burden = self.supply.preferences.burden
        return sum(weighted_heads(one.party, burden) for one in self.supply.parties)

    def _assistance(self, one: PartySupply) -> frozenset[Assistance]:
        limits = self.supply.case.visit.limits
        return limits.assistance if one.party.is_patients else frozenset()

    def _journey(self, one: PartySupply, offer: FlightOffer, *, city: str, gateway: str) -> Row:
        supply, connections = self.supply, offer.connection_minutes
        line = air_line("", offer, travellers=one.party.size, covered=one.covered)
        heads = weighted_heads(one.party, supply.preferences.burden)
        return {
            "party": one.party.id,
            "city": city,
            "gateway": gateway,
            "depart": self.clock.minute(offer.departs_at),
            "arrive": self.clock.minute(offer.arrives_at),
            "connections": len(connections),
            "shortest_connection_minutes": min(connections, default=None),
            "longest_segment_minutes": max(segment.minutes for segment in offer.segments),
            "seats": offer.seats_left,
            "services": sorted(offer.assistance),
            **self._cents(line),
            "burden_minutes": flight_burden(offer, heads, supply.preferences.burden),
            "expected_loss_cents": flight_loss(offer, one.party.size, supply.preferences),
            "label": flight_label(offer),
        }

    def _cents(self, line: CostLine) -> Row:
        policy = self.supply.policy
        return {
            "price_cents": amount_of(line, policy.currency).minor,
            "payable_cents": payable_of(policy, line).minor,
        }
