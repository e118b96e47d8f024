"""What an expression can be worth, and what it asks of whoever knows the trip."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Protocol

Single = Fraction | str | date | bool
"""A number, a text, a day, yes or no (True, False)."""
Value = Single | tuple[Single, ...]
"""A single value, or a list; the lists among the facts hold texts."""


class Facts(Protocol):
    """The facts of one place of a trip, such as one piece, and the tables of its policy."""

    def get(self, path: str) -> Value:
        """Return the fact; raises FactNotStated when the trip document does not state it."""
        ...

    def is_stated(self, path: str) -> bool:
        """Return whether `get` would answer."""
        ...

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        """Return what the table's row for these arguments is worth."""
        ...
