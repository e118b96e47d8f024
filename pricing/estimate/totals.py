"""Sums of an estimate: by provider, in all, and who pays what; exact, in whole minor units."""

from __future__ import annotations

from dataclasses import dataclass

from pricing.estimate.estimate_document import Estimate, Item
from pricing.estimate.figures import money_of
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class Shares:
    """Who pays what of an estimate; the three sum to its total."""

    plan: Money
    patient: Money
    self_pay: Money


def charge_of(estimate: Estimate, item: Item) -> Money:
    """Return what an item is expected to cost, all its units together."""
    return money_of(item.charge, estimate.currency)


def total_of(estimate: Estimate) -> Money:
    """Return what all items together are expected to cost."""
    charges = (charge_of(estimate, one) for one in estimate.items)
    return Money.total(charges, estimate.currency)


def provider_total(estimate: Estimate, provider_id: str) -> Money:
    """Return what one provider's items are expected to cost."""
    charges = (charge_of(estimate, one) for one in estimate.items if one.provider == provider_id)
    return Money.total(charges, estimate.currency)


def shares_of(estimate: Estimate) -> Shares:
    """Return who pays what; all of it is self-pay where the estimate says nothing."""
    stated, currency = estimate.payers, estimate.currency
    if stated is None:
        nothing = Money.zero(currency)
        return Shares(nothing, nothing, total_of(estimate))
    return Shares(
        money_of(stated.plan, currency),
        money_of(stated.patient, currency),
        money_of(stated.self_pay, currency),
    )
