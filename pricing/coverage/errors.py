"""What can go wrong while a policy or a trip is read."""

from __future__ import annotations

from pricing.errors import PricingError


class UnknownKind(PricingError):
    """A document names a kind of expense, or a group of kinds, that does not exist."""

    def __init__(self, name: str, advice: str) -> None:
        """Keep the name and what to write instead."""
        super().__init__(f"there is no kind of expense {name!r}; {advice}")
        self.name = name
        self.advice = advice
