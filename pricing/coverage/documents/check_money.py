"""Currencies that exist, and amounts that can be paid in them."""

from __future__ import annotations

from decimal import Decimal

from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.errors import InvalidAmount
from pricing.money import Money


def is_currency(code: str) -> bool:
    """Tell whether amounts in this currency can be reckoned with."""
    try:
        Money.zero(code)
    except InvalidAmount:
        return False
    return True


def check_currency(path: tuple[Step, ...], code: str, found: FaultList) -> bool:
    """Tell whether the currency is known; note a fault where it is not."""
    try:
        Money.zero(code)
    except InvalidAmount as error:
        found.add(path, f"{code} is no currency known here: {error.expected}")
        return False
    return True


def check_decimals(
    path: tuple[Step, ...], amount: Decimal | None, currency: str, found: FaultList
) -> None:
    """Note a fault where an amount is finer than the currency's smallest coin."""
    if amount is None:
        return
    decimals = Money.zero(currency).decimals
    if amount != round(amount, decimals):
        found.add(path, f"{currency} has {decimals} decimals, like {Money.zero(currency).example}")
