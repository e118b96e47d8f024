"""Replay a plan: solve its stored problem document again and compare every answer.

Steps: read the plan and its document; solve with as many alternatives; compare status, costs and
choices one by one. A plan that was proven best must come back the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from logistics.repository.sessions import Sessions
from scheduling.errors import PlanNotReady
from scheduling.optimizer.answer import Answer
from scheduling.planning import Plan
from scheduling.repository.plans import get_plan
from scheduling.solver_port import Solver

_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it: ``differences`` is empty when the plan came back the same."""

    plan_id: str
    status: str
    cost: int | None
    bound: int | None
    seconds: float
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Return whether nothing differed."""
        return not self.differences


def replay_plan(
    plan_id: str, *, sessions: Sessions, solver: Solver, seconds: float = 60.0
) -> Replay:
    """Return how solving the stored document again compares with the stored plan.

    Raises:
        PlanNotFound: there is no such plan.
        PlanNotReady: it never came to a problem document.
        SolveKilled: the solve ended without an answer.
    """
    with sessions.read() as session:
        plan = get_plan(session, plan_id)
    if plan.problem is None or plan.status is None:
        raise PlanNotReady(plan.id, plan.phase)
    answer = solver(
        plan.problem, seconds=seconds, alternatives=_ALTERNATIVES, cancelled=lambda: False
    )
    return Replay(
        plan_id=plan.id,
        status=str(answer.status),
        cost=answer.cost,
        bound=answer.bound,
        seconds=answer.seconds,
        differences=tuple(_differences(plan, answer)),
    )


def _differences(plan: Plan, answer: Answer) -> Iterator[str]:
    if "relaxed_cost" in plan.statistics:
        # The document's cents are bounds; what the engine decided is not in it.
        if plan.statistics["relaxed_cost"] != answer.cost:
            yield f"the bound was {plan.statistics['relaxed_cost']}, is {answer.cost}"
        return
    if plan.status != answer.status:
        yield f"status was {plan.status}, is {answer.status}"
    before = {one.name: (one.cost, one.choices) for one in plan.proposals}
    after = _answered(answer)
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            yield f"{name} was {before.get(name)}, is {after.get(name)}"


def _answered(answer: Answer) -> dict[str, tuple[int, dict[str, Any]]]:
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    if answer.choice is not None and answer.cost is not None:
        found["best"] = (answer.cost, answer.choice.to_document())
    for one in answer.alternatives:
        if one.choice is not None and one.cost is not None:
            found[one.name] = (one.cost, one.choice.to_document())
    return found
