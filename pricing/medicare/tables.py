"""The four tables Medicare publishes, as values: weights, rates, localities and relative values.

Numbers are `Decimal`, exactly as published. A table is of one fiscal or calendar year.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any


class TableKind(StrEnum):
    """Which table."""

    WEIGHTS = "ipps-weights"
    APCS = "opps-apcs"
    LOCALITIES = "pfs-localities"
    SERVICES = "pfs-services"


TABLE_NAMES = {
    TableKind.WEIGHTS: "MS-DRG weights (IPPS table 5)",
    TableKind.APCS: "APC rates (OPPS addendum A)",
    TableKind.LOCALITIES: "geographic practice cost indices (PFS addendum E)",
    TableKind.SERVICES: "relative value units (PFS)",
}


@dataclass(frozen=True, slots=True)
class DrgWeight:
    """A MS-DRG: its weight (None where it is not paid) and mean lengths of stay in days."""

    code: str
    title: str
    weight: Decimal | None
    geometric_mean_days: Decimal | None
    arithmetic_mean_days: Decimal | None


@dataclass(frozen=True, slots=True)
class ApcRate:
    """An APC: status indicator and national payment rate in dollars (None: not paid by rate)."""

    code: str
    title: str
    status: str
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Locality:
    """A payment locality: its indices of work, practice expense and malpractice insurance.

    The code is state and number, such as ``TX-18``.
    """

    code: str
    title: str
    work: Decimal
    practice: Decimal
    malpractice: Decimal


@dataclass(frozen=True, slots=True)
class Service:
    """A service by HCPCS code and modifier: relative value units and the conversion factor.

    The code is ``G0101`` or ``G0101-26``. ``office`` and ``facility`` are the practice expense in
    either place, None where the service is not done there. Descriptors of CPT codes are not kept.
    """

    code: str
    title: str
    status: str
    work: Decimal
    office: Decimal | None
    facility: Decimal | None
    malpractice: Decimal
    conversion_factor: Decimal


Row = DrgWeight | ApcRate | Locality | Service
ROWS: dict[TableKind, type[Row]] = {
    TableKind.WEIGHTS: DrgWeight,
    TableKind.APCS: ApcRate,
    TableKind.LOCALITIES: Locality,
    TableKind.SERVICES: Service,
}
_TEXTS = frozenset({"code", "title", "status"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one year, with the file it came from (name and SHA-256)."""

    kind: TableKind
    year: int
    file: str
    sha256: str
    rows: tuple[Row, ...]

    @property
    def source(self) -> str:
        """Where a figure of the table stands."""
        return f"{TABLE_NAMES[self.kind]} of {self.year}, file {self.file}, SHA-256 {self.sha256}"


def to_document(table: Table) -> dict[str, Any]:
    """Return a table as JSON; numbers as text, so that they stay as published."""
    return {
        "kind": table.kind,
        "year": table.year,
        "file": table.file,
        "sha256": table.sha256,
        "rows": [
            {name: value if value is None else str(value) for name, value in asdict(row).items()}
            for row in table.rows
        ],
    }


def from_document(document: dict[str, Any]) -> Table:
    """Return the table of a document; raises KeyError, TypeError or ValueError if it is none."""
    kind = TableKind(document["kind"])
    return Table(
        kind=kind,
        year=int(document["year"]),
        file=str(document["file"]),
        sha256=str(document["sha256"]),
        rows=tuple(_row(ROWS[kind], row) for row in document["rows"]),
    )


def _row(kind: type[Row], document: dict[str, Any]) -> Row:
    values = {field.name: _value(field.name, document[field.name]) for field in fields(kind)}
    return kind(**values)


def _value(name: str, text: str | None) -> Any:  # noqa: ANN401 — text or number, as the row wants
    return text if name in _TEXTS or text is None else Decimal(text)
