"""Every rule and the cost once more, in plain Python, without a solver.

It shares no code with the model or the reduction, so a mistake in one shows in the other.
`check_choice` judges a choice as a stranger would who holds the document and its page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from scheduling.optimizer.choice import Choice, Parts
from scheduling.optimizer.errors import OptimizerError
from scheduling.optimizer.picked import Picked, look_up
from scheduling.optimizer.problem import Lodging, Outbound, Party, Problem, Return, Slot, Transfer
from scheduling.optimizer.recount import recount


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a choice breaks: what broke it, the limit, and what it met instead."""

    rule: str
    subject: str
    limit: int | str
    found: int | str

    @property
    def excess(self) -> int | None:
        """Return by how much the limit is missed, or None when it is not a number."""
        if isinstance(self.limit, int) and isinstance(self.found, int):
            return abs(self.found - self.limit)
        return None


class BrokenRules(OptimizerError):
    """A choice does not hold the rules; `breaches` has each of them."""

    def __init__(self, breaches: list[Breach]) -> None:
        """Keep the breaches, in the order of the rules."""
        self.breaches = tuple(breaches)
        words = "; ".join(
            f"{b.rule}: {b.subject}, {b.found} where {b.limit} is the limit" for b in breaches
        )
        super().__init__(f"the choice breaks rules: {words}")


def check_choice(problem: Problem, choice: Choice) -> Parts:
    """Return what the choice costs, by part.

    Raises:
        InvalidChoice: it names something the document does not have.
        BrokenRules: it breaks a rule or does not fit together.
    """
    picked = look_up(problem, choice)
    breaches = _breaches(picked)
    if breaches:
        raise BrokenRules(breaches)
    return recount(picked)


def list_breaches(problem: Problem, choice: Choice) -> list[Breach]:
    """Return every rule the choice breaks; "offers" where it does not even fit together."""
    return _breaches(look_up(problem, choice))


def parts_of(problem: Problem, choice: Choice) -> Parts:
    """Return what a choice that fits together costs, even if it breaks rules."""
    return recount(look_up(problem, choice))


def _breaches(picked: Picked) -> list[Breach]:
    return [breach for rule in CHECKS for breach in rule(picked)]


def _offers(picked: Picked) -> Iterator[Breach]:
    """Test what section 4 of the page always demands."""
    for need, slot in zip(picked.problem.needs, picked.slots, strict=True):
        if slot.need != need.id:
            yield Breach("offers", f"slot {slot.id}", need.id, slot.need)
    journeys: list[Outbound | Return | Transfer] = [*picked.outbound, *picked.returns]
    journeys += [*picked.arrivals, *picked.departures]
    for party, row in zip(picked.parties * 4, journeys, strict=True):
        if row.party != party.id:
            yield Breach("offers", f"{row.id} of another party", party.id, row.party)
    city = picked.slots[0].city
    placed: list[Slot | Outbound | Return | Lodging] = [*picked.slots, *picked.outbound]
    placed += [*picked.returns, *([] if picked.lodging is None else [picked.lodging])]
    for place in placed:
        if place.city != city:
            yield Breach("offers", f"{place.id} in another city", city, place.city)
    yield from _offers_a_bed(picked)
    yield from _offers_transfers(picked)


def _offers_a_bed(picked: Picked) -> Iterator[Breach]:
    lodging = picked.lodging
    if picked.nights < 0:
        yield Breach("offers", "check-out before check-in", picked.check_in, picked.check_out)
    if (lodging is None) != (picked.nights == 0):
        yield Breach("offers", "a lodging exactly when there is a night", picked.nights, 0)
    if lodging is None:
        return
    for day in range(picked.check_in, picked.check_out):
        if not 0 <= day - lodging.first_day < len(lodging.price_cents):
            yield Breach("offers", f"{lodging.id} has no entry for the night", day, "none")
    known = {(row.lodging, row.site) for row in picked.problem.commutes}
    for slot in picked.slots:
        if (lodging.id, slot.site) not in known:
            yield Breach("offers", f"{lodging.id} has no commute", slot.site, "none")


