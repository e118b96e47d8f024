"""The levels' policy documents pay the cents that their first, shorter documents paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from logistics.offers.lodging import LodgingNight
from pricing.coverage.decide import Question, decide
from pricing.coverage.library import shipped_policy
from pricing.exchange import NoRates
from pricing.money import Money
from scheduling.trip_of_visit import trip_of
from scheduling.visit import ChosenVisit, PartyJourney
from tests.scheduling.supplies import NOW, a_supply
from tests.scheduling.test_trip_of_visit import visits_of

# The short documents: cents a unit, people beside the patient, rooms, cents a trip.
OLD = {
    "standard": ({"fee": 450_00}, 0, 0, None),
    "premium": (
        {"fee": 650_00, "air": 1100_00, "night": 190_00, "ride": 75_00, "meals": 55_00},
        1,
        1,
        6500_00,
    ),
    "vip": (
        {"fee": 1200_00, "air": 5200_00, "night": 420_00, "ride": 180_00, "meals": 90_00},
        1,
        1,
        24000_00,
    ),
}

cents = st.integers(0, 7000_00)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@lru_cache(maxsize=1)
def base() -> ChosenVisit:
    """Return a visit in which every ride is a taxi's: a ride for everybody in it."""
    return visits_of(a_supply())[0]


@st.composite
def visits(draw: st.DrawFn) -> ChosenVisit:
    """Return the base visit with other prices and rooms, and sometimes without the sister."""
    visit = base()
    assert visit.stay is not None

    def priced(journey: PartyJourney) -> PartyJourney:
        return replace(
            journey,
            outbound=replace(journey.outbound, fare=usd(draw(cents))),
            homebound=replace(journey.homebound, fare=usd(draw(cents))),
            arrival_transfer=replace(journey.arrival_transfer, price=usd(draw(cents) // 20)),
            departure_transfer=replace(journey.departure_transfer, price=usd(draw(cents) // 20)),
        )

    lodging = visit.stay.lodging
    nights = tuple(
        LodgingNight(night.date, usd(draw(cents) // 10), usd(0), 9) for night in lodging.nights
    )
    stay = replace(
        visit.stay, lodging=replace(lodging, nights=nights), rooms=draw(st.integers(1, 3))
    )
    journeys = tuple(priced(one) for one in visit.journeys[: draw(st.integers(1, 2))])
    slot = replace(visit.appointments[0].slot, fee=usd(draw(cents) // 4))
    return replace(
        visit,
        stay=stay,
        journeys=journeys,
        appointments=(replace(visit.appointments[0], slot=slot),),
        commutes=(replace(visit.journeys[0].arrival_transfer, price=usd(draw(cents) // 20)),),
    )


def paid_before(level: str, visit: ChosenVisit, meals: Money) -> tuple[int, int]:
    """Return payer and patient cents as the short document had them."""
    caps, companions, rooms_covered, trip_cap = OLD[level]
    spent = payable = 0

    def add(kind: str, price: Money, units: int, covered: int) -> None:
        nonlocal spent, payable
        spent += price.minor * units
        payable += min(price.minor, caps.get(kind, 0)) * covered

    left = companions + 1
    for journey in visit.journeys:
        size = len(journey.party.travellers)
        covered = min(left, size)
        left -= covered
        for flight in (journey.outbound, journey.homebound):
            add("air", flight.fare, size, covered)
        for ride in (journey.arrival_transfer, journey.departure_transfer):
            add("ride", ride.price, 1, 1 if covered else 0)
    assert visit.stay is not None
    rooms = visit.stay.rooms
    for night in visit.stay.nights:
        add("night", night.price, rooms, min(rooms, rooms_covered))
    for one, ride in zip(visit.appointments, visit.commutes, strict=True):
        add("fee", one.slot.fee, 1, 1)
        add("ride", ride.price, 2, 2)
    days = (visit.last_day - visit.first_day) // timedelta(days=1) + 1
    people = len(visit.travellers)
    add("meals", meals, people * days, (companions + 1 - left) * days)
    payer = payable if trip_cap is None else min(payable, trip_cap)
    return payer, spent - payer


@pytest.mark.parametrize("level", sorted(OLD))
@given(visit=visits())
@settings(max_examples=60, deadline=None)
def test_payer_and_patient_pay_what_they_paid(level: str, visit: ChosenVisit) -> None:
    supply = a_supply()
    policy = shipped_policy(f"sojourn-{level}")
    case = supply.case
    trip = trip_of(case, visit, supply.preferences.meals, "USD")

    decision = decide(Question(policy, trip, NOW.date(), NoRates(), {}))

    payer, patient = paid_before(level, visit, supply.preferences.meals)
    event(f"at the trip cap: {payer == OLD[level][3]}")
    assert (decision.payable, decision.patient) == (payer, patient)
