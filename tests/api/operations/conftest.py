"""Backups, and where they are restored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.database import Database, open_database
from api.operations.backup import back_up
from tests.api.operations.stored import store_a_service
from tests.keys import RING
from tests.storage.builders import NOW


@pytest.fixture(scope="session")
def backup(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a SQLite database, which all tests copy."""
    folder = tmp_path_factory.mktemp("backup")
    copy = shutil.copyfile(sqlite_template, folder / "sojourn.sqlite")
    database = open_database(f"sqlite:///{copy}", keys=RING)
    store_a_service(database)
    path = folder / "backup.zip"
    back_up(path, sessions=database, now=NOW)
    database.dispose()
    return path


@pytest.fixture
def archive(backup: Path, tmp_path: Path) -> Path:
    """A backup of this test's own."""
    return Path(shutil.copyfile(backup, tmp_path / "backup.zip"))


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database without tables, on SQLite and on PostgreSQL."""
    opened = open_database(empty_url, keys=RING)
    yield opened
    opened.dispose()
