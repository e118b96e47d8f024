"""Random small problem documents, most of them with a plan planted in them.

Times lie on a coarse grid and amounts are small, so that ties and limits met to the minute are
frequent. Everything depends on the seed alone.
"""

import random
from typing import Any

DAY = 1440
CITIES = ("Aalst", "Basel")


def small_document(seed: int) -> dict[str, Any]:
    """Return a document with 1–3 parties, 1–3 needs, 1–2 cities, and a handful of options."""
    return _Maker(random.Random(seed)).document()


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.parties = dice.choices([1, 2, 3], [5, 5, 1])[0]
        # More of both would take the oracle seconds for each problem.
        self.needs = dice.choices([1, 2, 3], [6, 3, 1] if self.parties == 1 else [3, 1, 0])[0]
        self.cities = CITIES[: dice.choices([1, 2], [3, 1])[0]]
        self.many = 3 if self.parties == 1 else 2
        self.day_trip = dice.random() < 0.3

    def document(self) -> dict[str, Any]:
        dice = self.dice
        lodgings = [self.lodging(index) for index in range(dice.randint(1, 3))]
        document: dict[str, Any] = {
            "format": "sojourn-problem/1",
            "name": "small",
            "currency": "EUR",
            "horizon_start": "2027-01-01T00:00:00Z",
            "waiting_from_day": dice.choice([0, 0, -2]),
            "parties": [self.party(index) for index in range(self.parties)],
            "needs": [self.need(index) for index in range(self.needs)],
            "slots": self.slots(),
            "outbound": self.journeys("out"),
            "return": self.journeys("ret"),
            "lodgings": lodgings,
            "transfers": self.transfers(lodgings),
            "commutes": self.commutes(lodgings),
            "daily": [{"city": city, **self.money(0, 30)} for city in self.cities],
            "rules": self.rules(),
            "trip_cap_cents": dice.choice([None, 0, 5000, *[dice.randint(120, 360)] * 5]),
            "prices": {
                "patient_cent": dice.choice([0, 1, 2, 3, 5, 8]),
                "payer_cent": dice.choice([0, 1, 1, 2, 4, 6]),
                "burden_minute_cents": dice.choice([0, 1, 2]),
                "waiting_day_cents": dice.choice([0, 5, 20]),
                "mismatch_point_cents": dice.choice([0, 3]),
                "expected_loss_cent": dice.choice([0, 1]),
            },
        }
        if dice.random() < 0.9:
            self.plant(document)
        for name in ("slots", "outbound", "return", "transfers"):
            dice.shuffle(document[name])
        return document

    def plant(self, document: dict[str, Any]) -> None:
        """Loosen just enough options that one plan holds every rule."""
        dice = self.dice
        city, visit = dice.choice(self.cities), self.day_trip and dice.random() < 0.7
        first, last = (2, 2) if visit else (1, dice.choice([2, 3]))
        site = f"{city} clinic"
        lodging = document["lodgings"][0]
        lodging |= {"city": city, "first_day": 1, "min_nights": dice.choice([1, last - first or 1])}
        lodging |= {"rooms_left": [3] * len(lodging["rooms_left"]), "services": ["accessible"]}
        document["commutes"] = [
            row for row in document["commutes"] if row["lodging"] != lodging["id"]
        ]
        for kind in ("clinic", "annex"):
            link = {"lodging": lodging["id"], "site": f"{city} {kind}"}
            document["commutes"].append(link | self.money(0, 30) | {"burden_minutes": 5})
        start = 2 * DAY + 600
        for need in document["needs"]:
            slot = next(
                row
                for row in document["slots"]
                if row["need"] == need["id"] and row["city"] == city
            )
            start += need["gap_min_minutes"]
            slot |= {"site": site, "start": start, "end": start + 60, "day": 2}
            slot["recovery_minutes"] = 0
            start += 60
        free = {"city": city, "connections": 0, "shortest_connection_minutes": None, "seats": 9}
        free |= {"longest_segment_minutes": 120, "services": ["wheelchair", "oxygen"]}
        for party in document["parties"]:
            out = next(row for row in document["outbound"] if row["party"] == party["id"])
            arrive = first * DAY + 540
            out |= free | {"day": first, "depart": arrive - 120, "arrive": arrive}
            back = next(row for row in document["return"] if row["party"] == party["id"])
            depart = max(last * DAY + 1200, start + 120)
            back |= free | {"day": last, "depart": depart, "arrive": depart + 120}
            for journey in (out, back):
                for place in (site, lodging["id"]):
                    rides = document["transfers"]
                    ride: dict[str, Any] = {"id": f"T{len(rides)}", "party": party["id"]}
                    ride |= {"gateway": journey["gateway"], "place": place, "seats": 4}
                    rides.append(ride | {"services": ["lift"], "burden_minutes": 9})
                    rides[-1] |= self.money(0, 40)

    def money(self, low: int, high: int) -> dict[str, int]:
        price = self.dice.randint(low, high)
        share = self.dice.choice([0.0, 0.5, 0.8, 1.0])
        return {"price_cents": price, "payable_cents": int(price * share)}

    def party(self, index: int) -> dict[str, Any]:
        dice = self.dice
        return {
            "id": f"P{index}",
            "travellers": dice.choice([1, 1, 2]),
            "max_connections": dice.choice([None, None, 1]),
            "min_connection_minutes": dice.choice([None, None, 60]),
            "max_segment_minutes": dice.choice([None, None, 300]),
            "max_travel_minutes": dice.choice([None, None, 400]),
            "services": dice.choice([[], [], [], ["wheelchair"]]),
            "transfer_services": dice.choice([[], [], [], ["lift"]]),
        }

    def need(self, index: int) -> dict[str, Any]:
        dice = self.dice
        low = 0 if index == 0 else dice.choice([0, 60, 120])
        high = None if index == 0 else dice.choice([None, 300, 2 * DAY])
        return {"id": f"N{index}", "gap_min_minutes": low, "gap_max_minutes": high}

    def slots(self) -> list[dict[str, Any]]:
        dice = self.dice
        slots: list[dict[str, Any]] = []
        for need in range(self.needs):
            for city in self.cities:
                for _ in range(dice.randint(1, self.many)):
                    day = dice.choice([2, 2, 3])
                    start = day * DAY + 480 + 120 * need + 60 * dice.randint(0, 3)
                    slots.append(
                        {
                            "id": f"S{len(slots)}",
                            "need": f"N{need}",
                            "city": city,
                            "site": f"{city} {dice.choice(['clinic', 'clinic', 'annex'])}",
                            "start": start,
                            "end": start + 60,
                            "day": day,
                            "recovery_minutes": dice.choice([0, 0, 120]),
                            **self.money(20, 60),
                            "mismatch_points": dice.randint(0, 4),
                        }
                    )
        return slots

    def journeys(self, kind: str) -> list[dict[str, Any]]:
        dice = self.dice
        rows: list[dict[str, Any]] = []
        for party in range(self.parties):
            for city in self.cities:
                for _ in range(dice.randint(1, self.many + (self.parties == 1))):
                    rows.append(self.journey(kind, len(rows), party, city))
        return rows

    def journey(self, kind: str, index: int, party: int, city: str) -> dict[str, Any]:
        dice = self.dice
        connections = dice.choice([0, 0, 1, 2])
        travel = 60 * dice.randint(2, 7)
        if kind == "out":
            day = dice.choice([1, 1, 2] if not self.day_trip else [1, 2, 2])
            arrive = day * DAY + 60 * dice.randint(4, 9)
            times = {"depart": arrive - travel, "arrive": arrive, "buffer_minutes": 60}
        else:
            day = dice.choice([3, 3, 4] if not self.day_trip else [2, 2, 3])
            depart = day * DAY + 60 * dice.randint(16, 23)
            times = {"depart": depart, "arrive": depart + travel, "lead_minutes": 120}
        return {
            "id": f"{kind}{index}",
            "party": f"P{party}",
            "city": city,
            "gateway": dice.choice(["north", "south"]),
            **times,
            "day": day,
            "connections": connections,
            "shortest_connection_minutes": dice.choice([45, 60, 90]) if connections else None,
            "longest_segment_minutes": dice.choice([120, 300, 310]),
            "seats": dice.choice([0, 1, 2, 9, 9, 9]),
            "services": dice.choice([["wheelchair"], ["wheelchair", "oxygen"], []]),
            **self.money(20, 120),
            "burden_minutes": dice.randint(0, 40),
            "expected_loss_cents": dice.randint(0, 10),
        }

    def lodging(self, index: int) -> dict[str, Any]:
        dice = self.dice
        nights = dice.choice([2, 4, 5])
        money = [self.money(10, 80) for _ in range(nights)]
        return {
            "id": f"L{index}",
            "city": dice.choice(self.cities),
            "first_day": dice.choice([0, 1, 1]),
            "price_cents": [row["price_cents"] for row in money],
            "payable_cents": [row["payable_cents"] for row in money],
            "rooms_left": [dice.choice([0, 1, 2, 3, 3, 3]) for _ in range(nights)],
            "min_nights": dice.choice([1, 1, 1, 2, 3]),
            "services": dice.choice([[], ["accessible"]]),
            "burden_minutes_per_night": dice.randint(0, 10),
            "expected_loss_cents": dice.randint(0, 10),
        }

    def transfers(self, lodgings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        dice = self.dice
        places = [row["id"] for row in lodgings]
        places += [f"{city} {kind}" for city in self.cities for kind in ("clinic", "annex")]
        rows: list[dict[str, Any]] = []
        for party in range(self.parties):
            for gateway in ("north", "south"):
                for place in places:
                    for _ in range(dice.choice([0, 1, 1, 2])):
                        rows.append(
                            {
                                "id": f"T{len(rows)}",
                                "party": f"P{party}",
                                "gateway": gateway,
                                "place": place,
                                "seats": dice.choice([1, 2, 4, 4]),
                                "services": dice.choice([[], ["lift"]]),
                                **self.money(0, 40),
                                "burden_minutes": dice.randint(0, 20),
                            }
                        )
        return rows

    def commutes(self, lodgings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "lodging": row["id"],
                "site": f"{row['city']} {kind}",
                **self.money(0, 30),
                "burden_minutes": self.dice.randint(0, 20),
            }
            for row in lodgings
            for kind in ("clinic", "annex")
            if self.dice.random() < 0.9
        ]

    def rules(self) -> dict[str, Any]:
        dice = self.dice
        return {
            "earliest_departure": dice.choice([None, None, DAY]),
            "home_by": dice.choice([None, None, 4 * DAY, 5 * DAY]),
            "max_nights": dice.choice([None, None, 2, 3]),
            "meeting_minutes": dice.choice([None, 60, 120, DAY]),
            "parting_minutes": dice.choice([None, 120, DAY]),
            "rooms": dice.choice([1, 1, 2]),
            "lodging_services": dice.choice([[], [], ["accessible"]]),
        }
