"""Trips made up at random, which state every fact that a shipped policy asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

Made = dict[str, Any]

MOST_NIGHTS: Final = 12
"""No trip made up here is longer."""

MOST_EXPENSES: Final = 6

CABINS: Final = ("economy", "premium_economy", "business", "first")

COMPANIONS: Final = ("one", "two", "three")

whole_cents = st.integers(0, 3000_00)
yes_or_no = st.sampled_from(("yes", "no"))
purposes = st.sampled_from(("treatment", "compensation and pension exam"))


def units(cents: int) -> str:
    """Return cents as the whole units of a document: ``12.34``."""
    return f"{cents // 100}.{cents % 100:02d}"


amounts = whole_cents.map(units)


@st.composite
def trips(draw: st.DrawFn, first: date, last: date, currency: str = "USD") -> Made:
    """Return a trip that begins and ends between two days; every expense states its amount."""
    nights = draw(st.integers(0, min(MOST_NIGHTS, (last - first).days)))
    starts = draw(st.dates(first, last - timedelta(days=nights)))
    ends = starts + timedelta(days=nights)
    people = ["patient", *COMPANIONS[: draw(st.integers(0, len(COMPANIONS)))]]
    visits = _visits(draw, starts, nights)
    return {
        "format": "sojourn-trip/1",
        "id": "made-up",
        "stage": draw(st.sampled_from(("estimate", "claim"))),
        "currency": currency,
        "starts": f"{starts}T{draw(st.integers(0, 11)):02d}:00",
        "ends": f"{ends}T{draw(st.integers(12, 23)):02d}:30",
        "patient": _patient(draw, starts, nights),
        "companions": [_companion(draw, name) for name in people[1:]],
        "visits": visits,
        "expenses": _expenses(draw, starts, nights, people, [visit["id"] for visit in visits]),
        **_around(draw, starts),
        "claim": {"filed": str(ends + timedelta(days=draw(st.integers(0, 400))))},
    }


def _patient(draw: st.DrawFn, starts: date, nights: int) -> Made:
    admitted = draw(st.integers(0, nights))
    discharged = draw(st.integers(admitted, nights))
    stay = {
        "admitted": str(starts + timedelta(days=admitted)),
        "discharged": str(starts + timedelta(days=discharged)),
    }
    return {
        "id": "patient",
        "age": draw(st.integers(0, 90)),
        "inpatient": [stay] if discharged > admitted else [],
        "facts": {
            "medicare": draw(yes_or_no),
            "service_connected_percent": draw(st.sampled_from((0, 29, 30, 100))),
        },
    }


def _companion(draw: st.DrawFn, name: str) -> Made:
    return {
        "id": name,
        "role": draw(st.sampled_from(("companion", "parent", "attendant", "donor"))),
        "age": draw(st.integers(0, 90)),
        "medically_required": draw(yes_or_no),
        "same_day": draw(yes_or_no),
    }


def _visits(draw: st.DrawFn, starts: date, nights: int) -> list[Made]:
    return [
        {
            "id": f"visit-{number}",
            "date": str(starts + timedelta(days=draw(st.integers(0, nights)))),
            "purpose": draw(purposes),
            "scheduled": draw(yes_or_no),
        }
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]


def _around(draw: st.DrawFn, starts: date) -> Made:
    """Return the site, the care and the papers, mostly such that policies pay something."""
    mostly = st.sampled_from(("yes", "yes", "yes", "no"))
    approved = starts - timedelta(days=draw(st.sampled_from((0, 10, 60, 200))))
    networks = st.sampled_from(("no", "no", "yes"))
    return {
        "site": {
            "name": "Made-up Clinic",
            "designations": draw(st.sampled_from([["coe"], ["coe", "research"], []])),
            "facts": {"licensed": draw(mostly)},
        },
        "distances": {
            "home_to_site": {"road_mi": draw(st.sampled_from((100, 150, 900)))},
            "home_to_nearest": {"road_mi": draw(st.sampled_from((100, 150, 900)))},
        },
        "care": {
            "procedure": "made-up procedure",
            "telehealth_tried": draw(mostly),
            "facts": {
                "in_network_within_50_mi": draw(networks),
                "in_person_wanted": draw(mostly),
            },
        },
        "referral": {"date": str(approved), "by": "care coordination"},
        "approvals": [{"date": str(approved), "code": "A-1"}] if draw(yes_or_no) == "yes" else [],
        "facts": {"vacation": draw(networks), "on_duty_next_day": draw(mostly)},
    }


def _expenses(
    draw: st.DrawFn, starts: date, nights: int, people: list[str], visits: list[str]
) -> list[Made]:
    return [
        {
            "id": f"expense-{number}",
            **draw(makers)(draw, starts, nights),
            **_common(draw, people, visits),
        }
        for number in range(1, draw(st.integers(1, MOST_EXPENSES)) + 1)
    ]


def _common(draw: st.DrawFn, people: list[str], visits: list[str]) -> Made:
    """Return the keys that every expense may have."""
    common: Made = {"receipt": draw(yes_or_no), "visit": draw(st.sampled_from(visits))}
    if draw(st.booleans()):
        common["travellers"] = draw(
            st.lists(st.sampled_from(people), min_size=1, max_size=len(people), unique=True)
        )
    if draw(st.booleans()):
        common["other_payments"] = draw(amounts)
    return common


def _price(draw: st.DrawFn) -> Made:
    key = draw(st.sampled_from(("amount", "amount_each")))
    cents = draw(whole_cents)
    price = {key: units(cents)}
    if draw(st.booleans()):
        price["tax"] = units(draw(st.integers(0, cents // 5)))
    return price


def _legs(draw: st.DrawFn, starts: date, nights: int, *, shared: Callable[[], Made]) -> list[Made]:
    days = sorted(draw(st.lists(st.integers(0, nights), min_size=1, max_size=3)))
    directions = ["out", *["local"] * (len(days) - 2), "return"][: len(days)]
    return [
        {"direction": direction, "date": str(starts + timedelta(days=day)), **shared()}
        for day, direction in zip(days, directions, strict=True)
    ]


def _drive(draw: st.DrawFn, starts: date, nights: int) -> Made:
    miles = st.integers(0, 9000).map(lambda tenths: f"{tenths // 10}.{tenths % 10}")
    unit = draw(st.sampled_from(("distance_mi", "distance_km")))
    legs = _legs(draw, starts, nights, shared=lambda: {unit: draw(miles)})
    return {"kind": "car", "legs": legs, **_price(draw)}


def _ticket(draw: st.DrawFn, starts: date, nights: int) -> Made:
    def flown() -> Made:
        return {
            "scheduled_hours": draw(st.sampled_from(("5", "7.98", "8", "14", "14.02"))),
            "overnight": draw(yes_or_no),
            "international": draw(yes_or_no),
        }

    fares = sorted(draw(st.lists(whole_cents, min_size=len(CABINS), max_size=len(CABINS))))
    return {
        "kind": draw(st.sampled_from(("air", "rail"))),
        "legs": _legs(draw, starts, nights, shared=flown),
        "cabin": draw(st.sampled_from(CABINS)),
        "fares": dict(zip(CABINS, map(units, fares), strict=True)),
        **_price(draw),
    }


def _stay(draw: st.DrawFn, starts: date, nights: int) -> Made:
    arrives = draw(st.integers(0, max(0, nights - 1)))
    leaves = draw(st.integers(arrives + 1, max(arrives + 1, nights)))
    return {
        "kind": "lodging",
        "check_in": str(starts + timedelta(days=arrives)),
        "check_out": str(starts + timedelta(days=leaves)),
        "rooms": draw(st.integers(1, 3)),
        "lodging_type": draw(st.sampled_from(("hotel", "friends_family"))),
        **_price(draw),
    }


def _meals(draw: st.DrawFn, starts: date, nights: int) -> Made:
    opens = draw(st.integers(0, nights))
    closes = draw(st.integers(opens, nights))
    return {
        "kind": "meals",
        "from": str(starts + timedelta(days=opens)),
        "to": str(starts + timedelta(days=closes)),
        "location": draw(st.sampled_from(("Example City", "Elsewhere"))),
        **_price(draw),
    }


def _other(draw: st.DrawFn, starts: date, nights: int) -> Made:
    kinds = ("taxi", "parking", "tolls", "ambulance", "consultation", "treatment", "other")
    return {
        "kind": draw(st.sampled_from(kinds)),
        "item": "something",
        "date": str(starts + timedelta(days=draw(st.integers(0, nights)))),
        **_price(draw),
    }


MAKERS: Final = (_drive, _ticket, _stay, _meals, _other)
"""What makes up an expense, given how to draw, the trip's first day and its nights."""

makers = st.sampled_from(MAKERS)
