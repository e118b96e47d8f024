"""What can go wrong before a price file can be judged."""

from __future__ import annotations

from pricing.errors import PricingError


class PriceFileUnreadable(PricingError):
    """A file holds no price file that could be judged."""

    def __init__(self, name: str, why: str) -> None:
        """Keep the file's name, and why it cannot be read with what to do."""
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why
