"""Where the cells of a regular text stand, as SQL: in a text with numbers, or in a draft of it.

A draft is the text once more, as Parquet, of the columns that are of use: DuckDB writes it with all
its threads and keeps the order, reads a column without the others, and works out a text that stands
in many rows only once. A wide file's thousand columns would not fit into memory that way; cells are
read from its text, which must bear its rows' numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pricing.price_files.columns import Columns
from pricing.price_files.json_items import CODE_MARK, CODES_MARK, FIELDS

BETWEEN: Final = f"chr({ord(CODE_MARK)})"
"""What stands between a code's type and the code in ``codes_text``, as SQL."""

SEPARATOR: Final = f"chr({ord(CODES_MARK)})"
"""What stands between one code and the next, as SQL."""

ROW_BYTES_MAX: Final = 8_388_608
"""What DuckDB takes for a row; the careful reader and the JSON reader write none that is longer."""

_COMMON_BYTES_MAX: Final = 1_000_000
"""What DuckDB is told to take for a row where none is longer: it reads sixteen times as much at a
time, so that both memory and the work of a thread are in small pieces."""

_DRAFT: Final = "cells.parquet"
_NUMBER: Final = "file_row_number + 4 AS row"
"""Rows are numbered as in the file, whose first three are headers."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The SELECT of a draft, and the Parquet file it must be in before cells can be read."""

    select: str
    file: Path


@dataclass(frozen=True, slots=True)
class Cells:
    """Where a text file's cells are to be read, as SQL.

    ``relation`` has the columns ``row``, ``place``, ``is_short``, ``codes_text`` and ``cells``: a
    SQL expression for each of our fields, NULL where the file has no such column. ``blank`` is the
    relation of the rows (``row``) in which no cell holds anything, where such may be in the text.
    ``payers`` is empty unless payers stand side by side.
    """

    relation: str
    fields: dict[str, str]
    blank: str | None = None
    payers: tuple[dict[str, str], ...] = ()
    draft: Draft | None = None


def quoted(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def read_csv_sql(
    path: str, names: list[str], *, skip: int, is_lf: bool, longest: int = ROW_BYTES_MAX
) -> str:
    """Return the SQL that reads a regular CSV file, every cell as text, strictly.

    Nothing is guessed and nothing mended: what is not as it should be raises, and the careful
    reader takes the file. `is_lf` says that rows end with line feeds alone; where they do not,
    DuckDB 2.0 has to guess, as it misreads the end of a file if told of carriage returns. `longest`
    is the longest row in bytes, as far as that is known.
    """
    row_max = _COMMON_BYTES_MAX if longest < _COMMON_BYTES_MAX else ROW_BYTES_MAX
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    line_end = ", new_line = '\\n'" if is_lf else ""
    return (
        f"read_csv({quoted(path)}, columns = {{{columns}}}, auto_detect = false, delim = ',', "
        f"quote = '\"', escape = '\"', header = false, skip = {skip}, strict_mode = true, "
        f"null_padding = false, max_line_size = {row_max}{line_end})"
    )


def cells_of(columns: Columns, source: str, *, numbered: bool, folder: Path) -> Cells:
    """Return the cells of a CSV file whose columns are c0, c1, … in `source`.

    With `numbered`, as wide files must be, the source has row and is_short of its own in front, and
    no row without any cell; without, its rows are numbered in their order. A draft goes into
    `folder`.
    """
    every = ", ".join(f"c{position}" for position in range(columns.width))
    codes = ", ".join(
        f"coalesce({_of(pair.type)}, '') || {BETWEEN} || {_of(pair.code)}" for pair in columns.codes
    )
    made = f"concat_ws({SEPARATOR}, {codes}) AS codes_text, NULL::VARCHAR AS place"
    fields = {name: f"c{position}" for name, position in columns.fields.items()}
    if numbered:
        made = f"row::BIGINT AS row, is_short = 'true' AS is_short, {made}"
    if columns.is_wide:
        relation = f"(SELECT {made}, {every} FROM {source})"
        return Cells(relation, fields, payers=_payers(columns))
    if numbered:
        draft = Draft(
            f"SELECT {', '.join([made, *fields.values()])} FROM {source}", folder / _DRAFT
        )
        return Cells(_read(draft), fields, draft=draft)
    # Rows without any cell are set aside; coalesce looks no further than the first filled one.
    made += f", coalesce({every}) IS NOT NULL AS is_filled"
    draft = Draft(f"SELECT {', '.join([made, *fields.values()])} FROM {source}", folder / _DRAFT)
    rows = f"(SELECT *, {_NUMBER}, false AS is_short FROM {_read(draft)})"
    return Cells(
        relation=f"(FROM {rows} WHERE is_filled)",
        fields=fields,
        blank=f"(SELECT row FROM {rows} WHERE NOT is_filled)",
        draft=draft,
    )


def cells_of_json(source: str, *, folder: Path) -> Cells:
    """Return the cells of a text that `json_items` has written, whose columns bear our names."""
    own = {"row", "place", "codes_text"}
    draft = Draft(
        "SELECT * REPLACE (row::BIGINT AS row, coalesce(codes_text, '') AS codes_text), "
        f"false AS is_short FROM {source}",
        folder / _DRAFT,
    )
    return Cells(
        relation=_read(draft),
        fields={name: f'"{name}"' for name in FIELDS if name not in own},
        draft=draft,
    )


def _payers(columns: Columns) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "payer": quoted(one.payer),
            "plan": quoted(one.plan),
            **{name: f"c{position}" for name, position in one.fields.items()},
        }
        for one in columns.payers
    )


def _read(draft: Draft) -> str:
    return f"read_parquet({quoted(str(draft.file))}, file_row_number = true)"


def _of(position: int | None) -> str:
    return "NULL" if position is None else f"c{position}"
