"""Ground transfers of the sample catalogue."""

from __future__ import annotations

import pytest

from logistics.errors import SupplierError
from logistics.offers.transfers import TransferMode, TransferOffer, TransferQuery, TransferStop
from logistics.places import Coordinates, metres_between
from tests.logistics.travels import NOW, catalogue

HERE = Coordinates(47.3767, 8.5508)


def stop(name: str, *, north_metres: int = 0) -> TransferStop:
    """Return a stop so far north of the hospital."""
    return TransferStop(
        name, name, Coordinates(HERE.latitude + north_metres / 111_200, HERE.longitude)
    )


def offers(
    metres: int, *, travellers: int = 2, country: str = "CH", currency: str = "USD"
) -> dict[TransferMode, TransferOffer]:
    """Return the offers over a distance by mode."""
    query = TransferQuery(
        origins=(stop("A", north_metres=metres),),
        destinations=(stop("B"),),
        country=country,
        travellers=travellers,
        currency=currency,
        asked_at=NOW,
    )
    return {one.mode: one for one in catalogue().search_transfers(query)}


def test_one_walks_short_ways_and_rides_long_ones() -> None:
    assert set(offers(900)) == {TransferMode.WALK, TransferMode.TAXI, TransferMode.ACCESSIBLE_VAN}
    assert set(offers(1500)) == {
        TransferMode.PUBLIC,
        TransferMode.TAXI,
        TransferMode.ACCESSIBLE_VAN,
    }
    assert offers(900)[TransferMode.WALK].price.minor == 0


@pytest.mark.parametrize("metres", [300, 1300, 8_000, 35_000, 130_000])
def test_time_and_price_grow_with_the_distance(metres: int) -> None:
    near, far = offers(metres), offers(metres * 2)

    for mode in set(near) & set(far):
        assert far[mode].minutes >= near[mode].minutes
        assert far[mode].price.minor >= near[mode].price.minor
    straight = metres_between(stop("A", north_metres=metres).coordinates, HERE)
    assert straight < near[TransferMode.TAXI].metres < 1.4 * straight
    assert near[TransferMode.TAXI].metres / near[TransferMode.TAXI].minutes < 1400


def test_a_van_takes_a_wheelchair_and_a_taxi_does_not() -> None:
    both = offers(8000)

    assert both[TransferMode.ACCESSIBLE_VAN].is_accessible
    assert not both[TransferMode.TAXI].is_accessible
    assert both[TransferMode.ACCESSIBLE_VAN].price > both[TransferMode.TAXI].price


def test_tickets_are_for_each_traveller_and_taxis_for_four() -> None:
    one, four, five = (offers(8000, travellers=people) for people in (1, 4, 5))

    assert four[TransferMode.PUBLIC].price == one[TransferMode.PUBLIC].price * 4
    assert four[TransferMode.TAXI].price == one[TransferMode.TAXI].price
    assert five[TransferMode.TAXI].price == one[TransferMode.TAXI].price * 2
    assert five[TransferMode.TAXI].seats == 8


def test_prices_differ_by_country_and_unknown_countries_have_a_price() -> None:
    taxi = {
        country: offers(8000, country=country)[TransferMode.TAXI].price.minor
        for country in ("CH", "SG", "ZZ")
    }

    assert taxi["CH"] > taxi["ZZ"] > taxi["SG"]


def test_every_pair_is_served_and_nobody_rides_to_where_they_are() -> None:
    stops = (stop("A", north_metres=3000), stop("B"))
    found = catalogue().search_transfers(TransferQuery(stops, stops, "CH", 1, "USD", NOW))

    assert {(one.origin, one.destination) for one in found} == {("A", "B"), ("B", "A")}
    assert len({one.id for one in found}) == len(found) == 6


def test_other_currencies_are_refused() -> None:
    with pytest.raises(SupplierError, match="USD only"):
        offers(1000, currency="CHF")
