"""Words no fact ever holds, units no kind has, amounts below zero, ceilings that are not there."""

from __future__ import annotations

from functools import partial

import pytest

from pricing.coverage.documents.check_ceilings import Ceilings
from pricing.coverage.documents.read import read_policy
from tests.pricing.coverage.deciding import paid
from tests.pricing.coverage.documents.examples import POLICY, changed, faults_of, line_of
from tests.pricing.coverage.documents.test_policy_faults import benefit, limit, table

REQUIRES = "requires: distances.home_to_site.road_mi > 100"


def told(text: str) -> list[tuple[int, str]]:
    """Return line and message of every fault."""
    return [(fault.line, fault.message) for fault in faults_of(read_policy, text)]


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("line.kind = 'plane'", "line.kind is never 'plane'; did you mean 'air'?"),
        ("line.kind == 'plane'", "did you mean 'air'?"),
        ("'hotel' != line.kind", "did you mean 'lodging'?"),
        ("line.kind in ['car', 'trian']", "line.kind is never 'trian'"),
        ("line.kind not in ['Car']", "did you mean 'car'?"),
        ("trip.stage = 'estimated'", "did you mean 'estimate'?"),
        ("care.setting = 'inpatent'", "did you mean 'inpatient'?"),
        ("care.setting = 'Outpatient'", "did you mean 'outpatient'?"),
        ("line.mode = 'air'", "there is no fact line.mode; did you mean line.kind?"),
        ("trip.purpose = 'exam'", "there is no fact trip.purpose; did you mean care.purpose"),
    ],
)
def test_a_word_that_a_fact_never_holds_is_a_fault_with_the_near_one(test: str, words: str) -> None:
    text = changed(POLICY, REQUIRES, f"requires: {test}  # here" if test[0] != "'" else
                   f'requires: "{test}"  # here')  # fmt: skip

    ((line, message),) = told(text)

    assert line == line_of(text)
    assert words in message


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("covers: [air], pays: actual, when: line.cabin = 'bussiness'", "did you mean 'business'?"),
        ("covers: [air], pays: actual, when: leg.direction = 'outward'", "did you mean 'out'?"),
        ("covers: [lodging], pays: actual, when: line.lodging_type = 'hotell'", "'hotel'?"),
        ("covers: [air], pays: actual, up_to: 0 - 5", "must not be negative"),
        ("covers: [air], pays: actual, share: -10 %", "must not be negative"),
        ("covers: [air], pays: actual, up_to: 5 / (2 - 2)", "divided by 0"),
        ("covers: [car], pays: actual, per: night", "exists only for lodging, not for car: choose"),
        (
            "covers: [air], pays: actual, per: room_night",
            "exists only for lodging, not for air: choose",
        ),
        ("covers: [air, lodging], pays: actual, per: night", "not for air: write a rule for each"),
        ("covers: [meals], pays: actual, per: leg", "exists only for transport, not for meals"),
        ("covers: [lodging], pays: allowance, amount: 1, per: mile", "not for lodging"),
        ("covers: [car, parking], pays: allowance, amount: 1, per: km", "not for parking"),
        (
            (
                "covers: [lodging], pays: actual,"
                " cabin: {highest: [{cabin: economy}], above: nothing}"
            ),
            "there are no tickets of lodging, so nothing has a cabin",
        ),
        (
            "covers: [car, lodging], pays: actual, per: ticket",
            "there are no tickets of car, lodging",
        ),
    ],
)
def test_a_benefit_that_can_never_be_meant_so_is_a_fault(rule: str, words: str) -> None:
    text = changed(POLICY, *benefit(f"id: a, travellers: patient, {rule}"))

    assert [(line, words in message) for line, message in told(text)] == [(line_of(text), True)]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("deductible: 50, of: km, applies_to: [room]", "for car, air, rail, bus, ferry, taxi and"),
        ("deductible: 50, of: mi, applies_to: [lodging]", "not for lodging"),
        ("cap: 5, of: nights, applies_to: [car, lodging]", "only for lodging, not for car: write"),
        ("cap: 5, of: nights, applies_to: [transport]", "only for lodging, not for car: choose"),
        ("cap: 5, of: legs, applies_to: [room]", "of: legs exists only for transport"),
        ("deductible: 5, per: leg, applies_to: [lodging]", "transport, not for lodging"),
        ("cap: 100, per: night, applies_to: [car]", "not for car"),
        ("deductible: 50, of: km, applies_to: [meals]", "not for meals: choose another"),
        (
            "cap: 100, applies_to: [flight]",
            "neither a kind, a group nor a benefit; did you mean air",
        ),
        ("cap: '5 - 10'", "must not be negative"),
        ("deductible: 5, per: leg, applies_to: [car], at_most: -1, at_most_per: trip", "negative"),
    ],
)
def test_a_limit_by_what_its_expenses_lack_is_a_fault(rule: str, words: str) -> None:
    text = changed(POLICY, *limit(f"id: a, {rule}"))

    assert [(line, words in message) for line, message in told(text)] == [(line_of(text), True)]


