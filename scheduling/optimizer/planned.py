"""From row numbers back to ids: a search's plan as a choice, counted again by the check."""

from scheduling.optimizer.answer import Status
from scheduling.optimizer.check import BrokenRules, check_choice
from scheduling.optimizer.choice import Choice, Parts, PartyTransfers
from scheduling.optimizer.errors import WrongAnswer
from scheduling.optimizer.finish import Plan
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.search import Outcome


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
