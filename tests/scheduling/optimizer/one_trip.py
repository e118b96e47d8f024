"""The smallest document with everything in it, and builders that change one thing."""

from copy import deepcopy
from typing import Any, Final

from scheduling.optimizer.choice import Choice, PartyTransfers
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import Problem

DAY = 1440


_MONEY: Final[dict[str, Any]] = {"price_cents": 30, "payable_cents": 20}
_PARTY: Final[dict[str, Any]] = {
    "travellers": 2,
    "max_connections": 1,
    "min_connection_minutes": 60,
    "max_segment_minutes": 200,
    "max_travel_minutes": 400,
    "services": ["wheelchair"],
    "transfer_services": ["lift"],
}
_SLOT: Final[dict[str, Any]] = {
    "city": "Bern",
    "site": "clinic",
    "day": 2,
    "recovery_minutes": 60,
    "mismatch_points": 2,
    "price_cents": 500,
    "payable_cents": 500,
}
_JOURNEY: Final[dict[str, Any]] = {
    "city": "Bern",
    "gateway": "BRN",
    "connections": 1,
    "shortest_connection_minutes": 60,
    "longest_segment_minutes": 200,
    "seats": 2,
    "services": ["wheelchair"],
    "burden_minutes": 10,
    "expected_loss_cents": 7,
    "price_cents": 300,
    "payable_cents": 200,
}
_OUT: Final = _JOURNEY | {
    "depart": DAY + 200,
    "arrive": DAY + 600,
    "day": 1,
    "buffer_minutes": 120,
}
_BACK: Final = _JOURNEY | {
    "depart": 3 * DAY + 600,
    "arrive": 3 * DAY + 1000,
    "day": 3,
    "lead_minutes": 90,
}
_RIDE: Final[dict[str, Any]] = {
    "gateway": "BRN",
    "place": "H",
    "seats": 2,
    "services": ["lift"],
    "price_cents": 20,
    "payable_cents": 10,
    "burden_minutes": 3,
}
_LODGING: Final[dict[str, Any]] = {
    "id": "H",
    "city": "Bern",
    "first_day": 0,
    "price_cents": [70, 80, 90, 100],
    "payable_cents": [50, 60, 70, 80],
    "rooms_left": [2, 2, 2, 2],
    "min_nights": 2,
    "services": ["accessible"],
    "burden_minutes_per_night": 4,
    "expected_loss_cents": 11,
}
_RULES: Final[dict[str, Any]] = {
    "earliest_departure": DAY + 200,
    "home_by": 3 * DAY + 1000,
    "max_nights": 2,
    "meeting_minutes": 10,
    "parting_minutes": 10,
    "rooms": 2,
    "lodging_services": ["accessible"],
}
_PRICES: Final[dict[str, Any]] = {
    "patient_cent": 3,
    "payer_cent": 2,
    "burden_minute_cents": 5,
    "waiting_day_cents": 100,
    "mismatch_point_cents": 10,
    "expected_loss_cent": 1,
}


def trip_document() -> dict[str, Any]:
    """Return a document with one of everything: two parties, two needs, two nights."""
    start = 2 * DAY
    document = {
        "format": "sojourn-problem/1",
        "name": "one trip",
        "currency": "EUR",
        "horizon_start": "2027-01-01T00:00:00Z",
        "waiting_from_day": 0,
        "parties": [{"id": "patient", **_PARTY}, {"id": "friend", **_PARTY}],
        "needs": [
            {"id": "scan", "gap_min_minutes": 0, "gap_max_minutes": None},
            {"id": "talk", "gap_min_minutes": 60, "gap_max_minutes": 120},
        ],
        "slots": [
            {"id": "S1", "need": "scan", "start": start, "end": start + 60, **_SLOT},
            {"id": "S2", "need": "talk", "start": start + 120, "end": start + 180, **_SLOT},
        ],
        "outbound": [
            {**_OUT, "id": "O1", "party": "patient"},
            {**_OUT, "id": "O2", "party": "friend", "arrive": DAY + 590},
        ],
        "return": [
            {**_BACK, "id": "R1", "party": "patient"},
            {**_BACK, "id": "R2", "party": "friend", "depart": 3 * DAY + 610},
        ],
        "lodgings": [_LODGING],
        "transfers": [
            {"id": "T1", "party": "patient", **_RIDE},
            {"id": "T2", "party": "friend", **_RIDE},
        ],
        "commutes": [{"lodging": "H", "site": "clinic", **_MONEY, "burden_minutes": 6}],
        "daily": [{"city": "Bern", **_MONEY}],
        "rules": _RULES,
        "trip_cap_cents": 1_500,
        "prices": _PRICES,
    }
    # A copy, so that a test may change what it likes.
    return deepcopy(document)


def trip(**changes: Any) -> Problem:  # noqa: ANN401 — any value a document can hold
    """Return the trip with values changed; a key is a path such as `slots__0__start`."""
    document = trip_document()
    for path, value in changes.items():
        steps = [int(step) if step.isdigit() else step for step in path.split("__")]
        place: Any = document
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value
    return parse_problem(document)


def the_choice() -> Choice:
    """Return the only choice the trip has."""
    return Choice(
        slots={"scan": "S1", "talk": "S2"},
        outbound={"patient": "O1", "friend": "O2"},
        returns={"patient": "R1", "friend": "R2"},
        lodging="H",
        transfers={
            "patient": PartyTransfers("T1", "T1"),
            "friend": PartyTransfers("T2", "T2"),
        },
        check_in_day=1,
        check_out_day=3,
    )
