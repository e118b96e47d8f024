"""Solving a problem document: reduce, search, check, and answer.

`solve` takes a problem, `solve_document` text. Every plan that leaves here was counted again by
`check`; a difference raises.
"""

from scheduling.optimizer.aim import aim_of
from scheduling.optimizer.answer import Answer, Status
from scheduling.optimizer.check import BrokenRules, check_choice
from scheduling.optimizer.choice import Choice, Parts, PartyTransfers
from scheduling.optimizer.columns import to_columns
from scheduling.optimizer.errors import InvalidProblem, WrongAnswer
from scheduling.optimizer.finish import Plan
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Outcome, Search
from scheduling.optimizer.selection import select_all
from scheduling.optimizer.watch import Watch

SECONDS = 30.0


def solve_document(
    document: str | bytes, *, seconds: float = SECONDS, alternatives: int = 0
) -> Answer:
    """Return the answer to a document as text; INVALID with its faults when it is not one."""
    watch = Watch(seconds)
    try:
        problem = parse_problem(document)
    except InvalidProblem as error:
        return Answer(status=Status.INVALID, seconds=watch.elapsed, faults=error.faults)
    return solve(problem, seconds=seconds, alternatives=alternatives)


def solve(problem: Problem, *, seconds: float = SECONDS, alternatives: int = 0) -> Answer:
    """Return the cheapest plan with its proof, and the first so many alternatives.

    `seconds` is wall time for everything; `alternatives` is 0 to 5.

    Raises:
        WrongAnswer: the independent check disagrees with the search (our bug).
    """
    watch = Watch(seconds)
    columns = to_columns(problem)
    outcome = Search(columns, aim_of(problem), select_all(columns), watch).run()
    status = status_of(outcome)
    statistics = {name: getattr(outcome.counts, name) for name in COUNTED}
    if outcome.plan is None:
        return Answer(
            status=status,
            seconds=watch.elapsed,
            bound=outcome.bound if status is Status.UNKNOWN else None,
            statistics=statistics,
        )
    choice = choice_of(problem, outcome.plan)
    parts = checked(problem, choice, outcome.plan.cost)
    return Answer(
        status=status,
        seconds=watch.elapsed,
        cost=parts.total,
        bound=outcome.bound,
        choice=choice,
        parts=parts,
        statistics=statistics,
    )


COUNTED = ("cities", "chains", "legs", "mixes", "cells", "cores")


def status_of(outcome: Outcome) -> Status:
    """Return how a search ended."""
    if outcome.plan is None:
        return Status.INFEASIBLE if outcome.is_complete else Status.UNKNOWN
    return Status.OPTIMAL if outcome.is_complete else Status.FEASIBLE


def choice_of(problem: Problem, plan: Plan) -> Choice:
    """Return a plan by ids instead of row numbers."""
    needs, parties = problem.needs, problem.parties
    outbound = [problem.outbound[row] for row in plan.outbound]
    returns = [problem.returns[row] for row in plan.returns]
    rides = zip(parties, plan.arrivals, plan.departures, strict=True)
    return Choice(
        slots={need.id: problem.slots[row].id for need, row in zip(needs, plan.slots, strict=True)},
        outbound={party.id: row.id for party, row in zip(parties, outbound, strict=True)},
        returns={party.id: row.id for party, row in zip(parties, returns, strict=True)},
        lodging=None if plan.lodging is None else problem.lodgings[plan.lodging].id,
        transfers={
            party.id: PartyTransfers(problem.transfers[out].id, problem.transfers[back].id)
            for party, out, back in rides
        },
        check_in_day=min(row.day for row in outbound),
        check_out_day=max(row.day for row in returns),
    )


def checked(problem: Problem, choice: Choice, cost: int) -> Parts:
    """Return the parts of a choice as the independent check counts them.

    Raises:
        WrongAnswer: it breaks a rule or costs something else.
    """
    try:
        parts = check_choice(problem, choice)
    except BrokenRules as error:
        raise WrongAnswer(f"the search returned a plan that does not hold: {error}") from error
    if parts.total != cost:
        raise WrongAnswer(f"the search counted {cost}, the check {parts.total}")
    return parts
