"""DuckDB's part of an import: from a regular CSV text to sorted Parquet, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from pricing.price_files.cells import Cells, quoted
from pricing.price_files.charges import (
    HAS_REPEATED,
    IS_GROUPED,
    charges_sql,
    codes_sql,
    items_sql,
    repeated_sql,
    seen_sql,
)
from pricing.price_files.codes import MACROS
from pricing.price_files.dataset import CHARGES, CODES, FLAG_SETS, SET_ASIDE
from pricing.price_files.flags import FLAGS, names_of

MEMORY: Final = "512MB"
"""What DuckDB may hold; what is more goes to the disk. Readers and Python come on top."""

_GROUP_ROWS: Final = 20_480
"""Rows that are compressed together: few enough to read some quickly, enough to compress well."""

_PARQUET: Final = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP_ROWS})"

_DRAFT: Final = (
    "(FORMAT parquet, COMPRESSION uncompressed, WRITE_BLOOM_FILTER false, ROW_GROUP_SIZE 40960)"
)
"""A draft is read twice and thrown away; that a text stands in it once for some rows makes it
small. More rows at a time take longer, as dictionaries outgrow the processor's cache."""

_NO_DESCRIPTION: Final = 1 << [flag.name for flag in FLAGS].index("no_description")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, counted in the files that were written."""

    rows: int
    charges: int
    items: int
    flags: dict[str, int]
    described: int
    dropped: int


@contextmanager
def workshop(spill: Path | None = None, *, threads: int = 2) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection in memory that spills into a folder and reaches for no network."""
    config: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if spill is not None:
        config["temp_directory"] = str(spill)
    connection = duckdb.connect(config=config)
    try:
        # DuckDB's own progress would stand between the lines of an answer.
        connection.execute("SET enable_progress_bar = false")
        # The text streams through every join; what it meets is in memory.
        connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        for macro in MACROS:
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def write_charges(
    connection: duckdb.DuckDBPyConnection, cells: Cells, folder: Path, *, licensed: bool
) -> Written:
    """Write charges, codes and flag sets into a folder; raises duckdb.Error.

    `licensed` keeps descriptions of licensed codes.
    """
    connection.execute("DROP TABLE IF EXISTS seen")
    connection.execute("DROP TABLE IF EXISTS items")
    connection.execute("DROP TABLE IF EXISTS repeated")
    if cells.draft is not None:
        _copy(connection, cells.draft.select, cells.draft.file, _DRAFT)
    connection.execute(seen_sql(cells))
    connection.execute(items_sql(licensed=licensed))
    connection.execute(repeated_sql(cells))
    is_grouped = _says(connection, IS_GROUPED)
    has_repeated = _says(connection, HAS_REPEATED)
    charges = charges_sql(
        cells, has_repeated=has_repeated, is_grouped=is_grouped, licensed=licensed
    )
    _copy(connection, charges, folder / CHARGES)
    _copy(connection, codes_sql(), folder / CODES)
    return _count(connection, folder)


def write_set_aside(
    connection: duckdb.DuckDBPyConnection, source: str | None, folder: Path
) -> dict[str, int]:
    """Write what a relation of row, line and reason holds; return the rows for each reason."""
    rows = source or "(SELECT 0 AS row, 0 AS line, '' AS reason WHERE false)"
    typed = f"SELECT row::BIGINT AS row, line::BIGINT AS line, reason FROM {rows}"
    _copy(connection, f"{typed} ORDER BY row", folder / SET_ASIDE)
    found = connection.execute(
        "SELECT reason, count(*) FROM read_parquet(?) GROUP BY reason ORDER BY reason",
        [str(folder / SET_ASIDE)],
    ).fetchall()
    return dict(found)


def _count(connection: duckdb.DuckDBPyConnection, folder: Path) -> Written:
    """Count what the files hold, and write which flags each set of flags has."""
    charges = str(folder / CHARGES)
    (rows, total) = connection.execute(
        "SELECT count(DISTINCT row), count(*) FROM read_parquet(?)", [charges]
    ).fetchall()[0]
    sets = connection.execute(
        "SELECT flag_set, count(*), count(description) FROM read_parquet(?) GROUP BY flag_set",
        [charges],
    ).fetchall()
    _write_flag_sets(connection, [mask for mask, _, _ in sets], folder)
    flags: dict[str, int] = {}
    for mask, count, _ in sets:
        for name in names_of(mask):
            flags[name] = flags.get(name, 0) + count
    described = sum(kept for _, _, kept in sets)
    undescribed = sum(count for mask, count, _ in sets if mask & _NO_DESCRIPTION)
    (items,) = connection.execute("SELECT count(*) FROM items").fetchall()[0]
    return Written(
        rows=rows,
        charges=total,
        items=items,
        flags={flag.name: flags[flag.name] for flag in FLAGS if flag.name in flags},
        described=described,
        dropped=total - described - undescribed,
    )


def _write_flag_sets(connection: duckdb.DuckDBPyConnection, masks: list[int], folder: Path) -> None:
    listed = ", ".join(
        f"({mask}, [{', '.join(quoted(name) for name in names_of(mask))}]::VARCHAR[])"
        for mask in sorted({0, *masks})
    )
    sets = f"SELECT flag_set::INTEGER AS flag_set, flags FROM (VALUES {listed}) t(flag_set, flags)"
    _copy(connection, sets, folder / FLAG_SETS)


def _says(connection: duckdb.DuckDBPyConnection, question: str) -> bool:
    (answer,) = connection.execute(question).fetchall()[0]
    return bool(answer)


def _copy(
    connection: duckdb.DuckDBPyConnection, select: str, file: Path, form: str = _PARQUET
) -> None:
    connection.execute(f"COPY ({select}) TO {quoted(str(file))} {form}")
