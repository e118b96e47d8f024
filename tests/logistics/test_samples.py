"""The sample world: real places, invented people, enough slots, and cases that differ."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from logistics.case.model import Case
from logistics.errors import FacilityNotFound, InvalidField, SpecialistNotFound
from logistics.facility import Facility
from logistics.fitness import zones_crossed
from logistics.people import Assistance
from logistics.places import flight_kilometres, get_airport, metres_between
from logistics.samples import (
    SampleSlot,
    load_cases,
    load_facilities,
    load_specialists,
    sample_slots,
)
from logistics.timing import to_local
from tests.logistics.travels import NOW, TODAY, cases, facilities

NO_PLAN = "SJ-1015"


def test_there_are_facilities_in_many_countries() -> None:
    everything = load_facilities()

    assert len(everything) >= 16
    assert len({one.country for one in everything}) >= 8
    assert max(Counter(one.city for one in everything).values()) >= 2
    assert sum(len(one.gateways) > 1 for one in everything) >= 8


@pytest.mark.parametrize("facility", load_facilities(), ids=lambda one: one.id)
def test_a_facility_lies_near_its_gateways_and_names_its_source(facility: Facility) -> None:
    for code in facility.gateways:
        airport = get_airport(code)
        assert metres_between(airport.coordinates, facility.coordinates) < 170_000
        assert zones_crossed(airport.zone, facility.zone, NOW) == 0
    assert facility.website.startswith("https://")
    assert facility.website in facility.source
    assert "2026-11" in facility.source


def test_every_specialist_is_marked_as_a_sample_of_a_known_facility() -> None:
    specialists = load_specialists()

    assert all(one.is_sample for one in specialists)
    assert {one.facility_id for one in specialists} == set(facilities())
    assert len({one.id for one in specialists}) == len(specialists)
    assert min(Counter(one.facility_id for one in specialists).values()) >= 3
    assert all("fictional" in text for one in specialists for text in one.credentials)


@cache
def slots(today: date = TODAY) -> tuple[SampleSlot, ...]:
    """Return every sample slot."""
    return sample_slots(load_specialists(), load_facilities(), today)


def test_slots_lie_in_the_sixty_days_ahead_in_working_hours() -> None:
    zone_of = {one.id: facilities()[one.facility_id].zone for one in load_specialists()}

    found = slots()

    assert len({slot.id for slot in found}) == len(found)
    for slot in found:
        local = to_local(slot.starts_at, zone_of[slot.specialist_id])
        assert 1 <= (local.date() - TODAY).days <= 60
        assert 9 <= local.hour < 16
        assert 30 <= (slot.ends_at - slot.starts_at) / timedelta(minutes=1) <= 240
        assert slot.fee.minor > 0
        assert (local.month, local.day) not in {(12, 25), (1, 1)}


def test_clinics_are_held_on_the_same_two_working_days_each_week() -> None:
    people = {one.id: facilities()[one.facility_id] for one in load_specialists()}
    weekdays: dict[str, set[int]] = {}
    for slot in slots():
        local = to_local(slot.starts_at, people[slot.specialist_id].zone)
        weekdays.setdefault(slot.specialist_id, set()).add(local.weekday())

    for specialist_id, held in weekdays.items():
        weekend = {4, 5} if people[specialist_id].country == "IL" else {5, 6}
        assert len(held) == 2
        assert not held & weekend


def test_nobody_sees_two_patients_at_once() -> None:
    by_person: dict[str, list[SampleSlot]] = {}
    for slot in slots():
        by_person.setdefault(slot.specialist_id, []).append(slot)

    for mine in by_person.values():
        mine.sort(key=lambda slot: slot.starts_at)
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(mine))


@pytest.mark.parametrize("today", [date(2027, 2, 20), date(2027, 9, 25), date(2028, 2, 28)])
def test_the_sample_can_be_seeded_on_any_day(today: date) -> None:
    assert len(slots(today)) > 3000
    for case in load_cases(today):
        case.require_plausible(today)


def test_slots_of_strangers_are_refused() -> None:
    specialist = load_specialists()[0]

    with pytest.raises(FacilityNotFound):
        sample_slots((specialist,), (), TODAY)
    with pytest.raises(SpecialistNotFound):
        sample_slots(
            (type(specialist)("nobody", "x", "N", "cardiology", (), ("en",), is_sample=True),),
            load_facilities(),
            TODAY,
        )


@pytest.mark.parametrize("case", cases(), ids=lambda one: one.reference)
def test_each_need_has_slots_enough(case: Case) -> None:
    skilled = {
        one.id: one.specialty
        for one in load_specialists()
        if one.facility_id in case.visit.facility_ids
    }
    everything = slots()
    for need in case.visit.needs:
        fitting = [
            slot
            for slot in everything
            if skilled.get(slot.specialist_id) == need.specialty
            and slot.ends_at - slot.starts_at >= timedelta(minutes=need.minutes)
        ]
        assert len(fitting) >= 20


@pytest.mark.parametrize("case", cases(), ids=lambda one: one.reference)
def test_each_case_is_a_plausible_sample_at_known_places(case: Case) -> None:
    case.require_plausible(TODAY)

    assert case.is_sample
    assert case.story
    assert case.diagnosis
    assert set(case.visit.facility_ids) <= set(facilities())


def test_the_cases_differ_in_what_matters() -> None:
    by_level = Counter(str(one.service_level) for one in cases())
    visits = [one.visit for one in cases()]
    limits = [one.limits for one in visits]
    routes = [
        flight_kilometres(one.patient.home_airport, facilities()[place].gateways[0])
        for one in cases()
        for place in one.visit.facility_ids
    ]

    assert len(cases()) >= 14
    assert min(by_level.values()) >= 3
    assert len(by_level) == 3
    assert min(routes) < 1000
    assert max(routes) > 9000
    assert any(Assistance.WHEELCHAIR in one.assistance for one in limits)
    assert any(Assistance.OXYGEN in one.assistance for one in limits)
    assert any(one.nonstop_only for one in limits)
    assert any("business" in one.cabins for one in limits)
    assert {len(one.needs) for one in visits} >= {1, 2, 3}
    assert any(one.latest_date for one in visits)
    assert any(one.max_nights == 0 for one in visits)
    assert any(not one.companions for one in cases())
    assert any(len({c.person.home_airport for c in one.companions}) > 1 for one in cases())
    assert any(one.patient.age_on(TODAY) < 18 for one in cases())
    assert any(not one.patient.name.isascii() for one in cases())
    assert any(len({facilities()[place].city for place in one.facility_ids}) > 1 for one in visits)
    assert any(
        not set(one.patient.languages)
        & {
            language
            for place in one.visit.facility_ids
            for language in facilities()[place].languages
        }
        for one in cases()
    )


def test_the_case_without_a_plan_says_why() -> None:
    case = next(one for one in cases() if one.reference == NO_PLAN)

    assert case.visit.latest_date is not None
    assert (case.visit.latest_date - NOW.date()).days <= 6
    assert "no plan exists" in case.story


def test_a_malformed_seed_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logistics.samples._document", lambda name: {"cases": [{"reference": 5}]})

    with pytest.raises(InvalidField) as caught:
        load_cases(TODAY)
    assert caught.value.field.startswith("seed_data/cases.yaml: cases.0.")
