"""Adding entries: numbered, chained, in the caller's transaction; and then left alone for ever."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.audit.canonical import GENESIS, HASHED
from api.audit.listing import EntryFilters, Page, list_entries
from api.audit.trail import NewEntry, add_entries, add_entry
from api.database import Database, open_database
from tests.api.audit.builders import entry, store_entries, verdict_of
from tests.keys import RING

_OTHERS = ", ".join((*HASHED[1:], "hash"))


def test_entries_are_numbered_from_one_and_chained(database: Database) -> None:
    with database.write() as session:
        assert add_entry(session, entry(1)) == 1
        assert add_entries(session, [entry(2), entry(3)]) == (2, 3)
    with database.read() as session:
        third, second, first = list_entries(session, filters=EntryFilters(), page=Page()).entries

    assert first.prev_hash == GENESIS
    assert second.prev_hash == first.hash
    assert third.prev_hash == second.hash
    assert verdict_of(database).is_whole


def test_an_entry_comes_back_as_it_was_added(database: Database) -> None:
    added = entry(cases=["SJ-2", "SJ-1", "SJ-2"], detail={"read": [], "why": "asked — «so»"})
    with database.write() as session:
        add_entry(session, added)
    with database.read() as session:
        (found,) = list_entries(session, filters=EntryFilters(), page=Page()).entries

    assert (found.at, found.action, found.outcome) == (added.at, added.action, added.outcome)
    assert found.case_references == ("SJ-1", "SJ-2")
    assert found.roles == ("coordinator",)
    assert found.detail == added.detail
    assert (found.user_id, found.organisation_id) == ("u-mia", "operator")
    assert (found.credential_id, found.request_id) == ("s-1", "r-1")


def test_what_is_undone_leaves_no_entry_and_no_gap(database: Database) -> None:
    with database.write() as session:
        add_entry(session, entry(1))
        session.rollback()
    with database.write() as session:
        assert add_entry(session, entry(2)) == 1


def test_no_entries_are_nothing(database: Database) -> None:
    with database.write() as session:
        assert add_entries(session, []) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2027, 3, 1)},  # noqa: DTZ001 — naive on purpose
        {"action": "case\x00read"},
        {"request_id": "\ud800"},
        {"case_references": ("SJ\x00",)},
        {"detail": {"cost": 0.5}},
    ],
)
def test_what_cannot_be_kept_the_same_everywhere_is_no_entry(change: dict[str, object]) -> None:
    values = {field.name: getattr(entry(), field.name) for field in dataclasses.fields(NewEntry)}
    del values["document"]

    with pytest.raises(ValueError, match=r"\w"):
        NewEntry(**{**values, **change})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET user_id = 'somebody' WHERE seq = 1",
        "UPDATE audit_entry SET seq = 9 WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 3",
        "DELETE FROM audit_entry",
        "UPDATE audit_case SET case_reference = 'SJ-9'",
        "DELETE FROM audit_case",
        "UPDATE audit_detail SET detail = '{}' WHERE seq = 1",
        "DELETE FROM audit_detail WHERE seq = 1",
        f"INSERT INTO audit_entry SELECT 7, {_OTHERS} FROM audit_entry WHERE seq = 1",  # noqa: S608 — our own words
    ],
)
def test_the_database_refuses_to_change_the_trail(database: Database, statement: str) -> None:
    store_entries(database, 3)

    with pytest.raises(DBAPIError, match="audit"), database.write() as session:
        session.connection().exec_driver_sql(statement)

    assert verdict_of(database).entries == 3


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT OR REPLACE INTO audit_entry SELECT 3, {_OTHERS} FROM audit_entry WHERE seq = 1",  # noqa: S608 — our own words
        "INSERT OR REPLACE INTO audit_detail SELECT seq, salt, '{}' FROM audit_detail",
        "REPLACE INTO audit_case SELECT seq, case_reference FROM audit_case",
    ],
)
def test_sqlite_refuses_to_replace(sqlite_database: Database, statement: str) -> None:
    store_entries(sqlite_database, 3)

    with pytest.raises(DBAPIError, match="audit"), sqlite_database.write() as session:
        session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize("table", ["audit_entry", "audit_detail", "audit_case", "audit_erasure"])
def test_postgresql_refuses_to_truncate(postgres_url: str, table: str) -> None:
    database = open_database(postgres_url, keys=RING)
    store_entries(database, 3)

    with pytest.raises(DBAPIError, match="audit trail"), database.write() as session:
        session.connection().execute(text(f"TRUNCATE {table} CASCADE"))
    database.dispose()
