"""The database: opened from a URL, migrated, and entered through one transaction at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from api import key_file, migrating, postgres, sqlite
from api.engines import Engines
from logistics.errors import InvalidField, KeysMissing, UnknownKey
from logistics.repository.errors import DatabaseUnavailable
from logistics.repository.sealed import KEY_RING
from logistics.sealing import KeyRing

_SQLITE: Final = "sqlite:///"
WAIT_SECONDS: Final = 10.0
"""How long a transaction waits for others before it gives up."""


@dataclass(frozen=True, slots=True)
class DatabaseDescription:
    """What ``sojourn doctor`` shows: ``location`` has no password, ``revision`` None is empty."""

    kind: str
    location: str
    settings: tuple[tuple[str, str], ...]
    revision: str | None
    latest_revision: str

    @property
    def is_current(self) -> bool:
        """Return whether every migration has been run."""
        return self.revision == self.latest_revision


def open_database(
    url: str, *, keys: KeyRing | Path | None = None, wait_seconds: float = WAIT_SECONDS
) -> Database:
    """Return the database at ``sqlite:///path`` or ``postgresql://user@host/name``.

    ``keys`` open and seal its private fields: a ring, or the key file of a sample database, which
    is made when the database is. Without any, private fields are out of reach.

    Nothing is connected or made yet. Raises InvalidField for any other URL, and
    DatabaseUnavailable when no SQLite is installed that is safe to use.
    """
    path = url.removeprefix(_SQLITE)
    if url.startswith(_SQLITE) and path not in {"", ":memory:"}:
        # Taken as it is: a file name may hold any letter that means something in a URL.
        return Database(sqlite.open_sqlite(Path(path), wait_seconds), keys)
    return Database(postgres.open_postgres(_parse(url), wait_seconds), keys)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("unknown")
    if parsed.get_backend_name() != "postgresql":
        # The URL may hold a password, so it is not repeated.
        raise InvalidField(
            "database_url", "write it like sqlite:///var/sojourn.db or postgresql://user@host/name"
        ) from None
    return parsed


class Waits:
    """How often and how long this process has waited until it could write."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._count = 0
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one wait."""
        with self._guard:
            self._count += 1
            self._seconds += seconds

    def total(self) -> tuple[int, float]:
        """Return how many waits there were, and their seconds together."""
        with self._guard:
            return self._count, self._seconds


class Database:
    """An open database, for all threads of this process; the ``Sessions`` of the jobs below."""

    def __init__(self, engines: Engines, keys: KeyRing | Path | None = None) -> None:
        self._engines = engines
        self._keys = keys
        self._process_id = os.getpid()
        self.waits = Waits()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction which sees one state of the database and refuses to change it.

        Raises DatabaseUnavailable.
        """
        self._leave_the_parents_connections()
        with (
            self._explained(),
            self._session(self._engines.reader) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Give a connection that reads with one statement, at less cost than `read`.

        Raises DatabaseUnavailable.
        """
        self._leave_the_parents_connections()
        with self._explained(), self._engines.looker.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction which is committed at the end, and undone whole on any error.

        Raises DatabaseUnavailable.
        """
        self._leave_the_parents_connections()
        begun = time.monotonic()
        with (
            self._explained(),
            self._engines.turn(),
            self._session(self._engines.writer) as session,
            session.begin(),
        ):
            session.connection()
            self.waits.add(time.monotonic() - begun)
            yield session

    def migrate(self) -> None:
        """Make the database if need be, and run every migration it has not seen yet.

        Several processes may do so at once. Raises DatabaseUnavailable, and KeyTrouble where there
        are private fields and no keys for them.
        """
        with self._explained():
            if self._engines.kind == "sqlite":
                sqlite.create_file(Path(self._engines.location))
            with self._engines.turn():
                self._make_keys()
                migrating.upgrade(self._engines, ring=self.find_ring())

    def make_from(
        self,
        revision: str,
        *,
        fill: Callable[[Connection], None],
        check: Callable[[Connection], None],
    ) -> None:
        """Make an empty database with the tables of a revision, fill it, and bring it up to date.

        All or none; ``check`` looks at it before it is kept. Raises DatabaseInUse,
        DatabaseUnavailable, KeyTrouble, and whatever the two raise.
        """
        ring = self.find_ring()
        if ring is None:
            raise KeysMissing
        with self._explained():
            if self._engines.kind == "sqlite":
                sqlite.create_file(Path(self._engines.location))
            with self._engines.turn():
                migrating.make_from(self._engines, revision, ring=ring, fill=fill, check=check)

    def describe(self) -> DatabaseDescription:
        """Return what kind of database this is and how it is set up; raises DatabaseUnavailable."""
        settings_of = {
            "sqlite": sqlite.describe_settings,
            "postgresql": postgres.describe_settings,
        }[self._engines.kind]
        with self._explained(), self._engines.reader.connect() as connection:
            return DatabaseDescription(
                kind=self._engines.kind,
                location=self._engines.location,
                settings=settings_of(connection),
                revision=migrating.find_revision(connection),
                latest_revision=migrating.latest_revision(),
            )

    def find_ring(self) -> KeyRing | None:
        """Return the keys of private fields, None without any; raises as `key_file.find_ring`."""
        if isinstance(self._keys, Path):
            found = key_file.find_ring(self._keys)
            if found is None:
                return None
            self._keys = found
        return self._keys

    def _make_keys(self) -> None:
        """Make the key file of a sample database, unless another one sealed what is in it."""
        if not isinstance(self._keys, Path) or self.find_ring() is not None:
            return
        with self._engines.migrator.connect() as connection:
            sealed_by = migrating.find_sealing_key(connection)
        if sealed_by is not None:
            raise UnknownKey(sealed_by)
        self._keys = key_file.make_ring(self._keys)

    def _session(self, engine: Engine) -> Session:
        return Session(engine, expire_on_commit=False, info={KEY_RING: self.find_ring()})

    def dispose(self) -> None:
        """Close every connection; the database opens new ones when it is used again."""
        for engine in self._engines.all:
            engine.dispose()

    def _leave_the_parents_connections(self) -> None:
        """Open connections of one's own after a fork: a parent's must not be shared."""
        if self._process_id != os.getpid():
            for engine in self._engines.all:
                engine.dispose(close=False)
            self._process_id = os.getpid()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the driver, the pool and the file system say into DatabaseUnavailable."""
        try:
            yield
        except DBAPIError as error:
            unavailable = self._engines.explain(error)
            if unavailable is None:
                raise
            raise unavailable from error
        except PoolTimeout as error:
            raise DatabaseUnavailable(
                "too many are waiting for the database; try again in a moment", retryable=True
            ) from error
        except CommandError as error:
            raise DatabaseUnavailable(
                f"the database is of another version of Sojourn: {error}", retryable=False
            ) from error
