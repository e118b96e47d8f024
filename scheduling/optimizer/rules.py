"""The rules of the CP-SAT model, one function for one rule; RULES is the table of contents.

STRUCTURE holds what no plan can do without. Every function has its twin in `check`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from scheduling.optimizer.decisions import Decisions, OneOf, weighted
from scheduling.optimizer.problem import Outbound, Party, Return, Slot, Transfer


def one_city(on: Decisions) -> None:
    """Slots, journeys, and lodging are in one city."""
    on.model.add_exactly_one(on.in_city.values())
    for city, here in on.in_city.items():
        placed: list[OneOf[Any]] = [*on.slots, *on.outbound, *on.returns]
        for option in placed:
            on.model.add(option.has("city", city) == here)
        on.model.add(on.lodging.has("city", city) <= here)
    on.lodging.forbid(on.model, lambda row: row.city not in on.in_city)


def nights_between_the_journeys(on: Decisions) -> None:
    """Check-in is the first day of the outbound journeys, check-out the last of the returns."""
    model = on.model
    model.add_min_equality(on.check_in, [row.value_of(lambda r: r.day) for row in on.outbound])
    model.add_max_equality(on.check_out, [row.value_of(lambda r: r.day) for row in on.returns])
    model.add(on.nights == on.check_out - on.check_in)
    model.add(on.nights >= 1).only_enforce_if(on.overnight)
    model.add(on.nights == 0).only_enforce_if(~on.overnight)
    model.add(weighted(list(on.on_night.values()), [1] * len(on.on_night)) == on.nights)
    for day, spent in on.on_night.items():
        model.add(on.check_in <= day).only_enforce_if(spent)
        model.add(on.check_out >= day + 1).only_enforce_if(spent)


def a_bed_for_every_night(on: Decisions) -> None:
    """There is a lodging exactly when there is a night, and it has an entry for each of them."""
    on.model.add(on.lodging.value_of(lambda _: 1) == on.overnight)
    for row, literal in zip(on.lodging.rows, on.lodging.literals, strict=True):
        end = row.first_day + len(row.price_cents)
        on.model.add(on.check_in >= row.first_day).only_enforce_if(literal)
        on.model.add(on.check_out <= end).only_enforce_if(literal)


def a_commute_to_every_site(on: Decisions) -> None:
    """The lodging has a commute row for every site of the visit."""
    known = {(row.lodging, row.site) for row in on.problem.commutes}
    for lodging, literal in zip(on.lodging.rows, on.lodging.literals, strict=True):
        for slot in on.slots:
            for row, chosen in zip(slot.rows, slot.literals, strict=True):
                # Across cities `one_city` forbids the pair already.
                if row.city == lodging.city and (lodging.id, row.site) not in known:
                    on.model.add_at_most_one(literal, chosen)


def transfers_join_up(on: Decisions) -> None:
    """Transfers link each journey's gateway and the lodging, or a site when there is no night."""
    for rides, journeys, slot in (
        (on.arrivals, on.outbound, on.slots[0]),
        (on.departures, on.returns, on.slots[-1]),
    ):
        pairs: list[tuple[OneOf[Transfer], OneOf[Any]]] = list(zip(rides, journeys, strict=True))
        for ride, journey in pairs:
            gateways = {row.gateway for row in journey.rows} | {row.gateway for row in ride.rows}
            for gateway in sorted(gateways):
                on.model.add(ride.has("gateway", gateway) == journey.has("gateway", gateway))
            _ends_at_the_place(on, ride, slot)


def _ends_at_the_place(on: Decisions, ride: OneOf[Transfer], slot: OneOf[Slot]) -> None:
    lodgings = dict(zip([row.id for row in on.lodging.rows], on.lodging.literals, strict=True))
    sites = {row.site for slot in on.slots for row in slot.rows}
    ride.forbid(on.model, lambda row: row.place not in lodgings and row.place not in sites)
    for lodging, literal in lodgings.items():
        on.model.add(ride.has("place", lodging) == literal)
    for site in sorted(sites):
        goes = ride.has("place", site)
        on.model.add(goes <= slot.has("site", site))


STRUCTURE: Final[tuple[Callable[[Decisions], None], ...]] = (
    one_city,
    nights_between_the_journeys,
    a_bed_for_every_night,
    a_commute_to_every_site,
    transfers_join_up,
)


def order(on: Decisions) -> None:
    """Each appointment keeps its distance from the one before."""
    for index in range(1, len(on.slots)):
        need = on.problem.needs[index]
        end = on.slots[index - 1].value_of(lambda row: row.end)
        gap = on.slots[index].value_of(lambda row: row.start) - end
        on.model.add(gap >= need.gap_min_minutes)
        if need.gap_max_minutes is not None:
            on.model.add(gap <= need.gap_max_minutes)


def arrival_buffer(on: Decisions) -> None:
    """Everybody is ready when the first appointment starts."""
    start = on.slots[0].value_of(lambda row: row.start)
    for journey in on.outbound:
        on.model.add(journey.value_of(lambda row: row.arrive + row.buffer_minutes) <= start)