def _offers_transfers(picked: Picked) -> Iterator[Breach]:
    first = picked.slots[0].site if picked.lodging is None else picked.lodging.id
    last = picked.slots[-1].site if picked.lodging is None else picked.lodging.id
    for journey, transfer in zip(picked.outbound, picked.arrivals, strict=True):
        if (transfer.gateway, transfer.place) != (journey.gateway, first):
            yield Breach("offers", f"transfer {transfer.id}", first, transfer.place)
    for back, transfer in zip(picked.returns, picked.departures, strict=True):
        if (transfer.gateway, transfer.place) != (back.gateway, last):
            yield Breach("offers", f"transfer {transfer.id}", last, transfer.place)


def _order(picked: Picked) -> Iterator[Breach]:
    """Test that each appointment keeps its distance from the one before."""
    needs = picked.problem.needs
    for index in range(1, len(needs)):
        before, after = picked.slots[index - 1], picked.slots[index]
        gap, need = after.start - before.end, needs[index]
        if gap < need.gap_min_minutes:
            yield Breach("order", f"{before.id} to {after.id}", need.gap_min_minutes, gap)
        if need.gap_max_minutes is not None and gap > need.gap_max_minutes:
            yield Breach("order", f"{before.id} to {after.id}", need.gap_max_minutes, gap)


def _arrival_buffer(picked: Picked) -> Iterator[Breach]:
    """Test that everybody is ready when the first appointment starts."""
    start = picked.slots[0].start
    for row in picked.outbound:
        if row.arrive + row.buffer_minutes > start:
            yield Breach("arrival_buffer", row.id, start, row.arrive + row.buffer_minutes)


def _recovery(picked: Picked) -> Iterator[Breach]:
    """Test that nobody must leave before the patient may."""
    free = max(slot.end + slot.recovery_minutes for slot in picked.slots)
    for row in picked.returns:
        if row.depart - row.lead_minutes < free:
            yield Breach("recovery", row.id, free, row.depart - row.lead_minutes)


def _earliest_departure(picked: Picked) -> Iterator[Breach]:
    """Test that nobody leaves home too early."""
    limit = picked.problem.rules.earliest_departure
    for row in picked.outbound:
        if limit is not None and row.depart < limit:
            yield Breach("earliest_departure", row.id, limit, row.depart)


def _home_by(picked: Picked) -> Iterator[Breach]:
    """Test that everybody is home in time."""
    limit = picked.problem.rules.home_by
    for row in picked.returns:
        if limit is not None and row.arrive > limit:
            yield Breach("home_by", row.id, limit, row.arrive)


def _max_nights(picked: Picked) -> Iterator[Breach]:
    """Test that the stay is not too long."""
    limit = picked.problem.rules.max_nights
    if limit is not None and picked.nights > limit:
        yield Breach("max_nights", "the stay", limit, picked.nights)


def _meeting(picked: Picked) -> Iterator[Breach]:
    """Test that the parties arrive close enough to the patient's."""
    limit = picked.problem.rules.meeting_minutes
    for row in picked.outbound[1:]:
        apart = abs(row.arrive - picked.outbound[0].arrive)
        if limit is not None and apart > limit:
            yield Breach("meeting", row.id, limit, apart)


def _parting(picked: Picked) -> Iterator[Breach]:
    """Test that the parties depart close enough to the patient's."""
    limit = picked.problem.rules.parting_minutes
    for row in picked.returns[1:]:
        apart = abs(row.depart - picked.returns[0].depart)
        if limit is not None and apart > limit:
            yield Breach("parting", row.id, limit, apart)


def _journeys(picked: Picked) -> Iterator[tuple[Party, Outbound | Return]]:
    yield from zip(picked.parties, picked.outbound, strict=True)
    yield from zip(picked.parties, picked.returns, strict=True)


def _seats(picked: Picked) -> Iterator[Breach]:
    """Test that every journey has a seat for each traveller."""
    for party, row in _journeys(picked):
        if row.seats < party.travellers:
            yield Breach("seats", row.id, party.travellers, row.seats)


