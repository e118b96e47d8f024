"""What a policy is warned of holds for every trip: a benefit called unreached grants nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from pricing.coverage.documents.doubt import list_warnings
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import prepare
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.answering import decision_on
from tests.pricing.coverage.made_up_policies import benefits, policy
from tests.pricing.coverage.made_up_trips import trips

Made = dict[str, Any]

_NUMBERS = st.sampled_from(["trip.days", "trip.nights", "patient.age", "trip.persons"])
_SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
_TESTS = st.one_of(
    st.builds(lambda fact, sign, end: f"{fact} {sign} {end}", _NUMBERS, _SIGNS, st.integers(0, 4)),
    st.builds(lambda end: f"patient.age < {end}", st.integers(1, 90)),
    st.sampled_from(
        ["line.kind = 'air'", "line.kind in ['car', 'taxi', 'lodging']", "trip.stage = 'claim'"]
    ),
)
_WHENS = st.recursive(
    _TESTS,
    lambda below: st.one_of(
        st.builds(lambda one: f"not ({one})", below),
        st.builds(
            lambda one, sign, other: f"({one}) {sign} ({other})",
            below,
            st.sampled_from(["and", "or"]),
            below,
        ),
    ),
    max_leaves=3,
)
_BENEFITS = st.builds(
    lambda one, when: one if when is None else {**one, "when": when}, benefits(), st.none() | _WHENS
)


@settings(max_examples=40)
@given(
    st.lists(_BENEFITS, min_size=2, max_size=6),
    trips(date(2024, 6, 1), date(2026, 12, 31)),
)
def test_a_benefit_that_is_called_unreached_grants_nothing(granted: list[Made], trip: Made) -> None:
    text = json.dumps(policy(granted, []), indent=1)
    try:
        read = read_policy(text, "made-up.json")
    except InvalidDocument:
        event("has faults")
        return
    warnings = list_warnings(read, text)
    unreached = {
        one.path.partition("benefits[")[2].partition("]")[0]
        for one in warnings
        if "never" in one.message
    }
    event(f"unreached: {len(unreached)}")

    for line in decision_on(prepare(read), trip).lines:
        granting = {step.rule for step in line.trace if step.after}
        assert not granting & unreached, warnings
