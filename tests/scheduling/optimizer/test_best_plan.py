"""The best plan and its alternatives, on random small problems, against every combination."""

from collections import Counter
from collections.abc import Callable

import pytest

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.answer import Alternative, Answer, Status
from scheduling.optimizer.check import check_choice
from scheduling.optimizer.columns import to_columns
from scheduling.optimizer.plain import solve_plainly
from scheduling.optimizer.search import Search
from scheduling.optimizer.selection import select_all
from scheduling.optimizer.solve import solve
from scheduling.optimizer.watch import Watch
from tests.scheduling.optimizer.brute_force import Tried, plans_of, small_problem

CHUNKS = [range(start, start + 75) for start in range(0, 600, 75)]

chunked = pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"from {seeds.start}")


@chunked
def test_the_best_plan_costs_what_the_best_of_all_combinations_costs(seeds: range) -> None:
    for seed in seeds:
        answer = solve(small_problem(seed))

        costs = [plan.parts.total for plan in plans_of(seed)]
        assert answer.cost == min(costs, default=None), seed
        if costs:
            assert (answer.status, answer.bound) == (Status.OPTIMAL, answer.cost), seed
            assert answer.choice is not None
            assert check_choice(small_problem(seed), answer.choice) == answer.parts, seed
        else:
            assert answer.status is Status.INFEASIBLE, seed
            assert answer.in_the_way, seed


MEASURES: dict[str, Callable[[Tried], tuple[int, int]]] = {
    "cheapest_patient": lambda plan: (plan.parts.patient_cents, plan.parts.total),
    "cheapest_payer": lambda plan: (plan.parts.payer_cents, plan.parts.total),
    "soonest": lambda plan: (plan.start, plan.parts.total),
    "gentlest": lambda plan: (plan.parts.burden_minutes, plan.parts.total),
}


@chunked
def test_every_alternative_is_the_best_by_its_measure(seeds: range) -> None:
    for seed in seeds:
        answer = solve(small_problem(seed), alternatives=5)
        plans = plans_of(seed)
        if plans:
            by_name = {entry.name: entry for entry in answer.alternatives}
            assert list(by_name) == [*MEASURES, "runner_up"]
            for name, measure in MEASURES.items():
                _assert_is_best(by_name[name], min(map(measure, plans)), answer, seed)
            _assert_is_runner_up(by_name["runner_up"], plans, answer, seed)


def _assert_is_best(entry: Alternative, best: tuple[int, int], answer: Answer, seed: int) -> None:
    where = (seed, entry.name)
    assert entry.status is Status.OPTIMAL, where
    assert (entry.measure, entry.cost) == best, where
    assert entry.measure_bound == entry.measure, where
    assert entry.choice is not None
    assert check_choice(small_problem(seed), entry.choice) == entry.parts, where
    assert entry.same_as_best == (entry.choice == answer.choice), where


def _assert_is_runner_up(entry: Alternative, plans: list[Tried], answer: Answer, seed: int) -> None:
    assert answer.choice is not None
    others = [plan.parts.total for plan in plans if not plan.choice.is_same_plan(answer.choice)]
    assert entry.cost == min(others, default=None), seed
    if not others:
        assert entry.status is Status.INFEASIBLE, seed
        return
    assert entry.status is Status.OPTIMAL, seed
    assert entry.choice is not None
    assert not entry.choice.is_same_plan(answer.choice), seed
    assert check_choice(small_problem(seed), entry.choice) == entry.parts, seed


def test_plain_cp_sat_agrees() -> None:
    for seed in range(0, 600, 4):
        outcome = solve_plainly(small_problem(seed), seconds=30)

        best = min((plan.parts.total for plan in plans_of(seed)), default=None)
        assert outcome.is_complete, seed
        assert (None if outcome.plan is None else outcome.plan.cost) == best, seed


def test_the_core_agrees_wherever_it_is_needed() -> None:
    cores = 0
    for seed in range(600):
        problem = small_problem(seed)
        columns = to_columns(problem)
        search = Search(columns, aim_of(problem), select_all(columns), Watch(30), finished_max=0)

        outcome = search.run()

        best = min((plan.parts.total for plan in plans_of(seed)), default=None)
        assert (None if outcome.plan is None else outcome.plan.cost) == best, seed
        cores += outcome.counts.cores
    assert cores >= 20


def test_the_random_problems_are_a_fair_mix() -> None:
    mix: Counter[str] = Counter()
    for seed in range(600):
        mix.update(_traits(seed))

    print(dict(sorted(mix.items())))  # noqa: T201 — the mix is meant to be looked at (-s)
    assert mix["feasible"] >= 450
    assert mix["infeasible"] >= 30
    for trait in ("two cities", "several needs", "day visit", "three parties", "two parties"):
        assert mix[trait] >= 30, trait
    for trait in ("cap binds", "cap binds in part", "payer dearer", "meeting limit", "sold out"):
        assert mix[trait] >= 60, trait
    assert mix["bounds meet by mixing"] >= 20


def _traits(seed: int) -> list[str]:
    problem, plans = small_problem(seed), plans_of(seed)
    cap = problem.trip_cap_cents
    bites = [cap is not None and plan.parts.payable_cents > cap for plan in plans]
    statistics = solve(problem).statistics
    prices = problem.prices
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
        "meeting limit": problem.rules.meeting_minutes is not None and len(problem.parties) > 1,
        "sold out": any(
            left < problem.rules.rooms for row in problem.lodgings for left in row.rooms_left
        ),
        "bounds meet by mixing": int(statistics["mixes"]) > 2,
    }
    return [trait for trait, is_so in found.items() if is_so]
