"""What an agreement allows for the lines of a bill: the answer of ``sojourn contract price``.

Only its lines and their groups are read: the reader passes over whatever else the answer tells.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pricing.documents.scalars import Currency, Name, Part


class AllowedLine(Part):
    """What is allowed for the line of that id, in minor units; ``unpriced`` says nothing."""

    id: Name
    allowed_cents: Annotated[int, Field(ge=0)]
    how: str = "priced"
    term: str | None = None
    text: str | None = None
    reason: str | None = None


class AllowedGroup(Part):
    """The lines that a term prices together."""

    term: Name
    lines: tuple[Name, ...]


class Terms(Part):
    """Which terms priced it."""

    id: Name


class Allowed(Part):
    """A claim as a contract prices it."""

    format: Literal["sojourn-contract-price/1"]
    terms: Terms
    currency: Currency
    lines: tuple[AllowedLine, ...]
    groups: tuple[AllowedGroup, ...] = ()
