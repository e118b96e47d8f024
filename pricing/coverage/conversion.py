"""Amounts in the policy's currency, at the rate of the day that the policy names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pricing.coverage.decision import RateUsed
from pricing.coverage.decision_errors import FactNotStated, NoExchangeRule
from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.people import day_of
from pricing.coverage.pieces import Piece
from pricing.coverage.rounding import CENTS
from pricing.coverage.scene import Price
from pricing.errors import NoRate
from pricing.exchange import ExchangeRates, Rate
from pricing.money import Money


def price_pieces(exchange: Exchange, pieces: Sequence[Piece]) -> tuple[Price, ...]:
    """Return a price for every piece.

    A line is converted piece by piece and rounded so that its pieces add up to the rounded line.
    Raises NoExchangeRule, NoRate.
    """
    prices: list[Price] = []
    for line in _lines(pieces):
        factors = [exchange.factor(piece) for piece in line]
        costs = CENTS.spread(
            [(piece.amount or 0) * by for piece, by in zip(line, factors, strict=True)]
        )
        taxes = CENTS.spread([piece.tax * by for piece, by in zip(line, factors, strict=True)])
        prices += (
            Price(cost=None if piece.amount is None else cost, tax=tax, rate=by)
            for piece, cost, tax, by in zip(line, costs, taxes, factors, strict=True)
        )
    return tuple(prices)


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: dict[int, list[Piece]] = {}
    for piece in pieces:
        lines.setdefault(piece.line, []).append(piece)
    return list(lines.values())


@dataclass(frozen=True, slots=True)
class Exchange:
    """The policy's rule, and the rates that were used so far, for whoever asks which."""

    policy: Policy
    trip: Trip
    rates: ExchangeRates
    decided_on: date
    used: dict[tuple[str, date], RateUsed] = field(default_factory=dict)

    def rates_used(self) -> tuple[RateUsed, ...]:
        """Return each rate that was used so far, once, in order of first use."""
        return tuple(self.used.values())

    def factor(self, piece: Piece) -> Fraction:
        """Return how many minor units of the policy's currency one of the piece's is worth."""
        own, target = piece.currency(self.trip.currency), self.policy.currency
        if own == target or piece.amount is None:
            return Fraction(1)
        decimals = Money.zero(target).decimals - Money.zero(own).decimals
        return self.rate_of(piece) * Fraction(10) ** decimals

    def rate_of(self, piece: Piece) -> Fraction:
        """Return units of the policy's currency for one of the piece's, amount stated or not.

        Raises NoExchangeRule, NoRate.
        """
        own = piece.currency(self.trip.currency)
        if own == self.policy.currency:
            return Fraction(1)
        return self._value(own, piece, f"expenses[{piece.expense.id}]")

    def unit_rate(self, piece: Piece | None, field: str) -> Fraction:
        """Return how many units of the policy's currency one of the trip's own is worth.

        It is the rate of the piece that a rule looks at, of the trip's first day where it looks at
        none. ``field`` states the amount. Raises NoExchangeRule, NoRate.
        """
        own = self.trip.currency
        return Fraction(1) if own == self.policy.currency else self._value(own, piece, field)

    def _value(self, own: str, piece: Piece | None, field: str) -> Fraction:
        if self.policy.exchange is None:
            raise NoExchangeRule(self.policy.id, own, field)
        day = _rate_day(self.policy.exchange.date, self.trip, piece, self.decided_on)
        if (own, day) not in self.used:
            rate = self._rate(own, day, field)
            self.used[own, day] = RateUsed(own, self.policy.currency, day, rate.day, rate.value)
        return self.used[own, day].rate

    def _rate(self, own: str, day: date, field: str) -> Rate:
        target = self.policy.currency
        try:
            return _stated(self.trip, own, target, day) or self.rates.rate(own, target, day)
        except NoRate as error:
            raise NoRate(own, target, day, error.why, field=field) from error


def _stated(trip: Trip, source: str, target: str, day: date) -> Rate | None:
    """Return the rate that the trip states for two currencies.

    A single one is meant for every day. Of several, it is the last one dated on or before the day.
    """
    stated = [
        one for one in trip.rates if (one.source_currency, one.target_currency) == (source, target)
    ]
    if not stated:
        return None
    known = stated if len(stated) == 1 else [one for one in stated if one.date <= day]
    if not known:
        first = min(one.date for one in stated)
        raise NoRate(source, target, day, f"the first that the trip states is of {first}")
    last = max(known, key=lambda one: one.date)
    return Rate(source, target, last.date, Fraction(last.value))


def _rate_day(rule: str, trip: Trip, piece: Piece | None, decided_on: date) -> date:
    match rule:
        case "service" if piece is not None:
            return piece.day
        case "incurred" if piece is not None:
            return piece.expense.incurred or piece.day
        case "service" | "incurred" | "trip_start":
            return day_of(trip.starts)
        case "trip_end":
            return day_of(trip.ends)
        case "filed":
            return filed_on(trip)
        case _:
            return decided_on


def filed_on(trip: Trip) -> date:
    """Return when the claim was filed; raises FactNotStated."""
    if trip.claim is None:
        raise FactNotStated("claim.filed", field="claim.filed", rule="")
    return trip.claim.filed
