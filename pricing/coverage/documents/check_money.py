"""Currencies that exist, and amounts that can be paid in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.errors import InvalidAmount
from pricing.money import Money

THOUSAND: Final = 3
"""Digits behind a point that may be meant to part thousands."""


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


def is_finer(amount: Decimal, currency: str) -> bool:
    """Tell whether an amount is written with more decimals than the currency's smallest coin.

    So is 2.100 of one with two, by which people mean 2,100 where a point parts thousands.
    """
    written = amount.as_tuple().exponent
    return isinstance(written, int) and -written > Money.zero(currency).decimals


def check_decimals(
    path: tuple[Step, ...], amount: Decimal | None, currency: str, found: FaultList
) -> None:
    """Note a fault where an amount is written finer than the currency's smallest coin."""
    if amount is None or not is_finer(amount, currency):
        return
    zero = Money.zero(currency)
    message = f"{currency} has {zero.decimals} decimals, like {zero.example}"
    if amount.as_tuple().exponent == -THOUSAND and amount >= 1:
        message += f"; if the point parts thousands, write {amount.scaleb(THOUSAND):f}"
    found.add(path, message)
