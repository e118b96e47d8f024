"""PostgreSQL as this house uses it: readers see one state, writers rely on rows and indexes."""

from __future__ import annotations

from contextlib import nullcontext
from select import POLLIN, poll
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DBAPIError, DisconnectionError

from api.engines import Engines
from logistics.repository.errors import DatabaseUnavailable

_RETRY: Final = "the database is busy; try again in a moment"
_PROBLEMS: Final[dict[str, tuple[str, bool]]] = {
    "40001": (_RETRY, True),  # serialization_failure
    "40P01": (_RETRY, True),  # deadlock_detected
    "55P03": (_RETRY, True),  # lock_not_available
    "57014": (_RETRY, True),  # query_canceled: the statement took too long
    "53100": ("the database's disk is full; nothing was stored. Free some space", True),
    "53200": ("the database is short of memory; try again in a moment", True),
    "53300": ("the database has too many connections; try again in a moment", True),
    "25006": ("the database is read-only just now; try again in a moment", True),
    "42P01": ("the database has no tables yet; make them with 'sojourn seed'", False),
}
# Classes 08 (connection), 57P (shutdown, starting up), 58 and XX (disk, damage).
_UNREACHABLE: Final = ("08", "57P")
_BROKEN: Final = ("58", "XX")
# A refused connection comes without a state.
_REFUSALS: Final = ("authentication failed", "does not exist", "no password supplied")


def open_postgres(url: URL, wait_seconds: float) -> Engines:
    """Return the engines of the database; nothing is connected yet."""
    milliseconds = max(1, round(1000 * wait_seconds))

    def engine(isolation: IsolationLevel, *, only_reads: bool) -> Engine:
        made = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": max(2, round(wait_seconds))},
            isolation_level=isolation,
            pool_size=5,
            max_overflow=10,
            pool_timeout=wait_seconds,
            hide_parameters=True,
        )

        def set_up(connection: Any, _record: Any) -> None:  # noqa: ANN401 — SQLAlchemy's signature
            with connection.cursor() as cursor:
                cursor.execute("SET TIME ZONE 'UTC'")
                cursor.execute(f"SET lock_timeout = {milliseconds}")
                cursor.execute(f"SET default_transaction_read_only = {only_reads}")
            connection.commit()

        event.listen(made, "connect", set_up)
        event.listen(made, "checkout", _refuse_closed)
        return made

    # A pool for each: to change a connection's way each time costs more than to keep both.
    reader = engine("REPEATABLE READ", only_reads=True)
    writer = engine("READ COMMITTED", only_reads=False)
    return Engines(
        kind="postgresql",
        location=url.set(drivername="postgresql").render_as_string(hide_password=True),
        reader=reader,
        looker=reader.execution_options(isolation_level="AUTOCOMMIT"),
        writer=writer,
        migrator=writer,
        turn=nullcontext,
        explain=explain,
    )


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 — psycopg's
    """Have the pool open another connection where the server has hung up on this one.

    Between two transactions a server says nothing, so that anything to read is its farewell. To
    ask it (a ping) would cost every transaction a round trip.
    """
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    if waiting.poll(0):
        raise DisconnectionError


def explain(error: DBAPIError) -> DatabaseUnavailable | None:
    """Return what a driver's error means for the caller, or None when it is a fault of ours."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _PROBLEMS:
        problem, retryable = _PROBLEMS[state]
        return DatabaseUnavailable(problem, retryable=retryable)
    if state is None and any(words in str(error.orig) for words in _REFUSALS):
        return DatabaseUnavailable(
            "the database server does not know this user, password or database name; check"
            " SOJOURN_DATABASE_URL",
            retryable=False,
        )
    if error.connection_invalidated or _has_no_answer(error, state):
        return DatabaseUnavailable(
            "the database cannot be reached; try again in a moment", retryable=True
        )
    if state and state.startswith(_BROKEN):
        return DatabaseUnavailable(
            "the database met a fault of its own; look at its log", retryable=False
        )
    return None


def _has_no_answer(error: DBAPIError, state: str | None) -> bool:
    """Tell whether the server hung up, or was never there: then no state comes with the error."""
    if state is None:
        return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
    return state.startswith(_UNREACHABLE)


def describe_settings(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Return version and settings as the connection has them."""
    names = ("server_version", "synchronous_commit", "TimeZone", "lock_timeout")
    return tuple((name, str(connection.exec_driver_sql(f"SHOW {name}").scalar())) for name in names)
