"""One term at work on its lines: what ranking needs to know beside the line at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pricing.contracts.documents.rate import Rate
from pricing.contracts.scene import Line
from pricing.contracts.scope import Scope
from pricing.contracts.tracing import Priced

Before = Callable[[Scope], Priced]


@dataclass(frozen=True, slots=True)
class Run:
    """The lines priced one by one by the same rate, and the orders found among them.

    ``place`` names a step of a rate, ``before`` prices a line up to it. Of the ``lines`` only those
    are the rate's own for which all ``conditions`` hold: the others go by a rate beside it.
    """

    lines: tuple[Line, ...]
    place: tuple[int, int] = (0, 0)
    before: Before | None = None
    conditions: tuple[Callable[[Scope], bool], ...] = ()
    orders: dict[tuple[int, int], dict[str, Fraction]] = field(default_factory=dict)

    def at(self, rate: Rate, step: int, before: Before) -> Run:
        """Return the run at one step of a rate."""
        return replace(self, place=(id(rate), step), before=before)

    def where(self, condition: Callable[[Scope], bool]) -> Run:
        """Return the run of a rate that is only for the lines for which this holds."""
        return replace(self, conditions=(*self.conditions, condition))

    def own_lines(self, scope: Scope) -> list[Line]:
        """Return the lines that the rate at hand prices; ``scope``: of any of them."""
        return [
            line
            for line in self.lines
            if all(holds(scope.for_line(line)) for holds in self.conditions)
        ]

    def among(self, lines: tuple[Line, ...]) -> Run:
        """Return the run of a rate over some of the lines."""
        return Run(lines)
