"""The costs of the CP-SAT model, one function for one kind; all in whole cents, minutes, points.

Each function returns what a choice amounts to; `total` weighs them. Twin: `recount`.
"""

from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from scheduling.optimizer.aim import Aim
from scheduling.optimizer.decisions import Decisions, OneOf, weighted


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a choice amounts to, as expressions."""

    price: cp_model.LinearExpr
    payable: cp_model.LinearExpr
    burden: cp_model.LinearExpr
    waiting: cp_model.LinearExpr
    mismatch: cp_model.LinearExpr
    loss: cp_model.LinearExpr
    start: cp_model.LinearExpr


def amounts(on: Decisions) -> Amounts:
    """Return every amount the cost is made of; adds what links nights and commutes to lodgings."""
    nights = _spent_nights(on)
    commutes = _commutes(on)
    single: list[OneOf[Any]] = [*on.slots, *on.outbound, *on.returns, *on.arrivals, *on.departures]
    travelled: list[OneOf[Any]] = [*on.outbound, *on.returns, *on.arrivals, *on.departures]
    price = [option.of("price_cents") for option in single]
    payable = [option.of("payable_cents") for option in single]
    burden = [option.of("burden_minutes") for option in travelled]
    lossy: list[OneOf[Any]] = [*on.outbound, *on.returns, on.lodging]
    loss = [option.of("expected_loss_cents") for option in lossy]
    daily_price, daily_payable = _daily(on)
    return Amounts(
        price=_sum([*price, nights.price, commutes.price, daily_price]),
        payable=_sum([*payable, nights.payable, commutes.payable, daily_payable]),
        burden=_sum([*burden, nights.burden, commutes.burden]),
        waiting=on.slots[0].value_of(lambda row: row.day - on.problem.waiting_from_day),
        mismatch=_sum([slot.value_of(lambda row: row.mismatch_points) for slot in on.slots]),
        loss=_sum(loss),
        start=on.slots[0].value_of(lambda row: row.start),
    )


@dataclass(frozen=True, slots=True)
class _Spent:
    price: cp_model.LinearExpr
    payable: cp_model.LinearExpr
    burden: cp_model.LinearExpr


def _spent_nights(on: Decisions) -> _Spent:
    """Return what the nights cost: a literal for each lodging and night, true when both are."""
    literals, price, payable, burden = [], [], [], []
    for row, chosen in zip(on.lodging.rows, on.lodging.literals, strict=True):
        for night in range(len(row.price_cents)):
            spent = on.on_night.get(row.first_day + night)
            if spent is not None:
                literals.append(_both(on, f"{row.id} night {night}", chosen, spent))
                price.append(row.price_cents[night])
                payable.append(row.payable_cents[night])
                burden.append(row.burden_minutes_per_night)
    return _Spent(
        weighted(literals, price), weighted(literals, payable), weighted(literals, burden)
    )


def _commutes(on: Decisions) -> _Spent:
    """Return what the commutes cost: a literal for each need, lodging, and site."""
    literals, price, payable, burden = [], [], [], []
    rows = {(row.lodging, row.site): row for row in on.problem.commutes}
    for number, slot in enumerate(on.slots):
        for site in sorted({row.site for row in slot.rows}):
            there = on.model.new_bool_var(f"need {number} at {site}")
            on.model.add(slot.has("site", site) == there)
            for lodging, chosen in zip(on.lodging.rows, on.lodging.literals, strict=True):
                row = rows.get((lodging.id, site))
                if row is not None:
                    name = f"need {number} from {lodging.id} to {site}"
                    literals.append(_both(on, name, chosen, there))
                    price.append(row.price_cents)
                    payable.append(row.payable_cents)
                    burden.append(row.burden_minutes)
    return _Spent(
        weighted(literals, price), weighted(literals, payable), weighted(literals, burden)
    )


def _both(
    on: Decisions, name: str, left: cp_model.IntVar, right: cp_model.IntVar
) -> cp_model.IntVar:
    both = on.model.new_bool_var(name)
    on.model.add_bool_and(left, right).only_enforce_if(both)
    on.model.add_bool_or(~left, ~right, both)
    return both


def _daily(on: Decisions) -> tuple[cp_model.LinearExpr, cp_model.LinearExpr]:
    """Return the daily costs: days of the visit in each city, which are 0 in all but one."""
    most = len(on.on_night) + 1
    rows = {row.city: row for row in on.problem.daily}
    days = []
    for city, here in on.in_city.items():
        count = on.model.new_int_var(0, most, f"days in {city}")
        on.model.add(count == on.nights + 1).only_enforce_if(here)
        on.model.add(count == 0).only_enforce_if(~here)
        days.append(count)
    return (
        weighted(days, [rows[city].price_cents for city in on.in_city]),
        weighted(days, [rows[city].payable_cents for city in on.in_city]),
    )


def _sum(terms: list[cp_model.LinearExpr]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.sum(terms)


def total(on: Decisions, aim: Aim, parts: Amounts, highest: int) -> cp_model.LinearExpr:
    """Return the weighted cost; `highest` bounds any choice's price in cents."""
    payer: cp_model.LinearExpr = parts.payable
    if aim.cap is not None:
        paid = on.model.new_int_var(0, min(aim.cap, highest), "payer")
        on.model.add_min_equality(paid, [parts.payable, aim.cap])
        payer = paid
    return cp_model.LinearExpr.weighted_sum(
        [
            parts.price,
            payer,
            parts.burden,
            parts.waiting,
            parts.mismatch,
            parts.loss,
            parts.start,
        ],
        [
            aim.patient,
            aim.payer - aim.patient,
            aim.burden,
            aim.waiting,
            aim.mismatch,
            aim.loss,
            aim.start,
        ],
    )
