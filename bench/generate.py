"""Problem documents of a given size, made up from a seed: the same seed, the same document.

They look like a live search: slots on working days, flights in a few price levels that rise
towards the weekend and in the last days, two or three airports, hotels with nightly rates, some
nights sold out, two kinds of transfer from each airport to each place, payable amounts capped for
each ticket and each night, and a trip cap that some plans exceed and others do not.
"""

import random
from dataclasses import dataclass
from typing import Any, Final

DAY: Final = 1440
AIR_CAP: Final = 900_00
NIGHT_CAP: Final = 160_00
WITH_WHEELCHAIR: Final = 0.8
ACCESSIBLE: Final = 0.6
WEEKEND: Final = 5  # days of the week from here on have no appointments


@dataclass(frozen=True, slots=True)
class Size:
    """How many options a document has; journeys are counted for each party and city."""

    name: str
    slots: int
    journeys: int
    lodgings: int
    parties: int
    cities: int
    needs: int
    days: int


SIZES: Final = {
    size.name: size
    for size in (
        Size("S", slots=10, journeys=40, lodgings=12, parties=1, cities=1, needs=1, days=12),
        Size("M", slots=30, journeys=150, lodgings=40, parties=2, cities=1, needs=1, days=16),
        Size("L", slots=60, journeys=300, lodgings=80, parties=2, cities=1, needs=1, days=21),
        Size("XL", slots=120, journeys=600, lodgings=160, parties=2, cities=2, needs=2, days=14),
    )
}


def generate(size: Size, seed: int) -> dict[str, Any]:
    """Return a document of the size."""
    return _Maker(size, random.Random(f"{size.name} {seed}")).document()


