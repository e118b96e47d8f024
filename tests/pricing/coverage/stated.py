"""Facts for tests: what a trip states, and tables that answer from a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pricing.coverage.decision_errors import FactNotStated
from pricing.expressions.values import Value


@dataclass(frozen=True, slots=True)
class Stated:
    """Answers what it was given; everything else is not stated."""

    facts: Mapping[str, Value] = field(default_factory=dict)
    tables: Mapping[tuple[Value, ...], Fraction] = field(default_factory=dict)

    def get(self, path: str) -> Value:
        """Return the fact."""
        if path not in self.facts:
            raise FactNotStated(path, field=path, rule="")
        return self.facts[path]

    def is_stated(self, path: str) -> bool:
        """Return whether the fact is there."""
        return path in self.facts

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        """Return what stands under the table's name and the arguments."""
        return self.tables[(table, *arguments)]
