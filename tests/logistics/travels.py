"""Builders for tests of travel: one moment, one catalogue, and questions to ask it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from logistics.case.model import Case
from logistics.facility import Facility
from logistics.offers.flights import FareConditions, FlightOffer, FlightQuery, FlightSegment
from logistics.offers.lodging import LodgingQuery
from logistics.offers.search import TravelSearch
from logistics.people import Assistance
from logistics.samples import load_cases, load_facilities
from logistics.suppliers.catalogue.supplier import SampleCatalogue
from pricing.money import Money

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


@cache
def catalogue() -> SampleCatalogue:
    """Return the catalogue of the default seed; it never changes, so one serves all tests."""
    return SampleCatalogue()


@cache
def cases() -> tuple[Case, ...]:
    """Return the sample cases of TODAY."""
    return load_cases(TODAY)


@cache
def facilities() -> dict[str, Facility]:
    """Return the sample facilities by id."""
    return {facility.id: facility for facility in load_facilities()}


def case(reference: str) -> Case:
    """Return a sample case."""
    return next(one for one in cases() if one.reference == reference)


def flights(
    origin: str,
    destination: str,
    *,
    first: date = date(2026, 12, 1),
    last: date = date(2026, 12, 21),
    travellers: int = 1,
    cabins: tuple[str, ...] = ("economy",),
    currency: str = "USD",
    asked_at: datetime = NOW,
) -> FlightQuery:
    """Return a question for flights."""
    return FlightQuery(origin, destination, first, last, travellers, cabins, currency, asked_at)


def lodging(
    facility: Facility,
    *,
    first: date = date(2026, 12, 1),
    last: date = date(2027, 1, 19),
    rooms: int = 1,
    guests: int = 2,
    currency: str = "USD",
    asked_at: datetime = NOW,
) -> LodgingQuery:
    """Return a question for rooms around a facility."""
    return LodgingQuery(
        facility_id=facility.id,
        facility_coordinates=facility.coordinates,
        city=facility.city,
        zone=facility.zone,
        first_date=first,
        last_date=last,
        rooms=rooms,
        guests=guests,
        currency=currency,
        asked_at=asked_at,
    )


def search(of: Case, *, latest: date | None = None) -> TravelSearch:
    """Return a search for a case from its earliest date on, four weeks long unless told."""
    earliest = of.visit.earliest_date or TODAY
    last = latest or of.visit.latest_date or date.fromordinal(earliest.toordinal() + 28)
    return TravelSearch(
        case=of,
        facilities=tuple(facilities()[one] for one in of.visit.facility_ids),
        earliest=earliest,
        latest=last,
        currency="USD",
        asked_at=NOW,
    )


def offer(
    name: str,
    *,
    departs: datetime,
    arrives: datetime,
    cents: int = 100_00,
    refund_cents: int | None = None,
    cabin: str = "economy",
    assistance: frozenset[Assistance] = frozenset(),
) -> FlightOffer:
    """Return a nonstop offer from ZRH to BOS."""
    return FlightOffer(
        id=name,
        supplier="test",
        segments=(FlightSegment("LX", "052", "ZRH", "BOS", departs, arrives),),
        cabin=cabin,
        fare_brand="light",
        fare=Money(cents, "USD"),
        seats_left=9,
        assistance=assistance,
        conditions=FareConditions(
            refund_fee=None if refund_cents is None else Money(refund_cents, "USD"),
            change_fee=None,
            checked_bags=1,
        ),
    )
