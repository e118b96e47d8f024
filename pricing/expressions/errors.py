"""What can go wrong with an expression: it cannot be read, or it has no value."""

from __future__ import annotations

from typing import Final

from pricing.errors import PricingError

_SHOWN_AROUND: Final = 30
"""Characters shown on either side of a fault in a long expression."""


class InvalidExpression(PricingError):
    """An expression of a policy document cannot be read, or mixes what does not go together."""

    def __init__(self, text: str, column: int, fault: str) -> None:
        """Keep the whole text, the column (from 1) of the fault, and what to write instead."""
        super().__init__(f"{fault} (column {column} of {_shown(text, column)})")
        self.text = text
        self.column = column
        self.fault = fault


class CannotCompute(PricingError):
    """An expression that can be read has no value for this trip, such as a division by zero."""

    def __init__(self, text: str, fault: str, *, field: str = "") -> None:
        """Keep the expression, why it has no value, and the field of the document it was for."""
        super().__init__(f"{fault} (in {_shown(text, 1)})")
        self.text = text
        self.fault = fault
        self.field = field


class UnknownFact(PricingError):
    """A policy names a fact that does not exist."""

    def __init__(self, path: str, advice: str) -> None:
        """Keep the path and what to write instead."""
        super().__init__(f"there is no fact {path}; {advice}")
        self.path = path
        self.advice = advice


def _shown(text: str, column: int) -> str:
    start = max(0, column - 1 - _SHOWN_AROUND)
    end = column - 1 + _SHOWN_AROUND
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}".replace("\n", " ")
