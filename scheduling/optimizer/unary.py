"""Which rules one option breaks all by itself, in words with its numbers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from scheduling.optimizer.answer import Obstacle
from scheduling.optimizer.problem import Outbound, Party, Problem, Return


def list_broken(problem: Problem, table: str, index: int) -> tuple[Obstacle, ...]:
    """Return the rules an option breaks whatever else is chosen, in the order of the page."""
    return tuple(_BROKEN[table](problem, index))


def _slot(problem: Problem, index: int) -> Iterator[Obstacle]:
    del problem, index
    yield from ()


def _outbound(problem: Problem, index: int) -> Iterator[Obstacle]:
    row, limit = problem.outbound[index], problem.rules.earliest_departure
    if limit is not None and row.depart < limit:
        words = f"It departs at minute {row.depart}, before the earliest allowed, {limit}."
        yield Obstacle("earliest_departure", words, limit, row.depart)
    yield from _journey(problem, row)


def _return(problem: Problem, index: int) -> Iterator[Obstacle]:
    row, limit = problem.returns[index], problem.rules.home_by
    if limit is not None and row.arrive > limit:
        words = f"It arrives at minute {row.arrive}, after everybody must be home, {limit}."
        yield Obstacle("home_by", words, limit, row.arrive)
    yield from _journey(problem, row)


def _journey(problem: Problem, row: Outbound | Return) -> Iterator[Obstacle]:
    party = _party(problem, row.party)
    if row.seats < party.travellers:
        words = f"It has {row.seats} seats left; the party needs {party.travellers}."
        yield Obstacle("seats", words, party.travellers, row.seats)
    limit = party.max_connections
    if limit is not None and row.connections > limit:
        words = f"It changes flights {row.connections} times; at most {limit} are allowed."
        yield Obstacle("connections", words, limit, row.connections)
    shortest, limit = row.shortest_connection_minutes, party.min_connection_minutes
    if limit is not None and shortest is not None and shortest < limit:
        words = f"Its shortest connection is {shortest} minutes; the party needs {limit}."
        yield Obstacle("connection_time", words, limit, shortest)
    yield from _lengths(party, row)
    lacking = _lacking(party.services, row.services)
    if lacking:
        words = f"It does not offer {lacking}."
        yield Obstacle("journey_services", words, lacking)


def _lengths(party: Party, row: Outbound | Return) -> Iterator[Obstacle]:
    longest, limit = row.longest_segment_minutes, party.max_segment_minutes
    if limit is not None and longest > limit:
        words = f"Its longest flight takes {longest} minutes; at most {limit} are allowed."
        yield Obstacle("segment_length", words, limit, longest)
    travel, limit = row.arrive - row.depart, party.max_travel_minutes
    if limit is not None and travel > limit:
        words = f"It takes {travel} minutes; at most {limit} are allowed."
        yield Obstacle("travel_time", words, limit, travel)


def _lodging(problem: Problem, index: int) -> Iterator[Obstacle]:
    lacking = _lacking(problem.rules.lodging_services, problem.lodgings[index].services)
    if lacking:
        yield Obstacle("lodging_services", f"It does not offer {lacking}.", lacking)


def _transfer(problem: Problem, index: int) -> Iterator[Obstacle]:
    row = problem.transfers[index]
    party = _party(problem, row.party)
    if row.seats < party.travellers:
        words = f"It has {row.seats} seats; the party needs {party.travellers}."
        yield Obstacle("transfer_seats", words, party.travellers, row.seats)
    lacking = _lacking(party.transfer_services, row.services)
    if lacking:
        yield Obstacle("transfer_services", f"It does not offer {lacking}.", lacking)
    for lodging in problem.lodgings:
        lacking = _lacking(problem.rules.lodging_services, lodging.services)
        if lodging.id == row.place and lacking:
            words = f"It goes to “{lodging.id}”, which does not offer {lacking}."
            yield Obstacle("lodging_services", words, lacking)


def _party(problem: Problem, name: str) -> Party:
    return next(party for party in problem.parties if party.id == name)


def _lacking(wanted: Sequence[str], offered: Sequence[str]) -> str:
    return ", ".join(name for name in wanted if name not in offered)


_BROKEN: Final[dict[str, Callable[[Problem, int], Iterator[Obstacle]]]] = {
    "slots": _slot,
    "outbound": _outbound,
    "return": _return,
    "lodgings": _lodging,
    "transfers": _transfer,
}
