"""The straightforward way: the whole document as one CP-SAT model, nothing reduced first.

It shares the model's rules and costs with the core but not the reduction, which makes it a second
opinion on every answer, and the rival the benchmark runs beside it.
"""

from dataclasses import replace

from ortools.sat.python import cp_model

from scheduling.optimizer.aim import Aim, aim_of, any_plan
from scheduling.optimizer.columns import Columns, to_columns
from scheduling.optimizer.core import build, new_solver, read
from scheduling.optimizer.costs import Amounts, total
from scheduling.optimizer.decisions import Decisions, decide
from scheduling.optimizer.faults import highest_price
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Outcome
from scheduling.optimizer.selection import RULES, Selection, select_all
from scheduling.optimizer.watch import Watch


def solve_plainly(
    problem: Problem,
    *,
    seconds: float,
    aim: Aim | None = None,
    selection: Selection | None = None,
    at_most: tuple[str, int] | None = None,
) -> Outcome:
    """Return the cheapest plan as CP-SAT finds it, with its bound.

    `at_most` holds one amount of the plan down: patient or payer cents, burden, or start minute.

    Unary rules are left to the model: the selection is every option unless one is given.
    """
    watch = Watch(seconds)
    columns = to_columns(problem)
    chosen = selection or whole_document(columns)
    aim = aim or aim_of(problem)
    on = decide(problem, chosen)
    if on is None:
        return Outcome(None, 0, is_complete=True)
    parts = build(on, chosen)
    cost = total(on, aim, parts, highest_price(problem))
    if at_most is not None:
        on.model.add(measured(on, aim, parts, at_most[0]) <= at_most[1])
    on.model.minimize(cost)
    solver = new_solver(watch)
    # On documents of real searches presolve ran for minutes past the time limit; without it the
    # model is no slower on made-up ones.
    solver.parameters.cp_model_presolve = False
    status = solver.solve(on.model)
    if status == cp_model.INFEASIBLE:
        return Outcome(None, 0, is_complete=True)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Outcome(None, 0, is_complete=False)
    plan = read(on, solver, solver.value(cost))
    if status == cp_model.OPTIMAL:
        return Outcome(plan, plan.cost, is_complete=True)
    return Outcome(plan, max(0, int(solver.best_objective_bound)), is_complete=False)


def measured(on: Decisions, aim: Aim, parts: Amounts, key: str) -> cp_model.LinearExpr:
    """Return one amount of a plan as an expression: the one the aim's price `key` weighs."""
    only = replace(any_plan(aim), **{key: 1})
    return total(on, only, parts, highest_price(on.problem))


def whole_document(columns: Columns) -> Selection:
    """Return every option of the document, with every rule still to be kept."""
    return replace(select_all(columns, frozenset(RULES)), dropped=frozenset())
