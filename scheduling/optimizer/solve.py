"""Solving a problem document: reduce, search, check, and answer.

`solve` takes a problem, `solve_document` text. Every plan that leaves here was counted again by
`check`; a difference raises.
"""

from collections.abc import Callable
from typing import Final

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.alternatives import NAMES, find_alternatives
from scheduling.optimizer.answer import Answer, Status
from scheduling.optimizer.columns import to_columns
from scheduling.optimizer.errors import InvalidProblem
from scheduling.optimizer.obstacles import Ground, find_obstacles
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.planned import checked, choice_of, status_of
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Outcome, Search
from scheduling.optimizer.selection import select_all
from scheduling.optimizer.watch import Watch

SECONDS: Final = 30.0

# Gets (stage, done, of) before each stage.
OnProgress = Callable[[str, int, int], None]


def _silently(stage: str, done: int, of: int) -> None:
    """Tell nobody."""
    del stage, done, of


def solve_document(
    document: str | bytes,
    *,
    seconds: float = SECONDS,
    alternatives: int = 0,
    explains: bool = True,
    on_progress: OnProgress = _silently,
) -> Answer:
    """Return the answer to a document as text; INVALID with its faults when it is not one."""
    watch = Watch(seconds)
    on_progress("read", 0, 2 + alternatives)
    try:
        problem = parse_problem(document)
    except InvalidProblem as error:
        return Answer(status=Status.INVALID, seconds=watch.elapsed, faults=error.faults)
    return solve(
        problem,
        seconds=seconds,
        alternatives=alternatives,
        explains=explains,
        on_progress=on_progress,
    )


def solve(
    problem: Problem,
    *,
    seconds: float = SECONDS,
    alternatives: int = 0,
    explains: bool = True,
    on_progress: OnProgress = _silently,
) -> Answer:
    """Return the cheapest plan with its proof, and the first so many alternatives.

    `seconds` is wall time for everything; `alternatives` is 0 to 5. Without any plan the answer
    says which rules are in the way, unless the time ran out or it is not `explains`.

    Raises:
        ValueError: `alternatives` is out of range.
        WrongAnswer: the independent check disagrees with the search (our bug).
    """
    if not 0 <= alternatives <= len(NAMES):
        raise ValueError(f"alternatives must be 0 to {len(NAMES)}, not {alternatives}")
    watch = Watch(seconds)
    on_progress("solve", 1, 2 + alternatives)
    columns = to_columns(problem)
    outcome = Search(columns, aim_of(problem), select_all(columns), watch).run()
    if outcome.plan is None:
        ground = Ground(columns) if explains else None
        return _without_plan(outcome, ground, watch, on_progress)
    choice = choice_of(problem, outcome.plan)
    parts = checked(problem, choice, outcome.plan.cost)

    def tell(done: int) -> None:
        on_progress("alternatives", 2 + done, 2 + alternatives)

    found = find_alternatives(columns, outcome, alternatives, watch, tell)
    return Answer(
        status=status_of(outcome),
        seconds=watch.elapsed,
        cost=parts.total,
        bound=outcome.bound,
        choice=choice,
        parts=parts,
        alternatives=found,
        statistics=outcome.counts.to_statistics(),
    )


def _without_plan(
    outcome: Outcome, ground: Ground | None, watch: Watch, on_progress: OnProgress
) -> Answer:
    status, statistics = status_of(outcome), outcome.counts.to_statistics()
    if status is Status.UNKNOWN or ground is None:
        bound = outcome.bound if status is Status.UNKNOWN else None
        return Answer(status=status, seconds=watch.elapsed, bound=bound, statistics=statistics)
    on_progress("obstacles", 1, 2)
    obstacles, is_smallest = find_obstacles(ground, watch)
    return Answer(
        status=status,
        seconds=watch.elapsed,
        in_the_way=obstacles,
        statistics={**statistics, "in_the_way_proven_smallest": int(is_smallest)},
    )
