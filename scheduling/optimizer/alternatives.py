"""The alternatives: best by another measure and then by cost, and the runner-up; each proven.

"Measure first, then cost" is one whole-number objective, K × measure + cost, as long as K exceeds
every difference of cost between the plans in question. No plan costs less than the bound, so
K = (a cost no sensible plan exceeds) − bound + 1 is enough. Three ways to know such a cost, from
quick to slow: the dearest conceivable plan; a plan that has the least measure, found first; and
when even that K does not fit in 64 bits, CP-SAT minimises the cost with the measure held fixed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scheduling.optimizer.aim import Aim, aim_of, any_plan
from scheduling.optimizer.answer import Alternative, Status
from scheduling.optimizer.choice import Choice, Parts
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.faults import COST_MAX, highest_burden, highest_price
from scheduling.optimizer.finish import Plan
from scheduling.optimizer.memory import Memory
from scheduling.optimizer.picked import look_up
from scheduling.optimizer.planned import checked, choice_of, status_of
from scheduling.optimizer.recount import recount
from scheduling.optimizer.search import Outcome, Search
from scheduling.optimizer.selection import Selection, select_all
from scheduling.optimizer.watch import Watch


@dataclass(frozen=True, slots=True)
class Measure:
    """What an alternative minimises first.

    `key` is the price of the aim that weighs it, `of` reads it from a plan's parts and the minute
    its first appointment starts, `highest` bounds it.
    """

    name: str
    key: str
    of: Callable[[Parts, int], int]
    highest: Callable[[Columns], int]


def _highest_price(columns: Columns) -> int:
    return highest_price(columns.problem)


def _highest_burden(columns: Columns) -> int:
    return highest_burden(columns.problem)


def _latest_start(columns: Columns) -> int:
    starts = columns.slots.start
    return int(starts.max() - starts.min())


MEASURES: Final = (
    Measure("cheapest_patient", "patient", lambda parts, _: parts.patient_cents, _highest_price),
    Measure("cheapest_payer", "payer", lambda parts, _: parts.payer_cents, _highest_price),
    Measure("soonest", "start", lambda _, start: start, _latest_start),
    Measure("gentlest", "burden", lambda parts, _: parts.burden_minutes, _highest_burden),
)

RUNNER_UP: Final = "runner_up"
NAMES: Final = (*(measure.name for measure in MEASURES), RUNNER_UP)


def find_alternatives(
    columns: Columns, best: Outcome, count: int, watch: Watch, tell: Callable[[int], None]
) -> tuple[Alternative, ...]:
    """Return the first `count` alternatives to the best plan; `tell` hears how many are done."""
    if count == 0:
        return ()
    aim = aim_of(columns.problem)
    found = []
    for number in range(count):
        tell(number)
        if number < len(MEASURES):
            found.append(_by_measure(columns, best, (aim, MEASURES[number]), watch))
        else:
            found.append(_runner_up(columns, best, aim, watch))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A plan with its choice, its parts, and the minute its first appointment starts."""

    plan: Plan
    choice: Choice
    parts: Parts
    start: int


def _count(columns: Columns, plan: Plan) -> _Counted:
    problem = columns.problem
    choice = choice_of(problem, plan)
    parts = recount(look_up(problem, choice))
    return _Counted(plan, choice, parts, problem.slots[plan.slots[0]].start)


def cost_under(aim: Aim, counted_parts: Parts, start: int, columns: Columns) -> int:
    """Return what a plan costs under another aim."""
    parts = counted_parts
    return (
        aim.patient * parts.patient_cents
        + aim.payer * parts.payer_cents
        + aim.burden * parts.burden_minutes
        + aim.waiting * parts.waiting_days
        + aim.mismatch * parts.mismatch_points
        + aim.loss * parts.expected_loss_cents
        + aim.start * (start - int(columns.slots.start.min()))
    )


