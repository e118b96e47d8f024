"""Faults of a trip that its shape cannot show: each on its line, naming the field."""

from __future__ import annotations

import pytest

from pricing.coverage.documents.read import read_balances, read_trip
from tests.pricing.coverage.documents.examples import BALANCES, TRIP, changed, faults_of, line_of

HOTEL = "check_in: 2026-03-01, check_out: 2026-03-06, amount_each: 210, receipt: yes}"
OVERRIDE = "overrides:\n- {rule: a, by: B, date: 2026-03-01, reason: R, lines: [taxi]}"
RATE = "- {{from: USD, to: {}, value: 0.5, date: 2026-03-01, source: A bank}} # here"
VISITS = "visits: [{id: first}, {id: second}]\nexpenses:\n"


def expense(text: str) -> tuple[str, str]:
    """Return a change that adds an expense."""
    return "expenses:\n", f"expenses:\n- {{id: new, {text}}} # here\n"


def hotel(text: str) -> tuple[str, str]:
    """Return a change of the hotel's keys."""
    return HOTEL, f"{text}}} # here"


TRIP_FAULTS = [
    ("admitted: 2026-03-02", "admitted: 2026-03-06", "must not be before admitted # mary"),
    ("age: 47", "age: 47, birth_date: 1979-01-01", "age or birth_date, not both # tom"),
    ("{road_mi: 150}", "\n    road_mi: 150\n    road_km: 241 # here", "road_mi or road_km"),
    ("starts: 2026-03-01T08:00 ", "starts: 2026-03-01T25:00 # here", "a time of the clock"),
    ("starts: 2026-03-01T08:00 ", "starts: 2026-02-30 # here", "a day of the calendar"),
    ("kind: parking", "kind: parkng", "did you mean parking? # parkng"),
    ("ends: 2026-03-06T19:30", "ends: 2026-03-01T07:59 # here", "must not be before the start"),
    ("ends: 2026-03-06T19:30", "ends: 2026-02-28 # here", "must not be before the start"),
    ("ends: 2026-03-06T19:30", "ends: 2926-03-06 # here", "at most 1,100; look at the year"),
    ("currency: USD", "currency: XBT # here", "no currency known here"),
    ("- {id: tom, relation", "- {id: mary, relation: aunt} # here\n- {id: tom, relation",
     "is the patient's id"),
    ("- {id: tom, relation", "- {id: tom}\n- {id: tom} # here\n- {id: al, relation", "line 9"),
    ("age: 47", "birth_date: 2026-03-02", "after the trip's first day # tom"),
    ("covers: [transport, lodging]}", "covers: [transport, lodgings]} # here",
     "neither a kind or group of expenses nor the id of one"),
    ("claim: {", OVERRIDE + " # here\nclaim: {",
     "no expense has the id 'taxi'"),
    ("\nsite: {", "\nnearest: {care_cost: 1.005} # here\nsite: {", "USD has 2 decimals"),
    ("\nsite: {", f"\nrates:\n{RATE.format('USD')}\nsite: {{", "is the same currency"),
    ("\nsite: {", f"\nrates:\n{RATE.format('XBT')}\nsite: {{", "no currency known here"),
    ("- {id: parking, kind: parking", "- {id: drive, kind: parking # here\n ",
     "'drive' is the id on line 16 too"),
]  # fmt: skip

EXPENSE_FAULTS = [
    (*expense("kind: air, amount: 5, amount_each: 5"), "amount or amount_each, not both"),
    (*expense("kind: air, amount: 5, tax: 6"), "must not be more than the amount, 5"),
    (*expense("kind: air, amount: 5.001"), "USD has 2 decimals, like 1250.00"),
    (*expense("kind: air, amount: 2.100"),
     "USD has 2 decimals, like 1250.00; if the point parts thousands, write 2100"),
    (*expense("kind: air, amount: 5.500, currency: KWD, fares: {economy: 2.1000}"), "KWD has 3"),
    (*expense("kind: lodging, check_in: 2026-03-01, check_out: 2206-03-03, amount: 5"),
     "is 65,745 days after 2026-03-01, at most 1,100; look at the year"),
    (*expense("kind: meals, from: 2026-03-01, to: 9999-12-31, amount: 5"), "look at the year"),
    (*expense("kind: air, amount: 5.5, currency: JPY"), "JPY has 0 decimals, like 1250"),
    (*expense("kind: air, amount: 5, fares: {economy: 4.999}"), "USD has 2 decimals"),
    (*expense("kind: air, amount: 5, currency: XBT"), "no currency known here"),
    (*expense("kind: air, travellers: [bob]"), "nobody on the trip has the id 'bob'"),
    (*expense("kind: air, travellers: [tm]"), "did you mean tom?"),
    (*expense("kind: air, travellers: [tom, tom]"), "'tom' is named twice"),
    (*expense("kind: air, travellers: []"), "names nobody"),
    (*expense("kind: air, visit: first"), "no visit has the id 'first'; there is none"),
    (*expense("kind: car, distance_mi: 5, distance_km: 8"), "not both"),
    (*expense("kind: car, distance_mi: 5, legs: [{distance_mi: 5}]"), "of each leg"),
    (*expense("kind: visa, cabin: first"), "to transport; this expense is of the kind visa"),
    (*expense("kind: meals, legs: [{direction: out}]"), "belongs to transport"),
    (*expense("kind: air, rooms: 2"), "belongs to lodging"),
    (*expense("kind: air, from: 2026-03-01"), "belongs to meals"),
    (*expense("kind: air, location: Boston MA"), "belongs to lodging and meals"),
    (*expense("kind: meals, from: 2026-03-05, to: 2026-03-04"), "before they begin"),
    (*expense("kind: meals, from: 2026-04-05"), "before they begin"),
    (*expense("kind: meals, days: [{date: 2026-03-07}]"), "not from 2026-03-01 to 2026-03-06"),
    (*expense("kind: meals, days: [{date: 2026-03-02}, {date: 2026-03-02}]"), "twice"),
    (*expense("kind: meals, days: [{date: 2026-03-02, travellers: [bob]}]"), "'bob'"),
    (*expense("kind: meals, days: [{date: 2026-03-02, amount: 1.001}]"), "USD has 2 decimals"),
    (*hotel("check_in: 2026-03-01"), "lodging needs check_in and check_out"),
    (*hotel("check_out: 2026-03-01"), "lodging needs check_in and check_out"),
    (*hotel("check_in: 2026-03-01, check_out: 2026-03-01"), "must be after check_in, 2026-03-01"),
    (*hotel("check_in: 2026-03-01, check_out: 2026-03-03, nights: [{date: 2026-03-03}]"),
     "not from 2026-03-01 to 2026-03-02"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), [*TRIP_FAULTS, *EXPENSE_FAULTS])
