"""Where words leave a choice: what the pages say is done is done, to the cent they say."""

from __future__ import annotations

import re

import pytest

from pricing.coverage.answer import to_document
from pricing.coverage.documents.read import read_policy, read_trip
from pricing.errors import InvalidAmount
from pricing.money import Money
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import DOCS, faults_of

POLICIES = (DOCS / "policy-documents.md").read_text("utf-8")
TRIPS = (DOCS / "trip-documents.md").read_text("utf-8")
EXCHANGE = "exchange: {date: service}"
RATES = "rates: [{from: EUR, to: USD, value: 1.1, date: 2026-03-01, source: a test}]"
DOLLARS = "- {id: a, kind: taxi, date: 2026-03-02, amount: 60}"
EUROS = "- {id: b, kind: taxi, date: 2026-03-02, amount: 60, currency: EUR}"
LEGS = "legs: [{direction: out, date: 2026-03-02}, {direction: return, date: 2026-03-05}]"
TICKET = f"- {{id: a, kind: air, amount: 400, travellers: [mary, tom], {LEGS}}}"


def paid(
    rules: str, expenses: str, *, head: str = EXCHANGE, more: str = RATES, currency: str = "USD"
) -> list[int]:
    """Return what is payable of each expense, in minor units."""
    policy = policy_text(rules, head=head).replace("currency: USD", f"currency: {currency}")
    made = decided(policy, trip_text(expenses, more=more, currency=currency))
    return [line.payable for line in made.lines]


def benefit(rule: str, more: str = "") -> str:
    """Return the rules of one benefit."""
    return f"benefits:\n- {{id: one, text: One., {rule}}}\n{more}"


def test_what_a_benefit_has_taken_does_not_fall_through() -> None:
    first = "{covers: [taxi], when: patient.age >= 18, pays: actual, up_to: 30}"
    second = "{covers: [taxi], pays: actual}"
    said = "a taxi of 80 gets 30.00 for an adult, 80.00 for a child"
    assert f"`{first}` above `{second}`: {said}" in POLICIES
    both = f"benefits:\n- {{id: a, text: T., {first[1:]}\n- {{id: b, text: T., {second[1:]}"
    taxi = DOLLARS.replace("60", "80")
    child = f"{RATES}\npatient: {{id: mary, age: 8}}"

    assert paid(both, taxi) == [30_00]
    assert paid(both, taxi, more=child) == [80_00]
    assert paid(both.replace("pays: actual, up_to: 30", "pays: nothing"), taxi) == [0]
    nobody = "travellers: {pair: {text: T., patient: no, companions: []}}\n"
    assert paid(nobody + both.replace("30}", "30, travellers: pair}"), taxi) == [80_00]


def test_several_currencies_in_a_group_are_held_against_the_policys_own() -> None:
    up_to = "up_to: {USD: 50, EUR: 40}"
    said = "on taxis of 60 USD and 60 EUR: `per: trip` 50.00, `per: line` 50.00 and 44.00"
    assert f"`{up_to}` {said}" in POLICIES
    rule = benefit(f"covers: [taxi], pays: actual, {up_to}, per: PER")
    both = f"{DOLLARS}\n{EUROS}"

    assert paid(rule.replace("PER", "trip"), both) == [50_00, 0]
    assert paid(rule.replace("PER", "trip"), EUROS) == [44_00]
    assert paid(rule.replace("PER", "line"), both) == [50_00, 44_00]
    pounds = EUROS.replace("EUR", "GBP"), RATES.replace("EUR", "GBP")
    assert paid(rule.replace("PER", "line"), pounds[0], more=pounds[1]) == [50_00]


@pytest.mark.parametrize(
    ("day", "cents"), [("2026-02-28", 0), ("2026-03-01", 60_00), ("2028-02-29", 60_00)]
)
def test_who_is_born_on_29_february_is_older_on_1_march(day: str, cents: int) -> None:
    assert "born 2008-02-29: 17 on 2026-02-28, 18 on 2026-03-01" in POLICIES
    rule = benefit("covers: [taxi], pays: actual, when: patient.age >= 18")
    trip = f"starts: {day}\nends: {day}\npatient: {{birth_date: 2008-02-29}}\ncompanions: []"

    assert paid(rule, DOLLARS.replace("2026-03-02", day), more=trip) == [cents]


