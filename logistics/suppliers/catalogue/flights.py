"""Flight offers: the journeys of every date of a query, at every fare brand of its cabins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from logistics.offers.flights import FareConditions, FlightOffer, FlightQuery, FlightSegment
from logistics.people import Assistance
from logistics.places import flight_kilometres, get_airport
from logistics.suppliers.catalogue.chance import draw, within
from logistics.suppliers.catalogue.fares import (
    BRANDS,
    FareBasis,
    FareBrand,
    conditions_of,
    price_cents,
    season_permille,
)
from logistics.suppliers.catalogue.ingredients import Carrier, Ingredients
from logistics.suppliers.catalogue.journeys import Departure, Journey, journeys_on
from logistics.suppliers.catalogue.network import Network
from logistics.suppliers.catalogue.schedules import LONG_HAUL_KM
from logistics.timing import to_local
from pricing.money import Money

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SALE_ENDS = timedelta(hours=6)
"""Nothing is sold that departs sooner after the search."""

_WHEELCHAIR_NOTICE = timedelta(hours=48)
"""Regulation (EC) 1107/2006, article 7: assistance is owed when asked for 48 hours before."""

_SELLING_FAST_DAYS = 10
_FIRST_CLASS_KM = 5500
_FIRST_CLASS_PERMILLE = 1050


@dataclass(frozen=True, slots=True)
class _Route:
    """What every journey with the same carriers and stops on one query has in common."""

    carriers: tuple[Carrier, ...]
    brands: tuple[FareBrand, ...]
    conditions: dict[FareBrand, FareConditions]
    carrier_permille: int
    oxygen_notice: timedelta | None


class FlightShelf:
    """Makes the flight offers of one catalogue."""

    def __init__(self, *, seed: int, supplier: str, ingredients: Ingredients) -> None:
        """Keep the seed, and the name the offers carry."""
        self._seed = seed
        self._supplier = supplier
        self._seasons = ingredients.seasons
        self._network = Network(seed, ingredients)

    def search(self, query: FlightQuery) -> tuple[FlightOffer, ...]:
        """Return the offers in order of date; within a date nonstop first."""
        origin, destination = get_airport(query.origin), get_airport(query.destination)
        if origin.iata == destination.iata:
            return ()
        today = to_local(query.asked_at, origin.zone).date()
        first = max(query.first_date, today).toordinal()
        search = _Search(self, query, today)
        return tuple(
            offer
            for ordinal in range(first, query.last_date.toordinal() + 1)
            for journey in journeys_on(self._network, query.origin, query.destination, ordinal)
            for offer in search.offers_of(journey, date.fromordinal(ordinal))
        )

    @property
    def supplier(self) -> str:
        """Return the name the offers carry."""
        return self._supplier

    def season(self, day: date) -> int:
        """Return the permille of the ordinary price on that day."""
        return season_permille(self._seasons, day)

    def draw(self, key: str) -> int:
        """Return 64 bits for the key of a journey on a date."""
        return draw(self._seed, "fare", key)


class _Search:
    """One query at work: what is shared by its offers is computed once."""

    def __init__(self, shelf: FlightShelf, query: FlightQuery, today: date) -> None:
        self._shelf = shelf
        self._query = query
        self._today = today
        self._sale_ends = query.asked_at + _SALE_ENDS
        self._kilometres = flight_kilometres(query.origin, query.destination)
        self._routes: dict[tuple[str, ...], _Route] = {}
        self._segments: dict[tuple[str, str, str, int], FlightSegment] = {}
        self._seasons: dict[date, int] = {}

    def offers_of(self, journey: Journey, day: date) -> Iterator[FlightOffer]:
        """Yield an offer for each fare brand that has seats enough."""
        segments = tuple(self._segment(departure) for departure in journey)
        if segments[0].departs_at < self._sale_ends:
            return
        route = self._route(journey)
        way = "-".join((*(one.origin for one in segments), segments[-1].destination))
        flights = "+".join(one.carrier + one.number for one in segments)
        key = f"{flights}.{way}.{day:%Y%m%d}"
        basis = self._basis(route, len(segments) - 1, day, self._shelf.draw(key))
        assistance = self._assistance(route, segments[0].departs_at)
        for place, brand in enumerate(route.brands):
            seats = _seats_left(basis, place)
            if seats < self._query.travellers:
                continue
            yield FlightOffer(
                id=f"{key}.{brand.cabin}.{brand.name}",
                supplier=self._shelf.supplier,
                segments=segments,
                cabin=brand.cabin,
                fare_brand=brand.name,
                fare=Money(price_cents(basis, brand), self._query.currency),
                seats_left=seats,
                assistance=assistance,
                conditions=route.conditions[brand],
            )

    def _basis(self, route: _Route, stops: int, day: date, bits: int) -> FareBasis:
        if day not in self._seasons:
            self._seasons[day] = self._shelf.season(day)
        return FareBasis(
            kilometres=self._kilometres,
            carrier_permille=route.carrier_permille,
            stops=stops,
            day=day,
            notice_days=(day - self._today).days,
            season_permille=self._seasons[day],
            bits=bits,
        )

    def _segment(self, departure: Departure) -> FlightSegment:
        service = departure.service
        key = (service.carrier.code, service.origin, service.destination, departure.departs)
        segment = self._segments.get(key)
        if segment is None:
            segment = FlightSegment(
                carrier=service.carrier.code,
                number=service.number,
                origin=service.origin,
                destination=service.destination,
                departs_at=_EPOCH + timedelta(minutes=departure.departs),
                arrives_at=_EPOCH + timedelta(minutes=departure.arrives),
            )
            self._segments[key] = segment
        return segment

    def _route(self, journey: Journey) -> _Route:
        codes = tuple(one.service.carrier.code + one.service.destination for one in journey)
        route = self._routes.get(codes)
        if route is None:
            route = self._new_route(journey)
            self._routes[codes] = route
        return route

    def _new_route(self, journey: Journey) -> _Route:
        carriers = tuple(departure.service.carrier for departure in journey)
        longest = max(
            flight_kilometres(departure.service.origin, departure.service.destination)
            for departure in journey
        )
        low_cost = any(carrier.low_cost for carrier in carriers)
        on_board = _cabins_on_board(carriers, longest)
        brands = tuple(
            brand
            for brand in BRANDS
            if brand.cabin in on_board and brand.cabin in self._query.cabins
        )
        notices = [carrier.oxygen_notice_hours for carrier in carriers]
        hours = [notice for notice in notices if notice is not None]
        return _Route(
            carriers=carriers,
            brands=brands,
            conditions={
                brand: conditions_of(
                    brand, self._kilometres, low_cost=low_cost, currency=self._query.currency
                )
                for brand in brands
            },
            carrier_permille=sum(one.price_permille for one in carriers) // len(carriers),
            oxygen_notice=timedelta(hours=max(hours)) if len(hours) == len(notices) else None,
        )

    def _assistance(self, route: _Route, departs_at: datetime) -> frozenset[Assistance]:
        notice = departs_at - self._query.asked_at
        offered = []
        if notice >= _WHEELCHAIR_NOTICE:
            offered.append(Assistance.WHEELCHAIR)
        if route.oxygen_notice is not None and notice >= route.oxygen_notice:
            offered.append(Assistance.OXYGEN)
        return frozenset(offered)


def _cabins_on_board(carriers: tuple[Carrier, ...], longest_km: int) -> frozenset[str]:
    """Return the cabins sold on every flight; long flights decide, low-cost carriers have one."""
    cabins = ["economy"]
    if not any(carrier.low_cost for carrier in carriers):
        cabins.append("business")
        if longest_km >= LONG_HAUL_KM:
            cabins.append("premium_economy")
        dear = all(carrier.price_permille >= _FIRST_CLASS_PERMILLE for carrier in carriers)
        if dear and longest_km >= _FIRST_CLASS_KM:
            cabins.append("first")
    return frozenset(cabins)


def _seats_left(basis: FareBasis, place: int) -> int:
    """Return 0 to 9 seats at the brand; fewer as the departure comes near."""
    seats = within(basis.bits >> (16 + 8 * place), 0, 12)
    return max(0, min(9, seats - (2 if basis.notice_days < _SELLING_FAST_DAYS else 0)))
