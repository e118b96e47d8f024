"""Trying every combination: the oracle, in plain Python, judged by `check` alone."""

from collections.abc import Iterator
from itertools import product

from scheduling.optimizer.check import CHECKS
from scheduling.optimizer.choice import Choice, Parts, PartyTransfers
from scheduling.optimizer.picked import Picked
from scheduling.optimizer.problem import Problem
from scheduling.optimizer.recount import recount


def every_plan(
    problem: Problem, dropped: frozenset[str] = frozenset()
) -> Iterator[tuple[Choice, Parts]]:
    """Yield every choice that holds the rules which are not dropped, with what it amounts to."""
    checks = [check for check in CHECKS if check.__name__.strip("_") not in dropped]
    for picked in _combinations(problem):
        if not any(True for check in checks for _ in check(picked)):
            yield to_choice(picked), recount(picked)


def _combinations(problem: Problem) -> Iterator[Picked]:
    parties = [party.id for party in problem.parties]
    slots = [[row for row in problem.slots if row.need == need.id] for need in problem.needs]
    outbound = [[row for row in problem.outbound if row.party == party] for party in parties]
    returns = [[row for row in problem.returns if row.party == party] for party in parties]
    rides: dict[tuple[str, str, str], list] = {}
    for row in problem.transfers:
        rides.setdefault((row.party, row.gateway, row.place), []).append(row)
    for chain in product(*slots):
        city = chain[0].city
        if any(row.city != city for row in chain):
            continue
        for out in product(*outbound):
            check_in = min(row.day for row in out)
            if any(row.city != city for row in out):
                continue
            for back in product(*returns):
                check_out = max(row.day for row in back)
                if check_out < check_in or any(row.city != city for row in back):
                    continue
                lodgings = [None] if check_in == check_out else problem.lodgings
                for lodging in lodgings:
                    first = chain[0].site if lodging is None else lodging.id
                    last = chain[-1].site if lodging is None else lodging.id
                    arrivals = [rides.get((row.party, row.gateway, first), []) for row in out]
                    departures = [rides.get((row.party, row.gateway, last), []) for row in back]
                    for there in product(*arrivals):
                        for home in product(*departures):
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
    problem = picked.problem
    needs = [need.id for need in problem.needs]
    parties = [party.id for party in problem.parties]
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
