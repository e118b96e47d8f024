"""What does not fit a policy in a trip or in balances, by its line: all of it at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pricing.coverage.decide import Question
from pricing.coverage.documents.read import read_policy, read_trip
from pricing.coverage.prepared import prepare
from pricing.coverage.typed import Typed, decide_typed, read_used
from pricing.documents.faults import Fault, InvalidDocument
from pricing.ecb_rates import EcbRates
from tests.pricing.coverage.deciding import DECIDED_ON, policy_text, trip_text
from tests.pricing.coverage.documents.examples import HERE, line_of

HEAD = """
facts:
  patient.facts.medicare: {type: yes_no, text: On Medicare.}
  line.facts.tier: {type: text, text: Its tier., values: [gold, silver]}
tables:
  diem:
  - {key: Boston MA, value: 50}
"""
RULES = """
conditions:
- {id: early, text: In time., requires: claim.filed <= trip.end + 30}
benefits:
- {id: taxi, text: Taxis., covers: [taxi], pays: actual}
- id: meal
  text: Meals.
  covers: [meals]
  pays: allowance
  amount: lookup('diem', day.location)
  per: person_day
- id: stay
  text: Rooms.
  covers: [lodging]
  pays: actual
  up_to: 100 / (trip.nights - 5)
  per: night
