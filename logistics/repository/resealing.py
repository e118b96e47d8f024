"""Every sealed column of every table: which keys sealed what, and sealing it anew.

Goes by the mark ``SEALED`` of the table classes, so that no list has to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import tuple_ as row_of
from sqlmodel import Session

from logistics.repository.sealed import get_ring
from logistics.sealing import KeyRing, Place, key_id_of
from pricing.column_types import Row

_LONGEST_PREFIX = 64
"""Letters that hold format and key id of every sealed text."""

_FILES_AT_ONCE = 5
"""Rows of a table that holds files, such as receipts of many million bytes."""

RowKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SealedCount:
    """How many rows of a column a key has sealed; ``key_id`` None: text that is not sealed."""

    table: str
    column: str
    key_id: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Change:
    """One row to be sealed anew: by column what was read, and what is to stand there."""

    table: str
    key: RowKey
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that other keys have sealed; ``last`` is the key of the last one, None at the end."""

    changes: tuple[Change, ...]
    last: RowKey | None


def sealed_tables() -> tuple[str, ...]:
    """Return the names of the tables with sealed columns; all tables have to be known by now."""
    return tuple(name for name, table in Row.metadata.tables.items() if _sealed(table))


def count_sealed(session: Session) -> tuple[SealedCount, ...]:
    """Return the rows of each sealed column, by the key that sealed them."""
    return tuple(
        SealedCount(name, column.name, key_id, rows)
        for name in sealed_tables()
        for column in _sealed(Row.metadata.tables[name])
        for key_id, rows in sorted(
            _count(session, column).items(), key=lambda one: (one[0] is not None, one[0] or "")
        )
    )


def _count(session: Session, column: Column[Any]) -> Counter[str | None]:
    start = func.substr(column, 1, _LONGEST_PREFIX)
    found: Counter[str | None] = Counter()
    # Only heads are fetched, and only one row's at a time.
    for (head,) in session.connection().execute(select(start).where(column.is_not(None))):
        found[key_id_of(_text(head))] += 1
    return found


def read_batch(session: Session, table: str, *, after: RowKey | None, limit: int) -> Batch:
    """Return rows beyond a key that another key than the current one has sealed, sealed anew.

    Of a table that holds files a batch has fewer rows.

    Raises SealBroken and UnknownKey: what cannot be opened cannot be sealed anew.
    """
    ring = get_ring(session)
    rows = session.connection().execute(_query(table, ring, after, limit)).mappings().all()
    changes = tuple(_change(Row.metadata.tables[table], row, ring) for row in rows)
    return Batch(changes, changes[-1].key if changes else None)


def write_batch(session: Session, batch: Batch) -> int:
    """Store rows sealed anew that still hold what was read; return how many did."""
    written = 0
    for change in batch.changes:
        table = Row.metadata.tables[change.table]
        unchanged = [table.c[name] == stored for name, stored in change.before.items()]
        statement = update(table).where(*_is(table, change.key), *unchanged)
        written += session.connection().execute(statement.values(**change.after)).rowcount
    return written


def _query(table: str, ring: KeyRing, after: RowKey | None, limit: int) -> Select[Any]:
    found = Row.metadata.tables[table]
    keys, columns = list(found.primary_key), _sealed(found)
    others = or_(*(_of_another_key(column, ring) for column in columns))
    most = min(limit, _FILES_AT_ONCE) if any(map(_holds_bytes, columns)) else limit
    query = select(*keys, *columns).where(others).order_by(*keys).limit(most)
    if after is not None:
        query = query.where(row_of(*keys) > row_of(*(literal(part) for part in after)))
    return query


def _of_another_key(column: Column[Any], ring: KeyRing) -> ColumnElement[bool]:
    prefix: Any = ring.prefix.encode() if _holds_bytes(column) else ring.prefix
    start = func.substr(column, 1, len(prefix), type_=column.type)
    return and_(column.is_not(None), start != prefix)


def _change(table: Table, row: Any, ring: KeyRing) -> Change:  # noqa: ANN401 — a row as a mapping
    key = tuple(row[column.name] for column in table.primary_key)
    before, after = {}, {}
    for column in _sealed(table):
        stored = row[column.name]
        if stored is None or _text(stored).startswith(ring.prefix):
            continue
        place = Place.of(table.name, key, column.name)
        content = ring.open_bytes(_text(stored), place)
        sealed = ring.seal_bytes(content, place)
        before[column.name] = stored
        after[column.name] = sealed.encode() if _holds_bytes(column) else sealed
        for index in _indexes_of(table, column):
            after[index.name] = ring.blind_index(column.name, content.decode())
    return Change(table.name, key, before, after)


def _is(table: Table, key: RowKey) -> Iterator[ColumnElement[bool]]:
    for column, part in zip(table.primary_key, key, strict=True):
        yield column == part


@lru_cache(maxsize=64)
def _sealed(table: Table) -> tuple[Column[Any], ...]:
    return tuple(column for column in table.columns if column.info.get("sealed"))


def _indexes_of(table: Table, column: Column[Any]) -> Iterator[Column[Any]]:
    """Yield the columns by which a sealed text is found: they are of the key that sealed it."""
    for other in table.columns:
        if other.info.get("finds") == column.name:
            yield other


def _holds_bytes(column: Column[Any]) -> bool:
    return column.type.python_type is bytes


def _text(stored: str | bytes | memoryview) -> str:
    """Return a stored text; what is no ASCII cannot have been sealed and is kept to be refused."""
    return stored if isinstance(stored, str) else bytes(stored).decode("latin-1")
