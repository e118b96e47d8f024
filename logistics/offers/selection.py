"""Which of many journeys a plan weighs: every one that no other beats, then a fair rest.

Journeys are compared with those of the same cabin and local day at the destination of the trip
(outbound: the night of the arrival; return: the day of the departure). One beats another when it
is nowhere worse and somewhere better in price, time (outbound: arrives earlier; return: departs
later), duration, and money lost on cancellation. Unbeaten journeys within the traveller's limits
are always kept. The room left up to the bound is filled day by day with the next cheapest; a
fifth of it is open to journeys that break a limit, so that a plan that cannot be made can still
name the limit in the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import zip_longest

from logistics.case.visit_request import TravelLimits
from logistics.offers.flights import FlightOffer
from logistics.timing import night_date


class Direction(StrEnum):
    """Towards the appointment or home."""

    OUTBOUND = "outbound"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Selection:
    """The journeys kept, by departure and id, and how many were set aside."""

    kept: tuple[FlightOffer, ...]
    beaten: int
    beyond_limits: int


_Scored = tuple[int, float, float, int]


def select_journeys(
    offers: Iterable[FlightOffer],
    *,
    direction: Direction,
    zone: str,
    limits: TravelLimits,
    most: int,
) -> Selection:
    """Return about ``most`` of the offers: all unbeaten ones, filled up day by day.

    ``zone`` is the IANA zone of the destination of the trip, where the days are counted.
    """
    fitting: dict[date, list[FlightOffer]] = defaultdict(list)
    breaking: dict[date, list[FlightOffer]] = defaultdict(list)
    for offer in offers:
        within = keeps_limits(offer, limits)
        (fitting if within else breaking)[_day(offer, direction, zone)].append(offer)
    unbeaten: list[FlightOffer] = []
    rest: list[list[FlightOffer]] = []
    for day in sorted(fitting):
        front, others = _part(fitting[day], direction)
        unbeaten += front
        rest.append(others)
    reserve = most // 5
    filled = _round_robin(rest, max(most - reserve - len(unbeaten), 0))
    outside = [sorted(breaking[day], key=_cheapest_first) for day in sorted(breaking)]
    others = _round_robin(outside, max(most - len(unbeaten) - len(filled), reserve))
    kept = unbeaten + filled + others
    return Selection(
        kept=tuple(sorted(kept, key=lambda offer: (offer.departs_at, offer.id))),
        beaten=sum(map(len, rest)) - len(filled),
        beyond_limits=sum(map(len, outside)) - len(others),
    )


def keeps_limits(offer: FlightOffer, limits: TravelLimits) -> bool:
    """Return whether the journey is within every limit of the traveller."""
    connections = len(offer.segments) - 1
    most = 0 if limits.nonstop_only else limits.max_connections
    return (
        (most is None or connections <= most)
        and limits.assistance <= offer.assistance
        and offer.cabin in limits.cabins
        and (limits.max_travel_minutes is None or offer.minutes <= limits.max_travel_minutes)
        and (
            limits.max_segment_minutes is None
            or max(one.minutes for one in offer.segments) <= limits.max_segment_minutes
        )
    )


def _day(offer: FlightOffer, direction: Direction, zone: str) -> date:
    at = offer.arrives_at if direction is Direction.OUTBOUND else offer.departs_at
    return night_date(at, zone)


def _part(
    offers: list[FlightOffer], direction: Direction
) -> tuple[list[FlightOffer], list[FlightOffer]]:
    """Return the unbeaten offers and the others, each cheapest first."""
    front: list[tuple[str, _Scored]] = []
    kept: list[FlightOffer] = []
    beaten: list[FlightOffer] = []
    for offer in sorted(offers, key=_cheapest_first):
        score = _score(offer, direction)
        if any(cabin == offer.cabin and _beats(other, score) for cabin, other in front):
            beaten.append(offer)
        else:
            front.append((offer.cabin, score))
            kept.append(offer)
    return kept, beaten


def _score(offer: FlightOffer, direction: Direction) -> _Scored:
    """Return what is compared, less is better: price, time, duration, loss on cancellation."""
    outbound = direction is Direction.OUTBOUND
    time = offer.arrives_at.timestamp() if outbound else -offer.departs_at.timestamp()
    duration = (offer.arrives_at - offer.departs_at) / timedelta(minutes=1)
    fee = offer.conditions.refund_fee
    return (offer.fare.minor, time, duration, offer.fare.minor if fee is None else fee.minor)


def _beats(one: _Scored, other: _Scored) -> bool:
    """Return whether ``one``, which is not dearer, is nowhere worse; equals beat each other."""
    return one[1] <= other[1] and one[2] <= other[2] and one[3] <= other[3]


def _cheapest_first(offer: FlightOffer) -> tuple[int, str]:
    return offer.fare.minor, offer.id


def _round_robin(days: list[list[FlightOffer]], most: int) -> list[FlightOffer]:
    turns = (offer for turn in zip_longest(*days) for offer in turn if offer is not None)
    return [offer for offer, _ in zip(turns, range(most), strict=False)]
