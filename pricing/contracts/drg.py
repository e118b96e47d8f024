"""A DRG's amount: base, adjusted for wages and capital, times the weight; transfers by the day.

(base × (labor share × wage index + (1 − labor share) × cost of living) × (1 + add-on)
+ capital × factor × (1 + capital add-on)) × weight. A transfer is paid the amount divided by the
mean length of stay for each day, the first counted twice, never more than the amount
(42 CFR 412.4(f)).
"""

from __future__ import annotations

from fractions import Fraction

from pricing.contracts.documents.rate import Drg, Rate, Transfer
from pricing.contracts.errors import CannotPrice
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Priced, Trace, shown
from pricing.expressions.tree import Expression

_ONE = Fraction(1)


def price_drg(rate: Rate, scope: Scope) -> Priced:
    """Return weight × base, and where it applies the transfer's part of it."""
    drg = rate.drg
    assert drg is not None  # noqa: S101 — the rate's kind
    base, base_words = _base(drg, scope)
    weight = scope.number(drg.weight)
    amount = base * weight
    arithmetic = f"{base_words} × {shown(weight)} = {shown(amount)}"
    priced = Priced(amount, (Trace("DRG weight × base", arithmetic, amount, rate.text),))
    if drg.transfer is None or not scope.holds(drg.transfer.when):
        return priced
    return priced.then(_transfer(drg.transfer, amount, scope))


def _base(drg: Drg, scope: Scope) -> tuple[Fraction, str]:
    base = scope.number(drg.base)
    words = shown(base)
    if drg.wage_index is not None or drg.cola is not None:
        labor, wages = _or(drg.labor_share, scope, _ONE), _or(drg.wage_index, scope, _ONE)
        cola = _or(drg.cola, scope, _ONE)
        base *= labor * wages + (1 - labor) * cola
        rest = shown(1 - labor) if cola == 1 else f"{shown(1 - labor)} × {shown(cola)}"
        words = f"{words} × ({shown(labor)} × {shown(wages)} + {rest})"
    if drg.add_on is not None:
        more = scope.number(drg.add_on)
        base *= 1 + more
        words = f"{words} × (1 + {shown(more)})"
    if drg.capital is None:
        return base, words
    capital, capital_words = _capital(drg, drg.capital, scope)
    return base + capital, f"({words} + {capital_words})"


def _capital(drg: Drg, written: Expression, scope: Scope) -> tuple[Fraction, str]:
    capital = scope.number(written)
    words = shown(capital)
    if drg.capital_factor is not None:
        factor = scope.number(drg.capital_factor)
        capital *= factor
        words = f"{words} × {shown(factor)}"
    if drg.capital_add_on is not None:
        more = scope.number(drg.capital_add_on)
        capital *= 1 + more
        words = f"{words} × (1 + {shown(more)})"
    return capital, words


def _transfer(transfer: Transfer, full: Fraction, scope: Scope) -> Trace:
    days, mean = scope.number(transfer.days), scope.number(transfer.mean_days)
    if not mean:
        raise CannotPrice(scope.rule, "the mean length of stay of a transfer must be above 0")
    first = scope.number(transfer.first_day)
    counted = days - 1 + first if days >= 1 else days
    amount = min(full, full / mean * counted)
    words = f"{shown(full)} ÷ {shown(mean)} × {shown(counted)} days"
    if amount == full:
        words += ", at most the full amount"
    return Trace("transfer", f"{words} = {shown(amount)}", amount)


def _or(expression: Expression | None, scope: Scope, otherwise: Fraction) -> Fraction:
    return otherwise if expression is None else scope.number(expression)
