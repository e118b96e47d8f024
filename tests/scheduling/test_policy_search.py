"""Policies that are no sum over options: the search against every combination, decided alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from typing import Any

import pytest

from logistics.trip_parts import member_ids
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import prepare
from scheduling.optimizer.answer import Answer, Status
from scheduling.optimizer.check import list_breaches, parts_of
from scheduling.optimizer.choice import Choice, PartyTransfers
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.solve import solve
from scheduling.plans_by_year import parts_by_year
from scheduling.policy_search import search_plan, with_first_names
from scheduling.proposals import proposals_of
from scheduling.translation.supply import Supply
from scheduling.translation.translate import Translation, translate
from scheduling.visit_coverage import decide_visit
from tests.scheduling.supplies import (
    POLICY,
    a_flight,
    a_lodging,
    a_policy,
    a_slot,
    a_supply,
    at,
)
from tests.scheduling.test_translate import all_choices, document_of

DEDUCTIBLE = """
  - {id: first, text: The patient pays the first $500., deductible: 500, per: trip}
  - {id: share, text: The plan pays 80 %., pays_share: 80 %}
"""
SHARED = """
  - {id: pair, text: At most $1500 of tickets for the pair., applies_to: [air],
     cap: 1500, per: trip}
  - {id: share, text: The plan pays 90 %., pays_share: 90 %}
