"""One row of the problem document for each option: whole minutes, days, cents, and a label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from logistics.fitness import arrival_buffer_minutes, check_in_lead_minutes, get_rule
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingNight, LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.people import Assistance
from logistics.places import get_airport
from logistics.timing import to_local
from pricing.coverage.kinds import Kind
from scheduling.planned_expenses import (
    airport_ride,
    commute,
    fee,
    is_international,
    kind_of_ride,
    meals,
    rooms,
    tickets,
)
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
from scheduling.translation.tariff import OptionCents, Tariff
from scheduling.translation.terrain import Terrain, city_of
from scheduling.trip_of_visit import Travellers
from scheduling.visit import PlannedAppointment

ACCESSIBLE = "accessible"
"""The service of lodgings and rides that can be used without climbing a step."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """A number of a row that is known once the tariff is settled."""

    cents: OptionCents
    which: Literal["price", "payable"]

    @property
    def value(self) -> int:
        """Return the cents."""
        return self.cents.price if self.which == "price" else self.cents.payable


@dataclass(frozen=True, slots=True)
class OptionRows:
    """Writes the options of one supply."""

    supply: Supply
    clock: Clockwork
    terrain: Terrain
    tariff: Tariff

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
            **self._cents(self._fee(one)),
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
            **self._journey(one, offer, city=city, direction="out"),
            "day": self.clock.night(offer.arrives_at, zone),
            "buffer_minutes": buffer,
        }

    def homebound(self, one: PartySupply, offer: FlightOffer, city: str) -> Row:
        """Return the row of a journey home from a city."""
        gateway, zone = offer.segments[0].origin, self.terrain.zone(city)
        return {
            "id": flight_option(HOMEBOUND, one.party.id, city, offer.id),
            **self._journey(one, offer, city=city, direction="return"),
            "day": self.clock.night(offer.departs_at, zone),
            "lead_minutes": self.lead_minutes(one, offer)
            + self.terrain.longest_ride(one.party.id, gateway),
        }

    def lodging(self, lodging: LodgingOffer) -> Row:
        """Return the row of a lodging with its nights."""
        supply, city = self.supply, self.terrain.city_of_facility(lodging.facility_id)
        count, burden = supply.case.visit.rooms, supply.preferences.burden
        location = self.terrain.cities[city][0].city
        nights = [
            self._cents(self._night(lodging, night, count, location)) for night in lodging.nights
        ]
        return {
            "id": lodging.id,
            "city": city,
            "first_day": self.clock.day(lodging.nights[0].date, lodging.zone),
            "price_cents": [night["price_cents"] for night in nights],
            "payable_cents": [night["payable_cents"] for night in nights],
            "rooms_left": [night.rooms_left for night in lodging.nights],
            "min_nights": lodging.min_nights,
            "services": [ACCESSIBLE] if lodging.is_accessible else [],
            "burden_minutes_per_night": self._heads() * burden.night_away_minutes,
            "expected_loss_cents": lodging_loss(lodging, count, supply.preferences),
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
            **self._cents(self._airport_ride(one, ride)),
            "burden_minutes": ride.minutes
            * weighted_heads(one.party, self.supply.preferences.burden),
            "label": ride_label(ride, place_name),
        }

    def commute(self, lodging_id: str, facility_id: str, ride: TransferOffer) -> Row:
        """Return the row of going from a lodging to a facility and back."""
        facility = self.terrain.facility(facility_id)
        cents = self.tariff.of(
            kind_of_ride(ride),
            ride.price,
            group="commute",
            option=(ride.id, facility_id),
            expense=lambda: commute(
                ride,
                self._travellers.everybody,
                need=self._first_need,
                day=self._some_day,
                facility=facility,
            ),
        )
        return {
            "lodging": lodging_id,
            "site": facility_id,
            **self._cents(cents),
            "burden_minutes": 2 * ride.minutes * self._heads(),
        }

    def daily(self, city: str) -> Row:
        """Return the row of everybody's meals for a day in a city."""
        location, spending = self.terrain.cities[city][0].city, self.supply.preferences.meals
        cents = self.tariff.of(
            Kind.MEALS,
            spending,
            group=location,
            option=city,
            expense=lambda: meals(
                spending,
                first=self._some_day,
                last=self._some_day,
                people=self._travellers.everybody,
                location=location,
                visit=self._first_need,
            ),
        )
        return {"city": city, **self._cents(cents)}

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

    def _journey(
        self,
        one: PartySupply,
        offer: FlightOffer,
        *,
        city: str,
        direction: Literal["out", "return"],
    ) -> Row:
        supply, connections = self.supply, offer.connection_minutes
        end = offer.segments[-1].destination if direction == "out" else offer.segments[0].origin
        heads = weighted_heads(one.party, supply.preferences.burden)
        return {
            "party": one.party.id,
            "city": city,
            "gateway": end,
            "depart": self.clock.minute(offer.departs_at),
            "arrive": self.clock.minute(offer.arrives_at),
            "connections": len(connections),
            "shortest_connection_minutes": min(connections, default=None),
            "longest_segment_minutes": max(segment.minutes for segment in offer.segments),
            "seats": offer.seats_left,
            "services": sorted(offer.assistance),
            **self._cents(self._tickets(one, offer, direction)),
            "burden_minutes": flight_burden(offer, heads, supply.preferences.burden),
            "expected_loss_cents": flight_loss(offer, one.party.size, supply.preferences),
            "label": flight_label(offer),
        }

    def _fee(self, one: PlannedAppointment) -> OptionCents:
        option = (one.need.id, one.slot.id)
        return self.tariff.of(
            Kind.CONSULTATION,
            one.slot.fee,
            group=one.need.id,
            option=option,
            expense=lambda: fee(one, self._travellers.patient),
        )

    def _night(
        self, lodging: LodgingOffer, night: LodgingNight, count: int, location: str
    ) -> OptionCents:
        return self.tariff.of(
            Kind.LODGING,
            night.price,
            group=location,
            option=(lodging.id, night.date),
            expense=lambda: rooms(
                lodging, (night,), rooms=count, location=location, visit=self._first_need
            ),
        )

    def _tickets(
        self, one: PartySupply, offer: FlightOffer, direction: Literal["out", "return"]
    ) -> OptionCents:
        people = self._travellers.of(one.party)
        return self.tariff.of(
            Kind.AIR,
            offer.fare,
            group=(one.party.id, offer.cabin, direction),
            option=offer.id,
            expense=lambda: tickets(
                "one", offer, people, direction=direction, visit=self._first_need
            ),
        )

    def _airport_ride(self, one: PartySupply, ride: TransferOffer) -> OptionCents:
        people = self._travellers.of(one.party)
        return self.tariff.of(
            kind_of_ride(ride),
            ride.price,
            group=one.party.id,
            option=ride.id,
            expense=lambda: airport_ride(
                "one", ride, people, day=self._some_day, direction="out", visit=self._first_need
            ),
        )

    @property
    def _travellers(self) -> Travellers:
        return Travellers(tuple(one.party for one in self.supply.parties))

    @property
    def _first_need(self) -> str:
        return self.supply.case.visit.needs[0].id

    @property
    def _some_day(self) -> date:
        """Return a day for what has the same price on every day."""
        return self.supply.now.date()

    def _cents(self, cents: OptionCents) -> Row:
        return {"price_cents": Pending(cents, "price"), "payable_cents": Pending(cents, "payable")}
