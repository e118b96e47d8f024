"""A published table read from its file: which of the four it is, of which year, row by row.

CMS publishes spreadsheets; people save them as CSV or tab-separated text, in Windows-1252 or UTF-8,
with title lines above the headers and remarks below the rows.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pricing.medicare.errors import BenchmarkUnreadable
from pricing.medicare.tables import ApcRate, DrgWeight, Locality, Row, Service, Table, TableKind

_HEADERS_WITHIN: Final = 30
"""Lines above the headers that may hold titles."""

_YEAR: Final = re.compile(r"\b(?:FY|CY)?\s?(20[0-9]{2})\b", re.IGNORECASE)
_YEAR_IN_NAME: Final = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_NUMBER: Final = re.compile(r"\$?([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)")
_CPT: Final = re.compile(r"[0-9]{4}[0-9A-Z]")
_NOT_THERE: Final = frozenset({"", ".", "NA", "N/A"})


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table is told, and what makes a row: a cell by its position; None: no row."""

    kind: TableKind
    first_headers: frozenset[str]
    telling: str
    row: Callable[[list[str]], Row | None]


def read_table(content: bytes, name: str, year: int | None = None) -> Table:
    """Return the table in a file.

    Args:
        content: the whole file; the largest of them has a few megabytes.
        name: what it is called; its year is taken from there where the text states none.
        year: the fiscal or calendar year, where the caller knows better.

    Raises:
        BenchmarkUnreadable: it is none of the tables, its year is not stated, or a row is broken.
    """
    lines = list(_lines(_decoded(content), name))
    for number, cells in enumerate(lines[:_HEADERS_WITHIN]):
        layout = _layout(cells)
        if layout is not None:
            stated = year or _year(lines[: number + 1], name)
            rows = tuple(_rows(lines[number + 1 :], layout, name))
            digest = hashlib.sha256(content).hexdigest()
            return Table(layout.kind, stated, name, digest, rows)
    raise BenchmarkUnreadable(
        name,
        "it is none of IPPS table 5 (MS-DRG weights), OPPS addendum A (APC rates), PFS addendum E "
        "(GPCI) or PFS relative value units, saved as CSV or tab-separated text",
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; none stands in a number.
        return content.decode("cp1252", errors="replace")


def _lines(text: str, name: str) -> Iterator[list[str]]:
    """Yield the cells of each line, trimmed, without lines that are blank."""
    tabs, commas = text.count("\t"), text.count(",")
    delimiter = "\t" if tabs > commas else ","
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            trimmed = [" ".join(cell.split()) for cell in cells]
            if any(trimmed):
                yield trimmed
    except csv.Error as error:
        raise BenchmarkUnreadable(name, f"it is no table of text ({error})") from error


def _layout(cells: list[str]) -> _Layout | None:
    first = cells[0].upper()
    headers = " ".join(cells).upper()
    for layout in _LAYOUTS:
        if first in layout.first_headers and layout.telling in headers:
            return layout
    return None


def _year(head: list[list[str]], name: str) -> int:
    """Return the year stated above the rows, or else in the file's name."""
    text = " ".join(cell for cells in head for cell in cells)
    found = _YEAR.search(text) or _YEAR_IN_NAME.search(name)
    if found is None:
        raise BenchmarkUnreadable(name, "it states no year; name it with --year")
    return int(found.group(1))


def _rows(lines: list[list[str]], layout: _Layout, name: str) -> Iterator[Row]:
    seen: set[str] = set()
    for cells in lines:
        try:
            row = layout.row(cells)
        except (ValueError, IndexError) as error:
            raise BenchmarkUnreadable(
                name, f"the row of {cells[0][:40]!r} cannot be read ({error}); correct it"
            ) from error
        if row is None:
            continue
        if row.code in seen:
            raise BenchmarkUnreadable(name, f"{row.code!r} has two rows; keep one of them")
        seen.add(row.code)
        yield row
    if not seen:
        raise BenchmarkUnreadable(name, "it has no rows below its headers")


def _number(text: str) -> Decimal | None:
    """Return a number as published, dollar sign and thousands apart; None where none stands."""
    if text in _NOT_THERE:
        return None
    matched = _NUMBER.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text[:40]!r} is no number")
    return Decimal(matched.group(1).replace(",", ""))


def _known(text: str) -> Decimal:
    number = _number(text)
    if number is None:
        raise ValueError("a number is missing")
    return number


def _weight(cells: list[str]) -> Row | None:
    if not re.fullmatch(r"[0-9]{1,3}", cells[0]):
        return None
    _, _, _, _, _, title, _, capped, geometric, arithmetic = cells[:10]
    return DrgWeight(
        cells[0].zfill(3), title, _number(capped), _number(geometric), _number(arithmetic)
    )


def _apc(cells: list[str]) -> Row | None:
    if not re.fullmatch(r"[0-9]{4}", cells[0]):
        return None
    return ApcRate(cells[0], cells[1], cells[2], _number(cells[4]))


def _locality(cells: list[str]) -> Row | None:
    if not re.fullmatch(r"[0-9]{5}", cells[0]):
        return None
    _, state, number, title, work, practice, malpractice = cells[:7]
    code = f"{state.upper()}-{number.zfill(2)}"
    return Locality(code, title.rstrip("*"), _known(work), _known(practice), _known(malpractice))


def _service(cells: list[str]) -> Row | None:
    code, modifier = cells[0].upper(), cells[1].upper()
    if not re.fullmatch(r"[A-Z0-9]{5}", code):
        return None
    return Service(
        code=f"{code}-{modifier}" if modifier else code,
        title="" if _CPT.fullmatch(code) else cells[2],
        status=cells[3],
        work=_known(cells[5]),
        office=None if cells[7] else _number(cells[6]),
        facility=None if cells[9] else _number(cells[8]),
        malpractice=_known(cells[10]),
        conversion_factor=_known(cells[24]),
    )


_LAYOUTS: Final = (
    _Layout(TableKind.WEIGHTS, frozenset({"MS-DRG", "MS_DRG"}), "WEIGHT", _weight),
    _Layout(TableKind.APCS, frozenset({"APC"}), "PAYMENT RATE", _apc),
    _Layout(
        TableKind.LOCALITIES,
        frozenset({"MEDICARE ADMINISTRATIVE CONTRACTOR (MAC)", "MAC"}),
        "GPCI",
        _locality,
    ),
    _Layout(TableKind.SERVICES, frozenset({"HCPCS"}), "RVU", _service),
)
