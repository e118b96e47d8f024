"""Facts that real plans turn on: times of day, weekdays, the stay in hospital, other expenses."""

from __future__ import annotations

import pytest

from pricing.coverage.decision_errors import FactNotStated, InvalidFact
from pricing.coverage.documents.read import read_policy
from tests.pricing.coverage.deciding import decided, paid, policy_text, trip_text
from tests.pricing.coverage.documents.examples import faults_of

TAXI = "- {id: taxi, kind: taxi, date: 2026-03-07, amount: 10}"
TIMES = "starts: 2026-03-01T06:30\nends: 2026-03-06T19:00"
STAYS = (
    "patient: {id: mary, inpatient: [{admitted: 2026-03-03, discharged: 2026-03-04},"
    " {admitted: 2026-03-02, discharged: 2026-03-03}]}"
)
BORN = "patient: {id: mary, birth_date: 2014-03-03}"
TWICE = "approvals: [{date: 2026-01-05}, {date: 2026-03-02, covers: [taxi]}, {date: 2026-03-20}]"
TIER = "facts:\n  trip.facts.tier: {type: text, text: T., values: [gold, silver]}"


def asking(test: str, *, head: str = "") -> str:
    """Return a policy that pays when the test holds."""
    return policy_text(
        f"""
        conditions:
        - {{id: asked, text: A., requires: "{test}"}}
        benefits:
        - {{id: all, text: All., covers: [everything], pays: actual}}
        """,
        head=head,
    )


@pytest.mark.parametrize(
    ("test", "more", "holds"),
    [
        ("trip.start_hour < 6.5", TIMES, False),
        ("trip.start_hour <= 6.5", TIMES, True),
        ("trip.end_hour >= 19", TIMES, True),
        ("weekday(line.date) = 6", "", True),
        ("weekday(line.date) in [1, 7]", "", False),
        ("patient.admitted = 2026-03-02", STAYS, True),
        ("patient.discharged = 2026-03-04", STAYS, True),
        ("trip.kinds has 'taxi'", "", True),
        ("trip.kinds has 'rental_car'", "", False),
        ("patient.age = 11", BORN, True),
        ("years_between(patient.birth_date, line.date) = 12", BORN, True),
        ("line.approval_date = 2026-03-02", TWICE, True),
        ("line.approval_date = 2026-03-20", "approvals: [{date: 2026-03-20}]", True),
        (
            "line.approved and line.approval_date <= add_days(line.incurred, -5)",
            "approvals: [{date: 2026-03-02}]",
            True,
        ),
        ("line.approved and line.approval_date <= add_days(line.incurred, -6)", TWICE, False),
        ("line.approved and line.approval_date < line.date", "", False),
    ],
)
def test_a_rule_may_ask_for_it(test: str, more: str, holds: bool) -> None:  # noqa: FBT001 — what is expected
    assert decided(asking(test), trip_text(TAXI, more=more)).payable == (10_00 if holds else 0)


@pytest.mark.parametrize(("day", "cents"), [("trip.start", 0), ("trip.end", 10_00)])
def test_a_companion_comes_of_age_on_the_way(day: str, cents: int) -> None:
    rules = f"""
        travellers:
          adults:
            text: Whoever is 18.
            patient: no
            companions: [{{at_most: 1, who: "years_between(person.birth_date, {day}) >= 18"}}]
        benefits:
        - {{id: fares, text: Fares., covers: [bus], travellers: adults, pays: actual}}
        """
    fare = "- {id: bus, kind: bus, date: 2026-03-06, amount: 10, travellers: [tom]}"

    assert paid(rules, fare, more="companions: [{id: tom, birth_date: 2008-03-05}]") == cents


@pytest.mark.parametrize(
    ("test", "field"),
    [
        ("trip.start_hour < 6", "starts (with its time"),
        ("trip.end_hour < 6", "ends (with its time"),
        ("patient.discharged > 2026-03-04", "patient.inpatient"),
        ("patient.birth_date > 2014-03-04", "patient.birth_date (instead of age)"),
        ("line.approval_date > 2026-03-04", "approvals[].date"),
    ],
)
def test_what_is_not_stated_is_named(test: str, field: str) -> None:
    with pytest.raises(FactNotStated) as raised:
        decided(asking(test), trip_text(TAXI))

    assert field in raised.value.field


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("trip.kinds has 'hotel'", "did you mean 'lodging'?"),
        ("trip.facts.tier = 'glod'", "trip.facts.tier is never 'glod'; did you mean 'gold'?"),
    ],
)
def test_a_word_outside_of_the_list_is_a_fault(test: str, words: str) -> None:
    (fault,) = faults_of(read_policy, asking(test, head=TIER))

    assert words in fault.message


def test_a_fact_with_values_has_one_of_them() -> None:
    policy = asking("trip.facts.tier = 'gold'", head=TIER)

    assert decided(policy, trip_text(TAXI, more="facts: {tier: gold}")).payable == 10_00
    with pytest.raises(InvalidFact, match=r"one of gold, silver \(did you mean silver\?\)"):
        decided(policy, trip_text(TAXI, more="facts: {tier: sliver}"))


def test_values_belong_to_texts() -> None:
    head = "facts:\n  trip.facts.tier: {type: number, text: T., values: [gold]}"

    (fault,) = faults_of(read_policy, asking("trip.facts.tier = 1", head=head))

    assert fault.message == "belongs to the types text and texts"


