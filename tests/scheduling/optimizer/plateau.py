"""A document on which no mix closes the gap: many equal plans and one lumpy choice of flight."""

from typing import Any, Final

DAY = 1440

_REST: Final[dict[str, Any]] = {
    "format": "sojourn-problem/1",
    "name": "plateau",
    "currency": "EUR",
    "horizon_start": "2027-01-01T00:00:00Z",
    "waiting_from_day": 0,
    "rules": {
        "earliest_departure": None,
        "home_by": None,
        "max_nights": None,
        "meeting_minutes": None,
        "parting_minutes": None,
        "rooms": 1,
        "lodging_services": [],
    },
    "trip_cap_cents": 550,
    "prices": {
        "patient_cent": 2,
        "payer_cent": 1,
        "burden_minute_cents": 1,
        "waiting_day_cents": 1,
        "mismatch_point_cents": 1,
        "expected_loss_cent": 1,
    },
}


def plateau_document(slots: int = 40, lodgings: int = 60) -> dict[str, Any]:
    """Return a document whose cells all cost the same.

    One flight is dear and fully payable, the other cheap and not payable, and the cap ends halfway
    into the dear one. By mixing, half of each would be best; there is no half flight.
    """
    journey = {"party": "P", "city": "Bern", "connections": 0, "seats": 9, "services": []}
    journey |= {"shortest_connection_minutes": None, "longest_segment_minutes": 60}
    journey |= {"burden_minutes": 0, "expected_loss_cents": 0, "gateway": "BRN"}
    free = {"price_cents": 0, "payable_cents": 0}
    slot = {"need": "N", "city": "Bern", "site": "clinic", "day": 2, "mismatch_points": 0}
    outbound = {"depart": 600, "arrive": 700, "day": 0, "buffer_minutes": 0}
    back = {"depart": 4 * DAY, "arrive": 4 * DAY + 100, "day": 4, "lead_minutes": 0}
    party = {"id": "P", "travellers": 1, "services": [], "transfer_services": []}
    party |= {"max_connections": None, "min_connection_minutes": None}
    party |= {"max_segment_minutes": None, "max_travel_minutes": None}
    return {
        "parties": [party],
        "needs": [{"id": "N", "gap_min_minutes": 0, "gap_max_minutes": None}],
        "slots": [
            {"id": f"S{n}", "start": 2 * DAY + n, "end": 2 * DAY + n + 60, **slot}
            | {"recovery_minutes": 0, "price_cents": 500, "payable_cents": 500}
            for n in range(slots)
        ],
        "outbound": [
            {"id": "dear", "price_cents": 100, "payable_cents": 100, **journey, **outbound},
            {"id": "cheap", "price_cents": 60, "payable_cents": 0, **journey, **outbound},
        ],
        "return": [{"id": "R", **free, **journey, **back}],
        "lodgings": [
            {"id": f"H{n}", "city": "Bern", "first_day": 0, "price_cents": [50] * 4}
            | {"payable_cents": [0] * 4, "rooms_left": [1] * 4, "min_nights": 1, "services": []}
            | {"burden_minutes_per_night": 0, "expected_loss_cents": 0}
            for n in range(lodgings)
        ],
        "transfers": [
            {"id": f"T{n}", "party": "P", "gateway": "BRN", "place": f"H{n}", "seats": 4, **free}
            | {"services": [], "burden_minutes": 0}
            for n in range(lodgings)
        ],
        "commutes": [
            {"lodging": f"H{n}", "site": "clinic", **free, "burden_minutes": 0}
            for n in range(lodgings)
        ],
        "daily": [{"city": "Bern", **free}],
        **_REST,
    }
