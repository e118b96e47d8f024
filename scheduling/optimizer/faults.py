"""Cross checks of a problem document: what single keys cannot show.

Ids are unique, references exist, nobody pays more than the price, times run forwards, and the
dearest choice one could make still fits in 64 bits, so that no sum is ever rounded or wrapped.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time
from operator import attrgetter
from typing import Final, Protocol

from scheduling.optimizer.errors import Fault
from scheduling.optimizer.problem import Outbound, Problem, Return

# Weighted cost of the dearest conceivable choice; leaves room for sums of four "impossible" marks.
COST_MAX: Final = 2**57

FAULTS_MAX: Final = 100


class _Paid(Protocol):
    @property
    def price_cents(self) -> int: ...

    @property
    def payable_cents(self) -> int: ...


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def list_faults(problem: Problem) -> list[Fault]:
    """Return what is wrong with a document whose keys are all in place, in the order of CHECKS."""
    faults: list[Fault] = []
    for check in CHECKS:
        for fault in check(problem):
            faults.append(fault)
            if len(faults) >= FAULTS_MAX:
                return faults
    # Totals mean nothing while rows contradict each other.
    return faults or list(_cost_fits(problem))


def _horizon_start_exists(problem: Problem) -> Iterator[Fault]:
    day, clock = problem.horizon_start[:10], problem.horizon_start[11:19]
    try:
        date.fromisoformat(day)
        # RFC 3339 allows a leap second, which Python's clock does not know.
        time.fromisoformat(clock.replace(":60", ":59"))
    except ValueError:
        yield Fault("horizon_start", "must be an instant that exists, like 2026-11-21T12:00:00Z")


def _ids_are_unique(problem: Problem) -> Iterator[Fault]:
    tables: tuple[tuple[str, Sequence[_HasId]], ...] = (
        ("parties", problem.parties),
        ("needs", problem.needs),
        ("slots", problem.slots),
        ("outbound", problem.outbound),
        ("return", problem.returns),
        ("lodgings", problem.lodgings),
        ("transfers", problem.transfers),
    )
    for name, rows in tables:
        yield from _repeated(name, [row.id for row in rows], ".id")
    pairs = [f"{row.lodging} → {row.site}" for row in problem.commutes]
    yield from _repeated("commutes", pairs, "")
    yield from _repeated("daily", [row.city for row in problem.daily], ".city")


def _repeated(name: str, values: Sequence[str], suffix: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in seen:
            first = f"{name}[{seen[value]}]{suffix}"
            yield Fault(f"{name}[{index}]{suffix}", f"repeats {first} ({value!r})")
        else:
            seen[value] = index


def _references_exist(problem: Problem) -> Iterator[Fault]:
    needs = {row.id for row in problem.needs}
    parties = {row.id for row in problem.parties}
    lodgings = {row.id for row in problem.lodgings}
    found = (
        ("slots", "need", [row.need for row in problem.slots], needs),
        ("outbound", "party", [row.party for row in problem.outbound], parties),
        ("return", "party", [row.party for row in problem.returns], parties),
        ("transfers", "party", [row.party for row in problem.transfers], parties),
        ("commutes", "lodging", [row.lodging for row in problem.commutes], lodgings),
    )
    for name, key, values, known in found:
        for index, value in enumerate(values):
            if value not in known:
                yield Fault(f"{name}[{index}].{key}", f"no {key} has the id {value!r}")


def _places_are_distinct(problem: Problem) -> Iterator[Fault]:
    sites = {row.site for row in problem.slots} | {row.site for row in problem.commutes}
    for index, row in enumerate(problem.lodgings):
        if row.id in sites:
            yield Fault(f"lodgings[{index}].id", f"{row.id!r} is also the name of a site")


def _nobody_pays_more_than_the_price(problem: Problem) -> Iterator[Fault]:
    tables: tuple[tuple[str, Sequence[_Paid]], ...] = (
        ("slots", problem.slots),
        ("outbound", problem.outbound),
        ("return", problem.returns),
        ("transfers", problem.transfers),
        ("commutes", problem.commutes),
        ("daily", problem.daily),
    )
    for name, rows in tables:
        for index, row in enumerate(rows):
            if row.payable_cents > row.price_cents:
                yield _overpaid(f"{name}[{index}].payable_cents", row.price_cents)
    for index, lodging in enumerate(problem.lodgings):
        nights = zip(lodging.price_cents, lodging.payable_cents, strict=False)
        for night, (price, payable) in enumerate(nights):
            if payable > price:
                yield _overpaid(f"lodgings[{index}].payable_cents[{night}]", price)


def _overpaid(path: str, price: int) -> Fault:
    return Fault(path, f"must be at most the price, {price}")


def _nights_match(problem: Problem) -> Iterator[Fault]:
    for index, row in enumerate(problem.lodgings):
        nights = len(row.price_cents)
        for key, entries in (("payable_cents", row.payable_cents), ("rooms_left", row.rooms_left)):
            if len(entries) != nights:
                message = f"must have as many entries as price_cents, {nights}"
                yield Fault(f"lodgings[{index}].{key}", message)


def _times_run_forwards(problem: Problem) -> Iterator[Fault]:
    for index, slot in enumerate(problem.slots):
        if slot.start >= slot.end:
            yield Fault(f"slots[{index}].end", f"must be after the start, {slot.start}")
        if slot.day < problem.waiting_from_day:
            message = f"must not be before waiting_from_day, {problem.waiting_from_day}"
            yield Fault(f"slots[{index}].day", message)
    yield from _journeys_run_forwards("outbound", problem.outbound)
    yield from _journeys_run_forwards("return", problem.returns)


def _journeys_run_forwards(name: str, rows: Iterable[Outbound | Return]) -> Iterator[Fault]:
    for index, row in enumerate(rows):
        if row.depart >= row.arrive:
            yield Fault(f"{name}[{index}].arrive", f"must be after depart, {row.depart}")
        path = f"{name}[{index}].shortest_connection_minutes"
        if row.connections == 0 and row.shortest_connection_minutes is not None:
            yield Fault(path, "must be null, as there is no connection")
        if row.connections > 0 and row.shortest_connection_minutes is None:
            yield Fault(path, f"must be given, as connections is {row.connections}")


def _first_need_has_no_gap(problem: Problem) -> Iterator[Fault]:
    first = problem.needs[0]
    if first.gap_min_minutes != 0:
        yield Fault("needs[0].gap_min_minutes", "must be 0: nothing comes before the first need")
    if first.gap_max_minutes is not None:
        yield Fault("needs[0].gap_max_minutes", "must be null: nothing comes before the first need")
    for index, need in enumerate(problem.needs):
        if need.gap_max_minutes is not None and need.gap_max_minutes < need.gap_min_minutes:
            message = f"must be at least gap_min_minutes, {need.gap_min_minutes}"
            yield Fault(f"needs[{index}].gap_max_minutes", message)


def _every_city_has_daily_costs(problem: Problem) -> Iterator[Fault]:
    rows = Counter(row.city for row in problem.daily)
    missing: dict[str, int] = {}
    for index, slot in enumerate(problem.slots):
        if rows[slot.city] == 0:
            missing.setdefault(slot.city, index)
    for city, index in missing.items():
        yield Fault("daily", f"has no row for the city {city!r} of slots[{index}]")


CHECKS: Final[tuple[Callable[[Problem], Iterator[Fault]], ...]] = (
    _horizon_start_exists,
    _ids_are_unique,
    _references_exist,
    _places_are_distinct,
    _nobody_pays_more_than_the_price,
    _nights_match,
    _times_run_forwards,
    _first_need_has_no_gap,
    _every_city_has_daily_costs,
)


def _cost_fits(problem: Problem) -> Iterator[Fault]:
    highest = highest_cost(problem)
    if highest > COST_MAX:
        message = f"the dearest choice could cost {highest}, more than 64 bits hold safely"
        yield Fault("prices", f"{message} ({COST_MAX}); use smaller prices or amounts")


def highest_cost(problem: Problem) -> int:
    """Return an upper bound of any choice's weighted cost, whoever pays."""
    prices = problem.prices
    money = max(prices.patient_cent, prices.payer_cent) * highest_price(problem)
    burden = prices.burden_minute_cents * highest_burden(problem)
    days = max((slot.day for slot in problem.slots), default=problem.waiting_from_day)
    waiting = prices.waiting_day_cents * (days - problem.waiting_from_day)
    points = sum(
        max((s.mismatch_points for s in problem.slots if s.need == need.id), default=0)
        for need in problem.needs
    )
    loss = max((row.expected_loss_cents for row in problem.lodgings), default=0)
    loss += len(problem.parties) * sum(
        max((row.expected_loss_cents for row in rows), default=0)
        for rows in (problem.outbound, problem.returns)
    )
    return (
        money
        + burden
        + waiting
        + prices.mismatch_point_cents * points
        + prices.expected_loss_cent * loss
    )