def _by_measure(
    columns: Columns, best: Outcome, wanted: tuple[Aim, Measure], watch: Watch
) -> Alternative:
    aim, measure = wanted
    if best.plan is None:
        raise ValueError("alternatives need a best plan to differ from")
    known = _count(columns, best.plan)
    steep = _steepened(columns, aim, measure, aim.highest - best.bound + 1)
    if steep is None:
        first = _search(columns, _only(aim, measure, columns), known, watch)
        if first.plan is None or not first.is_complete:
            return _to_alternative(columns, measure, first, best, 0)
        known = _count(columns, first.plan)
        steep = _steepened(columns, aim, measure, known.parts.total - best.bound + 1)
        if steep is None:
            return _by_plain_model(columns, best, measure, known, watch)
    outcome = _search(columns, steep, known, watch)
    factor = getattr(steep, measure.key) - getattr(aim, measure.key)
    return _to_alternative(columns, measure, outcome, best, (outcome.bound - aim.highest) // factor)


def _steepened(columns: Columns, aim: Aim, measure: Measure, factor: int) -> Aim | None:
    """Return the aim "measure, then cost" with this K, or None when 64 bits cannot hold it."""
    factor = max(factor, 1)
    highest = factor * measure.highest(columns) + aim.highest
    if highest > COST_MAX:
        return None
    return _priced(aim, measure, getattr(aim, measure.key) + factor, highest)


def _only(aim: Aim, measure: Measure, columns: Columns) -> Aim:
    """Return the aim that counts nothing but the measure."""
    return _priced(any_plan(aim), measure, 1, measure.highest(columns))


def _priced(aim: Aim, measure: Measure, price: int, highest: int) -> Aim:
    return replace(aim, highest=highest, **{measure.key: price})


def _search(columns: Columns, aim: Aim, known: _Counted, watch: Watch) -> Outcome:
    """Search with a plan in hand, so that among equals the known plan is the answer."""
    cost = cost_under(aim, known.parts, known.start, columns)
    search = Search(columns, aim, select_all(columns), watch)
    return search.run(replace(known.plan, cost=cost))


def _by_plain_model(
    columns: Columns, best: Outcome, measure: Measure, least: _Counted, watch: Watch
) -> Alternative:
    from scheduling.optimizer.plain import solve_plainly  # noqa: PLC0415 — few need OR-Tools

    limit = measure.of(least.parts, least.start)
    outcome = solve_plainly(columns.problem, seconds=watch.left, at_most=(measure.key, limit))
    if outcome.plan is None:
        outcome = Outcome(least.plan, limit, is_complete=False)
    return _to_alternative(columns, measure, outcome, best, limit)


def _to_alternative(
    columns: Columns, measure: Measure, outcome: Outcome, best: Outcome, bound: int
) -> Alternative:
    """Return the outcome as an alternative; `bound` is a bound of the measure if unfinished."""
    if outcome.plan is None or best.plan is None:
        return Alternative(measure.name, status_of(outcome))
    found = _count(columns, outcome.plan)
    checked(columns.problem, found.choice, found.parts.total)
    value = measure.of(found.parts, found.start)
    # The aim counts the start from the earliest slot; the measure is the minute itself.
    least = int(columns.slots.start.min()) if measure.key == "start" else 0
    return Alternative(
        name=measure.name,
        status=status_of(outcome),
        measure=value,
        measure_bound=value if outcome.is_complete else min(least + max(0, bound), value),
        cost=found.parts.total,
        choice=found.choice,
        parts=found.parts,
        same_as_best=found.choice == choice_of(columns.problem, best.plan),
    )


def _runner_up(columns: Columns, best: Outcome, aim: Aim, watch: Watch) -> Alternative:
    """Return the cheapest plan that differs from the best in a slot, a journey, or the lodging."""
    if best.plan is None:
        raise ValueError("a runner-up needs a best plan to differ from")
    found: Plan | None = None
    bound, complete = None, True
    memory = Memory()
    for selection in list_rivals(columns, best.plan):
        outcome = Search(columns, aim, selection, watch, memory=memory).run(found)
        complete = complete and outcome.is_complete
        if outcome.plan is not None:
            found = outcome.plan
        low = max(outcome.bound, best.bound)
        bound = low if bound is None else min(bound, low)
    status = status_of(Outcome(found, 0, complete))
    if found is None:
        return Alternative(RUNNER_UP, status)
    choice = choice_of(columns.problem, found)
    parts = checked(columns.problem, choice, found.cost)
    return Alternative(
        name=RUNNER_UP,
        status=status,
        measure=parts.total,
        measure_bound=parts.total if status is Status.OPTIMAL else bound,
        cost=parts.total,
        choice=choice,
        parts=parts,
        same_as_best=False,
    )


def list_rivals(columns: Columns, plan: Plan) -> Iterator[Selection]:
    """Yield selections that together hold every plan which differs from this one.

    The first bans the first slot; each next one fixes what the last one banned and bans one more
    option, so no plan is looked at twice and the later searches are small.
    """
    selection = select_all(columns)
    slots, problem = columns.slots, columns.problem
    for need, row in enumerate(plan.slots):
        yield selection.without("slots", row)
        selection = selection.only("slots", row, slots.need == need)
    for party in range(len(problem.parties)):
        row = plan.outbound[party]
        yield selection.without("outbound", row)
        selection = selection.only("outbound", row, columns.outbound.party == party)
    for party in range(len(problem.parties)):
        row = plan.returns[party]
        yield selection.without("returns", row)
        selection = selection.only("returns", row, columns.returns.party == party)
    if plan.lodging is None:
        yield replace(selection, day_visit=False)
    else:
        yield selection.without("lodgings", plan.lodging)
