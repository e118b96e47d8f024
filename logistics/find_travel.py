"""Find travel: ask a supplier for everything a case's visit could be made of.

Steps: parties of the case → flights both ways for each party and gateway → rooms around each
facility → ground transfers between all of these. What is kept is bounded: journeys by
``logistics.offers.selection``, lodgings to the 80 best placed of each facility. A plan made of
the result is therefore best *among the offers found and kept*; how many were set aside, and why,
comes with the result.
"""

from __future__ import annotations

from logistics.case.parties import TravelParty, parties_of
from logistics.errors import InvalidField
from logistics.facility import Facility
from logistics.offers.flights import FlightOffer, FlightQuery
from logistics.offers.lodging import LodgingOffer, LodgingQuery
from logistics.offers.search import FoundTravel, SetAside, TravelSearch
from logistics.offers.selection import Direction, Selection, select_journeys
from logistics.offers.transfers import TransferOffer, TransferQuery, TransferStop
from logistics.places import get_airport, metres_between
from logistics.suppliers.port import TravelSupplier

JOURNEYS_MAX = 300
"""About how many journeys are kept for each party and direction, shared among the gateways."""

LODGINGS_MAX = 80
"""How many lodgings are kept around each facility."""

NEAR_METRES = 80_000
"""Nobody is flown who lives closer to the facility than this."""

_Journeys = dict[tuple[str, str], Selection]


def find_travel(request: TravelSearch, supplier: TravelSupplier) -> FoundTravel:
    """Return the offers for the search; raises InvalidField, UnknownAirport, SupplierError."""
    parties = parties_of(request.case)
    _require_far_from_home(parties, request.facilities)
    outbound = _find_journeys(request, supplier, parties, Direction.OUTBOUND)
    returns = _find_journeys(request, supplier, parties, Direction.RETURN)
    rooms = {one.id: _find_lodgings(request, supplier, one) for one in request.facilities}
    lodgings = {key: offers[:LODGINGS_MAX] for key, offers in rooms.items()}
    return FoundTravel(
        parties=parties,
        outbound={key: one.kept for key, one in outbound.items()},
        returns={key: one.kept for key, one in returns.items()},
        lodgings=lodgings,
        transfers={
            party.id: _find_transfers(request, supplier, party, lodgings) for party in parties
        },
        commutes={
            one.id: _find_commutes(request, supplier, one, lodgings) for one in request.facilities
        },
        set_aside=_set_aside([*outbound.values(), *returns.values()], rooms),
    )


def gateways_of(facilities: tuple[Facility, ...]) -> tuple[str, ...]:
    """Return every gateway of the facilities once, in their order."""
    return tuple(dict.fromkeys(code for one in facilities for code in one.gateways))


def _require_far_from_home(
    parties: tuple[TravelParty, ...], facilities: tuple[Facility, ...]
) -> None:
    for party in parties:
        home = get_airport(party.home_airport)
        for facility in facilities:
            near = metres_between(home.coordinates, facility.coordinates) < NEAR_METRES
            if near or home.iata in facility.gateways:
                who = "patient" if party.is_patients else "companions"
                raise InvalidField(
                    f"{who}.home_airport",
                    f"{home.iata} is the airport of {facility.name} itself: nobody flies there; "
                    "choose a facility farther away, or book the appointment without a journey",
                )