def highest_price(problem: Problem) -> int:
    """Return an upper bound of any choice's price, in cents."""
    nights = max((sum(row.price_cents) for row in problem.lodgings), default=0)
    return nights + _highest_sum(problem, attrgetter("price_cents"))


def highest_payable(problem: Problem) -> int:
    """Return an upper bound of any choice's payable sum, in cents."""
    nights = max((sum(row.payable_cents) for row in problem.lodgings), default=0)
    return nights + _highest_sum(problem, attrgetter("payable_cents"))


def _highest_sum(problem: Problem, amount: Callable[[_Paid], int]) -> int:
    def highest(rows: Sequence[_Paid]) -> int:
        return max(map(amount, rows), default=0)

    parties, needs = len(problem.parties), len(problem.needs)
    total = parties * (highest(problem.outbound) + highest(problem.returns))
    total += 2 * parties * highest(problem.transfers)
    total += needs * (highest(problem.slots) + highest(problem.commutes))
    return total + days_max(problem) * highest(problem.daily)


def highest_burden(problem: Problem) -> int:
    """Return an upper bound of any choice's burden, in minutes."""
    parties, needs = len(problem.parties), len(problem.needs)
    journeys = sum(
        max((row.burden_minutes for row in rows), default=0)
        for rows in (problem.outbound, problem.returns)
    )
    transfers = max((row.burden_minutes for row in problem.transfers), default=0)
    commutes = max((row.burden_minutes for row in problem.commutes), default=0)
    nights = max(
        (row.burden_minutes_per_night * len(row.price_cents) for row in problem.lodgings), default=0
    )
    return parties * (journeys + 2 * transfers) + needs * commutes + nights


def days_max(problem: Problem) -> int:
    """Return the most days a visit can count."""
    first = min((row.day for row in problem.outbound), default=0)
    last = max((row.day for row in problem.returns), default=first)
    return max(last - first, 0) + 1
