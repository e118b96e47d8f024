"""A figure: an expected charge, and where it is from so that somebody can look it up.

People type charges, or take them from the evidence of published prices (`from_evidence`) or from
what an agreement allows (`from_contract`): each is an item's charge like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from pricing.documents.scalars import Day, Name, Part, Sentence, fault_at
from pricing.money import Money


class Source(Part):
    """Where a charge is from.

    ``evidence`` names the price file by its SHA-256, the row in it and its date; ``contract`` the
    terms and the term of them that priced it.
    """

    kind: Literal["typed", "evidence", "contract"] = "typed"
    note: Sentence | None = None
    file: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    row: Annotated[int, Field(ge=1)] | None = None
    date: Day | None = None
    terms: Name | None = None
    term: Name | None = None

    @model_validator(mode="after")
    def _names_what_it_is(self) -> Self:
        for kind, names in _NAMED.items():
            for name in names:
                stated = getattr(self, name) is not None
                if stated and self.kind != kind:
                    raise fault_at(name, f"belongs to a source of kind {kind}")
                if not stated and self.kind == kind:
                    raise fault_at("kind", f"a source of kind {kind} must have {name}")
        return self


_NAMED: Final = {"evidence": ("file", "row", "date"), "contract": ("terms", "term")}
"""What each kind of source must name, and no other may."""

TYPED: Final = Source()


@dataclass(frozen=True, slots=True)
class Figure:
    """An expected charge for a whole item, all its units together, with its source."""

    charge: Money
    source: Source = TYPED


def from_evidence(
    charge: Money, *, file: str, row: int, day: date, note: str | None = None
) -> Figure:
    """Return a figure read from a published price file: its SHA-256, the row, the file's date."""
    return Figure(charge, Source(kind="evidence", file=file, row=row, date=day, note=note))


def from_contract(charge: Money, *, terms: str, term: str, note: str | None = None) -> Figure:
    """Return a figure that a term of a contract allows."""
    return Figure(charge, Source(kind="contract", terms=terms, term=term, note=note))


def money_of(amount: Decimal, currency: str) -> Money:
    """Return an amount of a document in whole minor units; raises InvalidAmount for a fraction."""
    return Money.parse(format(amount, "f"), currency)
