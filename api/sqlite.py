"""SQLite as this house uses it: safe driver, durable settings, one way to read and one to write.

Readers begin a plain transaction and see one state of the database; writers take their turn and
``BEGIN IMMEDIATE``, so that a transaction which has begun to write never finds the lock taken.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from api.engines import Engines
from api.writers_turn import WritersTurn
from logistics.repository.errors import DatabaseUnavailable

FIRST_SAFE: Final = (3, 51, 3)
"""Earlier versions back to 3.7.0 can corrupt a database in WAL mode when the log is reset."""

_Setting = tuple[str, str]
_SHARED: Final[tuple[_Setting, ...]] = (
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
)
_READER: Final = (*_SHARED, ("query_only", "ON"))
# A migration may make a table anew; it checks the foreign keys itself before it commits.
_MIGRATOR: Final = (*_SHARED[:2], ("foreign_keys", "OFF"))


def find_driver() -> Any:  # noqa: ANN401 — a DB-API module
    """Return a DB-API module whose SQLite cannot corrupt a write-ahead log.

    Raises DatabaseUnavailable when neither pysqlite3 nor Python's own one is new enough.
    """
    try:
        driver: Any = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        driver = sqlite3
    if driver.sqlite_version_info < FIRST_SAFE:
        raise DatabaseUnavailable(
            f"SQLite {driver.sqlite_version} can corrupt its write-ahead log; install pysqlite3,"
            " or a Python with SQLite 3.51.3 or newer",
            retryable=False,
        )
    return driver


def open_sqlite(path: Path, wait_seconds: float) -> Engines:
    """Return the engines of the database file; nothing is opened or made yet."""
    driver = find_driver()
    # The working directory may change while the database is open.
    path = path.absolute()
    turn = WritersTurn(path, wait_seconds)

    def engine(
        settings: tuple[_Setting, ...], begin: Callable[[Connection], None], pool_size: int
    ) -> Engine:
        connect = _connector(driver, path, wait_seconds, settings)
        made = create_engine(
            "sqlite://",
            module=driver,
            creator=connect,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=2 * pool_size,
            pool_timeout=wait_seconds,
            hide_parameters=True,
        )
        event.listen(made, "begin", begin)
        return made

    reader = engine(_READER, _begin_to_read, 5)
    return Engines(
        kind="sqlite",
        location=str(path),
        reader=reader,
        looker=reader,
        writer=engine(_SHARED, _begin_to_write, 1),
        migrator=engine(_MIGRATOR, _begin_to_write, 1),
        turn=turn.taken,
        explain=explain,
    )


def create_file(path: Path) -> None:
    """Make an empty database file, and the folder it lies in, unless it is there.

    Raises DatabaseUnavailable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise DatabaseUnavailable(
            f"the database file {path} cannot be made ({error.strerror}); check its folder",
            retryable=False,
        ) from error


def _connector(
    driver: Any,  # noqa: ANN401 — a DB-API module
    path: Path,
    wait_seconds: float,
    settings: tuple[_Setting, ...],
) -> Callable[[], Any]:
    # Mode rw: a mistyped path must not become a new, empty database.
    uri = f"file:{quote(str(path))}?mode=rw"

    def connect() -> Any:  # noqa: ANN401 — the driver's connection
        connection = driver.connect(
            uri, uri=True, timeout=wait_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            for name, value in settings:
                connection.execute(f"PRAGMA {name}={value}")
        except BaseException:
            connection.close()
            raise
        return connection

    return connect


def _begin_to_read(connection: Connection) -> None:
    """Begin; the file is not touched before the first statement, so nothing can be in the way."""
    cast("Any", connection.connection.driver_connection).execute("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


_RETRY: Final = "the database is busy; try again in a moment"
_PROBLEMS: Final[dict[str, tuple[str, bool]]] = {
    "SQLITE_BUSY": (_RETRY, True),
    "SQLITE_LOCKED": (_RETRY, True),
    "SQLITE_FULL": ("the disk is full; nothing was stored. Free some space, then try again", True),
    "SQLITE_IOERR": (
        "the disk refused to read or write; nothing was stored. Check its space and health",
        True,
    ),
    "SQLITE_CANTOPEN": (
        "the database cannot be opened; make it with 'sojourn seed' or check its permissions",
        False,
    ),
    "SQLITE_READONLY": ("the database file is read-only; check its permissions", False),
    "SQLITE_PERM": ("the database file may not be opened; check its permissions", False),
    "SQLITE_NOTADB": ("the file is not a database; restore it from a backup", False),
    "SQLITE_CORRUPT": ("the database file is damaged; restore it from a backup", False),
    "SQLITE_NOMEM": ("memory is short; try again in a moment", True),
    "SQLITE_PROTOCOL": (_RETRY, True),
}


def explain(error: DBAPIError) -> DatabaseUnavailable | None:
    """Return what a driver's error means for the caller, or None when it is a fault of ours."""
    original = error.orig
    # Extended names such as SQLITE_BUSY_SNAPSHOT begin with their family's.
    name = "_".join(str(getattr(original, "sqlite_errorname", "")).split("_")[:2])
    if name in _PROBLEMS:
        problem, retryable = _PROBLEMS[name]
        return DatabaseUnavailable(problem, retryable=retryable)
    if "no such table" in str(original):
        return DatabaseUnavailable(
            "the database has no tables yet; make them with 'sojourn seed'", retryable=False
        )
    return None


def describe_settings(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Return version and settings as the connection has them."""
    names = ("journal_mode", "synchronous", "foreign_keys")
    settings = [
        (name, str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())) for name in names
    ]
    version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    return (("version", version), *settings)
