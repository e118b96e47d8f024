"""What lines are, one by one and together; whatever is not stated is named by its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pricing.contracts.facts import STATED, of_line
from pricing.contracts.scene import Line, Scene
from pricing.expressions.values import Value


@dataclass(frozen=True, slots=True)
class Unstated:
    """A fact that the claim would have to state in this field."""

    field: str


_SUMS: Final = MappingProxyType(
    {"charges": "charge", "invoice": "invoice", "medicare": "medicare", "units": "units"}
)
_LISTS: Final = MappingProxyType(
    {"codes": "code", "revenue_codes": "revenue_code", "kinds": "kind"}
)


_NORMAL: Final = frozenset(
    {"drg", "principal_diagnosis", "diagnoses", "procedures", "discharge_status"}
)
"""Codes of a claim that are compared in one form."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Some lines of a claim; ``alone``: a single line that is priced by itself."""

    scene: Scene
    lines: tuple[Line, ...]
    alone: bool = False

    def of_line(self, name: str) -> Value | Unstated:
        """Return a fact of the first line."""
        line = self.lines[0]
        if name == "number":
            return Fraction(line.number)
        found: Value | None = getattr(line, name)
        return Unstated(of_line(name, line.id)) if found is None else found

    def of_lines(self, name: str) -> Value | Unstated:
        """Return what the lines are together."""
        if name == "lines":
            return Fraction(len(self.lines))
        if name in _SUMS:
            return self._sum(name)
        if name == "modifiers":
            return _distinct(code for line in self.lines for code in line.modifiers)
        if name in _LISTS:
            return _distinct(getattr(line, _LISTS[name]) for line in self.lines)
        return self._days(name)

    def of_claim(self, name: str) -> Value | Unstated:
        """Return a fact of the claim, stated by itself or by its lines."""
        claim = self.scene.claim
        if name in _NORMAL:
            normal: Value | None = getattr(self.scene, name)
            return Unstated(f"claim.{name}") if normal is None else normal
        if name == "medicare" and claim.medicare is not None:
            return Fraction(claim.medicare)
        if name not in STATED:
            return self.of_lines(name)
        found = getattr(claim, name)
        if found is None:
            return Unstated(f"claim.{name}")
        return found if isinstance(found, (str, date)) else Fraction(found)

    def _sum(self, name: str) -> Value | Unstated:
        key = _SUMS[name]
        stated = [getattr(line, key) for line in self.lines]
        claim = self.scene.claim
        is_whole = not self.alone and len(self.lines) == len(self.scene.lines)
        if name == "medicare" and is_whole and not any(v is not None for v in stated):
            return (
                Unstated("claim.medicare") if claim.medicare is None else Fraction(claim.medicare)
            )
        for line, value in zip(self.lines, stated, strict=True):
            if value is None:
                return Unstated(of_line(key, line.id))
        return sum(stated, Fraction(0))

    def _days(self, name: str) -> Value | Unstated:
        days = [line.date for line in self.lines if line.date is not None]
        if len(days) < len(self.lines):
            without = next(line for line in self.lines if line.date is None)
            return Unstated(of_line("date", without.id))
        if name == "service_days":
            return Fraction(len(set(days)))
        if not days:
            return Unstated("a line that this is about")
        return min(days) if name == "first_date" else max(days)


def _distinct(codes: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code is not None))