class _Maker:
    def __init__(self, size: Size, dice: random.Random) -> None:
        self.size = size
        self.dice = dice
        self.cities = [f"City {number}" for number in range(size.cities)]
        self.gateways = {
            city: [f"{city} airport {number}" for number in range(dice.choice([2, 3]))]
            for city in self.cities
        }
        self.sites = {city: [f"{city} clinic", f"{city} institute"] for city in self.cities}
        self.parties = [f"party {number}" for number in range(size.parties)]

    def document(self) -> dict[str, Any]:
        dice, size = self.dice, self.size
        lodgings = [
            self.lodging(f"H{number}", self.cities[number % size.cities])
            for number in range(size.lodgings)
        ]
        travellers = {party: dice.choice([1, 1, 2]) for party in self.parties}
        return {
            "format": "sojourn-problem/1",
            "name": f"made-up {size.name}",
            "currency": "EUR",
            "horizon_start": "2027-01-04T00:00:00Z",
            "waiting_from_day": 0,
            "parties": [self.party(name, travellers[name]) for name in self.parties],
            "needs": [self.need(number) for number in range(size.needs)],
            "slots": [self.slot(number) for number in range(size.slots)],
            "outbound": self.journeys("O", travellers),
            "return": self.journeys("R", travellers),
            "lodgings": lodgings,
            "transfers": self.transfers(lodgings, travellers),
            "commutes": self.commutes(lodgings),
            "daily": [
                {"city": city, "price_cents": 90_00, "payable_cents": 60_00} for city in self.cities
            ],
            "rules": {
                "earliest_departure": 0,
                "home_by": None,
                "max_nights": 14,
                "meeting_minutes": 600,
                "parting_minutes": 720,
                "rooms": 1,
                "lodging_services": dice.choice([[], ["accessible"]]),
            },
            "trip_cap_cents": dice.choice([None, *[dice.randint(1_000, 2_400) * 100] * 4]),
            "prices": {
                "patient_cent": dice.choice([2, 3]),
                "payer_cent": 1,
                "burden_minute_cents": dice.choice([10, 20]),
                "waiting_day_cents": dice.choice([20_00, 60_00]),
                "mismatch_point_cents": 15_00,
                "expected_loss_cent": 1,
            },
        }

    def party(self, name: str, travellers: int) -> dict[str, Any]:
        return {
            "id": name,
            "travellers": travellers,
            "max_connections": 2,
            "min_connection_minutes": 60,
            "max_segment_minutes": None,
            "max_travel_minutes": 1_500,
            "services": self.dice.choice([[], ["wheelchair"]]),
            "transfer_services": [],
        }

    def need(self, number: int) -> dict[str, Any]:
        low, high = (0, None) if number == 0 else (24 * 60, 4 * DAY)
        return {"id": f"need {number}", "gap_min_minutes": low, "gap_max_minutes": high}

    def workday(self) -> int:
        days = [day for day in range(3, self.size.days) if day % 7 < WEEKEND]
        return self.dice.choice(days)

    def slot(self, number: int) -> dict[str, Any]:
        dice = self.dice
        city = self.cities[number % self.size.cities]
        day = self.workday()
        start = day * DAY + 8 * 60 + 30 * dice.randint(0, 16)
        fee = dice.choice([350_00, 420_00, 500_00, 650_00])
        return {
            "id": f"S{number}",
            "need": f"need {number // self.size.cities % self.size.needs}",
            "city": city,
            "site": dice.choice(self.sites[city]),
            "start": start,
            "end": start + dice.choice([45, 60, 90]),
            "day": day,
            "recovery_minutes": dice.choice([180, 24 * 60]),
            "price_cents": fee,
            "payable_cents": fee,
            "mismatch_points": dice.randint(0, 10),
        }

    def journeys(self, kind: str, travellers: dict[str, int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for number, party in enumerate(self.parties):
            base = (420_00, 240_00, 300_00, 150_00)[number]
            for city in self.cities:
                for _ in range(self.size.journeys):
                    row = self.journey(kind, base, travellers[party])
                    row |= {"id": f"{kind}{len(rows)}", "party": party, "city": city}
                    rows.append(row | {"gateway": self.dice.choice(self.gateways[city])})
        return rows

    def journey(self, kind: str, base: int, travellers: int) -> dict[str, Any]:
        dice = self.dice
        outbound = kind == "O"
        day = dice.randint(1, self.size.days) if outbound else dice.randint(3, self.size.days + 3)
        changes = dice.choices([0, 1, 2], [3, 5, 2])[0]
        travel = dice.randint(420, 620) + changes * dice.randint(90, 260)
        level = dice.choice([0.7, 0.85, 1.0, 1.3, 2.2])
        dear = 1.3 if day % 7 in {4, 6} else 1.0
        fare = round(base * level * dear * (1.15 - 0.15 * changes)) * travellers
        clock = day * DAY + dice.randint(5 * 60, 23 * 60)
        refund = dice.choice([0.2, 0.6, 1.0])
        times = (
            {"depart": clock - travel, "arrive": clock, "buffer_minutes": dice.choice([240, 720])}
            if outbound
            else {"depart": clock, "arrive": clock + travel, "lead_minutes": 180}
        )
        return {
            **times,
            "day": day,
            "connections": changes,
            "shortest_connection_minutes": dice.randint(50, 200) if changes else None,
            "longest_segment_minutes": max(60, travel // (changes + 1)),
            "seats": dice.choice([1, 2, 4, 9, 9, 9]),
            "services": ["wheelchair"] if dice.random() < WITH_WHEELCHAIR else [],
            "price_cents": fare,
            "payable_cents": min(fare, AIR_CAP * travellers),
            "burden_minutes": travel * travellers + 60 * changes,
            "expected_loss_cents": round(fare * 0.08 * (1 - refund)),
        }

    def lodging(self, name: str, city: str) -> dict[str, Any]:
        dice = self.dice
        nights = self.size.days + 4
        base = dice.choice([70_00, 95_00, 120_00, 150_00, 210_00, 320_00])
        price = [
            round(base * (1.25 if day % 7 in {4, 5} else 1.0) * dice.uniform(0.9, 1.15))
            for day in range(nights)
        ]
        return {
            "id": name,
            "city": city,
            "first_day": 0,
            "price_cents": price,
            "payable_cents": [min(rate, NIGHT_CAP) for rate in price],
            "rooms_left": [dice.choice([0, 1, 2, 5, 5, 5, 5, 5]) for _ in range(nights)],
            "min_nights": dice.choice([1, 1, 1, 2, 3]),
            "services": ["accessible"] if dice.random() < ACCESSIBLE else [],
            "burden_minutes_per_night": dice.choice([0, 5, 20]),
            "expected_loss_cents": round(base * 0.1),
        }

    def transfers(
        self, lodgings: list[dict[str, Any]], travellers: dict[str, int]
    ) -> list[dict[str, Any]]:
        dice = self.dice
        rows: list[dict[str, Any]] = []
        for city in self.cities:
            places = [row["id"] for row in lodgings if row["city"] == city] + self.sites[city]
            for party in self.parties:
                for gateway in self.gateways[city]:
                    for place in places:
                        ride = {"party": party, "gateway": gateway, "place": place, "services": []}
                        taxi, minutes = dice.randint(25_00, 90_00), dice.randint(15, 60)
                        bus = 6_00 * travellers[party]
                        for price, burden in ((taxi, minutes), (bus, 2 * minutes + 20)):
                            rows.append(
                                {
                                    **ride,
                                    "id": f"T{len(rows)}",
                                    "seats": 4,
                                    "price_cents": price,
                                    "payable_cents": min(price, 50_00),
                                    "burden_minutes": burden * travellers[party],
                                }
                            )
        return rows

    def commutes(self, lodgings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        dice = self.dice
        return [
            {
                "lodging": row["id"],
                "site": site,
                "price_cents": (price := dice.randint(0, 40_00)),
                "payable_cents": price,
                "burden_minutes": dice.randint(5, 60),
            }
            for row in lodgings
            for site in self.sites[row["city"]]
        ]
