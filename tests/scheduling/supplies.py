"""A small supply made by hand: Houston to Zürich, two parties, every number easy to follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from logistics.case.model import Case, ServiceLevel
from logistics.case.parties import parties_of
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.facility import Facility
from logistics.offers.flights import FareConditions, FlightOffer, FlightSegment
from logistics.offers.lodging import LodgingNight, LodgingOffer
from logistics.offers.transfers import TransferMode, TransferOffer
from logistics.people import Assistance, Companion, Person, Relation, Specialist
from logistics.places import Coordinates
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import PreparedPolicy, prepare
from pricing.money import Money
from scheduling.preferences import load_preferences
from scheduling.slots import Slot
from scheduling.translation.supply import PartySupply, Supply
from scheduling.visit import PlannedAppointment

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

FACILITY = Facility(
    id="usz",
    name="Universitätsspital Zürich",
    city="Zürich",
    country="CH",
    coordinates=Coordinates(47.3769, 8.5500),
    zone="Europe/Zurich",
    gateways=("ZRH",),
    languages=("de", "en"),
    address="Rämistrasse 100, 8091 Zürich",
    phone=None,
    website="https://www.usz.ch",
    source="test",
)

SPECIALIST = Specialist(
    id="dr-1",
    facility_id="usz",
    name="Dr. Sample",
    specialty="neurosurgery",
    credentials=("FMH",),
    languages=("de", "en"),
    is_sample=True,
)

NEED = AppointmentNeed(
    id="opinion",
    title="Second opinion",
    specialty="neurosurgery",
    minutes=60,
    recovery_minutes=120,
)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant in December 2026, UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


POLICY = """
format: sojourn-policy/1
id: test-premium
title: Premium
sponsor: Test
currency: USD
versions:
- version: test.1
  valid_from: 2026-01-01
  source: test
  travellers:
    pair: {text: The patient and one companion., companions: [{at_most: 1}]}
  benefits:
  - {id: fee, text: Up to $300., covers: [consultation], pays: actual, up_to: 300}
  - {id: air, text: Up to $800., covers: [air], travellers: pair, pays: actual, up_to: 800,
     per: ticket}
  - {id: room, text: Up to $150., covers: [lodging], when: night.room = 1, travellers: pair,
     pays: actual, up_to: 150, per: room_night}
  - {id: ride, text: Up to $40., covers: [taxi, transit, shuttle], travellers: pair,
     pays: actual, up_to: 40, per: leg}
  - {id: meals, text: Up to $50., covers: [meals], travellers: pair, pays: actual, up_to: 50,
     per: person_day}
"""


def a_policy(trip_cap: int | None = 4000_00, limits: str = "") -> PreparedPolicy:
    """Return a policy like the Premium level's; ``limits`` replaces its cap."""
    if not limits and trip_cap is not None:
        limits = (
            f"  - {{id: trip, text: At most., cap: {Money(trip_cap, 'USD').to_decimal_text()}}}"
        )
    text = f"{POLICY}  limits:\n{limits}\n" if limits else POLICY
    return prepare(read_policy(text, "test"))


def a_case(*, assistance: frozenset[Assistance] = frozenset()) -> Case:
    patient = Person("Ana Sample", date(1970, 5, 1), "IAH", ("en", "es"))
    husband = Person("Ben Sample", date(1968, 1, 1), "IAH", ("en",))
    sister = Person("Carla Sample", date(1975, 1, 1), "LIS", ("pt", "en"))
    return Case(
        reference="T-1",
        title="Test case",
        diagnosis="test",
        service_level=ServiceLevel.PREMIUM,
        patient=patient,
        companions=(
            Companion(husband, Relation.SPOUSE, travels_with_patient=True),
            Companion(sister, Relation.SIBLING, travels_with_patient=False),
        ),
        visit=VisitRequest(
            needs=(NEED,),
            facility_ids=("usz",),
            limits=TravelLimits(assistance=assistance),
            rooms=2,
            latest_date=date(2026, 12, 20),
        ),
        is_sample=True,
    )


