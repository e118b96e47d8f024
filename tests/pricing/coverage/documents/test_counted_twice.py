"""Amounts that are multiplied twice, and limits that count where there is one at most."""

from __future__ import annotations

import pytest

from tests.pricing.coverage.deciding import policy_text
from tests.pricing.coverage.documents.examples import HERE, line_of
from tests.pricing.coverage.documents.test_policy_warnings import warned

ALL = "- {id: all, text: All., covers: [everything], pays: actual}"


BANDS = "tables:\n  bands:\n  - {to: 100, value: 1}\n  - {over: 100, value: 2}"


def granting(rule: str, *, head: str = "") -> str:
    """Return a policy whose one benefit is this."""
    return policy_text(f"benefits:\n- {{id: one, text: One., {rule}}} {HERE}", head=head)


def limited(rule: str) -> str:
    """Return a policy that pays everything under this limit."""
    return policy_text(f"benefits:\n{ALL}\nlimits:\n- {{id: one, text: One., {rule}}} {HERE}")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (granting("covers: [car], pays: allowance, per: km, amount: 0.2 * line.distance_km"),
         "line.distance_km"),
        (granting("covers: [car], pays: allowance, per: mile, amount: covered.distance_mi * 20 %"),
         "covered.distance_mi"),
        (granting("covers: [lodging], pays: actual, per: person_night, "
                  "up_to: 50 * covered.persons"),
         "covered.persons"),
        (granting("covers: [lodging], pays: actual, per: night, up_to: 50 * trip.nights / 2"),
         "trip.nights"),
        (granting("covers: [meals], pays: allowance, per: person_day, "
                  "amount: \"20 * if(trip.days > 3, min(3, trip.days), 2)\""),
         "trip.days"),
        (limited("applies_to: [lodging], cap: 50 * covered.persons, per: person_night"),
         "covered.persons"),
    ],
)  # fmt: skip
def test_an_amount_multiplied_by_what_it_is_for_is_warned_of(text: str, fact: str) -> None:
    ((line, message),) = warned(text)

    assert line == line_of(text)
    assert f"and multiplied by {fact} besides; leave {fact} out" in message


@pytest.mark.parametrize(
    "text",
    [
        granting("covers: [car], pays: allowance, per: trip, amount: 0.2 * covered.distance_km"),
        granting("covers: [car], pays: allowance, per: km, "
                 "amount: \"2 * if(line.distance_km > 100, 0.1, 0.2)\""),
        granting("covers: [car], pays: allowance, per: km, "
                 "amount: \"0.2 * lookup('bands', line.distance_km)\"", head=BANDS),
        granting("covers: [car], pays: allowance, per: km, amount: 0.2, "
                 "quantity: \"max(0, covered.distance_km - 100)\""),
        granting("covers: [car], pays: allowance, per: km, amount: 2 * line.distance_km, "
                 "quantity: 1"),
        granting("covers: [lodging], pays: actual, per: person_night, "
                 "up_to: 2 * (100 / covered.persons)"),
        granting("covers: [lodging], pays: actual, per: night, up_to: 50 * covered.persons"),
        limited("cap: 50 * trip.nights"),
    ],
)  # fmt: skip
def test_an_amount_that_is_multiplied_once_is_not(text: str) -> None:
    assert warned(text) == []


@pytest.mark.parametrize(
    ("rule", "of"),
    [
        ("cap: 6, of: trips", "trips per trip"),
        ("cap: 3, of: visits, per: visit", "visits per visit"),
        ("cap: 5, of: nights, per: night", "nights per night"),
        ("deductible: 1, of: trips", "trips per trip"),
        ("deductible: 2, of: days, per: day", "days per day"),
        ("minimum: 2, of: trips", "trips per trip"),
    ],
)
def test_a_limit_that_counts_where_there_is_one_at_most_is_warned_of(rule: str, of: str) -> None:
    text = limited(rule)

    ((line, message),) = warned(text)

    assert line == line_of(text)
    assert message.startswith(f"counts {of}, which never holds more than one")


@pytest.mark.parametrize(
    "rule",
    [
        "cap: 6, of: trips, per: calendar_year",
        "cap: 6, of: trips, per: rolling, window: 365 days",
        "cap: 3, of: visits",
        "cap: 2, of: legs, per: day",
        'cap: "if(patient.age < 18, 1, 0)", of: trips',
        "cap: 5, per: night",
    ],
)
def test_a_limit_that_may_count_several_is_not(rule: str) -> None:
    assert warned(limited(rule)) == []
