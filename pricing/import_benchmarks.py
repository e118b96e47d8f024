"""The job of importing Medicare's tables: read each file, keep its table, say what changed.

1. Read every file that is named, or every file of a folder.
2. Tell which table it is and of which year; a file of a folder that is none is passed over.
3. Keep it in place of the table of that year.

Two files of one table and year, such as an original and its copy as CSV, must hold the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pricing.medicare.errors import BenchmarkUnreadable
from pricing.medicare.reading import read_table
from pricing.medicare.shelf import Shelf
from pricing.medicare.tables import Table, TableKind

SIZE_MAX: Final = 64 * 1024 * 1024
"""Bytes of a file that is read; the largest table published has four million."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one file: the table (None: it is none) and whether anything changed."""

    file: Path
    table: Table | None
    is_changed: bool
    remark: str = ""


def import_benchmarks(path: Path, shelf: Shelf, year: int | None = None) -> list[Imported]:
    """Import a file, or what tables there are in a folder.

    Args:
        path: a file or folder.
        shelf: where tables are kept.
        year: the year of the tables, where it is not to be read from them.

    Raises:
        BenchmarkUnreadable: a file that was named is no table, a folder has none, or two files say
            different things about one year. Nothing is kept then.
    """
    found = list(_read(path, year))
    tables: dict[tuple[TableKind, int], Table] = {}
    for one in found:
        if one.table is not None:
            _take(one.table, tables)
    if not tables:
        raise BenchmarkUnreadable(path.name, "there is none of Medicare's tables in it")
    changed = {key: shelf.keep(table) for key, table in tables.items()}
    return [
        one
        if one.table is None
        else Imported(one.file, one.table, changed[one.table.kind, one.table.year])
        for one in found
    ]


def _take(table: Table, tables: dict[tuple[TableKind, int], Table]) -> None:
    """Add a table; of two alike the first stays."""
    key = (table.kind, table.year)
    known = tables.setdefault(key, table)
    if known.rows != table.rows:
        raise BenchmarkUnreadable(
            table.file,
            f"it has other rows than {known.file}, which is the same table of {table.year}; import "
            "the one that holds",
        )


def _read(path: Path, year: int | None) -> Iterator[Imported]:
    if not path.is_dir():
        yield Imported(path, _table(path, year), is_changed=False)
        return
    for file in sorted(one for one in path.iterdir() if one.is_file()):
        try:
            yield Imported(file, _table(file, year), is_changed=False)
        except BenchmarkUnreadable as error:
            yield Imported(file, None, is_changed=False, remark=error.why)


def _table(file: Path, year: int | None) -> Table:
    try:
        if file.stat().st_size > SIZE_MAX:
            raise BenchmarkUnreadable(file.name, "it is too large to be one of Medicare's tables")
        return read_table(file.read_bytes(), file.name, year)
    except OSError as error:
        raise BenchmarkUnreadable(str(file), error.strerror or str(error)) from error