def recovery(on: Decisions) -> None:
    """Nobody must leave before the patient may."""
    for journey in on.returns:
        free = journey.value_of(lambda row: row.depart - row.lead_minutes)
        for slot in on.slots:
            on.model.add(free >= slot.value_of(lambda row: row.end + row.recovery_minutes))


def earliest_departure(on: Decisions) -> None:
    """Nobody leaves home too early."""
    limit = on.problem.rules.earliest_departure
    for journey in on.outbound:
        journey.forbid(on.model, lambda row: limit is not None and row.depart < limit)


def home_by(on: Decisions) -> None:
    """Everybody is home in time."""
    limit = on.problem.rules.home_by
    for journey in on.returns:
        journey.forbid(on.model, lambda row: limit is not None and row.arrive > limit)


def max_nights(on: Decisions) -> None:
    """The stay is not too long."""
    if on.problem.rules.max_nights is not None:
        on.model.add(on.nights <= on.problem.rules.max_nights)


def meeting(on: Decisions) -> None:
    """The parties arrive close enough to the patient's."""
    limit = on.problem.rules.meeting_minutes
    patient = on.outbound[0].value_of(lambda row: row.arrive)
    if limit is None:
        return
    for journey in on.outbound[1:]:
        apart = journey.value_of(lambda row: row.arrive) - patient
        on.model.add_linear_constraint(apart, -limit, limit)


def parting(on: Decisions) -> None:
    """The parties depart close enough to the patient's."""
    limit = on.problem.rules.parting_minutes
    patient = on.returns[0].value_of(lambda row: row.depart)
    if limit is None:
        return
    for journey in on.returns[1:]:
        apart = journey.value_of(lambda row: row.depart) - patient
        on.model.add_linear_constraint(apart, -limit, limit)


def _forbid_journeys(on: Decisions, breaks: Callable[[Party, Outbound | Return], bool]) -> None:
    for party, out, back in zip(on.problem.parties, on.outbound, on.returns, strict=True):
        out.forbid(on.model, partial(breaks, party))
        back.forbid(on.model, partial(breaks, party))


def seats(on: Decisions) -> None:
    """Every journey has a seat for each traveller."""
    _forbid_journeys(on, lambda party, row: row.seats < party.travellers)


def connections(on: Decisions) -> None:
    """No journey changes flights too often."""
    _forbid_journeys(on, lambda party, row: _over(row.connections, party.max_connections))


def connection_time(on: Decisions) -> None:
    """Every change of flight leaves time enough."""
    _forbid_journeys(
        on,
        lambda party, row: (
            row.shortest_connection_minutes is not None
            and party.min_connection_minutes is not None
            and row.shortest_connection_minutes < party.min_connection_minutes
        ),
    )


def segment_length(on: Decisions) -> None:
    """No single flight is too long."""
    _forbid_journeys(
        on, lambda party, row: _over(row.longest_segment_minutes, party.max_segment_minutes)
    )


def travel_time(on: Decisions) -> None:
    """No journey is too long."""
    _forbid_journeys(
        on, lambda party, row: _over(row.arrive - row.depart, party.max_travel_minutes)
    )


def journey_services(on: Decisions) -> None:
    """Every journey offers what its party must have."""
    _forbid_journeys(on, lambda party, row: not set(party.services) <= set(row.services))


def _over(value: int, limit: int | None) -> bool:
    return limit is not None and value > limit


def rooms(on: Decisions) -> None:
    """There are rooms enough in every night."""
    for row, literal in zip(on.lodging.rows, on.lodging.literals, strict=True):
        for night, left in enumerate(row.rooms_left):
            day = row.first_day + night
            if left < on.problem.rules.rooms and day in on.on_night:
                on.model.add_at_most_one(literal, on.on_night[day])


def min_nights(on: Decisions) -> None:
    """The lodging sells so short a stay."""
    on.model.add(on.nights >= on.lodging.value_of(lambda row: row.min_nights))


def lodging_services(on: Decisions) -> None:
    """The lodging offers what the visit must have."""
    wanted = set(on.problem.rules.lodging_services)
    on.lodging.forbid(on.model, lambda row: not wanted <= set(row.services))


def _forbid_transfers(on: Decisions, breaks: Callable[[Party, Transfer], bool]) -> None:
    for party, out, back in zip(on.problem.parties, on.arrivals, on.departures, strict=True):
        out.forbid(on.model, partial(breaks, party))
        back.forbid(on.model, partial(breaks, party))


def transfer_seats(on: Decisions) -> None:
    """Every transfer has a seat for each traveller."""
    _forbid_transfers(on, lambda party, row: row.seats < party.travellers)


def transfer_services(on: Decisions) -> None:
    """Every transfer offers what its party must have."""
    _forbid_transfers(on, lambda party, row: not set(party.transfer_services) <= set(row.services))


RULES: Final[tuple[Callable[[Decisions], None], ...]] = (
    home_by,
    earliest_departure,
    max_nights,
    meeting,
    parting,
    order,
    connections,
    travel_time,
    segment_length,
    min_nights,
    rooms,
    seats,
    transfer_seats,
    lodging_services,
    transfer_services,
    journey_services,
    connection_time,
    recovery,
    arrival_buffer,
)
