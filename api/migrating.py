"""Migrations: bring a database's tables up to date, and write a new migration.

``python -m api.migrating "add phone to specialist"`` compares the table classes with what the
migrations make and writes the difference as the next revision, to be read and completed by hand.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, inspect, select

# All the tables of the house, in the one metadata that migrations are compared with.
import api.tables.access  # noqa: F401 — registers tables
import api.tables.audit  # noqa: F401 — registers tables
import api.tables.jobs  # noqa: F401 — registers tables
import api.tables.people  # noqa: F401 — registers tables
import api.tables.requests  # noqa: F401 — registers tables
import pricing.tables  # noqa: F401 — registers tables
import scheduling.tables  # noqa: F401 — registers tables
from api import sqlite
from api.archive_errors import DatabaseInUse
from api.engines import Engines
from logistics.sealing import KeyRing, key_id_of
from logistics.tables import CaseRow
from pricing.column_types import Row

FOLDER: Final = Path(__file__).parent / "migrations"
SEALED_SINCE: Final = "r0010"
"""The last revision that sealed private fields which had stood in the open."""

_ADVISORY_LOCK: Final = 7_031_804_221
"""Any number, the same in every process: PostgreSQL lets one of them migrate at a time."""


def upgrade(engines: Engines, revision: str = "head", *, ring: KeyRing | None = None) -> None:
    """Run the migrations up to a revision, all or none; the caller has the turn to write.

    Private fields that are not sealed yet are sealed with the ring; raises KeysMissing without.
    """
    with _run(engines, ring) as (connection, config):
        before = find_revision(connection)
        command.upgrade(config, revision)
        sealed = before is not None and find_sealing_key(connection) is not None
    if sealed and str(before) < SEALED_SINCE:
        _forget_what_was_open(engines)


def downgrade(engines: Engines, revision: str, *, ring: KeyRing | None = None) -> None:
    """Take migrations back down to a revision (``"base"``: to nothing), all or none."""
    with _run(engines, ring) as (_, config):
        command.downgrade(config, revision)


def make_from(
    engines: Engines,
    revision: str,
    *,
    ring: KeyRing,
    fill: Callable[[Connection], None],
    check: Callable[[Connection], None],
) -> None:
    """Make the tables of a revision, fill them, bring them up to date, check them: all or none.

    Raises DatabaseInUse where there are tables already.
    """
    with _run(engines, ring) as (connection, config):
        if inspect(connection).get_table_names():
            raise DatabaseInUse(engines.location)
        command.upgrade(config, revision)
        fill(connection)
        command.upgrade(config, "head")
        check(connection)


def find_sealing_key(connection: Connection) -> str | None:
    """Return the id of a key that sealed a case, or None where there is no sealed case."""
    cases = cast("Table", CaseRow.__table__)  # type: ignore[attr-defined]  # — every row class has one
    if not inspect(connection).has_table(cases.name):
        return None
    stored = connection.execute(select(cases.c.title).limit(1)).scalar()
    return None if stored is None else key_id_of(stored)


def check(connection: Connection) -> list[object]:
    """Return the differences between the table classes and the database's tables."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Row.metadata))


def find_revision(connection: Connection) -> str | None:
    """Return the revision the database is at, or None where no migration has run."""
    return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def latest_revision() -> str:
    """Return the newest revision there is."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise RuntimeError(f"there are no migrations in {FOLDER}")
    return head


def write_revision(message: str) -> None:
    """Write the next revision from what the table classes have beyond the migrations."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite")
        sqlite.create_file(path)
        engines = sqlite.open_sqlite(path, wait_seconds=10)
        upgrade(engines)
        number = len(list((FOLDER / "versions").glob("r*.py"))) + 1
        with engines.migrator.connect() as connection:
            config = _config(connection)
            command.revision(config, message, autogenerate=True, rev_id=f"r{number:04}")
        engines.migrator.dispose()


@contextmanager
def _run(engines: Engines, ring: KeyRing | None) -> Iterator[tuple[Connection, Config]]:
    with engines.migrator.begin() as connection:
        if engines.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config = _config(connection)
        config.attributes["key_ring"] = ring
        yield connection, config
        _require_whole(connection)


def _forget_what_was_open(engines: Engines) -> None:
    """Rewrite a SQLite file, whose free pages still hold what rows said before they were sealed.

    On PostgreSQL that is left to whoever runs it, as it locks the tables (``docs/sealing.md``).
    """
    if engines.kind != "sqlite":
        return
    with engines.migrator.connect() as connection:
        # No database rewrites itself within a transaction.
        connection.rollback()
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _require_whole(connection: Connection) -> None:
    """Raise RuntimeError where a migration left a row without the row it refers to.

    PostgreSQL looks after that itself; SQLite's checks are off while tables are made anew.
    """
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration breaks {len(orphans)} references: {orphans[0]}")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


if __name__ == "__main__":
    write_revision(" ".join(sys.argv[1:]))
