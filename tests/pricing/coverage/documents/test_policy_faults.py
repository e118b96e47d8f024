"""Faults that a policy's shape cannot show: each on its line, in words that say what to write."""

from __future__ import annotations

import pytest

from pricing.coverage.documents.read import read_policy
from tests.pricing.coverage.documents.examples import POLICY, changed, faults_of, line_of

LIMITS = "  limits:\n"
BENEFITS = "  benefits:\n"
VERSION_2027 = """- version: "2027"
  valid_from: 2027-01-01{}
  source: Example handbook 2027
  benefits: [{{id: all, text: All., covers: [everything], pays: actual}}]
"""


def limit(text: str) -> tuple[str, str]:
    """Return a change that puts a limit before the others."""
    return LIMITS, f"{LIMITS}  - {{text: A limit., {text}}} # here\n"


def benefit(text: str) -> tuple[str, str]:
    """Return a change that puts a benefit before the others."""
    return BENEFITS, f"{BENEFITS}  - {{text: A benefit., {text}}} # here\n"


def table(rows: str) -> tuple[str, str]:
    """Return a change that adds a table."""
    return "versions:\n", f"  other:\n{rows}\nversions:\n"


CABINS = "      above: nothing\n      highest:\n      - {cabin: first}\n      - {cabin: economy}"
HEAD = [
    ("currency: USD", "currency: XBT # here", "no currency known here"),
    ("currency: USD", "currency: USD\nrounding: {to: 0} # here", "must be 0.01 or a multiple"),
    ("currency: USD", "currency: USD\nrounding: {to: 0.005} # here", "must be 0.01 or a multiple"),
    ("currency: USD", "currency: JPY\nrounding: {to: 0.5} # here", "must be 1 or a multiple"),
    ("currency: USD", "currency: JPY # here", "needs rounding: {to: 1}, because JPY"),
    ("currency: USD", "currency: USD\nplan_year_starts: 02-29 # here", "that every year has"),
    ("currency: USD", "currency: USD\nplan_year_starts: 13-01 # here", "that every year has"),
    ("currency: USD", "currency: USD\nfacts:\n  medicare: {type: yes_no, text: M} # here",
     "must be the owner, facts and a name"),
    ("currency: USD", "currency: USD\nfacts:\n  pat.facts.m: {type: yes_no, text: M} # here",
     "'pat' has no facts; did you mean patient?"),
]  # fmt: skip

VERSIONS = [
    ("  valid_to: null", "  valid_to: 2025-12-31 # here", "must not be before valid_from"),
    ("- version: \"2026\"\n", VERSION_2027.format("") + '- version: "2027" # here\n',
     "is the version on line 11 too"),
    ("  - id: room", "  - id: drive # here", "'drive' is the id of the rule on line 25 too"),
    ("  - id: lifetime", "  - id: distance # here", "'distance' is the id of the rule on line 21"),
    ("covers: [car]", "covers: [cra] # here", "no kind 'cra'; did you mean car?"),
    ("covers: [car]", "covers: [] # here", "must have at least one entry"),
    ("    requires:", "    applies_to: [room] # here\n    requires:", "no kind 'room'"),
    ("travellers: pair", "travellers: par # here", "did you mean pair?"),
    ("    pair:", "    patient: # here", "exists already"),
    ("- {at_most: 1, who: person.same_day}", "- {at_most: 1}\n      - {at_most: 2} # here",
     "is never reached: the entry on line 19"),
    ("    up_to: 50", "    up_to: {EUR: 45} # here", "lacks USD: an amount only in other"),
    ("    up_to: 50", "    up_to:\n      USD: 50\n      EUR: 45 # here", "without exchange"),
    ("    up_to: 50", "    up_to:\n      USD: 50\n      XBT: 45 # here", "no currency known here"),
    ("    up_to: 50", "    up_to: 50\n    amount: 5 # here", "amount belongs to pays: allowance"),
    ("    up_to: 50", "    up_to: 50\n    at_most_cost: yes # here", "actual never pays more"),
    ("    amount: lookup('mileage', line.date)", "    up_to: lookup('mileage', line.date) # here",
     "an allowance is its amount, with at_most_cost: yes"),
    ("    per: mile", "    up_to: 50 # here", "an allowance is its amount, with at_most_cost: yes"),
    ("    per: lifetime", "    per: year # here",
     "'year' does not exist; did you mean calendar_year (January to December) or plan_year"),
    ("    per: lifetime", "    per: monthly # here", "did you mean calendar_month?"),
    ("  limits:\n", "  limits:\n  - {id: m, text: M., minimum: 25, whose: person} # here\n",
     "a minimum has no whose: it looks at one trip"),
    ("  limits:\n",
     "  limits:\n  - {id: m, text: M., other_payments: subtract, whose: person} # here\n",
     "other_payments has no whose"),
    ("  limits:\n", "  limits:\n  - {id: m, text: M., pays_share: 50 %, whose: person} # here\n",
     "a share has a whose only with at_most"),
    ("  limits:\n", "  limits:\n  - {id: m, text: M., cap: 25, per: leg, whose: person} # here\n",
     "belongs to a limit with a balance"),
    ("  limits:\n",
     "  limits:\n  - {id: m, text: Up to ten, and no more., cap: 10} # here\n",
     "a text or expression with a comma needs quotes"),
    ("    per: mile", "    share: 50 % # here", "belongs to pays: actual, not allowance"),
    ("    per: person_night", "    per: persn_night # here", "did you mean person_night?"),
    ("    up_to: 50", "    up_to: {USD: } # here", "or expression with a comma needs quotes"),
    ("    up_to: 50", "    up_to: 50\n    share: 75 # here", "did you mean 75 %?"),
    ("    up_to: 50", "    up_to: 50 % # here", "such as 50 % * covered.claimed"),
    ("  limits:\n", "  limits:\n  - {id: c, text: C., cap: 80 %} # here\n",
     "say of what, such as 80 % * covered.amount"),
    ("    up_to: 50", f"    up_to: 50\n    cabin:\n{CABINS} # here", "is never reached"),
    ("  limits:\n", "  tax: {ceiling: example-plan} # here\n  limits:\n", "this policy itself"),
]  # fmt: skip