@pytest.mark.parametrize(
    ("tax", "told"),
    [
        ("taxable: everything, form: Form W-2", "taxable is reported on Form W-2."),
        ("ceiling: free, form: Form 1099-MISC", "taxable is reported on Form 1099-MISC."),
        ("taxable: everything", "All of it is taxable."),
    ],
)
def test_the_form_of_what_is_taxable_is_told(tax: str, told: str) -> None:
    rules = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
    free = policy_text(rules, policy_id="free")

    made = decided(policy_text(f"{rules}tax: {{{tax}}}"), trip_text(TAXI), ceiling=free)

    assert made.tax_rule.endswith(told)


WEEKLY = """
conditions:
- {id: week, text: Two hundred kilometres a week., applies_to: [car],
   requires: "week.distance_km >= 200 and week.legs = 2"}
benefits:
- {id: drive, text: Driving., covers: [car], pays: allowance, amount: 1, per: km}
"""
DRIVES = """
- {id: out, kind: car, date: 2026-03-02, distance_km: 120}
- {id: back, kind: car, date: 2026-03-05, distance_km: 120}
"""


@pytest.mark.parametrize(
    "beside",
    [
        "{id: p, kind: parking, date: 2026-03-05, amount: 9}",
        "{id: p, kind: tolls, date: 2026-03-05, amount: 9}",
        "{id: p, kind: baggage, date: 2026-03-05, amount_each: 9}",
        "{id: p, kind: fuel, date: 2026-03-05, amount: 9}",
        "{id: p, kind: taxi, date: 2026-03-09, amount: 9}",
    ],
)
def test_what_is_not_travelled_that_week_needs_no_distance(beside: str) -> None:
    assert paid(WEEKLY, f"{DRIVES}- {beside}") == 240_00


@pytest.mark.parametrize(
    ("beside", "field"),
    [
        ("{id: p, kind: taxi, date: 2026-03-05, amount: 9}", "expenses[p].distance_km"),
        (
            "{id: p, kind: air, date: 2026-03-03, legs: [{distance_mi: 5}, {date: 2026-03-04}]}",
            "expenses[p].legs[1].distance_km",
        ),
    ],
)
def test_a_weeks_distance_names_the_expense_that_does_not_say(beside: str, field: str) -> None:
    with pytest.raises(FactNotStated) as raised:
        paid(WEEKLY, f"{DRIVES}- {beside}")

    assert raised.value.field == field


def test_fuel_that_states_how_far_is_travel() -> None:
    fuel = "- {id: p, kind: fuel, date: 2026-03-04, amount: 9, distance_km: 80}"
    one_drive = DRIVES.strip().splitlines()[0]

    assert paid(WEEKLY, f"{one_drive}\n{fuel}") == 120_00


USUALLY = "facts:\n  {owner}.facts.usual: {{type: {type}, text: U., unless_stated: {value}}}"


@pytest.mark.parametrize(
    ("owner", "type_", "value", "test", "more", "holds"),
    [
        ("trip", "yes_no", "no", "not trip.facts.usual", "", True),
        ("trip", "yes_no", "no", "not trip.facts.usual", "facts: {usual: yes}", False),
        ("trip", "number", "2.5", "trip.facts.usual = 2.5", "", True),
        ("trip", "number", "2.5", "trip.facts.usual = 3", "facts: {usual: 3}", True),
        ("trip", "texts", "[a, b]", "trip.facts.usual has 'b'", "", True),
        ("patient", "date", "2026-01-31", "patient.facts.usual = 2026-01-31", "", True),
        ("line", "text", "plain", "line.facts.usual = 'plain'", "", True),
        ("trip", "yes_no", "no", "stated(trip.facts.usual)", "", True),
    ],
)  # fmt: skip
def test_a_fact_that_is_not_stated_is_what_the_policy_says_it_is_then(
    owner: str, type_: str, value: str, test: str, more: str, *, holds: bool
) -> None:
    head = USUALLY.format(owner=owner, type=type_, value=value)

    made = decided(asking(test, head=head), trip_text(TAXI, more=more))

    assert made.payable == (10_00 if holds else 0)


def test_what_several_share_has_no_persons_fact_of_either() -> None:
    head = USUALLY.format(owner="person", type="yes_no", value="yes")

    with pytest.raises(FactNotStated, match="one person: several share this"):
        decided(asking("person.facts.usual", head=head), trip_text(TAXI))


@pytest.mark.parametrize(
    ("type_", "value", "said"),
    [
        ("yes_no", "maybe", "must be yes or no"),
        ("number", "many", "must be a number such as 12 or 0.5"),
        ("date", "2026-02-30", "must be a date like 2026-01-31"),
        ("text, values: [gold, silver]", "golden", "one of gold, silver (did you mean gold?)"),
    ],
)
def test_what_a_fact_is_unless_stated_is_of_its_type(type_: str, value: str, said: str) -> None:
    head = USUALLY.format(owner="trip", type=type_, value=value)
    text = asking("stated(trip.facts.usual)", head=head)

    ((path, message),) = ((one.path, one.message) for one in faults_of(read_policy, text))

    assert path == "facts.'trip.facts.usual'.unless_stated"
    assert said in message


@pytest.mark.parametrize(("kind", "is_told"), [("taxi", False), ("visa", True)])
def test_what_can_be_parted_by_person_is_told_how(kind: str, *, is_told: bool) -> None:
    expense = f"- {{id: one, kind: {kind}, date: 2026-03-02, amount: 10}}"

    with pytest.raises(FactNotStated, match="one person: several share this") as caught:
        decided(asking("person.age > 1"), trip_text(expense))

    assert ("an expense for each, or amount_each, parts it" in str(caught.value)) is is_told
