"""What a decision looks at: the trip, its people and pieces, the policy in force, and the day.

A scene is made once for a decision. Its pieces are priced in the policy's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from pricing.coverage.documents.policy_document import Policy, Version
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.people import TripPerson, day_of
from pricing.coverage.pieces import Piece
from pricing.documents.tables import Table
from pricing.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """What a piece cost in minor units of the policy's currency, its tax among it.

    ``cost`` is None where the trip states none; ``rate`` is how many minor units of the policy's
    currency one of the expense's is worth.
    """

    cost: int | None
    tax: int
    rate: Fraction


class TripRates(Protocol):
    """What the trip's own currency is worth: that of amounts which belong to no expense."""

    def rate_of(self, piece: Piece) -> Fraction:
        """Return the same for one of the piece's own, be its amount stated or not."""

    def unit_rate(self, piece: Piece | None, field: str) -> Fraction:
        """Return units of the policy's currency for one; raises NoExchangeRule, NoRate."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that stays the same during one decision.

    ``never_above_cost`` holds where a policy serves as a ceiling: even its allowances then grant no
    more than the cost, which is what another policy pays.
    """

    trip: Trip
    policy: Policy
    version: Version
    tables: Mapping[str, Table]
    decided_on: date
    people: Mapping[str, TripPerson]
    pieces: tuple[Piece, ...]
    prices: tuple[Price, ...]
    minor_units: int
    trip_rates: TripRates
    never_above_cost: bool = False

    @property
    def start(self) -> date:
        """Return the first day of the trip."""
        return day_of(self.trip.starts)

    @property
    def end(self) -> date:
        """Return the last day of the trip."""
        return day_of(self.trip.ends)

    def price_of(self, piece: Piece) -> Price:
        """Return what a piece cost."""
        return self.prices[piece.place]

    def unit_rate(self, piece: Piece) -> Fraction:
        """Return how many units of the policy's currency one unit of the piece's is worth."""
        own = Money.zero(piece.currency(self.trip.currency))
        return self.price_of(piece).rate * Fraction(10) ** own.decimals / self.minor_units

    def prices_of_line(self, line: int) -> list[Price]:
        """Return what the pieces of an expense cost."""
        return [
            price
            for piece, price in zip(self.pieces, self.prices, strict=True)
            if piece.line == line
        ]
