"""A visit written as a trip document: the facts that a coverage policy decides by.

Home is the home airport, which is what a case knows of it. The trip begins when the patient leaves
home and ends when the patient is back, both local there. What neither the case knows nor anybody
has stated about it stays unstated: a policy that asks for it says which field is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from logistics.case.model import Case
from logistics.case.parties import TravelParty
from logistics.case_facts import NO_FACTS, CaseFacts, complete_trip
from logistics.facility import Facility
from logistics.places import get_airport
from logistics.timing import to_local
from logistics.trip_parts import (
    care_of,
    companion_of,
    distances_of,
    member_ids,
    patient_of,
    site_of,
    visit_of,
)
from pricing.coverage.documents.trip_document import FORMAT, Companion, Expense, Trip
from pricing.money import Money
from scheduling.planned_expenses import (
    PlannedExpense,
    airport_ride,
    commute,
    fee,
    meals,
    rooms,
    tickets,
)
from scheduling.visit import ChosenVisit, PartyJourney


@dataclass(frozen=True, slots=True)
class Travellers:
    """Everybody on the trip under the ids of the trip document, in the order of the parties.

    They are those of claims, so that a plan finds the balances that claims have drawn on.
    """

    parties: tuple[TravelParty, ...]

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return all ids, the patient's first."""
        return _named(self.parties)

    @property
    def patient(self) -> str:
        """Return the patient's id."""
        return self.everybody[0]

    def of(self, party: TravelParty) -> tuple[str, ...]:
        """Return the ids of a party's people."""
        place = self.parties.index(party)
        first = sum(one.size for one in self.parties[:place])
        return self.everybody[first : first + party.size]


@dataclass(frozen=True, slots=True)
class TripDays:
    """When a trip happens: local days or moments, at home; ``visits`` holds each need's day."""

    starts: date | datetime
    ends: date | datetime
    visits: tuple[date, ...]
    same_day: bool = True


def bare_trip(
    case: Case,
    travellers: Travellers,
    facility: Facility,
    days: TripDays,
    currency: str,
    *,
    facts: CaseFacts = NO_FACTS,
) -> Trip:
    """Return the trip without any expense, with what is stated of the case."""
    trip = Trip(
        format=FORMAT,
        id=case.reference,
        stage="estimate",
        currency=currency,
        starts=days.starts,
        ends=days.ends,
        patient=patient_of(case, travellers.patient),
        companions=tuple(_companions(case, travellers, same_day=days.same_day)),
        household=travellers.patient,
        site=site_of(facility),
        distances=distances_of(case, facility),
        care=care_of(case),
        visits=tuple(
            visit_of(need, day) for need, day in zip(case.visit.needs, days.visits, strict=True)
        ),
        expenses=(),
    )
    return complete_trip(trip, facts, facility.id)


def with_expenses(trip: Trip, expenses: tuple[Expense, ...]) -> Trip:
    """Return the trip with these expenses instead of its own."""
    return trip.model_copy(update={"expenses": expenses})


def trip_of(case: Case, visit: ChosenVisit, spending: Money, currency: str) -> Trip:
    """Return the whole visit as a trip document; ``spending`` is a person's meals of a day."""
    planned = expenses_of(visit, spending)
    travellers = Travellers(tuple(one.party for one in visit.journeys))
    trip = bare_trip(case, travellers, visit.appointments[0].facility, days_of(visit), currency)
    return with_expenses(trip, tuple(one.expense for one in planned))


def days_of(visit: ChosenVisit) -> TripDays:
    """Return the patient's days of travel, and of every appointment."""
    patient = visit.journeys[0]
    starts, ends = _away(patient)
    days = {tuple(moment.date() for moment in _away(one)) for one in visit.journeys}
    return TripDays(
        starts=starts,
        ends=ends,
        visits=tuple(
            to_local(one.slot.starts_at, one.facility.zone).date() for one in visit.appointments
        ),
        same_day=len(days) == 1,
    )


def expenses_of(visit: ChosenVisit, spending: Money) -> tuple[PlannedExpense, ...]:
    """Return every expense: journeys out, stay, appointments, ground, journeys home, meals."""
    travellers = Travellers(tuple(one.party for one in visit.journeys))
    first, location = visit.appointments[0].need.id, visit.appointments[0].facility.city
    patient, *_ = travellers.everybody
    found: list[PlannedExpense] = []
    for one in visit.journeys:
        key, people = f"outbound-{one.party.id}", travellers.of(one.party)
        found.append(tickets(key, one.outbound, people, direction="out", visit=first))
    if visit.stay is not None:
        stay = visit.stay
        found.append(
            rooms(stay.lodging, stay.nights, rooms=stay.rooms, location=location, visit=first)
        )
    found += (fee(one, patient) for one in visit.appointments)
    found += _ground(visit, travellers)
    for one in visit.journeys:
        key, people = f"return-{one.party.id}", travellers.of(one.party)
        found.append(tickets(key, one.homebound, people, direction="return", visit=first))
    found.append(
        meals(
            spending,
            first=visit.first_day,
            last=visit.last_day,
            people=travellers.everybody,
            location=location,
            visit=first,
        )
    )
    return tuple(found)


def _ground(visit: ChosenVisit, travellers: Travellers) -> list[PlannedExpense]:
    first, zone = visit.appointments[0].need.id, visit.appointments[0].facility.zone
    arrivals = [
        airport_ride(
            f"arrival-{one.party.id}",
            one.arrival_transfer,
            travellers.of(one.party),
            day=to_local(one.outbound.arrives_at, zone).date(),
            direction="out",
            visit=first,
        )
        for one in visit.journeys
    ]
    commutes = [
        commute(
            ride,
            travellers.everybody,
            need=one.need.id,
            day=to_local(one.slot.starts_at, one.facility.zone).date(),
            facility=one.facility,
        )
        for one, ride in zip(visit.appointments, visit.commutes, strict=visit.stay is not None)
    ]
    departures = [
        airport_ride(
            f"departure-{one.party.id}",
            one.departure_transfer,
            travellers.of(one.party),
            day=to_local(one.homebound.departs_at, zone).date(),
            direction="return",
            visit=first,
        )
        for one in visit.journeys
    ]
    return [*arrivals, *commutes, *departures]


def _away(journey: PartyJourney) -> tuple[datetime, datetime]:
    """Return when a party leaves home and is back, in its home's local time and zone."""
    zone = get_airport(journey.party.home_airport).zone
    leaves = to_local(journey.outbound.departs_at, zone)
    return leaves, to_local(journey.homebound.arrives_at, zone)


def _companions(case: Case, travellers: Travellers, *, same_day: bool) -> list[Companion]:
    relations = {(one.person.name, one.person.birth_date): one.relation for one in case.companions}
    found = []
    for party in travellers.parties:
        named = zip(travellers.of(party), party.travellers, party.birth_dates, strict=True)
        for person, name, birth_date in named:
            if person == travellers.patient:
                continue
            relation = relations[name, birth_date]
            together = same_day or party.is_patients
            found.append(companion_of(relation, birth_date, person, same_day=together))
    return found


@lru_cache(maxsize=256)
def _named(parties: tuple[TravelParty, ...]) -> tuple[str, ...]:
    """Return the id of everybody; asked for every option of a plan."""
    return member_ids(
        person
        for party in parties
        for person in zip(party.travellers, party.birth_dates, strict=True)
    )
