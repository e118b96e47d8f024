"""The smallest document with everything in it, and builders that change one thing."""

from typing import Any

from scheduling.optimizer.choice import Choice, PartyTransfers
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import Problem

DAY = 1440


def trip_document() -> dict[str, Any]:
    """Return a document with one of everything: two parties, two needs, two nights."""
    journey: dict[str, Any] = {"city": "Bern", "gateway": "BRN", "connections": 1, "seats": 2}
    journey |= {"shortest_connection_minutes": 60, "longest_segment_minutes": 200}
    journey |= {"services": ["wheelchair"], "burden_minutes": 10, "expected_loss_cents": 7}
    journey |= {"price_cents": 300, "payable_cents": 200}
    out: dict[str, Any] = {
        "depart": DAY + 200,
        "arrive": DAY + 600,
        "day": 1,
        "buffer_minutes": 120,
        **journey,
    }
    back: dict[str, Any] = {
        "depart": 3 * DAY + 600,
        "arrive": 3 * DAY + 1000,
        "day": 3,
        "lead_minutes": 90,
    }
    back |= journey
    ride: dict[str, Any] = {"gateway": "BRN", "place": "H", "seats": 2, "services": ["lift"]}
    ride |= {"price_cents": 20, "payable_cents": 10, "burden_minutes": 3}
    slot: dict[str, Any] = {
        "city": "Bern",
        "site": "clinic",
        "recovery_minutes": 60,
        "mismatch_points": 2,
    }
    slot |= {"price_cents": 500, "payable_cents": 500}
    party: dict[str, Any] = {"travellers": 2, "max_connections": 1, "min_connection_minutes": 60}
    party |= {"max_segment_minutes": 200, "max_travel_minutes": 400}
    party |= {"services": ["wheelchair"], "transfer_services": ["lift"]}
    money = {"price_cents": 30, "payable_cents": 20}
    return {
        "format": "sojourn-problem/1",
        "name": "one trip",
        "currency": "EUR",
        "horizon_start": "2027-01-01T00:00:00Z",
        "waiting_from_day": 0,
        "parties": [{"id": "patient", **party}, {"id": "friend", **party}],
        "needs": [
            {"id": "scan", "gap_min_minutes": 0, "gap_max_minutes": None},
            {"id": "talk", "gap_min_minutes": 60, "gap_max_minutes": 120},
        ],
        "slots": [
            {"id": "S1", "need": "scan", "start": 2 * DAY, "end": 2 * DAY + 60, "day": 2, **slot},
            {
                "id": "S2",
                "need": "talk",
                "start": 2 * DAY + 120,
                "end": 2 * DAY + 180,
                "day": 2,
                **slot,
            },
        ],
        "outbound": [
            {"id": "O1", "party": "patient", **out},
            {"id": "O2", "party": "friend", **out, "arrive": DAY + 590},
        ],
        "return": [
            {"id": "R1", "party": "patient", **back},
            {"id": "R2", "party": "friend", **back, "depart": 3 * DAY + 610},
        ],
        "lodgings": [
            {
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
        ],
        "transfers": [
            {"id": "T1", "party": "patient", **ride},
            {"id": "T2", "party": "friend", **ride},
        ],
        "commutes": [{"lodging": "H", "site": "clinic", **money, "burden_minutes": 6}],
        "daily": [{"city": "Bern", **money}],
        "rules": {
            "earliest_departure": DAY + 200,
            "home_by": 3 * DAY + 1000,
            "max_nights": 2,
            "meeting_minutes": 10,
            "parting_minutes": 10,
            "rooms": 2,
            "lodging_services": ["accessible"],
        },
        "trip_cap_cents": 1_500,
        "prices": {
            "patient_cent": 3,
            "payer_cent": 2,
            "burden_minute_cents": 5,
            "waiting_day_cents": 100,
            "mismatch_point_cents": 10,
            "expected_loss_cent": 1,
        },
    }


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
