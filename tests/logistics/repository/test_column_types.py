"""Columns mean the same on both databases, and refuse what would mean something else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError
from sqlmodel import col, insert, select, text

from api.database import Database
from scheduling.tables import SlotRow
from tests.storage.builders import NOW, slot, store_people
from tests.storage.strategies import instants


def _row(starts_at: datetime) -> dict[str, object]:
    return {
        "id": "slot-1",
        "specialist_id": "keller",
        "starts_at": starts_at,
        "ends_at": datetime(2200, 1, 1, tzinfo=UTC),
        "fee_minor": 1,
        "fee_currency": "USD",
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(starts_at=instants, offset=st.integers(-14 * 60, 14 * 60))
def test_an_instant_comes_back_to_the_microsecond_in_utc(
    database: Database, starts_at: datetime, offset: int
) -> None:
    local = starts_at.astimezone(timezone(timedelta(minutes=offset)))

    with pytest.raises(InterruptedError), database.write() as session:
        store_people(session)
        session.exec(insert(SlotRow).values(**_row(local)))
        read = session.exec(select(SlotRow.starts_at)).one()
        raise InterruptedError

    assert read == starts_at
    assert read.tzinfo is UTC


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with (
        pytest.raises(StatementError, match="only aware datetimes are stored"),
        database.write() as session,
    ):
        store_people(session)
        session.exec(insert(SlotRow).values(**_row(naive)))


def test_a_naive_instant_is_refused_in_a_question_too(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with (
        pytest.raises(StatementError, match="only aware datetimes are stored"),
        database.read() as session,
    ):
        session.exec(select(SlotRow).where(col(SlotRow.starts_at) > naive))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(instants, min_size=2, max_size=6, unique=True))
def test_the_order_of_the_column_is_the_order_of_time(
    database: Database, starts: list[datetime]
) -> None:
    with pytest.raises(InterruptedError), database.write() as session:
        session.exec(text("CREATE TABLE times (id integer, starts_at " + _type(database) + ")"))
        for place, instant in enumerate(starts):
            session.exec(
                text("INSERT INTO times VALUES (:id, :at)").bindparams(
                    id=place, at=_stored(database, instant)
                )
            )
        read = session.exec(text("SELECT id FROM times ORDER BY starts_at")).scalars().all()
        raise InterruptedError

    assert [starts[place] for place in read] == sorted(starts)


def _type(database: Database) -> str:
    return "text" if database.describe().kind == "sqlite" else "timestamptz"


def _stored(database: Database, instant: datetime) -> object:
    engine = database._engines.reader
    return SlotRow.__table__.c.starts_at.type.process_bind_param(instant, engine.dialect)  # type: ignore[attr-defined]  # SQLModel adds it to table classes


def test_text_sorts_by_code_point_on_both_databases(database: Database) -> None:
    names = ["Ä", "Z", "a", "ä", "z", "É", "王", "🩺"]

    with database.write() as session:
        store_people(session)
        for place, name in enumerate(names):
            row = _row(NOW + timedelta(days=place)) | {
                "id": name,
                "ends_at": NOW + timedelta(days=place, hours=1),
            }
            session.exec(insert(SlotRow).values(**row))
        read = session.exec(select(SlotRow.id).order_by(col(SlotRow.id))).all()

    assert read == sorted(names)


@pytest.mark.parametrize(
    ("column", "value"),
    [("fee_minor", "12.50"), ("fee_minor", 12.5), ("fee_minor", "many"), ("fee_currency", b"USD")],
)
def test_sqlite_refuses_a_value_of_another_type(
    sqlite_database: Database, column: str, value: object
) -> None:
    wanted = slot()

    with pytest.raises(Exception, match="cannot store"), sqlite_database.write() as session:
        store_people(session)
        session.exec(
            text(
                "INSERT INTO slot (id, specialist_id, starts_at, ends_at, fee_minor, fee_currency)"
                " VALUES ('s', 'keller', '2027', '2028', :fee_minor, :fee_currency)"
            ).bindparams(**{"fee_minor": wanted.fee.minor, "fee_currency": "USD"} | {column: value})
        )
