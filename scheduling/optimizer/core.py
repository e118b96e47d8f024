"""The reduced core: the options of the cells still open, handed to CP-SAT.

CP-SAT proves on a handful of options what it would take minutes to prove on all of them. It is
told the best cost so far and the bound, works with one worker and a fixed seed, and its bound is
kept when the time runs out.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from ortools.sat.python import cp_model

from scheduling.optimizer.aim import Aim
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.costs import Amounts, amounts, total
from scheduling.optimizer.decisions import Decisions, OneOf, decide
from scheduling.optimizer.errors import WrongAnswer
from scheduling.optimizer.faults import highest_price
from scheduling.optimizer.finish import Finisher, Plan
from scheduling.optimizer.numbers import Ints
from scheduling.optimizer.piece import NO_LODGING, Cells
from scheduling.optimizer.rules import RULES, STRUCTURE
from scheduling.optimizer.selection import Selection
from scheduling.optimizer.watch import Watch

SEED: Final = 1


class Core:
    """Collects the options of open cells."""

    def __init__(self, columns: Columns, selection: Selection) -> None:
        """Start with no option."""
        self.columns = columns
        self.selection = replace(
            selection,
            slots=np.zeros_like(selection.slots),
            outbound=np.zeros_like(selection.outbound),
            returns=np.zeros_like(selection.returns),
            lodgings=np.zeros_like(selection.lodgings),
            arrivals=np.zeros_like(selection.arrivals),
            departures=np.zeros_like(selection.departures),
            day_visit=False,
            overnight=False,
        )

    def add(self, finisher: Finisher, cells: Cells) -> None:
        """Add every option that could complete one of the cells."""
        city, chosen = finisher.city, self.selection
        chosen.slots[city.chains.slots[cells.chain].reshape(-1)] = True
        night = cells.lodging != NO_LODGING
        chosen.lodgings[city.stays.lodgings[cells.lodging[night]]] = True
        self.selection = replace(
            chosen,
            day_visit=chosen.day_visit or bool((~night).any()),
            overnight=chosen.overnight or bool(night.any()),
        )
        for first, outbound in ((True, True), (False, False)):
            for day, time, place in _corners(finisher, cells, first=first):
                front = finisher.front(day, time, place, outbound=outbound)
                self._mark(finisher, front.leg, front.rides, outbound=outbound)

    def _mark(self, finisher: Finisher, legs: Ints, rides: Ints, *, outbound: bool) -> None:
        city, chosen = finisher.city, self.selection
        if outbound:
            chosen.outbound[city.out.members[legs].reshape(-1)] = True
            chosen.arrivals[rides.reshape(-1)] = True
        else:
            chosen.returns[city.back.members[legs].reshape(-1)] = True
            chosen.departures[rides.reshape(-1)] = True


def _corners(finisher: Finisher, cells: Cells, *, first: bool) -> list[tuple[int, int, int]]:
    """Return the different (day, time, place) at which the cells' legs end or begin."""
    city, chains = finisher.city, finisher.city.chains
    site = (chains.first_site if first else chains.last_site)[cells.chain]
    places = np.append(city.stays.lodgings, 0)[cells.lodging]
    place = np.where(cells.lodging == NO_LODGING, len(city.columns.lodgings.city) + site, places)
    day = cells.check_in if first else cells.check_out
    time = (city.start if first else city.leave)[cells.chain]
    corners = np.unique(np.column_stack((day, time, place)), axis=0)
    return [(int(day), int(time), int(place)) for day, time, place in corners.tolist()]


@dataclass(frozen=True, slots=True)
class CoreResult:
    """What CP-SAT found: a plan cheaper than the known one, or the proof that there is none."""

    plan: Plan | None
    bound: int
    is_complete: bool


def solve_core(core: Core, aim: Aim, watch: Watch, *, known: Plan | None, bound: int) -> CoreResult:
    """Return the cheapest plan of the core below the known one's cost."""
    problem = core.columns.problem
    on = decide(problem, core.selection)
    if on is None:
        return CoreResult(None, bound if known is None else known.cost, is_complete=True)
    parts = build(on, core.selection)
    cost = total(on, aim, parts, highest_price(problem))
    shift = aim.start * int(core.columns.slots.start.min(initial=0)) if aim.start else 0
    on.model.add(cost >= bound + shift)
    if known is not None:
        on.model.add(cost <= known.cost - 1 + shift)
    on.model.minimize(cost)
    solver = new_solver(watch)
    status = solver.solve(on.model)
    if status == cp_model.INFEASIBLE:
        return CoreResult(None, bound if known is None else known.cost, is_complete=True)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return CoreResult(None, bound, is_complete=False)
    plan = read(on, solver, solver.value(cost) - shift)
    proven = max(bound, int(np.ceil(solver.best_objective_bound)) - shift)
    complete = status == cp_model.OPTIMAL
    return CoreResult(plan, plan.cost if complete else proven, is_complete=complete)


def build(on: Decisions, selection: Selection) -> Amounts:
    """Add structure and all kept rules to the model; return the amounts its cost is made of."""
    for rule in STRUCTURE:
        rule(on)
    for rule in RULES:
        if selection.keeps(rule.__name__):
            rule(on)
    if not selection.day_visit:
        on.model.add(on.overnight == 1)
    if not selection.overnight:
        on.model.add(on.overnight == 0)
    return amounts(on)


def new_solver(watch: Watch) -> cp_model.CpSolver:
    """Return a solver that gives the same answer every time."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = watch.left
    # Otherwise an interrupt after a finished solve kills the process.
    solver.parameters.catch_sigint_signal = False
    return solver


def read(on: Decisions, solver: cp_model.CpSolver, cost: int) -> Plan:
    """Return the plan the solver chose; its sums of A and B are not known here."""
    return Plan(
        slots=tuple(_number(option, solver) for option in on.slots),
        outbound=tuple(_number(option, solver) for option in on.outbound),
        returns=tuple(_number(option, solver) for option in on.returns),
        lodging=on.lodging.chosen(solver),
        arrivals=tuple(_number(option, solver) for option in on.arrivals),
        departures=tuple(_number(option, solver) for option in on.departures),
        below=cost,
        above=cost,
        cost=cost,
    )


def _number(option: OneOf[Any], solver: cp_model.CpSolver) -> int:
    number = option.chosen(solver)
    if number is None:
        raise WrongAnswer("the model has a solution in which nothing was chosen")
    return number
