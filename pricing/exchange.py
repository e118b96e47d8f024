"""Exchange rates: what a decision asks for, and what answers when nothing has to be converted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from pricing.errors import NoRate


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of ``target`` for one unit of ``source``, as published on ``day``."""

    source: str
    target: str
    day: date
    value: Fraction


class ExchangeRates(Protocol):
    """Where rates come from."""

    def rate(self, source: str, target: str, day: date) -> Rate:
        """Return the rate of that day, or of the last day before it with one; raises NoRate."""


@dataclass(frozen=True, slots=True)
class NoRates:
    """Knows no rate at all; for trips in the policy's own currency."""

    def rate(self, source: str, target: str, day: date) -> Rate:
        """Raise NoRate."""
        raise NoRate(source, target, day, "no rates are at hand")
