"""Backups, and where they are restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.database import Database, open_database
from api.operations.backup import back_up
from tests.api.operations.stored import store_a_service
from tests.keys import RING
from tests.storage.builders import NOW


@pytest.fixture
def archive(tmp_path: Path, sqlite_database: Database) -> Path:
    """A backup of a SQLite database."""
    store_a_service(sqlite_database)
    path = tmp_path / "backup.zip"
    back_up(path, sessions=sqlite_database, now=NOW)
    return path


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database without tables, on SQLite and on PostgreSQL."""
    opened = open_database(empty_url, keys=RING)
    yield opened
    opened.dispose()