"""
MINIMUM = "  - {id: small, text: Less than $2800 is not paid., minimum: 2800, per: trip}\n"
NIGHTS = "  - {id: nights, text: At most two nights., applies_to: [lodging], cap: 2, of: nights}\n"


def falling_meals() -> str:
    """Return benefits under which five nights away bring less for meals than four."""
    return "pays: allowance, amount: 'if(trip.nights >= 5, 100, 60 * trip.nights)', per: trip"


def supply_under(limits: str = "", *, old: str = "", new: str = "") -> Supply:
    """Return the patient's party alone, with more days, under the test's policy changed."""
    supply, text = a_supply(), POLICY.replace(old, new) if old else POLICY
    assert not old or text != POLICY
    text += f"  limits:\n{limits}\n" if limits else ""
    case = replace(supply.case, companions=supply.case.companions[:1])
    party = supply.parties[0]
    later = (
        a_flight("h5", ("ZRH", "IAH"), at(11, 12), at(11, 23), 560_00),
        a_flight("h6", ("ZRH", "IAH"), at(12, 12), at(12, 23), 350_00),
    )
    lodgings = (
        a_lodging("cheap", (120_00, 130_00, 170_00, 120_00, 125_00, 130_00, 90_00, 90_00)),
        a_lodging("dear", (160_00,) * 8),
    )
    return replace(
        supply,
        case=case,
        appointments=(*supply.appointments, a_slot("s3", at(10, 9))),
        parties=(replace(party, homebound=(*party.homebound, *later)),),
        lodgings=lodgings,
        policy=prepare(read_policy(text, "test")),
    )


def across_a_turn(begins: str = "12-08", cap: int = 900, left: int = 100) -> Supply:
    """Return a visit during which a plan year begins; of the one before so much is left."""
    supply = supply_under(
        f"  - {{id: year, text: At most., cap: {cap}, per: plan_year}}",
        old="currency: USD",
        new=f"currency: USD\nplan_year_starts: {begins}",
    )
    (patient,) = member_ids([(supply.case.patient.name, supply.case.patient.birth_date)])
    return replace(
        supply,
        balances={BalanceKey("year", patient, f"2025-{begins}"): Fraction(100 * (cap - left))},
    )


MEALS = "pays: actual, up_to: 50,\n     per: person_day"
CASES = {
    "a deductible with coinsurance": supply_under(DEDUCTIBLE),
    "a cap shared between travellers": supply_under(SHARED),
    "a threshold": supply_under(MINIMUM),
    "a cap in nights": supply_under(NIGHTS),
    "meals that fall as the stay grows": supply_under(old=MEALS, new=falling_meals()),
    "a step by night number": supply_under(
        old="up_to: 150", new="up_to: 'if(night.number <= 1, 40, 200)'"
    ),
    "the lesser of two across expenses": supply_under(
        old="pays: actual, up_to: 800,\n     per: ticket",
        new="pays: actual, up_to: 1500, per: trip",
    ),
    "a rule by scheduled hours": supply_under(
        old="up_to: 800", new="up_to: 'if(line.scheduled_hours > 11, 1100, 200)'"
    ),
    "a year's cap that turns during the visit": supply_under(
        "  - {id: year, text: At most $900., cap: 900, per: plan_year}",
        old="currency: USD",
        new="currency: USD\nplan_year_starts: 12-08",
    ),
    "a year's cap, most of the first year used": across_a_turn("12-06"),
    "a rule by hours away": supply_under(old="up_to: 800", new="up_to: trip.hours * 8"),
}


def solve_it(
    document: bytes,
    *,
    seconds: float,
    alternatives: int,
    cancelled: Callable[[], bool],
    explains: bool = True,
) -> Answer:
    del cancelled
    return solve(parse_problem(document), seconds=seconds, alternatives=alternatives)


def found_by(translation: Translation, seconds: float = 60) -> Answer:
    return search_plan(
        translation, solve_it, seconds=seconds, alternatives=5, cancelled=lambda: False
    )


parsed = lru_cache(maxsize=1)(parse_problem)


def every_choice(translation: Translation) -> list[Choice]:
    """Return every choice that holds all rules, with every combination of rides."""
    problem = parse_problem(translation.document)
    found = []
    for choice in all_choices(document_of(translation)):
        for arrival, departure in product(("TAXI", "PUBLIC"), repeat=2):
            rides = {
                party: PartyTransfers(
                    f"ride:{party}:ZRH-{choice.lodging}-{arrival}",
                    f"ride:{party}:ZRH-{choice.lodging}-{departure}",
                )
                for party in choice.outbound
            }
            one = replace(choice, transfers=rides)
            if not list_breaches(problem, one):
                found.append(one)
    return list({str(one.to_document()): one for one in found}.values())


def true_cost(translation: Translation, choice: Choice) -> int:
    decision = decide_visit(translation.read(choice.to_document()), translation)
    prices = translation.rows.supply.preferences.prices
    cost = parts_of(parsed(translation.document), choice).cost
    rest = cost.total - cost.patient - cost.payer
    money = decision.patient.minor * prices.patient_cent + decision.payer.minor * prices.payer_cent
    return money + rest


@cache
def translated(name: str) -> Translation:
    """Return one of `CASES` as the optimizer gets it."""
    return translate(CASES[name])


@cache
def found_for(name: str) -> Answer:
    """Return what the search finds in one of `CASES`."""
    return found_by(translated(name))


@cache
def decided(name: str) -> list[tuple[Choice, int]]:
    """Return every choice of one of `CASES` with what it costs as it is decided."""
    translation = translated(name)
    return [(one, true_cost(translation, one)) for one in every_choice(translation)]


@pytest.mark.parametrize("name", CASES)
def test_the_best_plan_is_the_best_of_all_that_were_decided_one_by_one(name: str) -> None:
    translation, answer = translated(name), found_for(name)

    costs = [cost for _, cost in decided(name)]
    assert len(costs) > 10
    assert answer.status is Status.OPTIMAL
    assert answer.cost == answer.bound == min(costs)
    assert answer.choice is not None
    assert true_cost(translation, answer.choice) == min(costs)


@pytest.mark.parametrize("name", CASES)
def test_alternatives_show_the_cents_that_are_decided(name: str) -> None:
    for proposal in proposals_of(found_for(name), translated(name)):
        assert proposal.parts["payer_cents"] == proposal.coverage.payer.minor
        assert proposal.cost >= proposal.bound


@pytest.mark.parametrize("name", CASES)
def test_the_relaxed_document_never_costs_more_than_the_decision(name: str) -> None:
    problem = parse_problem(translated(name).document)

    for choice, cost in decided(name):
        assert parts_of(problem, choice).total <= cost


def test_the_years_of_a_cap_divide_all_plans_and_none_is_in_two_parts() -> None:
    supply = across_a_turn()
    early = a_flight("h0", ("ZRH", "IAH"), at(7, 12), at(7, 23), 700_00)
    late = a_flight("o9", ("IAH", "ZRH"), at(8, 20), at(9, 6), 500_00)
    party = supply.parties[0]
    party = replace(party, outbound=(*party.outbound, late), homebound=(*party.homebound, early))
    translation = translate(replace(supply, parties=(party,)))
    document = document_of(translation)

    parts = list(parts_by_year(translation, document))

    def pairs(of: dict[str, Any]) -> list[tuple[str, str]]:
        return [(out["id"], back["id"]) for out in of["outbound"] for back in of["return"]]

    backward = {pair for pair in pairs(document) if "o9" in pair[0] and "h0" in pair[1]}
    assert len(parts) == 3
    assert sorted(pair for part in parts for pair in pairs(part)) == sorted(
        set(pairs(document)) - backward
    )
    assert [part["trip_cap_cents"] for part in parts] == [100_00, 1000_00, 900_00]
    # The visit across the turn bears the 100.00 that are left, and the meals of the last day.
    assert max(row["payable_cents"] for row in parts[1]["outbound"]) == 200_00
    assert {row["price_cents"] for row in parts[1]["daily"]} == {0}


YEARS = [
    *(("alone", begins, left) for begins in ("12-06", "12-08") for left in (0, 100, 1000, 1300)),
    *(("alone", "12-10", left) for left in (700, 1200, 2300)),
    *(("from Lisbon too", "12-08", left) for left in (100, 1050)),
]


def with_all_parties(supply: Supply) -> Supply:
    """Return the supply with the companion who comes from Lisbon, too."""
    whole = a_supply()
    return replace(supply, case=whole.case, parties=(*supply.parties, *whole.parties[1:]))


@pytest.mark.parametrize(("who", "begins", "left"), YEARS)
def test_parts_by_year_cost_no_more_than_their_plans_and_what_is_used_up_as_much(
    who: str, begins: str, left: int
) -> None:
    supply = across_a_turn(begins, cap=9000, left=left)
    if begins > "12-09":  # The slots before the turn alone.
        supply = replace(supply, appointments=supply.appointments[:2])
    translation = translate(supply if who == "alone" else with_all_parties(supply))
    choices = every_choice(translation)
    costs = [true_cost(translation, one) for one in choices]
    seen, used_up = 0, 0

    for part in parts_by_year(translation, document_of(translation)):
        answer = with_first_names(solve(parse_problem(part), explains=False))
        within = [cost for one, cost in zip(choices, costs, strict=True) if is_in_part(part, one)]
        seen += len(within)
        assert (answer.cost is None) == (not within)
        if answer.cost is not None and answer.choice is not None:
            assert answer.cost <= min(within)
            assert not list_breaches(parse_problem(translation.document), answer.choice)
            if part["daily"][0]["price_cents"] == 0:
                used_up += 1
                assert answer.cost == min(within) == true_cost(translation, answer.choice)

    assert seen == len(choices)
    assert (used_up > 0) == (left < 2300)


def is_in_part(part: dict[str, Any], choice: Choice) -> bool:
    """Return whether every journey of a choice is among the part's."""
    outbound, back = ({row["id"] for row in part[key]} for key in ("outbound", "return"))
    return {*choice.outbound.values()} <= outbound and {*choice.returns.values()} <= back


def test_a_cap_whose_year_does_not_turn_divides_nothing() -> None:
    translation = translate(supply_under(SHARED))

    assert list(parts_by_year(translation, document_of(translation))) == []


def test_without_time_the_answer_says_what_was_proven() -> None:
    answer = found_by(translate(CASES["meals that fall as the stay grows"]), seconds=0.05)

    assert answer.status in {Status.OPTIMAL, Status.FEASIBLE}
    assert answer.cost is not None
    assert answer.bound is not None
    assert answer.bound <= answer.cost


def test_a_policy_that_is_a_sum_is_solved_once() -> None:
    answer = found_by(translate(replace(a_supply(), policy=a_policy())))

    assert "policy_solves" not in answer.statistics
