"""The second stage: a file's text as cells that DuckDB reads, by the quick way or the careful one.

A regular CSV text is read where it lies; of a wide one a copy with its rows numbered. Where a text
is not regular, or DuckDB stumbles, or the counts differ, the careful reader writes a regular text
beside; JSON is always written as one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pricing.price_files.careful import BLANK, HEADER_ROWS, first_rows, rewrite
from pricing.price_files.cells import Cells, cells_of, cells_of_json, quoted, read_csv_sql
from pricing.price_files.columns import Columns, HeadersUnusable, read_columns
from pricing.price_files.counting import RowCount
from pricing.price_files.errors import NotAPriceFile
from pricing.price_files.head import Head, HeadUnusable, read_head, read_json_head
from pricing.price_files.json_items import FIELDS, NotWhole, rewrite_json
from pricing.price_files.numbering import FRONT_BYTES_MAX, number_rows

_REGULAR: Final = "regular.csv"
_ASIDE: Final = "aside.csv"
_NUMBERED: Final = "numbered.csv"
_FRONT: Final = ("row", "is_short")
"""What stands in front of the cells of a numbered text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read.

    ``rows`` are its rows behind the headers, ``second_count`` what the count in bytes says of them;
    ``charges`` is known of JSON only. ``aside`` is a relation of rows that no cell came of.
    """

    head: Head
    cells: Cells
    shape: str
    reader: str
    rows: int
    second_count: int | None
    charges: int | None
    aside: str | None
    ignored: tuple[str, ...]


def head_of(text: Path, name: str) -> tuple[Head, Columns, bool]:
    """Return a CSV text's head and columns, and whether its first three rows are lines.

    Raises:
        NotAPriceFile: they are not those of a price file.
    """
    rows, is_plain = first_rows(text)
    if len(rows) < HEADER_ROWS:
        raise NotAPriceFile(
            name, f"a price file begins with three rows of headers, this one has {len(rows)} rows"
        )
    try:
        columns = read_columns(rows[2])
        return read_head(rows[0], rows[1]), columns, is_plain
    except (HeadersUnusable, HeadUnusable) as error:
        raise NotAPriceFile(name, str(error)) from error


def read_directly(
    text: Path,
    count: RowCount,
    head: Head,
    columns: Columns,
    *,
    folder: Path,
    told: Callable[[int], None],
) -> Reading:
    """Return how a regular CSV text is read; what is made of it on the way goes into a folder.

    `told` hears how many rows of a wide text are numbered.
    """
    text_as_cells = _wide if columns.is_wide else _tall
    cells, aside = text_as_cells(text, count, columns, folder, told)
    rows = count.rows - HEADER_ROWS
    return Reading(
        head=head,
        cells=cells,
        shape="wide" if columns.is_wide else "tall",
        reader="direct",
        rows=rows,
        second_count=rows,
        charges=None,
        aside=aside,
        ignored=columns.ignored,
    )


def _tall(
    text: Path, count: RowCount, columns: Columns, folder: Path, _told: Callable[[int], None]
) -> tuple[Cells, str | None]:
    """Return the cells of a tall text where it lies, and the relation of its blank rows."""
    source = read_csv_sql(
        str(text),
        _names(columns),
        skip=HEADER_ROWS,
        is_lf=count.is_lf,
        longest=count.longest_row,
    )
    cells = cells_of(columns, source, numbered=False, folder=folder)
    aside = (
        f"(SELECT row, NULL AS line, {quoted(BLANK)} AS reason FROM {cells.blank} "
        f"UNION ALL SELECT {count.rows} - range, NULL, {quoted(BLANK)} "
        f"FROM range({count.trailing_blanks}))"
    )
    return cells, aside


def _wide(
    text: Path, count: RowCount, columns: Columns, folder: Path, told: Callable[[int], None]
) -> tuple[Cells, str | None]:
    """Write a wide text's rows with their numbers; return their cells and what was set aside."""
    blanks = number_rows(text, folder / _NUMBERED, folder / _ASIDE, told)
    source = read_csv_sql(
        str(folder / _NUMBERED),
        [*_FRONT, *_names(columns)],
        skip=0,
        is_lf=count.is_lf,
        longest=count.longest_row + FRONT_BYTES_MAX,
    )
    return cells_of(columns, source, numbered=True, folder=folder), _aside(folder, blanks)


def _names(columns: Columns) -> list[str]:
    return [f"c{position}" for position in range(columns.width)]


def read_carefully(
    text: Path,
    count: RowCount,
    head: Head,
    columns: Columns,
    *,
    folder: Path,
    known: dict[str, Any] | None,
    told: Callable[[int], None],
) -> tuple[Reading, dict[str, Any]]:
    """Write a regular text into a folder, unless it is known to be there; return how to read it."""
    if known is None:
        counts = rewrite(text, folder / _REGULAR, folder / _ASIDE, columns.width, told)
        known = {"rows": counts.rows, "set_aside": counts.set_aside}
    names = [*_FRONT, *_names(columns)]
    source = read_csv_sql(str(folder / _REGULAR), names, skip=0, is_lf=True)
    reading = Reading(
        head=head,
        cells=cells_of(columns, source, numbered=True, folder=folder),
        shape="wide" if columns.is_wide else "tall",
        reader="careful",
        rows=known["rows"],
        second_count=max(0, count.rows - HEADER_ROWS),
        charges=None,
        aside=_aside(folder, known["set_aside"]),
        ignored=columns.ignored,
    )
    return reading, known


def read_json(
    text: Path,
    *,
    name: str,
    folder: Path,
    known: dict[str, Any] | None,
    told: Callable[[int], None],
) -> tuple[Reading, dict[str, Any]]:
    """Write a JSON file's charges into a folder, unless they are there; return how to read them.

    Raises:
        NotAPriceFile: the text is not whole, or not that of a price file.
    """
    if known is None:
        known = _rewritten(text, name, folder, told)
    try:
        head = read_json_head(known["head"])
    except HeadUnusable as error:
        raise NotAPriceFile(name, str(error)) from error
    source = read_csv_sql(str(folder / _REGULAR), list(FIELDS), skip=0, is_lf=True)
    reading = Reading(
        head=head,
        cells=cells_of_json(source, folder=folder),
        shape="json",
        reader="json",
        rows=known["items"],
        second_count=None,
        charges=known["charges"],
        aside=_aside(folder, known["set_aside"]),
        ignored=(),
    )
    return reading, known


def _rewritten(text: Path, name: str, folder: Path, told: Callable[[int], None]) -> dict[str, Any]:
    try:
        counts = rewrite_json(text, folder / _REGULAR, folder / _ASIDE, told)
    except NotWhole as error:
        raise NotAPriceFile(name, str(error)) from error
    if "standard_charge_information" not in counts.head:
        raise NotAPriceFile(name, "the file lacks standard_charge_information, the list of items")
    return {
        "items": counts.items,
        "set_aside": counts.set_aside,
        "charges": counts.charges,
        "head": counts.head,
    }


def _aside(folder: Path, rows: int) -> str | None:
    """Return the relation of what was set aside, if anything was."""
    if not rows:
        return None
    return read_csv_sql(str(folder / _ASIDE), ["row", "line", "reason"], skip=0, is_lf=True)
