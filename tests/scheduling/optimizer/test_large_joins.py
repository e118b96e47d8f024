"""Parties whose joint journeys are too many: a sketch first, bounded memory, an honest answer."""

import random
from collections import Counter
from typing import Any

import pytest

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.answer import Status
from scheduling.optimizer.columns import to_columns
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.planned import checked, choice_of, status_of
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.room import UNLIMITED, Room
from scheduling.optimizer.search import Outcome, Search
from scheduling.optimizer.selection import select_all
from scheduling.optimizer.solve import solve
from scheduling.optimizer.watch import Watch
from tests.scheduling.optimizer.brute_force import plans_of, small_problem
from tests.scheduling.optimizer.plateau import plateau_document

# Every join of parties waits for a sketch; then there is room for all of it, or for nothing.
NO_ROOM = Room(pairs=0, rows=0)
SKETCH_FIRST = UNLIMITED
SKETCH_ONLY = 0


def balanced_document(
    parties: int, journeys: int, *, seed: int = 1, scale: int = 10**6
) -> dict[str, Any]:
    """Return a document whose journeys all cost the same in one mix and fill the cap in another.

    A journey's price is a constant and half its payable sum, so that no combination undercuts
    another in both cost integers, and the trip cap lies in the middle of what can be reached.
    """
    dice = random.Random(seed)
    document = plateau_document(2, 3)
    document["prices"] = {**document["prices"], "payer_cent": 0}
    document["trip_cap_cents"] = 500 + 2 * parties * scale
    party, transfers = document["parties"][0], document["transfers"]
    document["parties"] = [{**party, "id": f"P{number}"} for number in range(parties)]
    names = [party["id"] for party in document["parties"]]
    document["transfers"] = [
        {**ride, "id": f"{ride['id']} {name}", "party": name}
        for ride in transfers
        for name in names
    ]
    for table in ("outbound", "return"):
        like = document[table][0]
        document[table] = []
        for name in names:
            for number in range(journeys):
                half = dice.randrange(scale)
                money = {"price_cents": 2 * scale + half, "payable_cents": 2 * half}
                own = {"id": f"{table} {name} {number}", "party": name}
                document[table].append({**like, **money, **own})
    return document


def search(problem: Problem, rows_max: int) -> Outcome:
    columns = to_columns(problem)
    everything = select_all(columns)
    return Search(
        columns, aim_of(problem), everything, Watch(60), room=NO_ROOM, rows_max=rows_max
    ).run()


@pytest.mark.parametrize("seed", range(5))
def test_a_sketch_first_leads_to_the_same_cost(seed: int) -> None:
    problem = parse_problem(balanced_document(3, 5, seed=seed))

    outcome = search(problem, SKETCH_FIRST)

    assert outcome.is_complete
    assert outcome.plan is not None
    assert outcome.plan.cost == solve(problem).cost


@pytest.mark.parametrize("rows_max", [SKETCH_FIRST, SKETCH_ONLY], ids=["first", "only"])
def test_a_sketch_never_claims_what_is_not_so(rows_max: int) -> None:
    ends: Counter[Status] = Counter()
    for seed in range(200):
        problem, plans = small_problem(seed), plans_of(seed)

        outcome = search(problem, rows_max)

        ends[status_of(outcome)] += 1
        if outcome.plan is None:
            assert not plans, seed
            continue
        checked(problem, choice_of(problem, outcome.plan), outcome.plan.cost)
        best = min(plan.parts.total for plan in plans)
        assert outcome.bound <= best <= outcome.plan.cost, seed
        assert not outcome.is_complete or outcome.plan.cost == best, seed
        assert outcome.is_complete or rows_max == SKETCH_ONLY, seed

    assert ends[Status.UNKNOWN] == 0
    assert ends[Status.INFEASIBLE] > 0


def test_without_room_for_the_join_there_is_a_good_plan_and_a_true_bound() -> None:
    problem = parse_problem(balanced_document(3, 6))
    best = solve(problem)
    assert best.status is Status.OPTIMAL
    assert best.cost is not None

    outcome = search(problem, SKETCH_ONLY)

    assert outcome.plan is not None
    assert outcome.bound <= best.cost <= outcome.plan.cost
    # One journey costs more than two hundred times the gap.
    assert outcome.plan.cost - outcome.bound < 10**6 // 100


def test_two_million_combinations_of_journeys_keep_to_time_and_find_a_plan() -> None:
    problem = parse_problem(balanced_document(4, 40, scale=10**9))

    answer = solve(problem, seconds=3)

    assert answer.status in {Status.OPTIMAL, Status.FEASIBLE}
    assert answer.cost is not None
    assert answer.bound is not None
    assert answer.bound <= answer.cost
    assert answer.seconds < 5
