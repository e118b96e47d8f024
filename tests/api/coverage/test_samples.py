"""The policies that come with Sojourn are well, and their trips can be decided."""

from __future__ import annotations

import pytest

from api.coverage.apart import ask_apart, check_apart
from api.coverage.samples import SamplePolicy, load_sample_policies
from api.coverage.wishes import list_refusals, rules_wish

_SAMPLES = load_sample_policies()


@pytest.mark.parametrize("sample", _SAMPLES, ids=lambda one: one.policy_id)
def test_a_policy_has_no_fault_and_pays_its_trips(sample: SamplePolicy) -> None:
    rules = rules_wish(sample.text, {}, None)
    trips = [{"id": name, "text": text} for name, text in sample.trips.items()]

    told = ask_apart(
        "compare", {"before": rules, "after": rules, "trips": trips, "as_of": "2026-11-25"}
    )

    assert check_apart(sample.text)["id"] == sample.policy_id
    assert trips
    assert [list_refusals(trip["after"]) for trip in told["trips"]] == [()] * len(trips)


@pytest.mark.parametrize("sample", _SAMPLES, ids=lambda one: one.policy_id)
def test_a_trip_says_that_its_people_are_invented(sample: SamplePolicy) -> None:
    for text in sample.trips.values():
        assert text.startswith("# Invented people and facts.")


def test_a_trip_is_kept_under_the_id_it_says() -> None:
    for sample in _SAMPLES:
        for name, text in sample.trips.items():
            assert ask_apart("identify_trip", {"text": text})["id"] == name
