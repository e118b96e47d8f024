"""The document as arrays: one column for each key the search reads, and who breaks which rule.

A return journey is turned around: its clock runs backwards (minutes and days negated), so that
"ready by the first appointment" and "not before the patient may leave" are one piece of code.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scheduling.optimizer.numbers import Bools, Ints, ints
from scheduling.optimizer.problem import Outbound, Party, Problem, Return, Slot, Transfer

# Rules that judge one option alone; an option that breaks one is in no plan.
JOURNEY_RULES: Final = (
    "seats",
    "connections",
    "connection_time",
    "segment_length",
    "travel_time",
    "journey_services",
)
TRANSFER_RULES: Final = ("transfer_seats", "transfer_services")

Holds = dict[str, Bools]


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Appointment times; `leave` is when the patient may leave after one."""

    need: Ints
    city: Ints
    site: Ints
    start: Ints
    end: Ints
    leave: Ints
    waiting: Ints
    points: Ints
    price: Ints
    payable: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Journeys of one direction.

    `clock` is when parties meet or part, `ready` the earliest the appointment may start (outbound),
    `day` the first night; for returns all three are negated.
    """

    party: Ints
    city: Ints
    gateway: Ints
    clock: Ints
    ready: Ints
    day: Ints
    burden: Ints
    loss: Ints
    price: Ints
    payable: Ints
    holds: Holds


@dataclass(frozen=True, slots=True, eq=False)
class Lodgings:
    """Lodgings; sums run over nights: entry n of a row is the sum before its night n."""

    city: Ints
    first_day: Ints
    length: Ints
    min_nights: Ints
    burden: Ints
    loss: Ints
    price_sums: Ints
    payable_sums: Ints
    full_sums: Ints
    holds: Holds


@dataclass(frozen=True, slots=True, eq=False)
class Transfers:
    """Ground transport; `place` is the number of a lodging or site, -1 where there is none."""

    party: Ints
    gateway: Ints
    place: Ints
    burden: Ints
    price: Ints
    payable: Ints
    holds: Holds


@dataclass(frozen=True, slots=True, eq=False)
class Commutes:
    """One row for each lodging, one column for each site; `known` where there is a row."""

    known: Bools
    burden: Ints
    price: Ints
    payable: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The whole document; places are numbered lodgings first, then sites."""

    problem: Problem
    cities: tuple[str, ...]
    gateways: int
    sites: int
    slots: Slots
    outbound: Journeys
    returns: Journeys
    lodgings: Lodgings
    transfers: Transfers
    commutes: Commutes
    daily_price: Ints
    daily_payable: Ints


class _Codes:
    """Numbers for names, in order of first appearance."""

    def __init__(self, names: Iterable[str]) -> None:
        self.numbers: dict[str, int] = {}
        for name in names:
            self.numbers.setdefault(name, len(self.numbers))

    def __len__(self) -> int:
        return len(self.numbers)

    def of(self, names: Iterable[str]) -> Ints:
        numbers = self.numbers
        return ints(numbers.get(name, -1) for name in names)


def to_columns(problem: Problem) -> Columns:
    """Return the document as arrays, every list in document order."""
    cities = _Codes(row.city for row in problem.slots)
    sites = _Codes(row.site for row in problem.slots)
    gateways = _Codes(row.gateway for row in (*problem.outbound, *problem.returns))
    places = _Codes((*(row.id for row in problem.lodgings), *sites.numbers))
    daily = {row.city: row for row in problem.daily}
    return Columns(
        problem=problem,
        cities=tuple(cities.numbers),
        gateways=len(gateways),
        sites=len(sites),
        slots=_slots(problem, cities, sites),
        outbound=_outbound(problem, cities, gateways),
        returns=_returns(problem, cities, gateways),
        lodgings=_lodgings(problem, cities),
        transfers=_transfers(problem, gateways, places),
        commutes=_commutes(problem, sites),
        daily_price=ints(daily[city].price_cents for city in cities.numbers),
        daily_payable=ints(daily[city].payable_cents for city in cities.numbers),
    )


def _slots(problem: Problem, cities: _Codes, sites: _Codes) -> Slots:
    rows: Sequence[Slot] = problem.slots
    needs = _Codes(row.id for row in problem.needs)
    end = ints(row.end for row in rows)
    return Slots(
        need=needs.of(row.need for row in rows),
        city=cities.of(row.city for row in rows),
        site=sites.of(row.site for row in rows),
        start=ints(row.start for row in rows),
        end=end,
        leave=end + ints(row.recovery_minutes for row in rows),
        waiting=ints(row.day for row in rows) - problem.waiting_from_day,
        points=ints(row.mismatch_points for row in rows),
        price=ints(row.price_cents for row in rows),
        payable=ints(row.payable_cents for row in rows),
    )


def _outbound(problem: Problem, cities: _Codes, gateways: _Codes) -> Journeys:
    rows = problem.outbound
    limit = problem.rules.earliest_departure
    early = [limit is None or row.depart >= limit for row in rows]
    arrive = ints(row.arrive for row in rows)
    return Journeys(
        party=_Codes(party.id for party in problem.parties).of(row.party for row in rows),
        city=cities.of(row.city for row in rows),
        gateway=gateways.of(row.gateway for row in rows),
        clock=arrive,
        ready=arrive + ints(row.buffer_minutes for row in rows),
        day=ints(row.day for row in rows),
        burden=ints(row.burden_minutes for row in rows),
        loss=ints(row.expected_loss_cents for row in rows),
        price=ints(row.price_cents for row in rows),
        payable=ints(row.payable_cents for row in rows),
        holds={"earliest_departure": np.array(early, dtype=np.bool_)}
        | _journey_rules(problem, rows),
    )


