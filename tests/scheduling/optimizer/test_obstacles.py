"""What stands in the way, against the rules that every combination breaks."""

from collections import Counter

import pytest

from scheduling.optimizer.answer import Answer, Status
from scheduling.optimizer.check import Breach
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.solve import solve
from tests.scheduling.optimizer.brute_force import every_attempt, small_problem, smallest_set
from tests.scheduling.optimizer.small_problems import small_document


@pytest.fixture(scope="module")
def infeasible() -> list[int]:
    """The seeds of the small problems that have no plan."""
    return [seed for seed in range(700) if solve(small_problem(seed)).choice is None]


def test_the_smallest_set_of_rules_is_named(infeasible: list[int]) -> None:
    sizes: Counter[str] = Counter()
    for seed in infeasible:
        problem = small_problem(seed)
        answer = solve(problem)

        attempts = [breaches for _, breaches in every_attempt(problem)]

        rules = [row.rule for row in answer.in_the_way]
        assert rules == smallest_set(attempts), seed
        assert all(row.sentence.endswith(".") for row in answer.in_the_way), seed
        sizes["offers" if rules == ["offers"] else str(len(rules))] += 1

    print(dict(sizes))  # noqa: T201 — the mix is meant to be looked at (-s)
    assert sizes["1"] >= 6
    assert sizes["2"] + sizes["3"] + sizes["4"] >= 6
    assert sizes["offers"] >= 3


def test_the_nearest_on_offer_is_the_least_that_would_do(infeasible: list[int]) -> None:
    measured = 0
    for seed in infeasible:
        problem = small_problem(seed)
        answer = solve(problem)
        dropped = {row.rule for row in answer.in_the_way}
        attempts = [
            breaches
            for _, breaches in every_attempt(problem)
            if {breach.rule for breach in breaches} <= dropped
        ]
        for row in answer.in_the_way:
            if isinstance(row.limit, int) and isinstance(row.nearest, int):
                measured += 1
                least = min(_excess(breaches, row.rule) for breaches in attempts)
                assert abs(row.nearest - row.limit) == least, (seed, row)
    assert measured >= 15


def _excess(breaches: list[Breach], rule: str) -> int:
    return max((row.excess or 0 for row in breaches if row.rule == rule), default=0)


def test_a_document_without_flights_says_so() -> None:
    document = small_document(1)
    document["outbound"] = []

    answer = solve(parse_problem(document))

    assert answer.status is Status.INFEASIBLE
    assert [row.rule for row in answer.in_the_way] == ["offers"]
    assert "outbound journey" in answer.in_the_way[0].sentence


@pytest.mark.parametrize(
    ("emptied", "words"),
    [
        ("slots", "No slot is offered"),
        ("return", "return journey"),
        ("transfers", "transfer"),
    ],
)
def test_an_empty_list_is_named(emptied: str, words: str) -> None:
    document = small_document(1)
    document[emptied] = []

    answer = solve(parse_problem(document))

    assert words in answer.in_the_way[0].sentence


def test_a_home_by_that_cannot_be_met_says_by_how_much() -> None:
    problem = _with_home_by(feasible_problem(), 0)

    answer = solve(problem)

    obstacle = answer.in_the_way[0]
    assert (obstacle.rule, obstacle.limit) == ("home_by", 0)
    assert isinstance(obstacle.nearest, int)
    assert (
        f"{obstacle.nearest:,}" in obstacle.sentence or str(obstacle.nearest) in obstacle.sentence
    )
    assert solve(_with_home_by(problem, obstacle.nearest)).status is Status.OPTIMAL
    assert solve(_with_home_by(problem, obstacle.nearest - 1)).status is Status.INFEASIBLE


def test_time_runs_out_honestly() -> None:
    problem = _with_home_by(feasible_problem(), 0)

    answer: Answer = solve(problem, seconds=0.0)

    assert answer.status is Status.UNKNOWN
    assert answer.choice is None


def feasible_problem() -> Problem:
    problems = (small_problem(seed) for seed in range(50))
    return next(problem for problem in problems if solve(problem).choice is not None)


def _with_home_by(problem: Problem, minute: int) -> Problem:
    rules = problem.rules.model_copy(update={"home_by": minute})
    return problem.model_copy(update={"rules": rules})