REACHED = [
    (*benefit("id: a, covers: [car], pays: nothing"), "drive"),
    (*benefit("id: a, covers: [everything], pays: nothing"), "room"),
]

TABLES = [
    (*table("  - {from: 3, to: 2, value: 1} # here"), "must not be before from, 3"),
    (*table("  - {from: 3, to: 2026-01-01, value: 1} # here"), "must both be dates, or both"),
    (*table("  - {from: soon, value: 1} # here"), "must be a date like 2026-01-31 or a number"),
    (*table("  - {from: 1, to: 2, value: 1}\n  - {from: 2, value: 1} # here"), "row on line 11"),
    (*table("  - {value: 1}\n  - {from: 2, value: 1} # here"), "could answer where the row"),
    (*table("  - {from: 5, value: 1}\n  - {to: 5, value: 1} # here"), "could answer where the row"),
    (*table("  - {key: a, value: 1}\n  - {key: a, value: 1} # here"), "could answer where the row"),
    (*table("  - {key: a, value: 1}\n  - {value: 1} # here"), "every row of a table has a key"),
    (*table("  - {from: 1, to: 2, value: 1}\n  - {from: 2026-01-01, value: 1} # here"), "mixes"),
    (*table("  - {otherwise: yes, value: 1}\n  - {otherwise: yes, value: 1} # here"), "line 11"),
    (*table("  - {otherwise: yes, key: a, value: 1} # here"), "neither key, from, over"),
    (*table("  - {value: line.item} # here"), "has to be a number"),
    ("versions:\n", "  other: # here\n  - {value: \"lookup('other', 1)\"}\nversions:\n",
     "leads back to itself: other → other"),
]  # fmt: skip

EXPRESSIONS = [
    ("requires: distances.home_to_site.road_mi > 100", "requires: line.distanc_mi > 1 # here",
     "did you mean line.distance_mi?"),
    ("requires: distances.home_to_site.road_mi > 100", "requires: line.distance_mi # here",
     "has to be a yes or no, and this is a number"),
    ("requires: distances.home_to_site.road_mi > 100", "requires: leg.distance_mi > 1 # here",
     "exists only for transport"),
    ("requires: distances.home_to_site.road_mi > 100", "requires: covered.nights > 1 # here",
     "only in a benefit's amounts"),
    ("requires: distances.home_to_site.road_mi > 100", "requires: used.lifetime > 1 # here",
     "only in limits"),
    ("requires: distances.home_to_site.road_mi > 100",
     "requires: yes\n    needed_by: 5 # here", "has to be a date"),
    ("who: person.same_day}", "who: line.receipt} # here", "is not known here"),
    ("amount: lookup('mileage', line.date)", "amount: lookup('milage', line.date) # here",
     "did you mean 'mileage'?"),
    ("up_to: 50", "up_to: trip.facts.income # here", "declare it below facts"),
]  # fmt: skip

