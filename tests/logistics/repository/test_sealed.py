"""Private fields are sealed in their rows, opened for who may see them, and hidden from others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import Session

from api.database import Database, open_database
from logistics.errors import HiddenField, KeysMissing, SealBroken, UnknownKey
from logistics.repository.cases import add_case, get_case, list_cases, replace_case
from logistics.repository.sealed import HIDDEN, HIDDEN_FIELDS, place_in
from logistics.sealing import KeyRing, key_id_of
from logistics.tables import CaseRow
from tests.keys import OTHER_KEY, RING
from tests.storage.builders import case

COLUMNS = ("title", "diagnosis", "patient", "companions", "visit", "story")
TOLD = replace(case(), diagnosis="aortic stenosis", story="A long story")


@contextmanager
def _hiding(database: Database, *fields: str) -> Iterator[Session]:
    with database.write() as session:
        session.info[HIDDEN_FIELDS] = frozenset(fields)
        yield session


@pytest.fixture
def told(database: Database) -> Database:
    """A database with one case."""
    with database.write() as session:
        add_case(session, TOLD)
    return database


def _stored(database: Database, column: str, reference: str = "SJ-1001") -> str:
    query = text(f"SELECT {column} FROM sojourn_case WHERE reference = :r")  # noqa: S608 — our own names
    with database.read() as session:
        return str(session.connection().execute(query, {"r": reference}).scalar_one())


def _store(database: Database, column: str, stored: str, reference: str = "SJ-1001") -> None:
    query = text(f"UPDATE sojourn_case SET {column} = :s WHERE reference = :r")  # noqa: S608 — our own names
    with database.write() as session:
        session.connection().execute(query, {"s": stored, "r": reference})


@pytest.mark.parametrize("column", COLUMNS)
def test_a_private_field_is_sealed_for_its_own_place(told: Database, column: str) -> None:
    stored = _stored(told, column)

    assert key_id_of(stored) == RING.current
    assert RING.open(stored, place_in(CaseRow, column, "SJ-1001"))


def test_a_field_that_was_moved_to_another_row_is_refused(told: Database) -> None:
    with told.write() as session:
        add_case(session, replace(TOLD, reference="SJ-1002"))
    _store(told, "diagnosis", _stored(told, "diagnosis", "SJ-1002"))

    with pytest.raises(SealBroken, match="sojourn_case:SJ-1001:diagnosis"), told.read() as session:
        get_case(session, "SJ-1001")


def test_a_field_that_was_moved_to_another_column_is_refused(told: Database) -> None:
    _store(told, "diagnosis", _stored(told, "title"))

    with pytest.raises(SealBroken), told.read() as session:
        list_cases(session)


def test_text_that_somebody_wrote_into_the_database_is_refused(told: Database) -> None:
    _store(told, "title", "plain")

    with pytest.raises(SealBroken), told.read() as session:
        get_case(session, "SJ-1001")


def test_a_hidden_text_shows_that_it_is_hidden(told: Database) -> None:
    with _hiding(told, "sojourn_case.title", "sojourn_case.diagnosis", "sojourn_case.story") as one:
        seen = get_case(one, "SJ-1001")

    assert seen == replace(TOLD, title=HIDDEN, diagnosis=HIDDEN, story=HIDDEN)


def test_a_hidden_field_is_not_even_opened(told: Database) -> None:
    _store(told, "story", "s1:no-such-key:AAAA")

    with _hiding(told, "sojourn_case.story") as session:
        assert list_cases(session)[0].story == HIDDEN


def test_hidden_companions_are_nobody(told: Database) -> None:
    with _hiding(told, "sojourn_case.companions") as session:
        assert get_case(session, "SJ-1001") == replace(TOLD, companions=())


@pytest.mark.parametrize("column", ["patient", "visit"])
def test_what_has_no_honest_empty_value_is_not_read_at_all(told: Database, column: str) -> None:
    with (
        pytest.raises(HiddenField, match=f"sojourn_case.{column}"),
        _hiding(told, f"sojourn_case.{column}") as session,
    ):
        get_case(session, "SJ-1001")


def test_a_hidden_field_cannot_be_written(told: Database) -> None:
    with (
        pytest.raises(HiddenField, match=r"sojourn_case\.story"),
        _hiding(told, "sojourn_case.story") as session,
    ):
        replace_case(session, get_case(session, "SJ-1001"))

    with told.read() as session:
        assert get_case(session, "SJ-1001") == TOLD


def test_a_placeholder_never_takes_the_place_of_what_it_stood_for(told: Database) -> None:
    with _hiding(told, "sojourn_case.diagnosis") as session:
        seen = get_case(session, "SJ-1001")

    with pytest.raises(HiddenField, match="diagnosis"), told.write() as session:
        replace_case(session, seen)


def test_without_keys_nothing_private_is_read_or_written(told: Database, database_url: str) -> None:
    keyless = open_database(database_url)

    with pytest.raises(KeysMissing, match="SOJOURN_KEYS"), keyless.read() as session:
        get_case(session, "SJ-1001")
    with pytest.raises(KeysMissing), keyless.write() as session:
        add_case(session, case("SJ-1002"))
    keyless.dispose()


def test_the_key_that_is_missing_is_named(told: Database, database_url: str) -> None:
    other = open_database(database_url, keys=KeyRing([OTHER_KEY]))

    with pytest.raises(UnknownKey, match="test-key"), other.read() as session:
        get_case(session, "SJ-1001")
    other.dispose()
