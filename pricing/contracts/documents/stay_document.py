"""The shape of an expected stay: a planned admission as three scenarios.

What the keys mean is told in docs/contract-documents.md.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from pricing.contracts.documents.claim_document import ClaimHead, LineHead
from pricing.documents.scalars import Amount, Currency, Day, Name, Part, Sentence

SCENARIOS = ("low", "expected", "high")
Scenario = Literal["low", "expected", "high"]
_Days = Annotated[int, Field(ge=1, le=1000)]


class Three(Part):
    """A figure in each scenario."""

    low: Amount
    expected: Amount
    high: Amount


def _is_one(written: object) -> str:
    return "three" if isinstance(written, (dict, Three)) else "one"


def _is_rest(written: object) -> str:
    return "rest" if written == "rest" else _is_one(written)


Figure = Annotated[
    Annotated[Three, Tag("three")] | Annotated[Amount, Tag("one")], Discriminator(_is_one)
]
"""The same in each scenario, or one for each."""

_Number = Annotated[Amount, WithJsonSchema({"type": ["number", "string"], "pattern": r"^\d"})]
DaysOfLine = Annotated[
    Annotated[Literal["rest"], Tag("rest")]
    | Annotated[Three, Tag("three")]
    | Annotated[_Number, Tag("one")],
    Discriminator(_is_rest),
]
"""As a figure; ``rest``: the days of the stay that no other line counts."""


class DaysExpected(Part):
    """Lengths of stay, in days."""

    low: _Days
    expected: _Days
    high: _Days


class StayLine(LineHead):
    """A line of an expected stay; the units of a ``charge_per_day`` are days."""

    units: Figure | None = None
    charge: Figure | None = None
    charge_per_day: Figure | None = None
    days: DaysOfLine | None = None
    invoice: Figure | None = None
    medicare: Figure | None = None


class Stay(ClaimHead):
    """A planned admission as it may turn out."""

    format: Literal["sojourn-stay/1"]
    id: Name
    title: Sentence | None = None
    currency: Currency
    admitted: Day
    days: DaysExpected
    curve_to: Annotated[int, Field(ge=1, le=365)] | None = None
    lines: Annotated[tuple[StayLine, ...], Field(min_length=1, max_length=2000)]
