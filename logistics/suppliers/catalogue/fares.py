"""Fares of the sample catalogue, in whole cents: distance, carrier, day, notice, stops, cabin.

All factors are permille, so that the same cents come out on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from logistics.offers.flights import FareConditions
from logistics.suppliers.catalogue.chance import within
from logistics.suppliers.catalogue.ingredients import Season
from logistics.suppliers.catalogue.schedules import LONG_HAUL_KM
from pricing.money import Money

_BASE = (
    (0, 60_00), (500, 119_00), (1000, 159_00), (2000, 229_00), (4000, 339_00), (6000, 459_00),
    (9000, 619_00), (12000, 769_00), (16000, 949_00), (21000, 1149_00),
)  # fmt: skip
"""Kilometres and cents of a plain economy fare; straight lines between."""

_NOTICE = (
    (0, 2100),
    (3, 1750),
    (7, 1420),
    (14, 1180),
    (21, 1060),
    (28, 1000),
    (60, 970),
    (365, 930),
)
"""Days from the search to the departure, and the permille of the plain fare."""

_WEEKDAY = (1030, 930, 930, 990, 1110, 960, 1090)
"""Permille by weekday of the departure, Monday first."""

_STOPS = (1120, 940, 860)


@dataclass(frozen=True, slots=True)
class FareBrand:
    """What is sold under one name in one cabin; amounts for short and for long flights."""

    cabin: str
    name: str
    permille: int
    extra_cents: int
    refund_cents: tuple[int, int] | None
    change_cents: tuple[int, int] | None
    checked_bags: tuple[int, int]


BRANDS = (
    FareBrand("economy", "light", 1000, 0, None, (75_00, 150_00), (0, 1)),
    FareBrand("economy", "flex", 1240, 28_00, (40_00, 90_00), (0, 0), (1, 2)),
    FareBrand("premium_economy", "standard", 1680, 0, (90_00, 150_00), (0, 0), (2, 2)),
    FareBrand("business", "flex", 3200, 0, (0, 0), (0, 0), (2, 2)),
    FareBrand("first", "flex", 5200, 0, (0, 0), (0, 0), (3, 3)),
)
"""Every fare brand, cheapest cabin first."""


@dataclass(frozen=True, slots=True)
class FareBasis:
    """What all fares of one journey share: kilometres from end to end, carriers, day and notice.

    ``bits`` is 64 bits drawn for the journey and date.
    """

    kilometres: int
    carrier_permille: int
    stops: int
    day: date
    notice_days: int
    season_permille: int
    bits: int


def price_cents(basis: FareBasis, brand: FareBrand) -> int:
    """Return the fare for one traveller in whole cents, taxes included; rounded down once."""
    factors = (
        basis.carrier_permille,
        _WEEKDAY[basis.day.weekday()],
        _interpolate(_NOTICE, basis.notice_days),
        _STOPS[min(basis.stops, len(_STOPS) - 1)],
        basis.season_permille,
        within(basis.bits, 900, 1100),
        brand.permille,
    )
    cents = _interpolate(_BASE, basis.kilometres)
    for factor in factors:
        cents *= factor
    thousands: int = 1000 ** len(factors)
    return cents // thousands + brand.extra_cents


def conditions_of(
    brand: FareBrand, kilometres: int, *, low_cost: bool, currency: str
) -> FareConditions:
    """Return refund and change fees and baggage of the brand on a flight of that length."""
    place = int(kilometres > LONG_HAUL_KM)
    change = None if low_cost and brand.name == "light" else brand.change_cents
    return FareConditions(
        refund_fee=Money(brand.refund_cents[place], currency) if brand.refund_cents else None,
        change_fee=Money(change[place], currency) if change else None,
        checked_bags=0 if low_cost and brand.name == "light" else brand.checked_bags[place],
    )


def season_permille(seasons: tuple[Season, ...], day: date) -> int:
    """Return the permille of the busiest season the day lies in, 1000 outside all of them."""
    text = f"{day.month:02d}-{day.day:02d}"
    return max((s.permille for s in seasons if s.first <= text <= s.last), default=1000)


def _interpolate(table: tuple[tuple[int, int], ...], at: int) -> int:
    place = bisect_right(table, (at, 1 << 62))
    if place == len(table):
        return table[-1][1]
    (low, start), (high, end) = table[max(place - 1, 0)], table[place]
    return start if place == 0 else start + (end - start) * (at - low) // (high - low)
