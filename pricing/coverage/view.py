"""A view of a scene: the piece, the person, the group and the balances a rule looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from pricing.coverage.kinds import SHARED
from pricing.coverage.people import TripPerson
from pricing.coverage.pieces import Piece
from pricing.coverage.scene import Scene
from pricing.expressions.values import Value


class Group(Protocol):
    """What the pieces that one benefit pays together hold."""

    def fact(self, name: str) -> Fraction:
        """Return ``persons``, ``nights`` … of the group."""


class Balance(Protocol):
    """What was used of the limits before the trip."""

    def used(self, limit_id: str) -> Fraction:
        """Return what was used before."""

    def left(self, limit_id: str) -> Fraction:
        """Return what was left before."""


@dataclass(frozen=True, slots=True)
class View:
    """Where a rule looks from; ``rule`` is its id, for errors."""

    scene: Scene
    rule: str = ""
    piece: Piece | None = None
    person: TripPerson | None = None
    group: Group | None = None
    balance: Balance | None = None


@dataclass(frozen=True, slots=True)
class Unstated:
    """Says which field of the trip document would state a fact."""

    field: str


Found = Value | Unstated


def plain(value: object, field: str) -> Found:
    """Return a value of the document as expressions know it."""
    if value is None:
        return Unstated(field)
    if isinstance(value, StrEnum):
        # The little language compares values of one type, and knows no enumerations.
        return value.value
    if isinstance(value, Decimal | Fraction | int) and not isinstance(value, bool):
        return Fraction(value)
    assert isinstance(value, str | date | bool | tuple)  # noqa: S101 — the shapes of the documents
    return value


def or_unstated(value: Fraction | None, field: str) -> Found:
    """Return a computed number, or which field is missing for it."""
    return Unstated(field) if value is None else value


def piece_of(view: View) -> Piece:
    """Return the piece looked at."""
    assert view.piece is not None  # noqa: S101 — available on pieces only, checked on reading
    return view.piece


def one_person_of(view: View) -> str:
    """Return the field that would say whose a piece is, where several share it."""
    how = "one person: several share this"
    if view.piece is not None and view.piece.kind not in SHARED:
        how += "; an expense for each, or amount_each, parts it"
    return f"{field_of(view)}.travellers ({how})"


def field_of(view: View) -> str:
    """Return the place in the document of the piece looked at."""
    return "trip" if view.piece is None else view.piece.field