def _find_journeys(
    request: TravelSearch,
    supplier: TravelSupplier,
    parties: tuple[TravelParty, ...],
    direction: Direction,
) -> _Journeys:
    gateways = gateways_of(request.facilities)
    return {
        (party.id, gateway): select_journeys(
            _search_flights(request, supplier, party, gateway=gateway, direction=direction),
            direction=direction,
            zone=get_airport(gateway).zone,
            limits=request.case.visit.limits,
            most=max(JOURNEYS_MAX // len(gateways), 1),
        )
        for party in parties
        for gateway in gateways
    }


def _search_flights(
    request: TravelSearch,
    supplier: TravelSupplier,
    party: TravelParty,
    *,
    gateway: str,
    direction: Direction,
) -> tuple[FlightOffer, ...]:
    outbound = direction is Direction.OUTBOUND
    return supplier.search_flights(
        FlightQuery(
            origin=party.home_airport if outbound else gateway,
            destination=gateway if outbound else party.home_airport,
            first_date=request.earliest,
            last_date=request.latest,
            travellers=party.size,
            cabins=request.case.visit.limits.cabins,
            currency=request.currency,
            asked_at=request.asked_at,
        )
    )


def _find_lodgings(
    request: TravelSearch, supplier: TravelSupplier, facility: Facility
) -> tuple[LodgingOffer, ...]:
    offers = supplier.search_lodging(
        LodgingQuery(
            facility_id=facility.id,
            facility_coordinates=facility.coordinates,
            city=facility.city,
            zone=facility.zone,
            first_date=request.earliest,
            last_date=request.latest,
            rooms=request.case.visit.rooms,
            guests=1 + len(request.case.companions),
            currency=request.currency,
            asked_at=request.asked_at,
        )
    )
    return tuple(sorted(offers, key=lambda offer: (offer.metres_to_facility, offer.id)))


def _find_transfers(
    request: TravelSearch,
    supplier: TravelSupplier,
    party: TravelParty,
    lodgings: dict[str, tuple[LodgingOffer, ...]],
) -> tuple[TransferOffer, ...]:
    """Return ways from each facility's gateways to its lodgings and to the facility itself."""
    found: dict[str, TransferOffer] = {}
    for facility in request.facilities:
        offers = supplier.search_transfers(
            TransferQuery(
                origins=tuple(_airport_stop(code) for code in facility.gateways),
                destinations=(
                    *(_lodging_stop(one) for one in lodgings[facility.id]),
                    _facility_stop(facility),
                ),
                country=facility.country,
                travellers=party.size,
                currency=request.currency,
                asked_at=request.asked_at,
            )
        )
        found |= {offer.id: offer for offer in offers}
    return tuple(found.values())


def _find_commutes(
    request: TravelSearch,
    supplier: TravelSupplier,
    facility: Facility,
    lodgings: dict[str, tuple[LodgingOffer, ...]],
) -> tuple[TransferOffer, ...]:
    """Return ways from every lodging of the facility's city to the facility, for everybody."""
    here = [
        one.id
        for one in request.facilities
        if (one.city, one.country) == (facility.city, facility.country)
    ]
    return supplier.search_transfers(
        TransferQuery(
            origins=tuple(_lodging_stop(one) for key in here for one in lodgings[key]),
            destinations=(_facility_stop(facility),),
            country=facility.country,
            travellers=1 + len(request.case.companions),
            currency=request.currency,
            asked_at=request.asked_at,
        )
    )


def _airport_stop(code: str) -> TransferStop:
    airport = get_airport(code)
    return TransferStop(airport.iata, airport.name, airport.coordinates)


def _lodging_stop(offer: LodgingOffer) -> TransferStop:
    return TransferStop(offer.id, offer.name, offer.coordinates)


def _facility_stop(facility: Facility) -> TransferStop:
    return TransferStop(facility.id, facility.name, facility.coordinates)


def _set_aside(
    journeys: list[Selection], rooms: dict[str, tuple[LodgingOffer, ...]]
) -> tuple[SetAside, ...]:
    beaten = sum(one.beaten for one in journeys)
    beyond = sum(one.beyond_limits for one in journeys)
    far = sum(max(len(offers) - LODGINGS_MAX, 0) for offers in rooms.values())
    found = (
        SetAside(
            beaten,
            f"{beaten} flight offers set aside: another of the same day and cabin is no dearer, no "
            "longer, no less convenient in time and no less refundable",
        ),
        SetAside(beyond, f"{beyond} flight offers set aside: beyond the traveller's limits"),
        SetAside(
            far, f"{far} lodgings set aside: farther from the facility than {LODGINGS_MAX} others"
        ),
    )
    return tuple(one for one in found if one.count)
