"""The best plan and its alternatives, on random small problems, against every combination."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.answer import Alternative, Answer, Status
from scheduling.optimizer.check import check_choice
from scheduling.optimizer.columns import to_columns
from scheduling.optimizer.faults import highest_cost
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.plain import solve_plainly
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Search
from scheduling.optimizer.selection import select_all
from scheduling.optimizer.solve import solve
from scheduling.optimizer.watch import Watch
from tests.scheduling.optimizer.brute_force import Tried, every_plan, plans_of, small_problem
from tests.scheduling.optimizer.plateau import plateau_document

pytestmark = pytest.mark.sweep

EDGES = range(0, 601, 60)
CHUNKS = [range(start, end) for start, end in pairwise(EDGES)]

# At least so many of 60 problems show the trait; found by counting, so that the mix stays fair.
FAIR = {
    "feasible": 42,
    "infeasible": 1,
    "two parties": 15,
    "three parties": 2,
    "several needs": 15,
    "two cities": 6,
    "day visit": 8,
    "cap binds": 15,
    "cap binds in part": 4,
    "payer dearer": 5,
    "meeting limit": 12,
    "sold out": 12,
}

MEASURES: dict[str, Callable[[Tried], tuple[int, int]]] = {
    "cheapest_patient": lambda plan: (plan.parts.patient_cents, plan.parts.total),
    "cheapest_payer": lambda plan: (plan.parts.payer_cents, plan.parts.total),
    "soonest": lambda plan: (plan.start, plan.parts.total),
    "gentlest": lambda plan: (plan.parts.burden_minutes, plan.parts.total),
}


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"from {seeds.start}")
def test_nothing_is_better_than_the_answer(seeds: range) -> None:
    mix: Counter[str] = Counter()
    for seed in seeds:
        problem, plans = small_problem(seed), plans_of(seed)

        # Alternatives take ten searches each; every second problem is enough to test them on.
        answer = solve(problem, alternatives=5 if seed % 2 else 0)

        if plans:
            _assert_is_best(problem, answer, plans, seed)
            if seed % 2:
                _assert_alternatives_are_best(problem, answer, plans, seed)
        else:
            assert answer.status is Status.INFEASIBLE, seed
        mix.update(_traits(problem, plans))

    print(dict(sorted(mix.items())))  # noqa: T201 — the mix is meant to be looked at (-s)
    assert not {trait: mix[trait] for trait, least in FAIR.items() if mix[trait] < least}


def _assert_is_best(problem: Problem, answer: Answer, plans: list[Tried], seed: int) -> None:
    assert answer.cost == min(plan.parts.total for plan in plans), seed
    assert (answer.status, answer.bound) == (Status.OPTIMAL, answer.cost), seed
    assert answer.choice is not None
    assert check_choice(problem, answer.choice) == answer.parts, seed


def _assert_alternatives_are_best(
    problem: Problem, answer: Answer, plans: list[Tried], seed: int
) -> None:
    by_name = {entry.name: entry for entry in answer.alternatives}
    assert list(by_name) == [*MEASURES, "runner_up"]
    for name, measure in MEASURES.items():
        entry = by_name[name]
        assert (entry.measure, entry.cost) == min(map(measure, plans)), (seed, name)
        assert entry.same_as_best == (entry.choice == answer.choice), (seed, name)
        _assert_is_proven(problem, entry, seed)
    _assert_is_runner_up(problem, by_name["runner_up"], answer, plans)


def _assert_is_proven(problem: Problem, entry: Alternative, seed: int) -> None:
    where = (seed, entry.name)
    assert entry.status is Status.OPTIMAL, where
    assert entry.measure_bound == entry.measure, where
    assert entry.choice is not None
    assert check_choice(problem, entry.choice) == entry.parts, where


def _assert_is_runner_up(
    problem: Problem, entry: Alternative, answer: Answer, plans: list[Tried]
) -> None:
    assert answer.choice is not None
    others = [plan.parts.total for plan in plans if not plan.choice.is_same_plan(answer.choice)]
    assert entry.cost == min(others, default=None)
    if others:
        assert entry.choice is not None
        assert not entry.choice.is_same_plan(answer.choice)
        _assert_is_proven(problem, entry, 0)
    else:
        assert entry.status is Status.INFEASIBLE


def _traits(problem: Problem, plans: list[Tried]) -> list[str]:
    cap, rules, prices = problem.trip_cap_cents, problem.rules, problem.prices
    bites = [cap is not None and plan.parts.payable_cents > cap for plan in plans]
    rooms = [left for row in problem.lodgings for left in row.rooms_left]
    found = {
        "feasible": bool(plans),
        "infeasible": not plans,
        "two parties": len(problem.parties) == 2,
        "three parties": len(problem.parties) == 3,
        "several needs": len(problem.needs) > 1,
        "two cities": len({row.city for row in problem.slots}) > 1,
        "day visit": any(plan.choice.lodging is None for plan in plans),
        "cap binds": any(bites),
        "cap binds in part": any(bites) and not all(bites),
        "payer dearer": prices.payer_cent > prices.patient_cent,
        "meeting limit": rules.meeting_minutes is not None and len(problem.parties) > 1,
        "sold out": any(left < rules.rooms for left in rooms),
    }
    return [trait for trait, is_so in found.items() if is_so]


def test_plain_cp_sat_agrees() -> None:
    for seed in range(0, 600, 5):
        problem = small_problem(seed)

        outcome = solve_plainly(problem, seconds=30)

        assert outcome.is_complete, seed
        assert (outcome.plan and outcome.plan.cost) == solve(problem).cost, seed


def bent_problem(seed: int) -> Problem | None:
    """Return a problem whose cap lies between what its two kinds of best plan claim, if it can.

    Below the cap the best plan claims much from the payer, above it little; with the cap between
    the two, neither is the answer for sure.
    """
    problem = small_problem(seed)
    steep = {"patient_cent": 3 + seed % 5, "payer_cent": 1}
    prices = problem.prices.model_copy(update=steep)
    open_ended = problem.model_copy(update={"prices": prices, "trip_cap_cents": None})
    unpaid = problem.model_copy(update={"prices": prices, "trip_cap_cents": 0})
    claimed = solve(open_ended).parts, solve(unpaid).parts
    if claimed[0] is None or claimed[1] is None:
        return None
    high, low = claimed[0].payable_cents, claimed[1].payable_cents
    if high - low < 2:
        return None
    return open_ended.model_copy(update={"trip_cap_cents": (high + low) // 2})


@pytest.mark.parametrize("finished_max", [2_000, 0], ids=["by finishing cells", "by the core"])
def test_a_cap_between_the_two_best_plans_is_met_exactly(finished_max: int) -> None:
    mixed = cores = 0
    for seed in range(200):
        problem = bent_problem(seed)
        if problem is None:
            continue
        columns, watch = to_columns(problem), Watch(60)
        search = Search(
            columns, aim_of(problem), select_all(columns), watch, finished_max=finished_max
        )

        outcome = search.run()

        assert outcome.plan is not None
        assert outcome.is_complete
        costs = [plan.parts.total for plan in every_plan(problem)]
        assert (outcome.plan.cost, outcome.bound) == (min(costs), min(costs)), seed
        mixed += outcome.counts.mixes > 2
        cores += outcome.counts.cores
    assert mixed >= 15
    assert finished_max > 0 or cores >= 15


def huge_problem(seed: int) -> Problem:
    """Return a small problem with prices so high that no K of an alternative fits in 64 bits."""
    problem = small_problem(seed)
    factor = 2**56 // highest_cost(problem)
    prices = {name: price * factor for name, price in problem.prices.model_dump().items()}
    return problem.model_copy(update={"prices": problem.prices.model_copy(update=prices)})


def test_amounts_at_the_limit_stay_exact() -> None:
    compared = 0
    for seed in range(0, 120, 4):
        problem = huge_problem(seed)

        answer = solve(problem, alternatives=5)

        plans = list(every_plan(problem))
        if plans:
            _assert_is_best(problem, answer, plans, seed)
            _assert_alternatives_are_best(problem, answer, plans, seed)
            compared += 1
    assert compared >= 15


def day_trip(seed: int) -> Problem:
    """Return a problem of three appointments at mixed sites between one morning and one evening."""
    dice = random.Random(seed)
    document = plateau_document(0, 0)
    document["needs"] = [
        {"id": f"N{n}", "gap_min_minutes": 0, "gap_max_minutes": None} for n in range(3)
    ]
    row = {"city": "Bern", "day": 0, "recovery_minutes": 0, "mismatch_points": 0}
    document["slots"] = [
        {"id": f"S{n}{site}", "need": f"N{n}", "site": site, "start": 800 + 100 * n, **row}
        | {"end": 850 + 100 * n, "price_cents": dice.randint(0, 9), "payable_cents": 0}
        for n in range(3)
        for site in ("clinic", "annex")
    ]
    document["return"][0] |= {"depart": 1_300, "arrive": 1_400, "day": 0}
    ride = {"party": "P", "gateway": "BRN", "seats": 4, "services": [], "burden_minutes": 0}
    document["transfers"] = [
        {"id": f"T{site}", "place": site, "price_cents": dice.randint(0, 9), **ride}
        | {"payable_cents": 0}
        for site in ("clinic", "annex")
    ]
    return parse_problem(document)


def test_a_day_between_sites_starts_and_ends_at_the_right_ones() -> None:
    for seed in range(60):
        problem = day_trip(seed)

        answer = solve(problem)

        assert answer.cost == min(plan.parts.total for plan in every_plan(problem)), seed
