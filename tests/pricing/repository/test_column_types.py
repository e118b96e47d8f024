"""Columns mean the same on both databases, and refuse what would mean something else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import col, insert, select, text

from api.database import Database
from pricing.column_types import UtcInstant
from scheduling.tables import SlotRow
from tests.databases import undone
from tests.storage.builders import NOW, store_people
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

    with undone(database) as session:
        store_people(session)
        session.exec(insert(SlotRow).values(**_row(local)))
        read = session.exec(select(SlotRow.starts_at)).one()

    assert read == starts_at
    assert read.tzinfo is UTC


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with database.write() as session:
        store_people(session)
        with pytest.raises(StatementError, match="only aware datetimes are stored"):
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
    times = Table("times", MetaData(), Column("starts_at", UtcInstant), prefixes=["TEMPORARY"])

    with undone(database) as session:
        connection = session.connection()
        times.create(connection)
        connection.execute(times.insert(), [{"starts_at": instant} for instant in starts])
        read = connection.execute(times.select().order_by(times.c.starts_at)).scalars().all()

    assert read == sorted(starts)


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
    statement = text(
        "INSERT INTO slot (id, specialist_id, starts_at, ends_at, fee_minor, fee_currency)"
        " VALUES ('s', 'keller', '2027', '2028', :fee_minor, :fee_currency)"
    )
    values = {"fee_minor": 450_00, "fee_currency": "USD"} | {column: value}

    with sqlite_database.write() as session:
        store_people(session)
        with pytest.raises(IntegrityError, match="cannot store"):
            session.connection().execute(statement, values)
