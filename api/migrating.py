"""Migrations: bring a database's tables up to date, and write a new migration.

``python -m api.migrating "add phone to specialist"`` compares the table classes with what the
migrations make and writes the difference as the next revision, to be read and completed by hand.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

# All the tables of the house, in the one metadata that migrations are compared with.
import api.tables.access  # noqa: F401 — registers tables
import api.tables.audit  # noqa: F401 — registers tables
import api.tables.jobs  # noqa: F401 — registers tables
import api.tables.people  # noqa: F401 — registers tables
import api.tables.requests  # noqa: F401 — registers tables
import scheduling.tables  # noqa: F401 — registers tables
from api import sqlite
from api.engines import Engines
from logistics.column_types import Row

FOLDER: Final = Path(__file__).parent / "migrations"
_ADVISORY_LOCK: Final = 7_031_804_221
"""Any number, the same in every process: PostgreSQL lets one of them migrate at a time."""


def upgrade(engines: Engines, revision: str = "head") -> None:
    """Run the migrations up to a revision, all or none; the caller has the turn to write."""
    _run(engines, lambda config: command.upgrade(config, revision))


def downgrade(engines: Engines, revision: str) -> None:
    """Take migrations back down to a revision (``"base"``: to nothing), all or none."""
    _run(engines, lambda config: command.downgrade(config, revision))


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


def _run(engines: Engines, job: Callable[[Config], None]) -> None:
    with engines.migrator.begin() as connection:
        if engines.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        job(_config(connection))
        _require_whole(connection)


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
