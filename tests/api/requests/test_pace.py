"""A pace for everybody: counted in memory, told to the other servers through the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from api.database import Database
from api.requests.pace import Pace, add_count, address_caller, forget_counts
from api.tables.requests import RequestCountRow
from logistics.repository.errors import DatabaseUnavailable

NOW = datetime(2027, 3, 1, 10, 30, 15, tzinfo=UTC)
MINUTE = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
ADA = "user:ada"


class _Unreachable:
    @contextmanager
    def read(self) -> Iterator[Session]:
        yield _refuse()

    write = read


def _refuse() -> Session:
    raise DatabaseUnavailable("gone", retryable=True)


def _use(pace: Pace, count: int, caller: str = ADA, now: datetime = NOW) -> list[int]:
    return [pace.count(caller, now=now) for _ in range(count)]


@pytest.mark.parametrize("limit", [1, 2, 7, 40, 100])
def test_what_is_allowed_passes_and_one_more_waits_for_the_minute(
    database: Database, limit: int
) -> None:
    pace = Pace(limit, database)

    assert _use(pace, limit) == [0] * limit
    assert _use(pace, 2) == [45, 45]
    assert _use(pace, 1, now=MINUTE + timedelta(minutes=1)) == [0]


def test_each_caller_has_a_pace_of_its_own(sqlite_database: Database) -> None:
    pace = Pace(3, sqlite_database)
    _use(pace, 4)

    assert _use(pace, 3, "user:bob") == [0, 0, 0]


def test_two_servers_share_what_is_allowed(database: Database) -> None:
    one, other = Pace(100, database), Pace(100, database)

    passed = sum(pace.count(ADA, now=NOW) == 0 for _ in range(150) for pace in (one, other))

    assert 100 <= passed <= 100 + 2 * 5


def test_few_requests_cost_a_write(database: Database) -> None:
    pace = Pace(200, database)

    _use(pace, 9)
    with database.read() as session:
        assert session.exec(select(RequestCountRow)).all() == []
    _use(pace, 1)
    with database.read() as session:
        assert [row.count for row in session.exec(select(RequestCountRow))] == [10]


def test_without_a_database_a_server_keeps_the_pace_alone() -> None:
    pace = Pace(40, _Unreachable())

    assert sum(seconds == 0 for seconds in _use(pace, 60)) == 40


def test_counts_of_minutes_long_past_are_forgotten(database: Database) -> None:
    with database.write() as session:
        assert add_count(session, ADA, 3, minute=MINUTE) == 3
        assert add_count(session, ADA, 4, minute=MINUTE) == 7
        add_count(session, ADA, 1, minute=MINUTE - timedelta(hours=2))

        assert forget_counts(session, now=NOW) == 1
        assert [row.count for row in session.exec(select(RequestCountRow))] == [7]


def test_an_address_is_not_told_and_is_another_one_each_minute() -> None:
    shown = address_caller("203.0.113.9", now=NOW)

    assert "203.0" not in shown
    assert shown == address_caller("203.0.113.9", now=MINUTE)
    assert shown != address_caller("203.0.113.9", now=NOW + timedelta(minutes=1))
    assert shown != address_caller("203.0.113.10", now=NOW)


def test_the_addresses_of_one_ipv6_network_count_as_one() -> None:
    first, second = "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"

    assert address_caller(first, now=NOW) == address_caller(second, now=NOW)
    assert address_caller(first, now=NOW) != address_caller("2001:db8:1:3::1", now=NOW)


@given(st.text(max_size=40))
def test_whatever_stands_for_an_address_counts(address: str) -> None:
    assert address_caller(address, now=NOW).startswith("address:")
