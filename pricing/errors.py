"""What can go wrong on the pricing floor."""

from __future__ import annotations

from datetime import date


class PricingError(Exception):
    """Base of every error this floor raises on purpose."""


class InvalidAmount(PricingError):
    """An amount of money is malformed: too many decimals, not a number, or negative."""

    def __init__(self, text: str, expected: str) -> None:
        """Keep the offending text and a sentence about what would be right."""
        super().__init__(f"{text!r} is not an amount of money: {expected}")
        self.text = text
        self.expected = expected


class CurrencyMismatch(PricingError):
    """Two amounts of different currencies met, or one arrived in a currency not in use here."""

    def __init__(self, found: str, expected: str) -> None:
        """Keep both currency codes (ISO 4217)."""
        super().__init__(f"amount in {found}, but this is counted in {expected}")
        self.found = found
        self.expected = expected


class NoPolicyInForce(PricingError):
    """No coverage policy document covers the service level on that date."""

    def __init__(self, level: str, day: str) -> None:
        """Keep the level and the ISO date asked for."""
        super().__init__(f"no coverage policy for level {level!r} is in force on {day}")
        self.level = level
        self.day = day


class InvalidPolicy(PricingError):
    """A coverage policy document cannot be read."""

    def __init__(self, document: str, fault: str) -> None:
        """Keep the document's name and what is wrong with it."""
        super().__init__(f"coverage policy {document}: {fault}")
        self.document = document
        self.fault = fault


class NoRate(PricingError):
    """There is no exchange rate between two currencies for a day."""

    def __init__(self, source: str, target: str, day: date, why: str) -> None:
        """Keep both currency codes (ISO 4217), the day, and why there is none."""
        super().__init__(f"no exchange rate from {source} to {target} for {day}: {why}")
        self.source = source
        self.target = target
        self.day = day
        self.why = why