LIMIT_FAULTS = [
    (*limit("id: a, cap: 5, applies_to: [rom]"), "neither a kind, a group nor a benefit"),
    (*limit("id: a, cap: 5, applies_to: []"), "must have at least one entry"),
    (*limit("id: a, cap: used.nothing"), "no limit is named 'nothing'"),
    (*limit("id: a, cap: left.life"), "no limit with a cap is named 'life'"),
    (*limit("id: a, cap: left.a"), "leads back to itself: a → a"),
    (*limit("id: a, deductible: 5, per: leg, whose: person"), "a limit with a balance"),
    (*limit("id: a, cap: 5, per: leg, whose: household"), "a limit with a balance"),
    (*limit("id: a, cap: -5"), "must not be negative"),
    (*limit("id: a, cap: 5, minimum: 5"), "exactly one of cap, deductible"),
    (*limit("id: a"), "exactly one of cap, deductible"),
    (*limit("id: a, cap: 5, at_most: 5"), "belong together"),
    (*limit("id: a, cap: 5, at_most: 5, at_most_per: trip"), "a deductible or to pays_share"),
    (*limit("id: a, pays_share: 80 %, of: nights"), "a cap, a deductible or a minimum"),
    (*limit("id: a, pays_share: 80"), "did you mean 80 %?"),
    (*limit("id: a, cap: {EUR: 500}"), "lacks USD"),
    (*limit("id: a, minimum: {EUR: 500}"), "such as 500 (in the document's currency)"),
    (*limit("id: a, cap: (80 %)"), "say of what"),
    (*limit("id: a, cap: [500]"), "must be one expression, such as 500"),
    (*limit("id: a, when: line.kind in ['car'], cap: 5"), "text inside that holds a comma"),
    (*limit("id: a, cap: 5, at_most_whose: person"), "belongs to at_most"),
    (*limit("id: a, cap: 5, at_most_balance: b"), "belongs to at_most"),
    (*limit("id: a, pays_share: 80 %, at_most: 5, at_most_per: trip, balance: b,"
            " at_most_balance: c"), "leave balance out"),
    (*limit("id: a, deductible: 5, at_most: 5, at_most_per: trip, at_most_balance: a"),
     "needs another name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"), [*HEAD, *VERSIONS, *LIMIT_FAULTS, *TABLES, *EXPRESSIONS]
)
def test_a_fault_is_told_on_its_line(old: str, new: str, words: str) -> None:
    text = changed(POLICY, old, new)

    told = [fault for fault in faults_of(read_policy, text) if words in fault.message]

    assert [fault.line for fault in told] == [line_of(text)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        limit("id: a, cap: 500 * 80 %"),
        limit("id: a, cap: 500 - 100 * 20 %"),
        table("  - {value: 80 %}"),
        ("versions:\n", "  cap:\n  - {value: 80 %}\nversions:\n"),
        ("versions:\n", "  up_to:\n  - {value: 80 %}\nversions:\n"),
    ],
)
def test_a_share_of_something_is_an_amount_and_a_table_may_hold_shares(old: str, new: str) -> None:
    assert not faults_of(read_policy, changed(POLICY, old, new))


@pytest.mark.parametrize("cap", ["min(500, 60)", "if(trip.days > 3, 5, 6)"])
def test_an_expression_that_a_comma_cut_short_is_not_blamed_for_it(cap: str) -> None:
    faults = faults_of(read_policy, changed(POLICY, *limit(f"id: a, cap: {cap}")))

    assert {fault.message for fault in faults} == {
        "has no value; inside { } a text or expression with a comma needs quotes around it"
    }


def test_an_expression_before_a_whole_key_is_blamed_for_itself() -> None:
    faults = faults_of(read_policy, changed(POLICY, *limit("id: a, cap: min(500, when: ")))

    assert any("the call of min has no end" in fault.message for fault in faults)


def test_the_later_of_two_overlapping_versions_is_at_fault() -> None:
    text = POLICY + VERSION_2027.format(" # here")

    (fault,) = faults_of(read_policy, text)

    assert fault.line == line_of(text)
    assert fault.message == (
        "overlaps version '2026', which begins 2026-01-01 and has no end; end that one first"
    )


def test_versions_that_follow_each_other_are_well() -> None:
    ended = changed(POLICY, "valid_to: null", "valid_to: 2026-12-31")

    assert not faults_of(read_policy, ended + VERSION_2027.format(""))


@pytest.mark.parametrize(("old", "new", "unreached"), REACHED)
def test_a_benefit_below_one_that_takes_everything_is_a_fault(
    old: str, new: str, unreached: str
) -> None:
    text = changed(POLICY, old, new)

    told = {fault.line: fault.message for fault in faults_of(read_policy, text)}

    assert "is never reached: a above" in told[line_of(text, f"- id: {unreached}")]


