"""The shape of a benefit's ``cabin``: which class of travel it pays."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pricing.documents.scalars import Formula, Part

Cabin = Literal["economy", "premium_economy", "business", "first"]


class CabinEntry(Part):
    """The highest cabin paid where ``when`` holds."""

    when: Formula | None = None
    cabin: Cabin


class CabinRule(Part):
    """Which cabin is paid, and what becomes of a dearer ticket."""

    highest: Annotated[tuple[CabinEntry, ...], Field(min_length=1)]
    above: Literal["comparable", "nothing"]
