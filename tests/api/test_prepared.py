"""Statements that are made into SQL once: they say and do the same as when made each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import bindparam, insert, literal, select

from api.audit.trail import table_of
from api.database import Database
from api.prepared import Prepared
from api.tables.requests import RequestCountRow

_COUNTS = table_of(RequestCountRow)
_ADD = Prepared(lambda: insert(_COUNTS))
_FROM = Prepared(
    lambda: (
        select(_COUNTS.c.caller, _COUNTS.c.count)
        .where(_COUNTS.c.minute >= bindparam("since"), _COUNTS.c.caller != "100%")
        .order_by(_COUNTS.c.caller)
    )
)
_MINUTE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def _row(caller: str, minute: datetime = _MINUTE) -> dict[str, object]:
    return {"caller": caller, "minute": minute, "count": 1}


def test_rows_are_stored_as_their_columns_want_them(database: Database) -> None:
    east = _MINUTE.astimezone(timezone(timedelta(hours=8)))
    with database.write() as session:
        _ADD.run_each(session.connection(), [_row("a"), _row("b", east)])

        found = session.connection().execute(select(_COUNTS.c.minute)).scalars().all()

    assert found == [_MINUTE, _MINUTE]


def test_instants_are_compared_as_instants(database: Database) -> None:
    with database.write() as session:
        _ADD.run_each(
            session.connection(),
            [_row("early", _MINUTE - timedelta(minutes=1)), _row("late"), _row("100%")],
        )

        found = _FROM.run(session.connection(), {"since": _MINUTE}).all()

    assert [tuple(row) for row in found] == [("late", 1)]


def test_no_rows_store_nothing(database: Database) -> None:
    with database.write() as session:
        _ADD.run_each(session.connection(), [])

        assert session.connection().execute(select(_COUNTS)).all() == []


def test_a_sign_of_the_drivers_own_is_text(database: Database) -> None:
    echo = Prepared(lambda: select(literal("100%").concat(bindparam("text", "")) + "%s ?"))

    with database.look() as connection:
        found = echo.run(connection, {"text": " :text"}).scalar_one()

    assert found == "100% :text%s ?"
