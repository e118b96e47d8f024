"""How a person would plan the same visit: the baselines a proven plan is compared with.

`greedy` takes the soonest appointment, then the cheapest flights that fit, then the cheapest
hotel. `careful` is a coordinator who knows that nights cost money: at the same appointment it
tries the latest arrival days with the earliest return days and keeps the best. With `days` it may
also move the appointment by so many days. Both keep every rule; the check judges them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from scheduling.optimizer.check import BrokenRules, check_choice
from scheduling.optimizer.choice import Choice, Parts, PartyTransfers
from scheduling.optimizer.errors import InvalidChoice
from scheduling.optimizer.problem import Lodging, Outbound, Problem, Return, Slot, Transfer
from scheduling.optimizer.unary import list_broken

# How many arrival days and how many return days a careful coordinator looks at.
DAYS_TRIED = 3

Chain = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """A document with the options that break no rule by themselves."""

    problem: Problem
    outbound: list[Outbound]
    returns: list[Return]
    lodgings: list[Lodging]
    transfers: list[Transfer]

    @classmethod
    def of(cls, problem: Problem) -> "Desk":
        """Look through a document once."""

        def sound(table: str, rows: Sequence[object]) -> list[int]:
            return [index for index in range(len(rows)) if not list_broken(problem, table, index)]

        return cls(
            problem=problem,
            outbound=[problem.outbound[i] for i in sound("outbound", problem.outbound)],
            returns=[problem.returns[i] for i in sound("return", problem.returns)],
            lodgings=[problem.lodgings[i] for i in sound("lodgings", problem.lodgings)],
            transfers=[problem.transfers[i] for i in sound("transfers", problem.transfers)],
        )


def greedy(desk: Desk) -> Parts | None:
    """Return what the first plan that works costs, soonest appointment first."""
    for chain in _chains(desk.problem):
        parts = _assemble(desk, chain, None)
        if parts is not None:
            return parts
    return None


def careful(desk: Desk, *, days: int = 0) -> Parts | None:
    """Return what the best plan of a careful coordinator costs."""
    best: Parts | None = None
    until: int | None = None
    for chain in _chains(desk.problem):
        if until is not None and chain[0].day > until:
            break
        for stay in _short_stays(desk, chain):
            parts = _assemble(desk, chain, stay)
            if parts is not None and (best is None or parts.total < best.total):
                best = parts
        if best is not None and until is None:
            until = chain[0].day + days
            if days == 0:
                break
    return best


def _chains(problem: Problem) -> Iterator[Chain]:
    """Yield one chain for each first slot, by start: every next appointment as soon as it can."""
    by_need = [
        sorted((row for row in problem.slots if row.need == need.id), key=lambda row: row.start)
        for need in problem.needs
    ]
    for first in by_need[0]:
        chain = [first]
        for need, slots in zip(problem.needs[1:], by_need[1:], strict=True):
            low = chain[-1].end + need.gap_min_minutes
            following = [row for row in slots if row.city == first.city and row.start >= low]
            chain += following[:1]
        if len(chain) == len(by_need):
            yield tuple(chain)


def _short_stays(desk: Desk, chain: Chain) -> Iterator[tuple[int, int]]:
    ready = [
        row.day
        for row in desk.outbound
        if row.city == chain[0].city and row.arrive + row.buffer_minutes <= chain[0].start
    ]
    free = max(slot.end + slot.recovery_minutes for slot in chain)
    leaving = [
        row.day
        for row in desk.returns
        if row.city == chain[0].city and row.depart - row.lead_minutes >= free
    ]
    arrivals = sorted(set(ready), reverse=True)[:DAYS_TRIED]
    yield from product(arrivals, sorted(set(leaving))[:DAYS_TRIED])


def _assemble(desk: Desk, chain: Chain, stay: tuple[int, int] | None) -> Parts | None:
    """Return the cost of the cheapest flights and hotel for a chain, or None when it breaks."""
    out, back = _flights(desk, chain, stay)
    if not all(out) or not all(back):
        return None
    outbound = [row for row in out if row is not None]
    returns = [row for row in back if row is not None]
    first, last = min(row.day for row in outbound), max(row.day for row in returns)
    lodging = _cheapest_lodging(desk, chain, first, last) if last > first else None
    if last < first or (last > first and lodging is None):
        return None
    rides = [
        (
            _cheapest_ride(desk, there, chain[0].site if lodging is None else lodging.id),
            _cheapest_ride(desk, home, chain[-1].site if lodging is None else lodging.id),
        )
        for there, home in zip(outbound, returns, strict=True)
    ]
    transfers = {
        row.party: PartyTransfers(pair[0].id, pair[1].id)
        for row, pair in zip(outbound, rides, strict=True)
        if pair[0] is not None and pair[1] is not None
    }
    choice = Choice(
        slots={slot.need: slot.id for slot in chain},
        outbound={row.party: row.id for row in outbound},
        returns={row.party: row.id for row in returns},
        lodging=None if lodging is None else lodging.id,
        transfers=transfers,
        check_in_day=first,
        check_out_day=last,
    )
    try:
        return check_choice(desk.problem, choice)
    except (BrokenRules, InvalidChoice):
        return None


Flights = tuple[list[Outbound | None], list[Return | None]]


def _flights(desk: Desk, chain: Chain, stay: tuple[int, int] | None) -> Flights:
    """Return the cheapest journeys that fit, the patient's first, the others' near to them."""
    rules, city = desk.problem.rules, chain[0].city
    free = max(slot.end + slot.recovery_minutes for slot in chain)
    ready = [
        row
        for row in desk.outbound
        if row.city == city
        and row.arrive + row.buffer_minutes <= chain[0].start
        and (stay is None or row.day == stay[0])
    ]
    leaving = [
        row
        for row in desk.returns
        if row.city == city
        and row.depart - row.lead_minutes >= free
        and (stay is None or row.day == stay[1])
    ]
    outbound: list[Outbound | None] = []
    returns: list[Return | None] = []
    for party in desk.problem.parties:
        lead = outbound[0] if outbound else None
        near = [
            row
            for row in ready
            if lead is None
            or rules.meeting_minutes is None
            or abs(row.arrive - lead.arrive) <= rules.meeting_minutes
        ]
        mine = [row for row in near if row.party == party.id]
        outbound.append(min(mine, key=lambda row: row.price_cents, default=None))
        last = returns[0] if returns else None
        close = [
            row
            for row in leaving
            if last is None
            or rules.parting_minutes is None
            or abs(row.depart - last.depart) <= rules.parting_minutes
        ]
        ours = [row for row in close if row.party == party.id]
        returns.append(min(ours, key=lambda row: row.price_cents, default=None))
    return outbound, returns


def _cheapest_lodging(desk: Desk, chain: Chain, first: int, last: int) -> Lodging | None:
    rooms = desk.problem.rules.rooms
    known = {(row.lodging, row.site) for row in desk.problem.commutes}

    def nights(row: Lodging) -> slice:
        return slice(first - row.first_day, last - row.first_day)

    free = [
        row
        for row in desk.lodgings
        if row.city == chain[0].city
        and row.first_day <= first
        and last <= row.first_day + len(row.price_cents)
        and row.min_nights <= last - first
        and all(left >= rooms for left in row.rooms_left[nights(row)])
        and all((row.id, slot.site) in known for slot in chain)
    ]
    return min(free, key=lambda row: sum(row.price_cents[nights(row)]), default=None)


def _cheapest_ride(desk: Desk, journey: Outbound | Return, place: str) -> Transfer | None:
    rides = [
        row
        for row in desk.transfers
        if (row.party, row.gateway, row.place) == (journey.party, journey.gateway, place)
    ]
    return min(rides, key=lambda row: row.price_cents, default=None)
