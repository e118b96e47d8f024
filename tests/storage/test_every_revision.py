"""A database of any earlier revision comes up to date with its rows, and so does its backup."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, RowMapping, Table, inspect, select, text

from api import migrating
from api.audit.verify import verify_chain
from api.database import Database, open_database
from api.operations.archive import FORMAT, Manifest, write_manifest, write_table
from api.operations.restore import restore
from logistics.repository.resealing import count_sealed
from logistics.sealing import Place, key_id_of
from pricing.column_types import TEXT, Row
from tests.keys import RING
from tests.storage.builders import NOW
from tests.storage.filled import fill_every_table

pytestmark = pytest.mark.sweep

REVISIONS: Final = tuple(
    sorted(one.revision for one in ScriptDirectory(str(migrating.FOLDER)).walk_revisions())
)
_SCHEMA: Final = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (
        (
            "SELECT attrelid::regclass::text, attname, atttypid, attnotnull, attcollation"
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0"
            " AND NOT attisdropped"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        ),
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
}
"""Everything that migrations make, triggers and functions among it."""

_GONE: Final = {"case_coverage": "stated"}
"""Columns that a later revision takes away; nothing was ever in them."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def full(empty_url: str) -> Iterator[Database]:
    """A database at the head with rows in every table."""
    database = open_database(empty_url, keys=RING)
    database.migrate()
    fill_every_table(database)
    yield database
    database.dispose()


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database like `full`."""
    database = open_database(f"sqlite:///{tmp_path / 'earlier.sqlite'}", keys=RING)
    database.migrate()
    fill_every_table(database)
    yield database
    database.dispose()


def _schema(database: Database) -> list[set[tuple[Any, ...]]]:
    with database._engines.reader.connect() as connection:
        queries = _SCHEMA[connection.dialect.name]
        return [{_in_order(row) for row in connection.execute(text(one))} for one in queries]


def _in_order(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return the row with the clauses of a table in order: one made anew has them in any."""
    *what, made = row
    if isinstance(made, str) and made.startswith("CREATE TABLE"):
        made = "\n".join(sorted(line.strip(" ,\t") for line in made.splitlines()))
    return (*what, made)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables of the database's revision, with the types that our classes give them."""
    found = inspect(connection)
    there = set(found.get_table_names())
    return [
        _as_it_was(table, {str(one["name"]) for one in found.get_columns(table.name)})
        for table in Row.metadata.sorted_tables
        if table.name in there
    ]


def _as_it_was(table: Table, names: set[str]) -> Table:
    columns = [
        Column[Any](one.name, one.type, primary_key=one.primary_key, info=one.info)
        for one in table.columns
        if one.name in names
    ]
    if (gone := _GONE.get(table.name)) in names:
        columns.append(Column[Any](gone, TEXT, info={"gone": True}))
    assert {one.name for one in columns} == names, "a column is gone: say here what it became"
    return Table(table.name, MetaData(), *columns)


def _rows(database: Database) -> Rows:
    """Return all rows, with their private fields open."""
    with database._engines.reader.connect() as connection:
        return {
            table.name: [
                _in_the_open(table, row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in _tables(connection)
        }


def _in_the_open(table: Table, row: RowMapping) -> dict[str, Any]:
    key = [row[one.name] for one in table.primary_key]
    # What a field is found by hangs on the key, and is compared where it is looked for.
    columns = [one for one in table.columns if not {"finds", "gone"} & {*one.info}]
    return {
        one.name: _opened(Place.of(table.name, key, one.name), row[one.name]) for one in columns
    }


def _as_before(after: Rows, before: Rows) -> Rows:
    """Return the rows without the tables and columns that came later."""
    return {
        name: [{column: row[column] for column in rows[0]} for row in after[name]] if rows else []
        for name, rows in before.items()
    }


def _opened(place: Place, stored: object) -> object:
    match stored:
        case bytes() if key_id_of(stored.decode("latin-1")) is not None:
            return RING.open_bytes(stored.decode(), place)
        case str() if key_id_of(stored) is not None:
            return RING.open(stored, place)
    return stored


def test_every_table_has_a_row_to_lose(full: Database) -> None:
    assert [name for name, rows in _rows(full).items() if not rows] == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_any_revision_comes_up_to_date_with_its_rows(
    full: Database, revision: str
) -> None:
    schema = _schema(full)
    migrating.downgrade(full._engines, revision, ring=RING)
    before = _rows(full)
    assert full.describe().revision == revision

    full.migrate()

    after = _rows(full)
    assert full.describe().is_current
    assert _as_before(after, before) == before
    assert _schema(full) == schema
    with full._engines.migrator.connect() as connection:
        assert migrating.check(connection) == []
    _require_sealed_and_chained(full)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_any_revision_is_restored_and_brought_up_to_date(
    earlier: Database, empty_url: str, revision: str, tmp_path: Path
) -> None:
    migrating.downgrade(earlier._engines, revision, ring=RING)
    before = _rows(earlier)
    _back_up_as_then(tmp_path / "backup.zip", earlier, revision)
    target = open_database(empty_url, keys=RING)

    restore(tmp_path / "backup.zip", database=target)

    after = _rows(target)
    assert target.describe().is_current
    assert _as_before(after, before) == before
    with target._engines.migrator.connect() as connection:
        assert migrating.check(connection) == []
    _require_sealed_and_chained(target)
    target.dispose()


def _require_sealed_and_chained(database: Database) -> None:
    with database.read() as session:
        assert [one for one in count_sealed(session) if one.key_id is None] == []
        assert verify_chain(session).is_whole


def _back_up_as_then(path: Path, database: Database, revision: str) -> None:
    """Write what the version of that revision would have written."""
    with (
        zipfile.ZipFile(path, "w") as archive,
        database._engines.reader.connect() as connection,
    ):
        entries = tuple(
            write_table(archive, table, connection.execute(select(table)))
            for table in _tables(connection)
        )
        manifest = Manifest(FORMAT, revision, NOW.isoformat(), "sqlite", entries)
        write_manifest(archive, manifest, RING)