def a_flight(
    offer_id: str, stops: tuple[str, ...], departs: datetime, arrives: datetime, cents: int
) -> FlightOffer:
    """Return a journey whose segments share the time evenly, 90 minutes at each change."""
    changes = len(stops) - 2
    flying = (arrives - departs - changes * timedelta(minutes=90)) / (changes + 1)
    segments, leaves = [], departs
    for origin, destination in pairwise(stops):
        segments.append(FlightSegment("XX", "1", origin, destination, leaves, leaves + flying))
        leaves += flying + timedelta(minutes=90)
    return FlightOffer(
        id=offer_id,
        supplier="test",
        segments=tuple(segments),
        cabin="economy",
        fare_brand="Light",
        fare=usd(cents),
        seats_left=9,
        assistance=frozenset(Assistance),
        conditions=FareConditions(None, usd(100_00), 1),
    )


def a_lodging(offer_id: str, cents: tuple[int, ...], *, accessible: bool = True) -> LodgingOffer:
    first = date(2026, 12, 5)
    return LodgingOffer(
        id=offer_id,
        supplier="test",
        name=f"Hotel {offer_id}",
        room="double",
        coordinates=Coordinates(47.38, 8.55),
        address="",
        zone="Europe/Zurich",
        facility_id="usz",
        metres_to_facility=900,
        sleeps=2,
        is_accessible=accessible,
        has_kitchen=False,
        min_nights=1,
        check_in_from=time(15),
        check_out_until=time(11),
        free_cancellation_hours=None,
        nights=tuple(
            LodgingNight(first + timedelta(days=place), usd(price), usd(price // 10), 5)
            for place, price in enumerate(cents)
        ),
    )


def a_ride(origin: str, destination: str, mode: TransferMode, cents: int) -> TransferOffer:
    return TransferOffer(
        id=f"{origin}-{destination}-{mode.name}",
        supplier="test",
        mode=mode,
        origin=origin,
        destination=destination,
        metres=9000,
        minutes=30,
        price=usd(cents),
        seats=4,
        is_accessible=mode is not TransferMode.TAXI,
    )


def a_slot(slot_id: str, starts: datetime) -> PlannedAppointment:
    slot = Slot(slot_id, SPECIALIST.id, starts, starts + timedelta(minutes=60), usd(350_00))
    return PlannedAppointment(NEED, slot, SPECIALIST, FACILITY)


_LODGINGS = (
    a_lodging("cheap", (120_00, 130_00, 170_00, 120_00, 125_00, 130_00)),
    a_lodging("dear", (260_00,) * 6, accessible=False),
)


def _rides() -> tuple[TransferOffer, ...]:
    places = ("cheap", "dear", "usz")
    return tuple(
        a_ride("ZRH", place, mode, cents)
        for place in places
        for mode, cents in ((TransferMode.TAXI, 62_00), (TransferMode.PUBLIC, 14_00))
    )


def a_supply(*, trip_cap: int | None = 4000_00) -> Supply:
    """Return two slots, two journeys each way for each party, two lodgings, two rides."""
    case, policy = a_case(), a_policy(trip_cap)
    parties = parties_of(case)
    flights = (
        (
            (
                a_flight("h1", ("IAH", "FRA", "ZRH"), at(5, 20), at(6, 10), 900_00),
                a_flight("h2", ("IAH", "ZRH"), at(6, 20), at(7, 6), 1200_50),
            ),
            (
                a_flight("h3", ("ZRH", "IAH"), at(9, 12), at(9, 23), 750_25),
                a_flight("h4", ("ZRH", "FRA", "IAH"), at(10, 8), at(10, 22), 640_00),
            ),
        ),
        (
            (
                a_flight("l1", ("LIS", "ZRH"), at(6, 7), at(6, 10), 180_00),
                a_flight("l2", ("LIS", "ZRH"), at(7, 7), at(7, 10), 150_00),
            ),
            (
                a_flight("l3", ("ZRH", "LIS"), at(9, 15), at(9, 18), 170_00),
                a_flight("l4", ("ZRH", "LIS"), at(10, 15), at(10, 18), 90_00),
            ),
        ),
    )
    return Supply(
        case=case,
        policy=policy,
        preferences=load_preferences(),
        now=NOW,
        appointments=(a_slot("s1", at(8, 9)), a_slot("s2", at(9, 8))),
        parties=tuple(
            PartySupply(party, outbound, homebound, _rides())
            for party, (outbound, homebound) in zip(parties, flights, strict=True)
        ),
        lodgings=_LODGINGS,
        commutes={
            (lodging.id, "usz"): a_ride(lodging.id, "usz", TransferMode.PUBLIC, 9_00)
            for lodging in _LODGINGS
        },
    )


def without_lodging(supply: Supply) -> Supply:
    """Return the supply with nowhere to sleep."""
    return replace(supply, lodgings=(), commutes={})
