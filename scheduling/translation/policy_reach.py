"""How far the policy of a supply is a sum over its options, and the question each is priced by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from logistics.people import Person
from pricing.coverage.decide import Question, version_in_force
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.kinds import Kind
from pricing.coverage.separable import Reach, Separation, separate
from scheduling.translation.supply import Supply
from scheduling.translation.tariff import KINDS, Tariff, tariff_of
from scheduling.trip_of_visit import Travellers, TripDays, bare_trip

_ON_THE_WAY = timedelta(days=3)


def tariff_for(supply: Supply) -> Tariff:
    """Return the tariff of the supply's options; raises NoVersionInForce."""
    question = _question(supply)
    prices = supply.preferences.prices
    first, last = horizon_of(supply)
    return tariff_of(
        question,
        separation_for(supply, question),
        days=(first - timedelta(days=1), last),
        patient_first=prices.patient_cent >= prices.payer_cent,
        currency=supply.currency,
        facts=supply.facts.expenses,
    )


def separation_for(supply: Supply, question: Question) -> Separation:
    """Return how far the policy in force is a sum over the supply's options."""
    policy = supply.policy.policy
    first, last = horizon_of(supply)
    prepared = version_in_force(supply.policy, question.trip, question.decided_on)
    separation = separate(policy, prepared, KINDS, fixed=tuple(_fixed(supply, first, last)))
    later = question.trip.model_copy(update={"starts": last, "ends": last})
    reach, caps = dict(separation.reach), separation.caps
    if version_in_force(supply.policy, later, question.decided_on) is not prepared:
        # A later version has limits of its own.
        reach, caps = {kind: max(one, Reach.STAY) for kind, one in reach.items()}, ()
    abroad = any(one.slot.fee.currency != policy.currency for one in supply.appointments)
    if abroad and policy.exchange is not None and policy.exchange.date.startswith("trip"):
        reach[Kind.CONSULTATION] = max(reach[Kind.CONSULTATION], Reach.STAY)
    return replace(separation, reach=reach, caps=caps)


def _question(supply: Supply) -> Question:
    first, _ = horizon_of(supply)
    return Question(
        policy=supply.policy,
        trip=_bare(supply, first),
        decided_on=supply.now.date(),
        rates=supply.rates,
        balances=supply.balances,
        ceilings=supply.ceilings,
    )


def _bare(supply: Supply, day: date) -> Trip:
    days = TripDays(day, day, tuple(day for _ in supply.case.visit.needs))
    parties = Travellers(tuple(one.party for one in supply.parties))
    facility = supply.appointments[0].facility
    return bare_trip(supply.case, parties, facility, days, supply.currency, facts=supply.facts)


def horizon_of(supply: Supply) -> tuple[date, date]:
    """Return the first and the last day on which anything of the visit may happen."""
    moments = [one.slot.ends_at for one in supply.appointments]
    moments += [offer.arrives_at for one in supply.parties for offer in one.homebound]
    return supply.now.date(), max(moments).date() + _ON_THE_WAY


def _fixed(supply: Supply, first: date, last: date) -> Iterator[str]:
    if len({one.facility.id for one in supply.appointments}) == 1:
        yield from ("site", "distances")
    if len(supply.parties) == 1:
        yield "person.same_day"
    people = [supply.case.patient, *(one.person for one in supply.case.companions)]
    if all(_keeps_age(person, first, last) for person in people):
        yield from ("patient.age", "person.age")


def _keeps_age(person: Person, first: date, last: date) -> bool:
    return person.age_on(first) == person.age_on(last)
