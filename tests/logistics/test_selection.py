"""Which journeys are kept: every unbeaten one, then a fair rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.case.visit_request import TravelLimits
from logistics.offers.flights import FlightOffer
from logistics.offers.selection import Direction, Selection, keeps_limits, select_journeys
from logistics.people import Assistance
from logistics.timing import night_date
from tests.logistics.travels import catalogue, flights, offer

START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ZONE = "America/New_York"


def make(index: int, day: int, departs: int, hours: int, *money: int | None) -> FlightOffer:
    """Return an offer out of small numbers; ``money`` is the price and the fee of a refund."""
    price, refund = money
    departs_at = START + timedelta(days=day, hours=departs)
    return offer(
        f"offer-{index}",
        departs=departs_at,
        arrives=departs_at + timedelta(hours=hours),
        cents=(price or 0) * 100,
        refund_cents=None if refund is None else refund * 100,
    )


drawn = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(6, 9),
        st.integers(1, 5),
        st.none() | st.integers(0, 3),
    ),
    max_size=30,
).map(lambda rows: [make(index, *row) for index, row in enumerate(rows)])


def beats(one: FlightOffer, other: FlightOffer, direction: Direction) -> bool:
    """Return whether one is nowhere worse, read off the words of the rule."""

    def loss(offer: FlightOffer) -> int:
        fee = offer.conditions.refund_fee
        return offer.fare.minor if fee is None else fee.minor

    def day(offer: FlightOffer) -> object:
        at = offer.arrives_at if direction is Direction.OUTBOUND else offer.departs_at
        return night_date(at, ZONE)

    in_time = (
        one.arrives_at <= other.arrives_at
        if direction is Direction.OUTBOUND
        else one.departs_at >= other.departs_at
    )
    return (
        day(one) == day(other)
        and one.cabin == other.cabin
        and in_time
        and one.fare.minor <= other.fare.minor
        and one.minutes <= other.minutes
        and loss(one) <= loss(other)
    )


def select(
    offers: list[FlightOffer],
    direction: Direction,
    *,
    most: int,
    limits: TravelLimits | None = None,
) -> Selection:
    """Return what is kept."""
    return select_journeys(
        offers, direction=direction, zone=ZONE, limits=limits or TravelLimits(), most=most
    )


@given(drawn, st.sampled_from(Direction))
def test_an_offer_is_set_aside_only_when_a_kept_one_beats_it(
    offers: list[FlightOffer], direction: Direction
) -> None:
    selection = select(offers, direction, most=1)

    aside = [one for one in offers if one not in selection.kept]
    assert len(aside) == selection.beaten
    assert selection.beyond_limits == 0
    for one in aside:
        assert any(beats(other, one, direction) for other in selection.kept)


@given(drawn, st.sampled_from(Direction), st.randoms())
def test_the_order_of_the_offers_makes_no_difference(
    offers: list[FlightOffer], direction: Direction, random: object
) -> None:
    shuffled = list(offers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # — hypothesis gives a Random

    assert select(offers, direction, most=10) == select(shuffled, direction, most=10)


def test_the_room_left_is_filled_day_by_day_with_the_cheapest() -> None:
    best = [make(day, day, 0, 6, 1, 0) for day in range(3)]
    worse = [make(10 * day + price, day, 2, 9, price, None) for day in range(3) for price in (3, 4)]

    selection = select(best + worse, Direction.OUTBOUND, most=8)

    kept = {one.id for one in selection.kept}
    assert {one.id for one in best} <= kept
    assert {"offer-3", "offer-13", "offer-23"} <= kept
    assert selection.beaten == 9 - len(selection.kept)


def test_offers_beyond_the_limits_get_a_fifth_of_the_room() -> None:
    within = [
        make(number, 0, number % 20, 6 + number % 5, 5 + number, None) for number in range(100)
    ]
    limits = TravelLimits(max_travel_minutes=7 * 60)

    selection = select(within, Direction.OUTBOUND, most=50, limits=limits)

    breaking = [one for one in selection.kept if not keeps_limits(one, limits)]
    assert 10 <= len(breaking) < 50
    assert selection.beyond_limits == 60 - len(breaking)


@pytest.mark.parametrize(
    ("limits", "keeps"),
    [
        (TravelLimits(), True),
        (TravelLimits(nonstop_only=True), True),
        (TravelLimits(max_travel_minutes=359), False),
        (TravelLimits(max_segment_minutes=359), False),
        (TravelLimits(max_segment_minutes=360, max_travel_minutes=360), True),
        (TravelLimits(assistance=frozenset({Assistance.OXYGEN})), False),
        (TravelLimits(cabins=("business",)), False),
    ],
)
def test_limits_are_kept_to_the_minute(limits: TravelLimits, keeps: bool) -> None:  # noqa: FBT001 — a column of the table
    assert keeps_limits(make(0, 0, 0, 6, 1, None), limits) is keeps


def test_a_change_of_flight_breaks_a_nonstop_limit() -> None:
    offers = catalogue().search_flights(flights("ZRH", "BOS"))
    connecting = next(one for one in offers if len(one.segments) == 2)

    assert not keeps_limits(connecting, TravelLimits(nonstop_only=True))
    assert not keeps_limits(connecting, TravelLimits(max_connections=0))
    assert keeps_limits(connecting, TravelLimits(max_connections=1))
