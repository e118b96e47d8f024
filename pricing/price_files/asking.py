"""Datasets asked for one code: the rows that bear it, as values, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from pricing.price_files.cells import quoted
from pricing.price_files.codes import MACROS
from pricing.price_files.dataset import CHARGES, CODES, FLAG_SETS
from pricing.price_files.errors import TooManyCharges
from pricing.price_files.flags import CODE_TYPES

ROWS_MAX: Final = 100_000
"""More charges of one code are no evidence anybody could look at."""

_THREADS: Final = 1
_COLUMNS: Final = (
    "row", "place", "codes", "description", "modifiers", "setting", "billing_class", "gross",
    "cash", "minimum", "maximum", "payer", "plan", "dollar", "percent", "algorithm", "methodology",
    "estimated", "median", "p10", "p90", "count", "payer_notes", "notes",
)  # fmt: skip
_SELECTED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_TOGETHER: Final = 16
"""Datasets that one query asks: each costs a start, and planning grows faster than their number."""

_PART_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeQuestion:
    """A code, with its type if it is known; rows may be narrowed to a setting or billing class."""

    code: str
    type: str | None = None
    setting: str | None = None
    billing_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """One charge as the dataset holds it, amounts in dollars."""

    row: int
    place: str | None
    codes: tuple[str, ...]
    description: str | None
    modifiers: str | None
    setting: str | None
    billing_class: str | None
    gross: Decimal | None
    cash: Decimal | None
    minimum: Decimal | None
    maximum: Decimal | None
    payer: str | None
    plan: str | None
    dollar: Decimal | None
    percent: Decimal | None
    algorithm: str | None
    methodology: str | None
    estimated: Decimal | None
    median: Decimal | None
    p10: Decimal | None
    p90: Decimal | None
    count: str | None
    payer_notes: str | None
    notes: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A dataset's folder, and the items whose charges are wanted, in ascending order."""

    folder: Path
    items: tuple[int, ...]


def parse_code(text: str, kind: str | None) -> tuple[str, str | None]:
    """Return code and type of a question such as "MS-DRG 470"."""
    first, _, rest = text.strip().partition(" ")
    if kind is None and rest.strip() and first.upper() in CODE_TYPES:
        return rest.strip(), first.upper()
    return text.strip(), None if kind is None else "".join(kind.split()).upper()


@contextmanager
def open_desk() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that can be asked, again and again, by one thread."""
    connection = duckdb.connect(
        config={
            "threads": _THREADS,
            "memory_limit": "256MB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        # DuckDB's own progress would stand between the lines of an answer.
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET parquet_metadata_cache = true")
        for macro in MACROS:
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def forms_of(connection: duckdb.DuckDBPyConnection, question: CodeQuestion) -> dict[str, str]:
    """Return the form in which the code is looked up, by the type it may have.

    "" stands for types that are not of the format.
    """
    types = ["", *CODE_TYPES] if question.type is None else [question.type]
    found = connection.execute(
        "SELECT t, normal_code(t, ?) FROM (SELECT unnest(?) AS t)", [question.code, types]
    )
    return dict(found.fetchall())


def find_types(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], forms: dict[str, str]
) -> list[dict[str, list[int]]]:
    """Return the items that bear the code, by the type under which they bear it.

    One entry for each dataset, in the order of their folders.
    """
    files = {str(folder / CODES): number for number, folder in enumerate(folders)}
    # Few forms of one code exist; as constants they let whole parts of a file be skipped.
    different = sorted(set(forms.values()))
    marks = ", ".join("?" for _ in different)
    found = connection.execute(
        "SELECT filename, type, code, item FROM read_parquet(?, filename = true) "
        f"WHERE code IN ({marks}) ORDER BY type, item",
        [list(files), *different],
    )
    types: list[dict[str, list[int]]] = [{} for _ in folders]
    for file, kind, code, item in found.fetchall():
        if forms.get(kind, forms.get("")) == code:
            types[files[file]].setdefault(kind, []).append(item)
    return types


def list_rows(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[Wanted], question: CodeQuestion
) -> list[list[ChargeRow]]:
    """Return the charges of the items of each dataset, in order of their rows.

    Raises:
        TooManyCharges: a dataset has more of them than anybody could look at.
    """
    rows: list[list[ChargeRow]] = [[] for _ in wanted]
    asked = [number for number, one in enumerate(wanted) if one.items]
    flags = _flag_sets(connection, [wanted[number].folder for number in asked])
    for begin in range(0, len(asked), _TOGETHER):
        numbers = asked[begin : begin + _TOGETHER]
        selects = [_select(number, wanted[number]) for number in numbers]
        connection.execute(
            f"FROM ({' UNION ALL '.join(selects)}) "
            "WHERE ($setting IS NULL OR setting IN ($setting, 'both')) "
            "AND ($class IS NULL OR billing_class IN ($class, 'both')) "
            "ORDER BY dataset, row, place",
            {"setting": question.setting, "class": question.billing_class},
        )
        while part := connection.fetchmany(_PART_ROWS):
            for number, mask, *values in part:
                found = rows[number]
                if len(found) == ROWS_MAX:
                    raise TooManyCharges(question.code, ROWS_MAX)
                found.append(_row(values, flags[wanted[number].folder][mask]))
    return rows


def _select(number: int, wanted: Wanted) -> str:
    """Return the SELECT of a dataset's charges under its number."""
    # Constants again, so that only the parts of the file with these items are read.
    listed = ", ".join(str(int(item)) for item in wanted.items)
    first, last = int(wanted.items[0]), int(wanted.items[-1])
    return (
        f"SELECT {number} AS dataset, flag_set, {_SELECTED} "
        f"FROM read_parquet({quoted(str(wanted.folder / CHARGES))}) "
        f"WHERE item IN ({listed}) AND item BETWEEN {first} AND {last}"
    )


def _flag_sets(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path]
) -> dict[Path, dict[int, tuple[str, ...]]]:
    """Return what the numbers of flags stand for, by dataset."""
    if not folders:
        return {}
    found = connection.execute(
        "SELECT filename, flag_set, flags FROM read_parquet(?, filename = true)",
        [[str(folder / FLAG_SETS) for folder in folders]],
    )
    sets: dict[Path, dict[int, tuple[str, ...]]] = {folder: {} for folder in folders}
    for file, mask, names in found.fetchall():
        sets[Path(file).parent][mask] = tuple(names)
    return sets


def _row(values: Sequence[Any], flags: tuple[str, ...]) -> ChargeRow:
    named = dict(zip(_COLUMNS, values, strict=True))
    named["codes"] = tuple(named["codes"])
    return ChargeRow(**named, flags=flags)
