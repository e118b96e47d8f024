"""Why an option is not in the best plan, for every option, against every combination."""

from collections import Counter
from typing import Any

import pytest

from scheduling.optimizer.answer import Answer
from scheduling.optimizer.check import Breach
from scheduling.optimizer.choice import Choice
from scheduling.optimizer.errors import UnknownOption
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.solve import solve
from scheduling.optimizer.why_not import Verdict, WhyNot, why_not, why_not_all
from tests.scheduling.optimizer.brute_force import (
    every_attempt,
    plans_of,
    small_problem,
    smallest_set,
)

SEEDS = range(0, 60, 2)


def contains(choice: Choice, table: str, option: str) -> bool:
    rides = [ride for pair in choice.transfers.values() for ride in (pair.arrival, pair.departure)]
    options: dict[str, list[Any]] = {
        "slots": list(choice.slots.values()),
        "outbound": list(choice.outbound.values()),
        "return": list(choice.returns.values()),
        "lodgings": [choice.lodging],
        "transfers": rides,
    }
    return option in options[table]


def test_every_option_gets_the_reason_that_trying_everything_gives() -> None:
    verdicts: Counter[str] = Counter()
    for seed in SEEDS:
        problem = small_problem(seed)
        answer = solve(problem)
        if answer.choice is None:
            continue
        attempts = list(every_attempt(problem))

        for reason in why_not_all(problem, answer):
            _assert_reason(seed, answer, reason, attempts)
            verdicts[reason.verdict.value] += 1

    print(dict(verdicts))  # noqa: T201 — the mix is meant to be looked at (-s)
    assert all(verdicts[name] >= 10 for name in ("chosen", "rule", "impossible", "dearer"))
    assert verdicts["tie"] >= 3


def _assert_reason(
    seed: int, answer: Answer, reason: WhyNot, attempts: list[tuple[Choice, list[Breach]]]
) -> None:
    where = (seed, reason.table, reason.option)
    costs = [
        plan.parts.total
        for plan in plans_of(seed)
        if contains(plan.choice, reason.table, reason.option)
    ]
    assert answer.cost is not None
    if costs:
        assert reason.verdict in {Verdict.CHOSEN, Verdict.DEARER, Verdict.TIE}, where
        if reason.verdict is not Verdict.CHOSEN:
            assert reason.extra_cents == min(costs) - answer.cost, where
            assert (reason.verdict is Verdict.TIE) == (reason.extra_cents == 0), where
        return
    with_it = [rows for choice, rows in attempts if contains(choice, reason.table, reason.option)]
    assert reason.verdict in {Verdict.RULE, Verdict.IMPOSSIBLE}, where
    if reason.verdict is Verdict.IMPOSSIBLE:
        assert [row.rule for row in reason.rules] == smallest_set(with_it), where
    else:
        always = {row.rule for row in reason.rules}
        assert all(always <= {breach.rule for breach in rows} for rows in with_it), where


def test_a_measured_reason_says_by_how_much() -> None:
    problem, answer, reason = _first(Verdict.IMPOSSIBLE)

    measured = why_not(problem, answer, f"{reason.table}/{reason.option}")

    assert [row.rule for row in measured.rules] == [row.rule for row in reason.rules]
    assert any(row.nearest is not None for row in measured.rules)


def test_an_unknown_option_is_refused() -> None:
    problem, answer, _ = _first(Verdict.CHOSEN)

    with pytest.raises(UnknownOption, match="no option 'nowhere'"):
        why_not(problem, answer, "nowhere")


def test_the_parts_of_the_extra_cost_sum_to_it() -> None:
    _, answer, reason = _first(Verdict.DEARER)

    assert reason.extra is not None
    assert reason.parts is not None
    assert answer.cost is not None
    assert sum(reason.extra.to_document().values()) == reason.parts.total - answer.cost


def _first(verdict: Verdict) -> tuple[Problem, Answer, WhyNot]:
    """Return the first option with the verdict; of impossible ones one that has a number."""
    for seed in SEEDS:
        problem = small_problem(seed)
        answer = solve(problem)
        if answer.choice is None:
            continue
        for reason in why_not_all(problem, answer):
            timed = {"home_by", "arrival_buffer", "recovery", "max_nights"}
            is_fit = verdict is not Verdict.IMPOSSIBLE or {r.rule for r in reason.rules} & timed
            if reason.verdict is verdict and is_fit:
                return problem, answer, reason
    raise LookupError(verdict)