@pytest.mark.parametrize(
    "text",
    [
        "id: a, covers: [car], pays: nothing, when: line.receipt",
        "id: a, covers: [car], pays: nothing, travellers: patient",
        "id: a, covers: [taxi, parking], pays: nothing",
    ],
)
def test_a_benefit_above_that_leaves_something_is_none(text: str) -> None:
    assert not faults_of(read_policy, changed(POLICY, *benefit(text)))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("of: nights, cap: 5, per: lifetime", "counts nights, not money"),
        ("cap: 5, per: calendar_year", "has the period calendar_year, not lifetime"),
        ("cap: 5, per: lifetime, whose: household", "is for the household, not patient"),
        ("deductible: 5, per: lifetime", "is a deductible, not cap"),
        ("deductible: 5, per: leg, at_most: 9, at_most_per: lifetime", "is a deductible"),
        ("pays_share: 90 %, at_most: 9, at_most_per: lifetime", "is a deductible, not cap"),
    ],
)
def test_limits_that_share_a_balance_must_count_the_same(other: str, words: str) -> None:
    text = POLICY + f"  - {{id: b, text: B., balance: lifetime, {other}}} # here\n"

    told = [fault for fault in faults_of(read_policy, text) if words in fault.message]

    assert [fault.line for fault in told] == [line_of(text)]


def test_limits_that_share_a_balance_and_count_the_same_are_well() -> None:
    other = "  - {id: b, text: B., applies_to: [car], balance: lifetime, cap: 5, per: lifetime}\n"

    assert not faults_of(read_policy, POLICY + other)


def test_a_circle_of_balances_is_named_whole() -> None:
    text = changed(POLICY, "    cap: 10000", "    cap: left.a") + (
        "  - {id: a, text: A., cap: left.b + 1}\n  - {id: b, text: B., cap: used.lifetime}\n"
    )

    (fault,) = faults_of(read_policy, text)

    assert fault.line == line_of(text, "- id: lifetime")
    assert fault.message == "its balance leads back to itself: lifetime → a → b → lifetime"


def test_limits_that_read_others_without_coming_back_are_well() -> None:
    other = "  - {id: b, text: B., cap: 'min(500, left.lifetime) + used.lifetime'}\n"

    assert not faults_of(read_policy, POLICY + other)


def test_a_limit_on_a_benefit_named_like_a_kind_it_differs_from_is_a_fault() -> None:
    text = changed(POLICY, "  - id: room", "  - id: lodging").replace(
        "covers: [lodging]", "covers: [lodging, parking]"
    )
    text = changed(text, "    per: person_night\n", "    per: line\n")

    faults = faults_of(read_policy, text + "    applies_to: [lodging] # here\n")

    line = line_of(text, "covers: [lodging, parking]")
    words = f"the benefit covers parking, too (line {line}); give it another id"
    assert [(fault.line, fault.message) for fault in faults] == [
        (44, f"'lodging' is a kind and a benefit that differ: {words}")
    ]


def test_a_limit_on_a_kind_that_another_benefit_covers_too_names_that_benefit() -> None:
    text = changed(POLICY, "  - id: room", "  - id: lodging").replace(
        "  limits:\n",
        "  - {id: second, text: Rooms., covers: [lodging], pays: actual} # other\n  limits:\n",
    )
    text = changed(text, "    per: person_night\n", "    per: line\n")

    (fault,) = faults_of(read_policy, text + "    applies_to: [lodging] # here\n")

    line = line_of(text, "# other")
    assert fault.message == (
        "'lodging' is a kind and a benefit that differ: benefit second covers the kind, too "
        f"(line {line}); rename lodging"
    )


def test_a_fact_that_only_a_table_reads_is_looked_at_where_the_table_is_read() -> None:
    rows = changed(POLICY, *table("  - {value: covered.nights}"))
    requires = "requires: distances.home_to_site.road_mi > 100"
    text = changed(rows, requires, "requires: lookup('other', trip.days) > 1 # here")

    (fault,) = faults_of(read_policy, text)

    assert fault.line == line_of(text)
    assert fault.message.endswith("(read by the table other)")


def test_what_two_versions_share_is_told_once() -> None:
    ended = changed(POLICY, "valid_to: null", "valid_to: 2026-12-31")
    shared = changed(ended, "  benefits:\n", "  benefits: &b\n").replace("up_to: 50", "up_to: yes")
    second = (
        '- {version: "2027", valid_from: 2027-01-01, source: S, benefits: *b, travellers: *t}\n'
    )
    text = changed(shared, "  travellers:\n", "  travellers: &t\n") + second

    assert [fault.line for fault in faults_of(read_policy, text)] == [line_of(text, "up_to: yes")]