def test_a_fault_is_told_on_its_line(old: str, new: str, words: str) -> None:
    mark = words.partition(" # ")[2] or "# here"
    text = changed(TRIP, old, new)

    told = [one for one in faults_of(read_trip, text) if words.partition(" # ")[0] in one.message]

    assert [fault.line for fault in told] == [line_of(text, mark)]


def test_with_several_visits_every_expense_says_which() -> None:
    text = changed(TRIP, "expenses:\n", VISITS)

    faults = faults_of(read_trip, text)

    assert [(fault.line, fault.path) for fault in faults] == [
        (line_of(text, f"- {{id: {name},"), f"expenses[{name}].visit")
        for name in ("drive", "parking", "hotel")
    ]
    assert faults[0].message == "is missing; say which of first, second it belongs to"


def test_legs_may_say_the_visit_for_their_expense() -> None:
    visits = "visits: [{id: first}]\nexpenses:\n"
    legs = "- {id: new, kind: car, legs: [{visit: first, distance_mi: 5}, {visit: first}]}\n"

    assert not faults_of(read_trip, changed(TRIP, "expenses:\n", visits + legs))


@pytest.mark.parametrize(
    "text",
    [
        "kind: air, cabin: economy, fares: {economy: 5}, amount_each: 5.50, tax: 5.50",
        "kind: car, legs: [{distance_mi: 5}, {distance_km: 5, direction: return}]",
        "kind: meals, from: 2026-03-01, to: 2026-03-01, days: [{date: 2026-03-01, amount: 5}]",
        "kind: meals, location: Boston MA, travellers: [mary]",
        "kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, nights: [{date: 2026-03-01}]",
        "kind: other, item: crutches, amount: 5000, currency: JPY",
        "kind: taxi, amount: null, visit: ~, tax: null",
    ],
)
def test_an_expense_that_is_well_has_no_fault(text: str) -> None:
    assert not faults_of(read_trip, changed(TRIP, *expense(text)))


def test_the_country_norway_stays_norway() -> None:
    text = changed(TRIP, "country: US", "country: NO")

    assert read_trip(text, "trip").site.country == "NO"


def test_an_expense_that_was_begun_and_not_finished_is_a_fault() -> None:
    text = changed(TRIP, *expense("kind: air, amount: "))

    (fault,) = faults_of(read_trip, text)

    assert (fault.line, fault.path) == (line_of(text), "expenses[new].amount")


def test_a_trip_without_any_fact_but_the_required_ones_is_well() -> None:
    text = """{"format": "sojourn-trip/1", "id": "T", "stage": "estimate", "currency": "USD",
        "starts": "2026-03-01", "ends": "2026-03-01", "patient": {}, "expenses": []}"""

    trip = read_trip(text, "trip")

    assert (trip.patient.id, trip.companions, trip.visits) == ("patient", (), ())


def test_the_same_balance_twice_is_a_fault() -> None:
    text = BALANCES + "- {balance: lifetime, whose: mary, period: lifetime, amount: 1}\n"

    (fault,) = faults_of(read_balances, text)

    assert (fault.line, fault.path) == (7, "used[lifetime]")
    assert fault.message == "is the same balance as on line 4; add them up"


def test_a_balance_is_money_or_a_count() -> None:
    text = changed(BALANCES, "count: 5", "count: 5, amount: 3")

    assert "either amount (money) or count" in faults_of(read_balances, text)[0].message