limits:
- {id: year, text: Yearly., cap: 500, per: calendar_year}
- {id: nights, text: Nights., applies_to: [lodging], cap: 5, of: nights, per: lifetime}
"""
FILED = "claim: {filed: 2026-03-20}"
TAXI = "- {id: taxi, kind: taxi, date: 2026-03-02, amount: 80}"


def faults_of(trip: str, balances: str | None = None) -> tuple[str, tuple[Fault, ...]]:
    """Return which document is at fault, and its faults."""
    policy = read_policy(policy_text(RULES, head=HEAD), "policy")
    typed = Typed(trip, "trip.yaml")
    of_before = None if balances is None else Typed(balances, "balances.yaml")
    question = Question(
        policy=prepare(policy),
        trip=read_trip(trip, "trip"),
        decided_on=DECIDED_ON,
        rates=EcbRates(),
        balances={},
    )

    def answer() -> None:
        used = {} if of_before is None else read_used(of_before, policy)
        decide_typed(replace(question, balances=used), typed, of_before)

    with pytest.raises(InvalidDocument) as caught:
        answer()
    return caught.value.name, caught.value.faults


def trip(expenses: str, more: str = FILED) -> str:
    """Return a trip of the expenses."""
    return trip_text(expenses, more=more)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (trip(TAXI, "stage: claim"), "claim.filed", "is not stated: rule early of the policy asks"),
        (
            trip("- id: taxi # here\n  kind: taxi\n  date: 2026-03-02"),
            "expenses[taxi].amount",
            "is not stated: rule taxi of the policy asks for line.claimed; add it",
        ),
        (
            trip(f'{TAXI}\n- {{id: "t[2]", kind: taxi, amount: 5}} # here'),
            "expenses['t[2]'].date",
            "is not stated; add it",
        ),
        (
            trip("- id: meals # here\n  kind: meals\n  from: 2026-03-02\n  to: 2026-03-02"),
            "expenses[meals].location",
            "is not stated: rule meal of the policy asks for day.location; add it",
        ),
        (
            trip("- {id: m, kind: meals, location: Bostn MA} # here"),
            "expenses[m]",
            "table diem has no row for Bostn MA (did you mean Boston MA?)",
        ),
        (
            trip(
                "- {id: h, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-06, amount: 5}"
                " # here"
            ),
            "expenses[h]",
            "rule stay for expenses[h]: ",
        ),
        (
            trip(TAXI.replace("80}", "80, currency: EUR} # here")),
            "expenses[taxi]",
            "is in EUR, but policy test-plan has no exchange rule",
        ),
        (
            trip(f"{TAXI}\n- {{id: t, kind: taxi, amount: 5, facts: {{tier: glod}}}} # here"),
            "expenses[t].facts.tier",
            "must be one of gold, silver (did you mean gold?): the policy declares it so",
        ),
        (
            trip(TAXI, f"{FILED}\npatient:\n  facts:\n    medicar: no # here"),
            "patient.facts.medicar",
            "the policy declares no such fact; did you mean medicare?",
        ),
        (
            trip(
                TAXI,
                f"{FILED}\noverrides:\n- rule: late # here\n  by: A\n  date: 2026-03-20\n"
                "  reason: B",
            ),
            "overrides[0].rule",
            "the policy has no condition late; its conditions are: early",
        ),
    ],
)
def test_what_does_not_fit_is_told_on_its_line_with_its_field(
    text: str, path: str, words: str
) -> None:
    name, (fault, *others) = faults_of(text)

    assert (name, fault.path) == ("trip.yaml", path)
    assert fault.message.startswith(words)
    assert fault.line == (line_of(text) if HERE in text else 1)
    assert not others


def test_what_is_said_behind_a_field_is_told_behind_the_message() -> None:
    text = trip(TAXI, f"{FILED}\npatient: {{id: mary}} # here")
    rules = RULES.replace("claim.filed <= trip.end + 30", "patient.age > 3")
    policy = prepare(read_policy(policy_text(rules, head=HEAD), "policy"))
    question = Question(policy, read_trip(text, "trip"), DECIDED_ON, EcbRates(), {})

    with pytest.raises(InvalidDocument) as caught:
        decide_typed(question, Typed(text, "trip.yaml"), None)

    asked = "rule early of the policy asks for patient.age; add it (or birth_date)"
    said = f"trip.yaml:{line_of(text)}: patient.age: is not stated: {asked}"
    assert str(caught.value) == said


def test_all_that_the_policy_declares_otherwise_is_told_at_once() -> None:
    text = trip(
        "- {id: a, kind: taxi, date: 2026-03-02, amount: 1, facts: {tier: glod}}\n"
        "- {id: b, kind: taxi, date: 2026-03-02, amount: 1, facts: {tiers: gold}}",
        f"{FILED}\npatient: {{facts: {{medicare: perhaps}}}}\n"
        "overrides: [{rule: late, by: A, date: 2026-03-20, reason: B}]",
    )

    _, faults = faults_of(text)

    assert [fault.path for fault in faults] == [
        "patient.facts.medicare",
        "overrides[0].rule",
        "expenses[a].facts.tier",
        "expenses[b].facts.tiers",
    ]


BALANCES = """\
format: sojourn-balances/1
policy: test-plan
used:
- {balance: year, whose: mary, period: "2025", amount: 3}
"""


@pytest.mark.parametrize(
    ("entry", "path", "words"),
    [
        ("balance: yaer # here\n  period: x\n  amount: 3", "used[yaer].balance", "keeps no such"),
        (
            "balance: year\n  period: '26' # here\n  amount: 3",
            "used[year].period",
            "must be a year",
        ),
        (
            "balance: year\n  period: '2026'\n  amount: 3.001 # here",
            "used[year].amount",
            "has more decimals than USD",
        ),
        (
            "balance: nights # here\n  period: lifetime\n  amount: 3",
            "used[nights].balance",
            "money",
        ),
    ],
)
def test_a_balance_that_the_policy_does_not_keep_so_is_told_on_its_line(
    entry: str, path: str, words: str
) -> None:
    text = f"{BALANCES}- whose: mary\n  {entry}\n"

    name, (fault, *others) = faults_of(trip(TAXI), text)

    assert (name, fault.line, fault.path) == ("balances.yaml", line_of(text), path)
    assert words in fault.message
    assert not others


def test_balances_of_another_policy_are_refused_on_the_line_that_names_it() -> None:
    _, (fault,) = faults_of(trip(TAXI), BALANCES.replace("test-plan", "other"))

    assert (fault.line, fault.path) == (2, "policy")
    assert "balances of the policy other (year)" in fault.message


def test_a_day_that_no_version_is_in_force_on_is_told_on_its_line() -> None:
    text = trip(TAXI, "starts: 2019-03-01 # here\nends: 2019-03-02\nclaim: {filed: 2019-03-20}")

    _, (fault,) = faults_of(text)

    assert (fault.line, fault.path) == (line_of(text), "starts")
    assert fault.message.startswith("no version of policy test-plan is in force on 2019-03-01")


def test_what_is_doubtful_tells_the_file_and_line_it_is_written_on() -> None:
    policy = read_policy(policy_text(RULES, head=HEAD), "policy")
    text = trip("- id: taxi\n  kind: taxi\n  amount: 80\n  date: 2027-03-02\n  distance_km: 1.200")
    balances = """format: sojourn-balances/1
policy: test-plan
used:
- {balance: year, whose: mary, period: "2025", amount: 1}
- {balance: year, whose: marry, period: "2026", amount: 1}
"""
    typed, of_before = Typed(text, "trip.yaml"), Typed(balances, "balances.yaml")
    question = Question(
        policy=prepare(policy),
        trip=read_trip(text, "trip"),
        decided_on=DECIDED_ON,
        rates=EcbRates(),
        balances=read_used(of_before, policy),
    )

    expense, balance, slip = decide_typed(question, typed, of_before).doubts

    assert (expense.file, expense.line) == ("trip.yaml", line_of(text, "  date: 2027-03-02"))
    assert (balance.file, balance.line) == ("balances.yaml", 5)
    assert balance.field == "used[year].whose"
    assert (slip.file, slip.line) == ("trip.yaml", line_of(text, "  distance_km: 1.200"))