@pytest.mark.parametrize("amount", ["0.50", "2 - line.distance_km"])
def test_what_reckons_below_zero_is_zero_each_by_itself(amount: str) -> None:
    assert "`amount: 0.50`, `quantity: line.distance_km - 100` on 60 km: 0.00" in POLICIES
    rule = f"covers: [car], pays: allowance, amount: {amount}, quantity: line.distance_km - 100"
    drive = "- {id: a, kind: car, date: 2026-03-02, distance_km: 60}"

    assert paid(benefit(rule), drive) == [0]


@pytest.mark.parametrize(
    ("share", "cents"),
    [("1 - line.claimed / 10", 0), ("line.claimed / 10", 60_00), ("line.claimed / 120", 30_00)],
)
def test_a_share_that_is_reckoned_lies_between_nothing_and_all(share: str, cents: int) -> None:
    assert "a benefit's `share` lies between 0 and 100 %" in POLICIES

    assert paid(benefit(f"covers: [taxi], pays: actual, share: {share}"), DOLLARS) == [cents]


def test_a_quantity_written_below_zero_is_a_fault() -> None:
    assert "(`quantity: -1`) is a fault" in POLICIES
    text = policy_text(benefit("covers: [car], pays: allowance, amount: 5, quantity: -1"))

    assert [one.message for one in faults_of(read_policy, text)] == ["must not be negative"]


@pytest.mark.parametrize(
    ("rule", "limit", "cents"),
    [
        (", up_to: 50, per: leg", "", 100_00),
        (", up_to: 50 * covered.legs, per: trip", "", 100_00),
        (", up_to: 80, per: ticket", "", 160_00),
        ("", "limits:\n- {id: l, text: L., cap: 1, of: legs, per: trip}", 200_00),
        ("", "limits:\n- {id: l, text: L., deductible: 3, per: leg}", 394_00),
    ],
)
def test_a_leg_of_two_people_counts_once(rule: str, limit: str, cents: int) -> None:
    assert "`up_to: 50`, `per: leg` pays 100.00; `cap: 1`, `of: legs` pays 200.00" in POLICIES

    assert paid(benefit(f"covers: [air], pays: actual{rule}", limit), TICKET) == [cents]


@pytest.mark.parametrize(
    ("whose", "count"), [("patient", {"mary": 4}), ("person", {"mary": 3, "tom": 3})]
)
def test_a_leg_counts_for_each_whose_and_in_each_expense(whose: str, count: dict[str, int]) -> None:
    assert "`whose: person` it counts one for each of them; in two expenses it is two" in POLICIES
    limit = f"{{id: l, text: L., cap: 9, of: legs, per: calendar_year, whose: {whose}}}"
    again = "\n".join(
        f"- {{id: {name}, kind: air, date: 2026-03-05, amount: 90, travellers: [{name}]}}"
        for name in ("mary", "tom")
    )

    made = decided(
        policy_text(benefit("covers: [air], pays: actual", f"limits: [{limit}]")),
        trip_text(f"{TICKET}\n{again}"),
    )

    assert {one.key.whose: one.after for one in made.balances} == count


@pytest.mark.parametrize(("how", "cents"), [("subtract", 110_00), ("rest_of_cost", 200_00)])
def test_what_others_paid_is_taken_off_whole_though_some_are_not_covered(
    how: str, cents: int
) -> None:
    assert "others paid 90.00: `subtract` pays 110.00, `rest_of_cost` 200.00" in POLICIES
    rules = f"""
    travellers:
      pair: {{text: Two., companions: [{{at_most: 1}}]}}
    benefits:
    - {{id: fly, text: Air., covers: [air], travellers: pair, pays: actual}}
    limits:
    - {{id: others, text: O., other_payments: {how}}}
    """
    fare = "- {id: fly, kind: air, date: 2026-03-01, amount: 300, other_payments: 90}"
    three = "companions: [{id: tom, age: 44}, {id: ann, age: 30}]"

    assert paid(rules, fare, more=three) == [cents]


def test_a_total_is_split_first_then_converted_then_rounded_to_the_whole() -> None:
    assert "10.00 EUR for three legs: 11.00 USD, as 3.67, 3.67 and 3.66" in POLICIES
    legs = "legs: [{direction: out}, {direction: local}, {direction: return}]"
    ride = f"- {{id: b, kind: taxi, date: 2026-03-02, amount: 10, currency: EUR, {legs}}}"
    rule = "covers: [taxi], pays: actual, when: leg.direction = '{}'"

    assert paid(benefit("covers: [taxi], pays: actual"), ride) == [11_00]
    each = [paid(benefit(rule.format(way)), ride) for way in ("out", "local", "return")]
    assert each == [[3_67], [3_67], [3_66]]