def _returns(problem: Problem, cities: _Codes, gateways: _Codes) -> Journeys:
    rows = problem.returns
    limit = problem.rules.home_by
    late = [limit is None or row.arrive <= limit for row in rows]
    depart = ints(row.depart for row in rows)
    return Journeys(
        party=_Codes(party.id for party in problem.parties).of(row.party for row in rows),
        city=cities.of(row.city for row in rows),
        gateway=gateways.of(row.gateway for row in rows),
        clock=-depart,
        ready=-(depart - ints(row.lead_minutes for row in rows)),
        day=-ints(row.day for row in rows),
        burden=ints(row.burden_minutes for row in rows),
        loss=ints(row.expected_loss_cents for row in rows),
        price=ints(row.price_cents for row in rows),
        payable=ints(row.payable_cents for row in rows),
        holds={"home_by": np.array(late, dtype=np.bool_)} | _journey_rules(problem, rows),
    )


def _journey_rules(problem: Problem, rows: Sequence[Outbound | Return]) -> Holds:
    parties = {party.id: party for party in problem.parties}
    return {
        rule: np.array([HOLDS[rule](parties[row.party], row) for row in rows], dtype=np.bool_)
        for rule in JOURNEY_RULES
    }


def _within(value: int, limit: int | None) -> bool:
    return limit is None or value <= limit


def _has_connection_time(party: Party, row: Outbound | Return) -> bool:
    limit, shortest = party.min_connection_minutes, row.shortest_connection_minutes
    return limit is None or shortest is None or shortest >= limit


HOLDS: Final[dict[str, Callable[[Party, Outbound | Return], bool]]] = {
    "seats": lambda party, row: row.seats >= party.travellers,
    "connections": lambda party, row: _within(row.connections, party.max_connections),
    "connection_time": _has_connection_time,
    "segment_length": lambda party, row: _within(
        row.longest_segment_minutes, party.max_segment_minutes
    ),
    "travel_time": lambda party, row: _within(row.arrive - row.depart, party.max_travel_minutes),
    "journey_services": lambda party, row: (
        not party.services or set(party.services) <= set(row.services)
    ),
}


def _lodgings(problem: Problem, cities: _Codes) -> Lodgings:
    rows = problem.lodgings
    wanted = set(problem.rules.lodging_services)
    return Lodgings(
        city=cities.of(row.city for row in rows),
        first_day=ints(row.first_day for row in rows),
        length=ints(len(row.price_cents) for row in rows),
        min_nights=ints(row.min_nights for row in rows),
        burden=ints(row.burden_minutes_per_night for row in rows),
        loss=ints(row.expected_loss_cents for row in rows),
        price_sums=_running_sums([row.price_cents for row in rows]),
        payable_sums=_running_sums([row.payable_cents for row in rows]),
        full_sums=_running_sums(
            [[left < problem.rules.rooms for left in row.rooms_left] for row in rows]
        ),
        holds={
            "lodging_services": np.array(
                [wanted <= set(row.services) for row in rows], dtype=np.bool_
            )
        },
    )


def _running_sums(nights: Sequence[Sequence[int]]) -> Ints:
    width = max((len(row) for row in nights), default=0)
    sums = np.zeros((len(nights), width + 1), dtype=np.int64)
    for index, row in enumerate(nights):
        sums[index, 1 : len(row) + 1] = row
    return np.cumsum(sums, axis=1)


def _transfers(problem: Problem, gateways: _Codes, places: _Codes) -> Transfers:
    rows: Sequence[Transfer] = problem.transfers
    parties = {party.id: party for party in problem.parties}
    wanted = {party.id: set(party.transfer_services) for party in problem.parties}
    seats = [row.seats >= parties[row.party].travellers for row in rows]
    services = [not wanted[row.party] or wanted[row.party] <= set(row.services) for row in rows]
    return Transfers(
        party=_Codes(parties).of(row.party for row in rows),
        gateway=gateways.of(row.gateway for row in rows),
        place=places.of(row.place for row in rows),
        burden=ints(row.burden_minutes for row in rows),
        price=ints(row.price_cents for row in rows),
        payable=ints(row.payable_cents for row in rows),
        holds={
            "transfer_seats": np.array(seats, dtype=np.bool_),
            "transfer_services": np.array(services, dtype=np.bool_),
        },
    )


def _commutes(problem: Problem, sites: _Codes) -> Commutes:
    lodgings = _Codes(row.id for row in problem.lodgings)
    shape = (len(lodgings), len(sites))
    found = [row for row in problem.commutes if row.site in sites.numbers]
    where = (lodgings.of(row.lodging for row in found), sites.of(row.site for row in found))
    known = np.zeros(shape, dtype=np.bool_)
    known[where] = True
    tables = [np.zeros(shape, dtype=np.int64) for _ in range(3)]
    tables[0][where] = ints(row.burden_minutes for row in found)
    tables[1][where] = ints(row.price_cents for row in found)
    tables[2][where] = ints(row.payable_cents for row in found)
    return Commutes(known=known, burden=tables[0], price=tables[1], payable=tables[2])
