"""The case and its people: what cannot be, and who travels together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from logistics.case.model import Case, ServiceLevel
from logistics.case.parties import parties_of
from logistics.case.visit_request import AppointmentNeed, TravelLimits, VisitRequest
from logistics.errors import InvalidField, UnknownAirport
from logistics.people import Companion, Person, Relation

TODAY = date(2026, 11, 21)
NEED = AppointmentNeed("consultation", "Consultation", "cardiology", 60)


def person(*, birth: date = date(1980, 5, 17), home: str = "ZRH", name: str = "Ada") -> Person:
    """Return somebody."""
    return Person(name, birth, home, ("en",))


def companion(
    *, home: str = "ZRH", together: bool = True, birth: date = date(1981, 1, 1), name: str = "Bo"
) -> Companion:
    """Return somebody who comes along."""
    return Companion(person(birth=birth, home=home, name=name), Relation.SPOUSE, together)


def visit(**changes: Any) -> VisitRequest:  # noqa: ANN401 — passed on to a checked dataclass
    """Return a visit of one appointment, with changes."""
    plain = VisitRequest((NEED,), ("usz",), TravelLimits(), rooms=1)
    return replace(plain, **changes)


def case(**changes: Any) -> Case:  # noqa: ANN401 — passed on to a checked dataclass
    """Return a case without companions, with changes."""
    plain = Case(
        reference="SJ-1",
        title="A case",
        diagnosis="",
        service_level=ServiceLevel.PREMIUM,
        patient=person(),
        companions=(),
        visit=visit(),
        is_sample=True,
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    "reference", ["", "A", "sj-1", "SJ 1", "SJ-", "-SJ", "S" * 33, "SJ-\u0661"]
)
def test_a_reference_is_one_that_can_be_typed(reference: str) -> None:
    with pytest.raises(InvalidField) as caught:
        case(reference=reference)
    assert caught.value.field == "reference"


@pytest.mark.parametrize(
    ("age_days", "age"), [(0, 0), (365 * 18 + 3, 17), (365 * 18 + 4, 18), (365 * 18 + 5, 18)]
)
def test_ages_are_completed_years(age_days: int, age: int) -> None:
    assert person(birth=TODAY - timedelta(days=age_days)).age_on(TODAY) == age


def test_a_leap_day_child_has_its_birthday_in_march() -> None:
    child = person(birth=date(2020, 2, 29))

    assert child.age_on(date(2026, 2, 28)) == 5
    assert child.age_on(date(2026, 3, 1)) == 6


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient": person(birth=date(2026, 11, 22))}, "patient.birth_date"),
        ({"patient": person(birth=date(1890, 1, 1))}, "patient.birth_date"),
        ({"companions": (companion(birth=date(2030, 1, 1)),)}, "companions.0.birth_date"),
        ({"patient": person(birth=date(2015, 1, 1))}, "companions"),
        (
            {
                "patient": person(birth=date(2015, 1, 1)),
                "companions": (companion(home="GVA", together=False),),
            },
            "companions",
        ),
    ],
)
def test_implausible_people_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        case(**changes).require_plausible(TODAY)
    assert caught.value.field == field


def test_a_minor_travels_with_an_adult() -> None:
    case(patient=person(birth=date(2015, 1, 1)), companions=(companion(),)).require_plausible(TODAY)


def test_travelling_together_needs_one_home_airport() -> None:
    with pytest.raises(InvalidField) as caught:
        case(companions=(companion(home="GVA"),))
    assert caught.value.field == "companions.0.travels_with_patient"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"needs": ()}, "needs"),
        ({"needs": (NEED, NEED)}, "needs"),
        ({"facility_ids": ()}, "facility_ids"),
        ({"rooms": 0}, "rooms"),
        ({"rooms": 5}, "rooms"),
        ({"max_nights": -1}, "max_nights"),
        (
            {"earliest_date": date(2026, 12, 2), "latest_date": date(2026, 12, 1)},
            "latest_date",
        ),
    ],
)
def test_an_impossible_visit_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        visit(**changes)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "limits",
    [
        {"cabins": ()},
        {"cabins": ("steerage",)},
        {"max_connections": -1},
        {"max_travel_minutes": -5},
    ],
)
def test_limits_nobody_can_keep_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        TravelLimits(**limits)


@pytest.mark.parametrize(
    "need",
    [
        {"minutes": 4},
        {"minutes": 1441},
        {"gap_min_minutes": -1},
        {"recovery_minutes": -1},
        {"gap_min_minutes": 60, "gap_max_minutes": 59},
    ],
)
def test_an_impossible_appointment_is_refused(need: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        replace(NEED, **need)


def test_a_person_has_a_name_a_language_and_a_real_airport() -> None:
    with pytest.raises(InvalidField):
        person(name="  ")
    with pytest.raises(InvalidField):
        Person("Ada", date(1980, 1, 1), "ZRH", ())
    with pytest.raises(UnknownAirport):
        case(patient=person(home="QQQ"))


def test_four_companions_are_too_many() -> None:
    with pytest.raises(InvalidField, match="at most three"):
        case(companions=(companion(),) * 4)


def test_companions_from_elsewhere_form_parties_by_airport() -> None:
    parties = parties_of(
        case(
            companions=(
                companion(home="GVA", together=False, name="Gil"),
                companion(name="Bo"),
                companion(home="DXB", together=False, name="Dee"),
            )
        )
    )

    assert [(one.id, one.travellers, one.home_airport) for one in parties] == [
        ("patient", ("Ada", "Bo"), "ZRH"),
        ("companion-GVA", ("Gil",), "GVA"),
        ("companion-DXB", ("Dee",), "DXB"),
    ]
    assert [one.is_patients for one in parties] == [True, False, False]
    assert parties[0].size == len(parties[0].birth_dates) == 2


def test_a_companion_from_the_same_airport_may_travel_apart() -> None:
    parties = parties_of(case(companions=(companion(together=False),)))

    assert [one.id for one in parties] == ["patient", "companion-ZRH"]
