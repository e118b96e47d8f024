"""Every rule just fits, and breaks by one; the cost is what one counts by hand."""

from dataclasses import replace
from typing import Any

import pytest

from scheduling.optimizer.answer import Status
from scheduling.optimizer.check import BrokenRules, check_choice, list_breaches
from scheduling.optimizer.choice import PartyTransfers
from scheduling.optimizer.errors import InvalidChoice
from scheduling.optimizer.plain import solve_plainly
from scheduling.optimizer.selection import RULES
from scheduling.optimizer.solve import solve
from tests.scheduling.optimizer.one_trip import DAY, the_choice, trip

# For each rule what makes it miss by one; the trip itself just fits every one of them.
ONE_LESS: list[tuple[str, dict[str, Any]]] = [
    ("home_by", {"rules__home_by": 3 * DAY + 999}),
    ("earliest_departure", {"rules__earliest_departure": DAY + 201}),
    ("max_nights", {"rules__max_nights": 1}),
    ("meeting", {"rules__meeting_minutes": 9}),
    ("parting", {"rules__parting_minutes": 9}),
    ("order", {"needs__1__gap_min_minutes": 61}),
    ("order", {"needs__1__gap_min_minutes": 0, "needs__1__gap_max_minutes": 59}),
    ("connections", {"parties__0__max_connections": 0}),
    ("travel_time", {"parties__0__max_travel_minutes": 399}),
    ("segment_length", {"parties__1__max_segment_minutes": 199}),
    ("min_nights", {"lodgings__0__min_nights": 3}),
    ("rooms", {"lodgings__0__rooms_left": [2, 1, 2, 2]}),
    ("seats", {"outbound__1__seats": 1}),
    ("transfer_seats", {"transfers__1__seats": 1}),
    ("lodging_services", {"rules__lodging_services": ["accessible", "kitchen"]}),
    ("transfer_services", {"parties__0__transfer_services": ["lift", "oxygen"]}),
    ("journey_services", {"parties__0__services": ["wheelchair", "oxygen"]}),
    ("connection_time", {"parties__0__min_connection_minutes": 61}),
    ("recovery", {"return__0__lead_minutes": DAY + 600 - 240 + 1}),
    ("arrival_buffer", {"outbound__0__buffer_minutes": DAY - 600 + 1}),
]

FITS: list[tuple[str, dict[str, Any]]] = [
    ("order", {"needs__1__gap_max_minutes": 60}),
    ("arrival_buffer", {"outbound__0__buffer_minutes": DAY - 600}),
    ("recovery", {"return__0__lead_minutes": DAY + 600 - 240}),
    ("rooms", {"lodgings__0__rooms_left": [0, 2, 2, 0]}),
    ("min_nights", {"lodgings__0__min_nights": 1}),
]


@pytest.mark.parametrize(("rule", "changes"), FITS, ids=[rule for rule, _ in FITS])
def test_a_rule_that_just_fits_holds(rule: str, changes: dict[str, Any]) -> None:
    problem = trip(**changes)

    assert list_breaches(problem, the_choice()) == [], rule
    assert solve(problem).status is Status.OPTIMAL


@pytest.mark.parametrize(("rule", "changes"), ONE_LESS, ids=[rule for rule, _ in ONE_LESS])
def test_a_rule_missed_by_one_is_broken(rule: str, changes: dict[str, Any]) -> None:
    problem = trip(**changes)

    breaches = list_breaches(problem, the_choice())
    assert {breach.rule for breach in breaches} == {rule}
    with pytest.raises(BrokenRules, match=rule):
        check_choice(problem, the_choice())
    answer = solve(problem)
    assert answer.status is Status.INFEASIBLE
    assert [row.rule for row in answer.in_the_way] == [rule]
    assert solve_plainly(problem, seconds=10).plan is None


def test_every_rule_of_the_page_has_a_case() -> None:
    assert list(dict.fromkeys(rule for rule, _ in ONE_LESS)) == list(RULES)


def test_the_trip_itself_holds_every_rule() -> None:
    answer = solve(trip())

    assert answer.choice == the_choice()
    assert answer.status is Status.OPTIMAL


def test_the_parts_are_what_one_counts_by_hand() -> None:
    parts = check_choice(trip(), the_choice())

    # Slots 2 × 500, journeys 4 × 300, nights, transfers 4 × 20, commutes 2 × 30, days 3 × 30.
    assert parts.price_cents == 1_000 + 1_200 + 170 + 80 + 60 + 90
    # The same, payable: 1,000 + 800 + 130 + 40 + 40 + 60, of which the cap leaves 1,500.
    assert parts.payable_cents == 2_070
    assert parts.payer_cents == 1_500
    assert parts.patient_cents == 2_600 - 1_500
    # Journeys 4 × 10, transfers 4 × 3, commutes 2 × 6, nights 2 × 4.
    assert parts.burden_minutes == 40 + 12 + 12 + 8
    assert (parts.waiting_days, parts.mismatch_points) == (2, 4)
    assert parts.expected_loss_cents == 4 * 7 + 11
    assert parts.total == 1_100 * 3 + 1_500 * 2 + 72 * 5 + 2 * 100 + 4 * 10 + 39


STRUCTURE: list[tuple[str, dict[str, Any]]] = [
    ("a slot of another need", {"slots__1__need": "scan"}),
    ("a slot in another city", {"slots__1__city": "Thun", "daily__0__city": "Thun"}),
    ("a journey to another gateway", {"outbound__0__gateway": "GVA"}),
    ("a transfer to another place", {"transfers__0__place": "clinic"}),
    ("a lodging in another city", {"lodgings__0__city": "Thun"}),
    ("a night without an entry", {"lodgings__0__first_day": 2}),
    ("a lodging without a commute", {"commutes__0__site": "annex"}),
]


@pytest.mark.parametrize(("words", "changes"), STRUCTURE, ids=[words for words, _ in STRUCTURE])
def test_what_does_not_fit_together_is_refused(words: str, changes: dict[str, Any]) -> None:
    if words == "a slot in another city":
        changes |= {"daily": [{"city": c, "price_cents": 0, "payable_cents": 0} for c in CITIES]}
        changes.pop("daily__0__city")
    problem = trip(**changes)

    assert "offers" in {breach.rule for breach in list_breaches(problem, the_choice())}
    assert solve(problem).in_the_way[0].rule == "offers"
    assert solve_plainly(problem, seconds=10).plan is None


CITIES = ("Bern", "Thun")


def test_a_choice_with_an_unknown_id_is_refused() -> None:
    choice = replace(the_choice(), lodging="elsewhere")

    with pytest.raises(InvalidChoice, match="elsewhere"):
        check_choice(trip(), choice)


def test_a_choice_with_other_days_than_its_journeys_is_refused() -> None:
    choice = replace(the_choice(), check_out_day=4)

    with pytest.raises(InvalidChoice, match="must be 1 and 3, not 1 and 4"):
        check_choice(trip(), choice)


def test_a_transfer_of_another_party_is_refused() -> None:
    swapped = {"patient": PartyTransfers("T2", "T1"), "friend": PartyTransfers("T2", "T2")}

    breaches = list_breaches(trip(), replace(the_choice(), transfers=swapped))

    assert breaches[0].rule == "offers"
