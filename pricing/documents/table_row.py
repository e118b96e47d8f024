"""A row of a table as it is written in a document."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from pricing.documents.scalars import Bound, Formula, Part, YesNo, fault_at


class TableRow(Part):
    """One row of a table: which keys and which dates or numbers it answers, and with what.

    ``from`` and ``to`` are among them, ``over`` and ``under`` are not.
    """

    key: str | None = None
    first: Bound | None = Field(default=None, alias="from")
    over: Bound | None = None
    last: Bound | None = Field(default=None, alias="to")
    under: Bound | None = None
    otherwise: YesNo = False
    value: Formula

    @model_validator(mode="after")
    def _begins_and_ends_once(self) -> Self:
        if self.first is not None and self.over is not None:
            raise fault_at("over", "begins the row as from does: write one of them")
        if self.last is not None and self.under is not None:
            raise fault_at("under", "ends the row as to does: write one of them")
        return self