def test_the_page_lists_the_currencies_that_there_are() -> None:
    line = next(one for one in POLICIES.splitlines() if one.startswith("The currencies are"))
    lists = re.findall(r": ([A-Z ]+)", line)

    two, none, three = (one.split() for one in lists)

    listed = dict.fromkeys(two, 2) | dict.fromkeys(none, 0) | dict.fromkeys(three, 3)
    with pytest.raises(InvalidAmount) as caught:
        Money.zero("XXX")
    known = caught.value.expected.partition("one of ")[2].split(", ")
    assert listed == {code: Money.zero(code).decimals for code in known}


def test_currencies_without_and_with_three_decimals_are_paid_as_the_page_says() -> None:
    assert "half of 12.345 KWD is 6.170, or with it 6.173" in POLICIES
    half = benefit("covers: [taxi], pays: actual, share: 50 %")
    fine = DOLLARS.replace("60", "12.345")
    whole = DOLLARS.replace("60", "12000")

    assert paid(half, fine, head="", more="", currency="KWD") == [6170]
    assert paid(half, fine, head="rounding: {to: 0.001}", more="", currency="KWD") == [6173]
    assert paid(half, whole, head="rounding: {to: 1}", more="", currency="JPY") == [6000]


def test_cents_are_the_smallest_units_of_the_currency() -> None:
    assert "6000 is 60.00 USD, 6,000 JPY, 6.000 KWD" in TRIPS
    rules = benefit("covers: [taxi], pays: actual")
    for currency, to, amount in (("USD", 0.01, "60"), ("JPY", 1, "6000"), ("KWD", 0.001, "6")):
        policy = policy_text(rules, head=f"rounding: {{to: {to}}}")
        trip = trip_text(DOLLARS.replace("60", amount), currency=currency)

        made = decided(policy.replace("currency: USD", f"currency: {currency}"), trip)

        answer = to_document(made)
        assert (answer["payable_cents"], answer["currency"]) == (6000, currency)


def test_a_leg_has_no_cabin_of_its_own() -> None:
    assert "`legs: [{cabin: business}]` is refused" in TRIPS
    air = "- {id: a, kind: air, date: 2026-03-02, amount: 5, legs: [{cabin: business}]}"

    (fault,) = faults_of(read_trip, trip_text(air))

    assert fault.path == "expenses[a].legs[0].cabin"
    assert fault.message.startswith("is no key here")


def test_a_rate_needs_its_day_and_its_source() -> None:
    assert "Each needs all five, `date` and `source` too" in TRIPS
    rate = "rates: [{from: AED, to: USD, value: 0.27}]"

    faults = faults_of(read_trip, trip_text(DOLLARS, more=rate))

    assert [(one.path, one.message) for one in faults] == [
        ("rates[0].date", "is missing"),
        ("rates[0].source", "is missing"),
    ]


NIGHTLY = "cap: 100, per: night"


@pytest.mark.parametrize(
    ("limits", "cents"),
    [
        # 390 less 90 leaves 100 of each night, which the nightly cap lets pass.
        (["other_payments: rest_of_cost", NIGHTLY], 300_00),
        (["other_payments: subtract", NIGHTLY], 300_00),
        # The cap leaves the patient 90, which the others' 90 are for.
        ([NIGHTLY, "other_payments: rest_of_cost"], 300_00),
        ([NIGHTLY, "other_payments: subtract"], 210_00),
        # A deductible is the first money spent: 40 + 130 + 130, of which 40 + 100 + 100.
        (["deductible: 90", NIGHTLY], 240_00),
        ([NIGHTLY, "deductible: 90"], 210_00),
    ],
)
def test_what_others_paid_lies_on_all_nights_and_a_deductible_on_the_first(
    limits: list[str], cents: int
) -> None:
    assert (
        "below `subtract` or `rest_of_cost` 300.00 is paid (each night has 100.00 left), above "
        "`rest_of_cost` 300.00, above `subtract` 210.00; with `deductible: 90` instead, 240.00 "
        "below it (40.00, 100.00 and 100.00) and 210.00 above"
    ) in POLICIES
    listed = "".join(f"\n- {{id: l{place}, text: L., {one}}}" for place, one in enumerate(limits))
    rules = benefit("covers: [lodging], pays: actual", f"limits:{listed}")
    others = "" if any("deductible" in one for one in limits) else ", other_payments: 90"
    days = "check_in: 2026-03-01, check_out: 2026-03-04"
    hotel = f"- {{id: h, kind: lodging, {days}, amount_each: 130{others}}}"

    assert paid(rules, hotel) == [cents]
