"""Trying every combination: the oracle, in plain Python, judged by `check` alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from scheduling.optimizer.check import CHECKS, Breach
from scheduling.optimizer.choice import Choice, Parts, PartyTransfers
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.picked import Picked
from scheduling.optimizer.problem import Lodging, Outbound, Problem, Return, Slot, Transfer
from scheduling.optimizer.recount import recount
from scheduling.optimizer.selection import RULES
from tests.scheduling.optimizer.small_problems import small_document


@dataclass(frozen=True)
class Tried:
    """A plan that holds every rule, what it amounts to, and when its first appointment starts."""

    choice: Choice
    parts: Parts
    start: int


@cache
def small_problem(seed: int) -> Problem:
    return parse_problem(small_document(seed))


@cache
def plans_of(seed: int) -> list[Tried]:
    return list(every_plan(small_problem(seed)))


def every_plan(problem: Problem) -> Iterator[Tried]:
    """Yield every choice that holds all rules."""
    for picked in _combinations(problem):
        if not any(True for check in CHECKS for _ in check(picked)):
            yield Tried(to_choice(picked), recount(picked), picked.slots[0].start)


def every_attempt(problem: Problem) -> Iterator[tuple[Choice, list[Breach]]]:
    """Yield every choice that fits together, with the rules it breaks."""
    for picked in _combinations(problem):
        breaches = [breach for check in CHECKS for breach in check(picked)]
        if not any(breach.rule == "offers" for breach in breaches):
            yield to_choice(picked), breaches


def smallest_set(attempts: Iterable[list[Breach]]) -> list[str]:
    """Return the first smallest set of rules that one attempt breaks, in the page's order."""
    broken = {tuple(sorted({RULES.index(row.rule) for row in rows})) for rows in attempts}
    first = min(broken, key=lambda rules: (len(rules), rules), default=None)
    return ["offers"] if first is None else [RULES[index] for index in first]


Journeys = tuple[tuple[Outbound, ...], tuple[Return, ...]]
Rides = dict[tuple[str, str, str], list[Transfer]]


def _combinations(problem: Problem) -> Iterator[Picked]:
    rides: Rides = defaultdict(list)
    for row in problem.transfers:
        rides[row.party, row.gateway, row.place].append(row)
    slots = [[row for row in problem.slots if row.need == need.id] for need in problem.needs]
    for chain in product(*slots):
        for journeys in _journeys(problem, chain[0].city):
            yield from _completed(problem, rides, chain, journeys)


def _journeys(problem: Problem, city: str) -> Iterator[Journeys]:
    """Yield the journeys of all parties there and back; other cities never fit together."""
    parties = [party.id for party in problem.parties]
    outbound = [
        [row for row in problem.outbound if (row.party, row.city) == (party, city)]
        for party in parties
    ]
    returns = [
        [row for row in problem.returns if (row.party, row.city) == (party, city)]
        for party in parties
    ]
    yield from product(product(*outbound), product(*returns))


def _completed(
    problem: Problem, rides: Rides, chain: tuple[Slot, ...], journeys: Journeys
) -> Iterator[Picked]:
    out, back = journeys
    check_in, check_out = min(row.day for row in out), max(row.day for row in back)
    lodgings: Iterable[Lodging | None] = problem.lodgings if check_out > check_in else [None]
    for lodging in lodgings if check_out >= check_in else ():
        first = chain[0].site if lodging is None else lodging.id
        last = chain[-1].site if lodging is None else lodging.id
        arrivals = product(*(rides[row.party, row.gateway, first] for row in out))
        departures = product(*(rides[row.party, row.gateway, last] for row in back))
        for there, home in product(arrivals, departures):
            yield Picked(
                problem=problem,
                slots=list(chain),
                outbound=list(out),
                returns=list(back),
                lodging=lodging,
                arrivals=list(there),
                departures=list(home),
                check_in=check_in,
                check_out=check_out,
            )


def to_choice(picked: Picked) -> Choice:
    needs = [need.id for need in picked.problem.needs]
    parties = [party.id for party in picked.problem.parties]
    return Choice(
        slots=dict(zip(needs, [row.id for row in picked.slots], strict=True)),
        outbound=dict(zip(parties, [row.id for row in picked.outbound], strict=True)),
        returns=dict(zip(parties, [row.id for row in picked.returns], strict=True)),
        lodging=None if picked.lodging is None else picked.lodging.id,
        transfers={
            party: PartyTransfers(out.id, back.id)
            for party, out, back in zip(parties, picked.arrivals, picked.departures, strict=True)
        },
        check_in_day=picked.check_in,
        check_out_day=picked.check_out,
    )
