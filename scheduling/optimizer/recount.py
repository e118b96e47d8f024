"""What a choice costs, counted row by row in plain Python, to the cent; no solver, no arrays."""

from typing import Protocol

from scheduling.optimizer.choice import CostParts, Parts
from scheduling.optimizer.picked import Picked
from scheduling.optimizer.problem import Commute


def recount(picked: Picked) -> Parts:
    """Return what a choice amounts to and costs, by part; it must fit together."""
    problem = picked.problem
    price, payable = _money(picked)
    payer = payable if problem.trip_cap_cents is None else min(payable, problem.trip_cap_cents)
    burden = _burden(picked)
    waiting = picked.slots[0].day - problem.waiting_from_day
    mismatch = sum(slot.mismatch_points for slot in picked.slots)
    loss = sum(row.expected_loss_cents for row in [*picked.outbound, *picked.returns])
    loss += 0 if picked.lodging is None else picked.lodging.expected_loss_cents
    prices = problem.prices
    cost = CostParts(
        patient=(price - payer) * prices.patient_cent,
        payer=payer * prices.payer_cent,
        burden=burden * prices.burden_minute_cents,
        waiting=waiting * prices.waiting_day_cents,
        mismatch=mismatch * prices.mismatch_point_cents,
        expected_loss=loss * prices.expected_loss_cent,
    )
    return Parts(
        price_cents=price,
        payable_cents=payable,
        payer_cents=payer,
        patient_cents=price - payer,
        burden_minutes=burden,
        waiting_days=waiting,
        mismatch_points=mismatch,
        expected_loss_cents=loss,
        cost=cost,
    )


class _Paid(Protocol):
    @property
    def price_cents(self) -> int: ...

    @property
    def payable_cents(self) -> int: ...


def _money(picked: Picked) -> tuple[int, int]:
    rows: list[_Paid] = [
        *picked.slots,
        *picked.outbound,
        *picked.returns,
        *picked.arrivals,
        *picked.departures,
        *_commutes(picked),
    ]
    price = sum(row.price_cents for row in rows)
    payable = sum(row.payable_cents for row in rows)
    if picked.lodging is not None:
        first = picked.check_in - picked.lodging.first_day
        price += sum(picked.lodging.price_cents[first : first + picked.nights])
        payable += sum(picked.lodging.payable_cents[first : first + picked.nights])
    daily = next(row for row in picked.problem.daily if row.city == picked.slots[0].city)
    days = picked.nights + 1
    return price + days * daily.price_cents, payable + days * daily.payable_cents


def _burden(picked: Picked) -> int:
    total = sum(row.burden_minutes for row in [*picked.outbound, *picked.returns])
    total += sum(row.burden_minutes for row in picked.arrivals + picked.departures)
    total += sum(row.burden_minutes for row in _commutes(picked))
    if picked.lodging is not None:
        total += picked.nights * picked.lodging.burden_minutes_per_night
    return total


def _commutes(picked: Picked) -> list[Commute]:
    """Return one row for each appointment, when there is a lodging."""
    if picked.lodging is None:
        return []
    rows = {(row.lodging, row.site): row for row in picked.problem.commutes}
    return [rows[picked.lodging.id, slot.site] for slot in picked.slots]
