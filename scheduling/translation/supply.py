"""Everything a visit can be made of: the case, its policy, open slots and the offers found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from logistics.case.model import Case
from logistics.case.parties import TravelParty
from logistics.case_facts import NO_FACTS, CaseFacts
from logistics.offers.flights import FlightOffer
from logistics.offers.lodging import LodgingOffer
from logistics.offers.search import FoundTravel
from logistics.offers.transfers import TransferOffer
from logistics.people import Assistance
from pricing.coverage.decision import BalanceKey
from pricing.coverage.prepared import PreparedPolicy
from pricing.coverage.record import Digests
from pricing.exchange import ExchangeRates, NoRates
from scheduling.preferences import Preferences
from scheduling.translation.strain import weighted_heads
from scheduling.visit import PlannedAppointment

_THERE_AND_BACK = 2


@dataclass(frozen=True, slots=True)
class PartySupply:
    """What is on offer for one party.

    ``rides`` run between a gateway (origin) and a place (destination), for the whole party.
    """

    party: TravelParty
    outbound: tuple[FlightOffer, ...]
    homebound: tuple[FlightOffer, ...]
    rides: tuple[TransferOffer, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """The raw material of one planning, gathered at ``now``.

    ``appointments`` are all candidates, each slot once for every need it could meet;
    ``commutes`` holds the ride chosen for each (lodging id, facility id), for everybody.
    ``balances`` are what was used before of the policy's limits, ``ceilings`` the policies that its
    tax rules name, ``digests`` their texts where decisions are to be kept with their inputs;
    ``facts`` is what people have stated about the case.
    """

    case: Case
    policy: PreparedPolicy
    preferences: Preferences
    now: datetime
    appointments: tuple[PlannedAppointment, ...]
    parties: tuple[PartySupply, ...]
    lodgings: tuple[LodgingOffer, ...]
    commutes: Mapping[tuple[str, str], TransferOffer]
    rates: ExchangeRates = field(default_factory=NoRates)
    balances: Mapping[BalanceKey, Fraction] = field(default_factory=dict)
    ceilings: Mapping[str, PreparedPolicy] = field(default_factory=dict)
    digests: Digests | None = None
    facts: CaseFacts = NO_FACTS

    @property
    def currency(self) -> str:
        """Return the currency everything is counted in: the policy's."""
        return self.policy.policy.currency

    @property
    def travellers(self) -> int:
        """Return how many people travel."""
        return sum(one.party.size for one in self.parties)


def supply_of(
    case: Case,
    *,
    found: FoundTravel,
    appointments: tuple[PlannedAppointment, ...],
    policy: PreparedPolicy,
    preferences: Preferences,
    now: datetime,
    rates: ExchangeRates,
    balances: Mapping[BalanceKey, Fraction],
    ceilings: Mapping[str, PreparedPolicy],
    digests: Digests,
    facts: CaseFacts,
) -> Supply:
    """Return the supply made of a search's result."""
    return Supply(
        case=case,
        policy=policy,
        preferences=preferences,
        now=now,
        appointments=appointments,
        parties=tuple(
            PartySupply(
                party=party,
                outbound=_of_party(found.outbound, party),
                homebound=_of_party(found.returns, party),
                rides=found.transfers[party.id],
            )
            for party in found.parties
        ),
        lodgings=tuple(one for offers in found.lodgings.values() for one in offers if one.nights),
        commutes=_commutes(case, found, preferences),
        rates=rates,
        balances=balances,
        ceilings=ceilings,
        digests=digests,
        facts=facts,
    )


def _of_party(
    offers: Mapping[tuple[str, str], tuple[FlightOffer, ...]], party: TravelParty
) -> tuple[FlightOffer, ...]:
    return tuple(one for (owner, _), kept in offers.items() if owner == party.id for one in kept)


def _commutes(
    case: Case, found: FoundTravel, preferences: Preferences
) -> dict[tuple[str, str], TransferOffer]:
    """Return the least trying ride for every lodging and facility: money and strain together."""
    step_free = Assistance.WHEELCHAIR in case.visit.limits.assistance
    heads = sum(weighted_heads(party, preferences.burden) for party in found.parties)
    prices = preferences.prices

    def cost(ride: TransferOffer) -> tuple[int, str]:
        strain = ride.minutes * heads * prices.burden_minute_cents
        money = ride.price.minor * prices.patient_cent
        return _THERE_AND_BACK * (strain + money), ride.id

    best: dict[tuple[str, str], TransferOffer] = {}
    for facility_id, rides in found.commutes.items():
        for ride in rides:
            if step_free and not ride.is_accessible:
                continue
            key = (ride.origin, facility_id)
            if key not in best or cost(ride) < cost(best[key]):
                best[key] = ride
    return best
