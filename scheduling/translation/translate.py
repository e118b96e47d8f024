"""The island's only bridge: writes a supply as a problem document and reads a choice back.

A ``Translation`` keeps both sides: the document as solved, and the offers its options stand for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from logistics.fitness import min_connection_minutes
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.offers.transfers import TransferOffer
from logistics.people import Assistance
from logistics.places import get_airport
from logistics.timing import to_utc
from scheduling.translation.clockwork import Clockwork
from scheduling.translation.option_ids import (
    HOMEBOUND,
    OUTBOUND,
    flight_option,
    ride_option,
    slot_option,
)
from scheduling.translation.option_rows import ACCESSIBLE, OptionRows, Pending, Row
from scheduling.translation.policy_reach import tariff_for
from scheduling.translation.supply import PartySupply, Supply
from scheduling.translation.terrain import Terrain
from scheduling.visit import ChosenVisit, PartyJourney, PlannedAppointment, Stay

FORMAT = "sojourn-problem/1"


@dataclass(frozen=True, slots=True)
class Translation:
    """A problem document (as the UTF-8 JSON that is stored) beside the offers it was made from."""

    document: bytes
    rows: OptionRows
    appointments: Mapping[str, PlannedAppointment]
    flights: Mapping[str, FlightOffer]
    lodgings: Mapping[str, LodgingOffer]
    rides: Mapping[str, TransferOffer]

    def read(self, choices: Mapping[str, Any]) -> ChosenVisit:
        """Return the visit a choice stands for (its JSON form, see the document's page)."""
        supply, clock = self.rows.supply, self.rows.clock
        appointments = tuple(
            self.appointments[choices["slots"][need.id]] for need in supply.case.visit.needs
        )
        zone = appointments[0].facility.zone
        first = clock.date_of(choices["check_in_day"], zone)
        last = clock.date_of(choices["check_out_day"], zone)
        lodging = self.lodgings.get(choices["lodging"] or "")
        stay = None if lodging is None else Stay(lodging, first, last, supply.case.visit.rooms)
        commutes = (
            ()
            if lodging is None
            else tuple(supply.commutes[lodging.id, one.facility.id] for one in appointments)
        )
        return ChosenVisit(
            appointments=appointments,
            journeys=tuple(self._journey(one, choices) for one in supply.parties),
            stay=stay,
            commutes=commutes,
            first_day=first,
            last_day=last,
        )

    def _journey(self, one: PartySupply, choices: Mapping[str, Any]) -> PartyJourney:
        party = one.party.id
        outbound = self.flights[choices["outbound"][party]]
        homebound = self.flights[choices["return"][party]]
        rides = choices["transfers"][party]
        free = timedelta(minutes=self.rows.free_minutes(one, outbound))
        lead = timedelta(minutes=self.rows.lead_minutes(one, homebound))
        return PartyJourney(
            party=one.party,
            outbound=outbound,
            arrival_transfer=self.rides[rides["arrival"]],
            free_from=outbound.arrives_at + free,
            homebound=homebound,
            departure_transfer=self.rides[rides["departure"]],
            ready_by=homebound.departs_at - lead,
        )


def translate(supply: Supply) -> Translation:
    """Return the supply as a problem document, with the offers behind every option."""
    clock, terrain = Clockwork.around(supply.now), Terrain.of(supply)
    rows = OptionRows(supply, clock, terrain, tariff_for(supply))
    described = _document(rows)
    rows.tariff.settle()
    document = json.dumps(described, ensure_ascii=False, separators=(",", ":"), default=_settled)
    return Translation(
        document=document.encode(),
        rows=rows,
        appointments={slot_option(one.need.id, one.slot.id): one for one in supply.appointments},
        flights=dict(_flights_by_option(rows)),
        lodgings={lodging.id: lodging for lodging in supply.lodgings},
        rides={
            ride_option(one.party.id, ride.id): ride for one in supply.parties for ride in one.rides
        },
    )


def _settled(number: Pending) -> int:
    return number.value


def _document(rows: OptionRows) -> Row:
    supply = rows.supply
    slots = [rows.slot(one) for one in supply.appointments]
    today = rows.clock.day(supply.now.date(), "UTC")
    return {
        "format": FORMAT,
        "name": f"{supply.case.reference}, planned {supply.now:%Y-%m-%dT%H:%MZ}",
        "currency": supply.currency,
        "horizon_start": f"{rows.clock.start:%Y-%m-%dT%H:%M:%SZ}",
        "waiting_from_day": min([today, *(slot["day"] for slot in slots)]),
        "parties": [_party(supply, one) for one in supply.parties],
        "needs": _needs(supply),
        "slots": slots,
        "outbound": [
            rows.outbound(one, offer, city)
            for one in supply.parties
            for offer in one.outbound
            for city in rows.terrain.cities_served_by(offer.segments[-1].destination)
        ],
        "return": [
            rows.homebound(one, offer, city)
            for one in supply.parties
            for offer in one.homebound
            for city in rows.terrain.cities_served_by(offer.segments[0].origin)
        ],
        "lodgings": [rows.lodging(lodging) for lodging in supply.lodgings],
        "transfers": _transfers(rows),
        "commutes": [
            rows.commute(lodging, facility, ride)
            for (lodging, facility), ride in supply.commutes.items()
        ],
        "daily": [rows.daily(city) for city in rows.terrain.cities],
        "rules": _rules(rows),
        "trip_cap_cents": rows.tariff.most,
        "prices": supply.preferences.prices.model_dump(),
    }


def _party(supply: Supply, one: PartySupply) -> Row:
    limits = supply.case.visit.limits
    bound = one.party.is_patients
    assistance = limits.assistance if bound else frozenset()
    most = 0 if limits.nonstop_only else limits.max_connections
    return {
        "id": one.party.id,
        "travellers": one.party.size,
        "max_connections": most if bound else None,
        "min_connection_minutes": min_connection_minutes(assistance) if assistance else None,
        "max_segment_minutes": limits.max_segment_minutes if bound else None,
        "max_travel_minutes": limits.max_travel_minutes if bound else None,
        "services": sorted(assistance),
        "transfer_services": _step_free(assistance),
    }


def _step_free(assistance: frozenset[Assistance]) -> list[str]:
    return [ACCESSIBLE] if Assistance.WHEELCHAIR in assistance else []


def _needs(supply: Supply) -> list[Row]:
    return [
        {
            "id": need.id,
            "gap_min_minutes": need.gap_min_minutes if place else 0,
            "gap_max_minutes": need.gap_max_minutes if place else None,
        }
        for place, need in enumerate(supply.case.visit.needs)
    ]


def _transfers(rows: OptionRows) -> list[Row]:
    names = {lodging.id: lodging.name for lodging in rows.supply.lodgings}
    for facilities in rows.terrain.cities.values():
        names |= {facility.id: facility.name for facility in facilities}
    return [
        rows.ride(one, ride, names[ride.destination])
        for one in rows.supply.parties
        for ride in one.rides
    ]


def _rules(rows: OptionRows) -> Row:
    supply, visit = rows.supply, rows.supply.case.visit
    zone = get_airport(supply.case.patient.home_airport).zone
    earliest = supply.now + timedelta(hours=supply.preferences.earliest_departure_hours)
    if visit.earliest_date is not None:
        earliest = max(earliest, to_utc(visit.earliest_date, time(), zone))
    home_by = None
    if visit.latest_date is not None:
        end_of_day = to_utc(visit.latest_date + timedelta(days=1), time(), zone)
        home_by = rows.clock.minute(end_of_day)
    apart = visit.meeting_minutes if len(supply.parties) > 1 else None
    return {
        "earliest_departure": rows.clock.minute(earliest),
        "home_by": home_by,
        "max_nights": visit.max_nights,
        "meeting_minutes": apart,
        "parting_minutes": apart,
        "rooms": visit.rooms,
        "lodging_services": _step_free(visit.limits.assistance),
    }


def _flights_by_option(rows: OptionRows) -> Iterable[tuple[str, FlightOffer]]:
    for one in rows.supply.parties:
        for offer in one.outbound:
            for city in rows.terrain.cities_served_by(offer.segments[-1].destination):
                yield flight_option(OUTBOUND, one.party.id, city, offer.id), offer
        for offer in one.homebound:
            for city in rows.terrain.cities_served_by(offer.segments[0].origin):
                yield flight_option(HOMEBOUND, one.party.id, city, offer.id), offer
