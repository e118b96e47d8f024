"""A visit as a trip document: its facts, and the same cents as the short documents had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pricing.coverage.decide import Question, decide
from pricing.coverage.decision import Decision
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.timetable import TIMED, find_timed
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.documents.write import write_document
from pricing.coverage.library import read_ceilings, shipped_policy
from pricing.coverage.pieces import cut
from pricing.documents.local_times import write_moment
from pricing.exchange import NoRates
from scheduling.translation.supply import Supply
from scheduling.translation.translate import translate
from scheduling.trip_of_visit import trip_of
from scheduling.visit import ChosenVisit
from tests.scheduling.supplies import NOW, a_supply
from tests.scheduling.test_translate import all_choices, document_of


def visits_of(supply: Supply) -> list[ChosenVisit]:
    translation = translate(supply)
    return [translation.read(one.to_document()) for one in all_choices(document_of(translation))]


def trip(visit: ChosenVisit) -> Trip:
    supply = a_supply()
    return trip_of(supply.case, visit, supply.preferences.meals, "USD")


def decided(level: str, visit: ChosenVisit) -> Decision:
    policy = shipped_policy(f"sojourn-{level}")
    question = Question(
        policy, trip(visit), NOW.date(), NoRates(), {}, read_ceilings(policy.policy)
    )
    return decide(question)


def test_the_trip_begins_and_ends_at_the_patients_home() -> None:
    found = trip(visits_of(a_supply())[0])

    assert write_moment(found.starts) == "2026-12-05T14:00:00-06:00 America/Chicago"
    assert write_moment(found.ends).endswith(" America/Chicago")
    assert found.patient.birth_date == date(1970, 5, 1)
    assert [(one.id, one.relation, one.same_day) for one in found.companions] == [
        ("Ben Sample 1968-01-01", "spouse", True),
        ("Carla Sample 1975-01-01", "sibling", False),
    ]
    assert found.patient.id == found.household == "Ana Sample 1970-05-01"
    assert found.site.country == "CH"
    assert found.distances["home_to_site"].straight_km is not None
    assert found.distances["home_to_site"].road_km is None


def test_tickets_tell_their_hours_and_borders() -> None:
    first = trip(visits_of(a_supply())[0]).expenses[0]

    assert first.id == "outbound-patient"
    assert first.amount_each == Decimal(900)
    assert first.legs is not None
    assert find_timed(first.legs[0], "scheduled_hours") == 14
    assert find_timed(first.legs[0], "overnight") is True
    assert (first.legs[0].scheduled_hours, first.legs[0].overnight) == (None, None)
    assert first.legs[0].international is True


def test_a_kept_trip_tells_the_same_times_as_the_plan() -> None:
    found = trip(visits_of(a_supply())[0])

    kept = read_trip(write_document(found), "kept")

    assert kept == found
    for planned, claimed in zip(found.expenses, kept.expenses, strict=True):
        for one, other in zip(planned.legs or (), claimed.legs or (), strict=True):
            for name in TIMED:
                assert find_timed(one, name) == find_timed(other, name)
    assert "2026-12-05T14:00:00-06:00 America/Chicago" in write_document(found)


def test_nights_keep_their_own_prices_in_every_room() -> None:
    found = trip(visits_of(a_supply())[0])

    amounts = [piece.amount for piece in cut(found) if piece.expense.id == "lodging"]
    assert amounts[:4] == [130_00, 130_00, 170_00, 170_00]


def test_every_line_has_an_id_of_its_own() -> None:
    ids = [one.id for one in trip(visits_of(a_supply())[0]).expenses]

    assert len(set(ids)) == len(ids)
    assert ids[-1] == "meals"


@pytest.mark.parametrize("level", ["standard", "premium", "vip"])
def test_every_visit_is_decided_under_each_level(level: str) -> None:
    for visit in visits_of(a_supply())[::7]:
        found = decided(level, visit)
        assert found.patient + found.payable == found.claimed


def test_the_second_room_is_the_patients() -> None:
    visit = visits_of(a_supply())[0]
    assert visit.stay is not None
    single = replace(visit, stay=replace(visit.stay, rooms=1))

    assert decided("premium", visit).payable == decided("premium", single).payable
