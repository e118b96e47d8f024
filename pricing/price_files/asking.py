"""A dataset asked for one code: the rows that bear it, as values, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

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
    "estimated", "median", "p10", "p90", "count", "payer_notes", "notes", "flags",
)  # fmt: skip


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
    connection: duckdb.DuckDBPyConnection, folder: Path, forms: dict[str, str]
) -> dict[str, list[int]]:
    """Return the items that bear the code in a dataset, by the type under which they bear it."""
    # Few forms of one code exist; as constants they let whole parts of the file be skipped.
    different = sorted(set(forms.values()))
    marks = ", ".join("?" for _ in different)
    found = connection.execute(
        f"SELECT type, code, item FROM read_parquet(?) WHERE code IN ({marks}) ORDER BY type, item",
        [str(folder / CODES), *different],
    )
    types: dict[str, list[int]] = {}
    for kind, code, item in found.fetchall():
        if forms.get(kind, forms.get("")) == code:
            types.setdefault(kind, []).append(item)
    return types


def list_rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, items: list[int], question: CodeQuestion
) -> list[ChargeRow]:
    """Return the charges of these items in order of their rows; raises TooManyCharges."""
    # Constants again, so that only the parts of the file with these items are read.
    listed = ", ".join(str(int(item)) for item in items)
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    found = connection.execute(
        f"SELECT {columns} FROM (SELECT * FROM read_parquet(?) WHERE item IN ({listed}) "
        f"AND item BETWEEN {int(items[0])} AND {int(items[-1])} "
        "AND (?::VARCHAR IS NULL OR setting IN (?, 'both')) "
        "AND (?::VARCHAR IS NULL OR billing_class IN (?, 'both'))) "
        f"JOIN read_parquet(?) USING (flag_set) ORDER BY row, place LIMIT {ROWS_MAX + 1}",
        [
            str(folder / CHARGES),
            *(question.setting, question.setting),
            *(question.billing_class, question.billing_class),
            str(folder / FLAG_SETS),
        ],
    )
    rows = found.fetchall()
    if len(rows) > ROWS_MAX:
        raise TooManyCharges(question.code, ROWS_MAX)
    return [_row(values) for values in rows]


def _row(values: tuple[Any, ...]) -> ChargeRow:
    named = dict(zip(_COLUMNS, values, strict=True))
    return ChargeRow(**{**named, "codes": tuple(named["codes"]), "flags": tuple(named["flags"])})
