"""What Medicare pays for something, with the arithmetic that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from typing import Any, Final

from pricing.medicare.errors import InvalidFactor
from pricing.money import Money

CURRENCY: Final = "USD"
EXACT: Final = Context(prec=60)
"""Enough digits that no product of published numbers is ever rounded on the way."""

_CENT: Final = Decimal("0.01")
_FACTOR_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is computed, how it is written out, and the exact result."""

    name: str
    arithmetic: str
    result: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount with its steps, sources, and what Medicare may add that is not in it."""

    schedule: str
    year: int
    code: str
    title: str
    amount: Money
    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    left_out: tuple[str, ...]


def factor(name: str, text: str) -> Decimal:
    """Return a wage index or another factor; raises InvalidFactor."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InvalidFactor(name, text) from error
    if not number.is_finite() or not 0 < number <= _FACTOR_MAX:
        raise InvalidFactor(name, text)
    return number


def in_cents(exact: Decimal) -> Money:
    """Return an exact amount of dollars as money, rounded half up to the cent, once."""
    with localcontext(EXACT):
        cents = exact.quantize(_CENT, rounding=ROUND_HALF_UP).scaleb(2)
        return Money(int(cents), CURRENCY)


def plain(number: Decimal) -> str:
    """Return a number without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_document(payment: Payment) -> dict[str, Any]:
    """Return a payment as JSON."""
    return {
        "schedule": payment.schedule,
        "year": payment.year,
        "code": payment.code,
        "title": payment.title,
        "amount": payment.amount.to_decimal_text(),
        "amount_cents": payment.amount.minor,
        "currency": payment.amount.currency,
        "steps": [
            {"name": step.name, "arithmetic": step.arithmetic, "result": plain(step.result)}
            for step in payment.steps
        ],
        "sources": list(payment.sources),
        "left_out": list(payment.left_out),
    }