@pytest.mark.parametrize(
    "rule",
    [
        "cap: 5, of: nights, applies_to: [lodging]",
        "cap: 5, of: nights, applies_to: [room]",
        "cap: 5, of: nights",
        "cap: 5, of: nights, when: night.number > 2",
        "deductible: 5, per: leg",
        "deductible: 50, of: km",
        "deductible: 50, of: km, applies_to: [transport]",
        "deductible: 3, per: leg, applies_to: [car]",
        "cap: 5, of: days",
        "cap: 2, of: trips, per: calendar_year",
    ],
)
def test_a_limit_by_what_its_expenses_have_is_well(rule: str) -> None:
    assert not told(changed(POLICY, *limit(f"id: a, {rule}")))


@pytest.mark.parametrize(
    "test",
    [
        "person.role = 'chaperone'",
        "person.relation in ['step_parent', 'aunt', 'mother']",
    ],
)
def test_a_word_of_ones_own_is_well_where_the_list_is_open(test: str) -> None:
    assert not told(changed(POLICY, "who: person.same_day}", f'who: "{test}"}}'))


def test_a_table_is_looked_up_by_words_that_the_fact_holds() -> None:
    rows = table("  - {key: car, value: 1}\n  - {key: plane, value: 2} # here")
    text = changed(changed(POLICY, *rows), "up_to: 50", "up_to: lookup('other', line.kind)")

    assert told(text) == [(line_of(text), "line.kind is never 'plane'; did you mean 'air'?")]


@pytest.mark.parametrize("value", ["-1", "-0.5", "3 - 5"])
def test_a_table_holds_nothing_below_zero(value: str) -> None:
    text = changed(POLICY, *table(f"  - {{value: {value}}} # here"))

    assert told(text) == [(line_of(text), "must not be negative")]


LIFETIME = "    cap: 10000\n    per: lifetime\n    whose: patient\n"
CEILING = changed(changed(POLICY, "id: example-plan", "id: free"), LIFETIME, "    cap: 10000\n")
TAXED = changed(POLICY, "  limits:\n", "  tax: {ceiling: free} # here\n  limits:\n")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "no policy 'free' is shipped, nor free.yaml beside this document; did you mean fre"),
        (changed(CEILING, "    up_to: 50", "    up_to: -50"), "free.yaml is not well: 36: "),
        (POLICY, "free.yaml holds the policy 'example-plan'"),
        (changed(CEILING, "currency: USD", "currency: CAD"), "free is in CAD"),
    ],
)
def test_a_tax_ceiling_that_cannot_be_used_is_a_fault_on_its_line(
    found: str | None, words: str
) -> None:
    read = partial(read_policy, ceilings=Ceilings(lambda _: found, {"fre"}))

    ((line, message),) = ((fault.line, fault.message) for fault in faults_of(read, TAXED))

    assert line == line_of(TAXED)
    assert words in message


def test_a_tax_ceiling_that_is_there_is_well() -> None:
    assert not faults_of(partial(read_policy, ceilings=Ceilings(lambda _: CEILING)), TAXED)


@pytest.mark.parametrize(
    ("lasting", "period"),
    [
        ("cap: 600\n    per: calendar_year", "calendar_year"),
        ("cap: 600\n    per: rolling\n    window: 12 months", "rolling"),
        ("cap: 600\n    per: lifetime\n    whose: household", "lifetime"),
        ("pays_share: 80 %\n    at_most: 600\n    at_most_per: plan_year", "plan_year"),
    ],
)
def test_a_tax_ceiling_has_no_limit_of_more_than_a_trip(lasting: str, period: str) -> None:
    ceiling = changed(CEILING, "    cap: 10000\n", f"    {lasting}\n")
    read = partial(read_policy, ceilings=Ceilings(lambda _: ceiling))

    ((line, message),) = ((fault.line, fault.message) for fault in faults_of(read, TAXED))

    assert line == line_of(TAXED)
    assert f"free has a limit per {period} (lifetime), and no balances are kept" in message


def test_a_group_in_a_limit_stands_for_its_kinds_that_have_the_unit() -> None:
    rules = """
        benefits:
        - {id: all, text: All., covers: [everything], pays: actual}
        limits:
        - {id: nights, text: One night., cap: 1, of: nights}
        - {id: fee, text: Five for each leg., deductible: 5, per: leg}
        - {id: first, text: Not the first 10 miles., deductible: 10, of: mi}
        """
    expenses = """
        - {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount: 200}
        - {id: taxi, kind: taxi, date: 2026-03-02, amount: 45, distance_mi: 40}
        - {id: parking, kind: parking, date: 2026-03-03, amount: 30}
        """

    assert paid(rules, expenses) == 100_00 + 25_00 + 30_00


def test_a_group_is_no_kind_to_compare_with() -> None:
    text = changed(POLICY, REQUIRES, "requires: line.kind != 'transport' # here")

    ((line, message),) = told(text)

    assert line == line_of(text)
    assert message.endswith("transport is a group: list its kinds, or use applies_to or covers")
