"""A problem document of visits that use up what a cap leaves of the year in which they begin.

Of such a visit the payer bears in that year what is left, whatever else falls into it. So one
journey bears all of it, and the rest of the year costs the payer nothing: nights, appointments,
other journeys and, by names of their own, the rides and ways of its days. A day's meals count with
its night, the last day's with that journey. Of every visit of the document the payable cents are
no less than the engine's, so that its optimum still is a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import count, takewhile
from typing import Any, Final

from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.translation.tariff import Year
from scheduling.translation.translate import Translation

Document = dict[str, Any]
Row = dict[str, Any]

_MARK: Final = " in the year used up"


@dataclass(frozen=True)
class UsedUpYear:
    """A year of which ``most`` cents are left, and the party whose journey bears what no other can.

    ``document`` holds no outbound journey of another party but of one year.
    """

    translation: Translation
    document: Document
    year: Year
    most: int
    party: str

    def is_used_up_by(self, row: Row) -> bool:
        """Return whether the party's journey, and all that goes with it, takes what is left."""
        takes = int(row["payable_cents"]) + self._least_beside(row)
        return takes >= self.most and row["price_cents"] >= self._shares[self.party]

    def write(self, part: Document) -> Document:
        """Return a part of the document, where every journey of the party uses up the year."""
        return {
            **part,
            "slots": [self._slot(row) for row in part["slots"]],
            "outbound": [self._outbound(row) for row in part["outbound"]],
            "return": [self._journey(row) for row in part["return"]],
            "lodgings": [self._lodging(row) for row in part["lodgings"]],
            "transfers": [one for row in part["transfers"] for one in self._rides(row)],
            "commutes": [one for row in part["commutes"] for one in _marked(row, "site")],
            "daily": [{**row, "price_cents": 0, "payable_cents": 0} for row in part["daily"]],
        }

    @cached_property
    def _shares(self) -> dict[str, int]:
        """Return what each party's journey bears of what is left: the others' what they cost."""
        shares, left = {}, self.most
        for party, price in self._cheapest("price_cents").items():
            if party != self.party:
                shares[party] = min(price, left)
                left -= shares[party]
        return {**shares, self.party: left}

    def _cheapest(self, key: str) -> dict[str, int]:
        """Return the least cents of each party's outbound journeys of the year."""
        least: dict[str, int] = {}
        for row in self.document["outbound"]:
            if self._is_in(day_of_journey(self.translation, row["id"])):
                least[row["party"]] = min(row[key], least.get(row["party"], row[key]))
        return least

    @cached_property
    def _least_of_others(self) -> int:
        cheapest = self._cheapest("payable_cents").items()
        return sum(cents for party, cents in cheapest if party != self.party)

    @cached_property
    def _daily(self) -> dict[str, Row]:
        return {row["city"]: row for row in self.document["daily"]}

    @cached_property
    def _sites(self) -> frozenset[str]:
        return frozenset(row["site"] for row in self.document["slots"])

    @cached_property
    def _cheapest_nights(self) -> dict[tuple[str, int], int]:
        """Return the least payable cents of any bed by city and day."""
        least: dict[tuple[str, int], int] = {}
        for row in self.document["lodgings"]:
            for day, cents in enumerate(row["payable_cents"], row["first_day"]):
                key = (row["city"], day)
                least[key] = min(cents, least.get(key, cents))
        return least

    def _least_beside(self, row: Row) -> int:
        """Return the least payable cents of other journeys and of the days from an arrival on."""
        city = row["city"]
        meals = int(self._daily[city]["payable_cents"])
        days = takewhile(partial(self._is_in_year, row), count(row["day"]))
        return self._least_of_others + sum(
            meals + self._cheapest_nights.get((city, day), 0) for day in days
        )

    def _outbound(self, row: Row) -> Row:
        journey = self._journey(row)
        if not self._is_in(day_of_journey(self.translation, row["id"])):
            return journey
        meals = self._daily[row["city"]] if row["party"] == self.party else _NO_MEALS
        return {
            **journey,
            "price_cents": row["price_cents"] + meals["price_cents"],
            "payable_cents": self._shares[row["party"]] + meals["payable_cents"],
        }

    def _journey(self, row: Row) -> Row:
        kept, left_on = self._by_gateway(row), day_of_journey(self.translation, row["id"])
        return {**kept, "payable_cents": 0} if self._is_in(left_on) else kept

    def _by_gateway(self, row: Row) -> Row:
        """Return a journey by the gateway whose rides are free, if its ride is of the year."""
        offer = self.translation.flights[row["id"]]
        is_outbound = "buffer_minutes" in row
        moment = offer.arrives_at if is_outbound else offer.departs_at
        is_free = self._is_in(to_local(moment, self._zone(row)).date())
        return {**row, "gateway": row["gateway"] + _MARK} if is_free else row

    def _slot(self, row: Row) -> Row:
        if not self._is_in_year(row, row["day"]):
            return row
        return {**row, "site": row["site"] + _MARK, "payable_cents": 0}

    def _lodging(self, row: Row) -> Row:
        meals = self._daily.get(row["city"], _NO_MEALS)
        payable = enumerate(row["payable_cents"], row["first_day"])
        return {
            **row,
            "price_cents": [cents + meals["price_cents"] for cents in row["price_cents"]],
            "payable_cents": [
                0 if self._is_in_year(row, day) else cents + meals["payable_cents"]
                for day, cents in payable
            ],
        }

    def _rides(self, row: Row) -> Iterator[Row]:
        """Yield a ride to and from every name of its gateway and its place."""
        for one in _marked(row, "gateway"):
            yield one
            if row["place"] in self._sites:
                yield {**one, "id": f"{one['id']}{_MARK} at a site", "place": row["place"] + _MARK}

    def _is_in_year(self, row: Row, day: int) -> bool:
        return self._is_in(self.translation.rows.clock.date_of(day, self._zone(row)))

    def _is_in(self, day: date) -> bool:
        return self.year.first <= day <= self.year.last

    def _zone(self, row: Row) -> str:
        return self.translation.rows.terrain.zone(row["city"])


_NO_MEALS: Final = {"price_cents": 0, "payable_cents": 0}


def day_of_journey(translation: Translation, option: str) -> date:
    """Return the day of a journey's expense: the local one of its departure."""
    offer = translation.flights[option]
    zone = get_airport(offer.segments[0].origin).zone
    return to_local(offer.departs_at, zone).date()


def first_name(option: str) -> str:
    """Return the id that a ride of a document written here has in the whole document."""
    return option.split(_MARK, maxsplit=1)[0]


def _marked(row: Row, key: str) -> tuple[Row, Row]:
    """Return a row, and its twin of the year used up."""
    twin = {**row, key: row[key] + _MARK, "payable_cents": 0}
    return row, ({**twin, "id": row["id"] + _MARK} if "id" in row else twin)
