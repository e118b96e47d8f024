"""What is stated about a case becomes part of its trip."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from logistics.case_facts import NO_FACTS, CaseFacts, complete_trip
from pricing.coverage.documents.read import read_part, read_trip
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.documents.write import write_document, write_plain

TRIP: Any = {
    "format": "sojourn-trip/1",
    "id": "SJ-1",
    "stage": "claim",
    "currency": "USD",
    "starts": "2027-03-01",
    "ends": "2027-03-04",
    "patient": {"id": "mary", "birth_date": "1980-01-01", "residence": "US"},
    "companions": [{"id": "tom", "relation": "spouse", "role": "companion"}, {"id": "ann"}],
    "household": "mary",
    "site": {"name": "Clinic", "country": "CH"},
    "distances": {"home_to_site": {"straight_km": 700}},
    "care": {"diagnosis": "Sarcoma"},
    "visits": [{"id": "first", "date": "2027-03-02"}],
    "expenses": [
        {"id": "taxi", "kind": "taxi", "date": "2027-03-01", "amount": 40},
        {"id": "bus", "kind": "bus", "date": "2027-03-01", "amount": 9, "arranged_by": "mary"},
    ],
}


def completed(stated: dict[str, Any], trip: dict[str, Any] | None = None) -> Trip:
    """Return the trip with what is stated."""
    facts = read_part(write_plain(stated), "facts", CaseFacts)
    return complete_trip(read_trip(write_plain(trip or TRIP), "trip"), facts, "zurich")


def test_a_trip_stays_as_it_is_where_nothing_is_stated() -> None:
    trip = read_trip(write_plain(TRIP), "trip")

    assert complete_trip(trip, NO_FACTS, "zurich") is trip


def test_a_completed_trip_is_a_trip_that_can_be_read() -> None:
    trip = completed(
        {
            "household": "F-7",
            "patient": {"inpatient": [{"admitted": "2027-03-02", "discharged": "2027-03-03"}]},
            "companions": {"tom": {"medically_required": "yes", "facts": {"badge": "A"}}},
            "sites": {"zurich": {"network": True, "designations": ["coe"]}},
            "nearest": {"name": "County", "care_cost": "900"},
            "care": {"procedure": "TAVI"},
            "referral": {"date": "2027-01-03"},
            "approvals": [{"date": "2027-02-01", "covers": ["transport"]}],
            "visits": {"first": {"procedure": "TAVI"}},
            "rates": [
                {"from": "AED", "to": "USD", "value": "0.2723", "date": "2027-03-01", "source": "x"}
            ],
            "facts": {"income": "120"},
        }
    )

    assert read_trip(write_document(trip), "trip") == trip
    assert trip.household == "F-7"
    assert trip.patient.residence == "US"
    assert trip.companions[0].medically_required is True
    assert (trip.companions[0].relation, trip.companions[1].medically_required) == ("spouse", None)
    assert (trip.site.name, trip.site.network, trip.site.country) == ("Clinic", True, "CH")
    assert (trip.care.diagnosis, trip.care.procedure) == ("Sarcoma", "TAVI")
    assert trip.visits[0].date == date(2027, 3, 2)
    assert trip.facts == {"income": "120"}


def test_another_facilitys_facts_are_not_this_ones() -> None:
    trip = completed({"sites": {"boston": {"network": True}}})

    assert trip.site.network is None


@pytest.mark.parametrize(
    ("stated", "road_km", "road_mi", "straight_km"),
    [
        ({"road_km": "650"}, "650", None, "700"),
        ({"straight_km": "655"}, None, None, "655"),
        ({"road_mi": "400", "straight_mi": "380"}, None, "400", None),
    ],
)
def test_a_stated_way_replaces_the_same_way_alone(
    stated: dict[str, str], road_km: str | None, road_mi: str | None, straight_km: str | None
) -> None:
    trip = completed({"sites": {"zurich": {"distances": {"home_to_site": stated}}}})

    found = trip.distances["home_to_site"]
    told = (found.road_km, found.road_mi, found.straight_km)
    assert told == tuple(
        None if one is None else Decimal(one) for one in (road_km, road_mi, straight_km)
    )


def test_what_is_so_of_every_expense_gives_way_to_its_own_word() -> None:
    trip = completed({"expenses": {"arranged_by": "sponsor", "facts": {"zone": "a"}}})

    assert [one.arranged_by for one in trip.expenses] == ["sponsor", "mary"]
    assert all(one.facts == {"zone": "a"} for one in trip.expenses)


def test_nights_in_hospital_count_for_claims_alone() -> None:
    stated = {"patient": {"inpatient": [{"admitted": "2027-03-02", "discharged": "2027-03-03"}]}}

    assert len(completed(stated).patient.inpatient) == 1
    assert completed(stated, {**TRIP, "stage": "estimate"}).patient.inpatient == ()