def _connections(picked: Picked) -> Iterator[Breach]:
    """Test that no journey changes flights too often."""
    for party, row in _journeys(picked):
        if party.max_connections is not None and row.connections > party.max_connections:
            yield Breach("connections", row.id, party.max_connections, row.connections)


def _connection_time(picked: Picked) -> Iterator[Breach]:
    """Test that every change of flight leaves time enough."""
    for party, row in _journeys(picked):
        limit, shortest = party.min_connection_minutes, row.shortest_connection_minutes
        if limit is not None and shortest is not None and shortest < limit:
            yield Breach("connection_time", row.id, limit, shortest)


def _segment_length(picked: Picked) -> Iterator[Breach]:
    """Test that no single flight is too long."""
    for party, row in _journeys(picked):
        limit = party.max_segment_minutes
        if limit is not None and row.longest_segment_minutes > limit:
            yield Breach("segment_length", row.id, limit, row.longest_segment_minutes)


def _travel_time(picked: Picked) -> Iterator[Breach]:
    """Test that no journey is too long."""
    for party, row in _journeys(picked):
        limit = party.max_travel_minutes
        if limit is not None and row.arrive - row.depart > limit:
            yield Breach("travel_time", row.id, limit, row.arrive - row.depart)


def _journey_services(picked: Picked) -> Iterator[Breach]:
    """Test that every journey offers what its party must have."""
    for party, row in _journeys(picked):
        lacking = [name for name in party.services if name not in row.services]
        if lacking:
            yield Breach("journey_services", row.id, ", ".join(lacking), "not offered")


def _rooms(picked: Picked) -> Iterator[Breach]:
    """Test that there are rooms enough in every night."""
    lodging, rooms = picked.lodging, picked.problem.rules.rooms
    if lodging is None:
        return
    for day in range(picked.check_in, picked.check_out):
        night = day - lodging.first_day
        if 0 <= night < len(lodging.rooms_left) and lodging.rooms_left[night] < rooms:
            yield Breach("rooms", f"{lodging.id}, night {day}", rooms, lodging.rooms_left[night])


def _min_nights(picked: Picked) -> Iterator[Breach]:
    """Test that the lodging sells so short a stay."""
    lodging = picked.lodging
    if lodging is not None and picked.nights < lodging.min_nights:
        yield Breach("min_nights", lodging.id, lodging.min_nights, picked.nights)


def _lodging_services(picked: Picked) -> Iterator[Breach]:
    """Test that the lodging offers what the visit must have."""
    if picked.lodging is None:
        return
    wanted = picked.problem.rules.lodging_services
    lacking = [name for name in wanted if name not in picked.lodging.services]
    if lacking:
        yield Breach("lodging_services", picked.lodging.id, ", ".join(lacking), "not offered")


def _transfers(picked: Picked) -> Iterator[tuple[Party, Transfer]]:
    yield from zip(picked.parties, picked.arrivals, strict=True)
    yield from zip(picked.parties, picked.departures, strict=True)


def _transfer_seats(picked: Picked) -> Iterator[Breach]:
    """Test that every transfer has a seat for each traveller."""
    for party, row in _transfers(picked):
        if row.seats < party.travellers:
            yield Breach("transfer_seats", row.id, party.travellers, row.seats)


def _transfer_services(picked: Picked) -> Iterator[Breach]:
    """Test that every transfer offers what its party must have."""
    for party, row in _transfers(picked):
        lacking = [name for name in party.transfer_services if name not in row.services]
        if lacking:
            yield Breach("transfer_services", row.id, ", ".join(lacking), "not offered")


CHECKS: Final[tuple[Callable[[Picked], Iterator[Breach]], ...]] = (
    _offers,
    _home_by,
    _earliest_departure,
    _max_nights,
    _meeting,
    _parting,
    _order,
    _connections,
    _travel_time,
    _segment_length,
    _min_nights,
    _rooms,
    _seats,
    _transfer_seats,
    _lodging_services,
    _transfer_services,
    _journey_services,
    _connection_time,
    _recovery,
    _arrival_buffer,
)
