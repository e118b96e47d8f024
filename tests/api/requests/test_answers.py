"""Answers under a key: found again by the same request, refused to another, forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete, select

from api.database import Database
from api.errors import KeyInUse, KeyReused
from api.requests.answers import (
    KEPT_FOR,
    Answer,
    Ask,
    find_answer,
    fingerprint_of,
    forget_answers,
    store_answer,
)
from api.tables.requests import AnsweredRequestRow
from logistics.tables import CaseRow
from tests.keys import RING
from tests.storage.builders import store_people

NOW = datetime(2027, 3, 1, 10, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ASK = Ask(caller="ours:ada", key="k", fingerprint=fingerprint_of("POST", "/slots", b"{}"))
ANSWER = Answer(status=201, location="/slots/1", media="application/json", body='{"é": 1}')


def _store(database: Database, ask: Ask = ASK) -> None:
    with database.write() as session:
        assert find_answer(session, ask, now=NOW) is None
        store_answer(session, ask, ANSWER, now=NOW)


def test_the_same_request_finds_its_answer(database: Database) -> None:
    _store(database)

    with database.write() as session:
        assert find_answer(session, ASK, now=NOW + KEPT_FOR - MOMENT) == ANSWER


def test_another_request_with_the_key_is_refused(database: Database) -> None:
    _store(database)
    other = replace(ASK, fingerprint=fingerprint_of("POST", "/slots", b"{ }"))

    with database.write() as session, pytest.raises(KeyReused):
        find_answer(session, other, now=NOW)


@pytest.mark.parametrize(
    "changed", [{"caller": "ours:bob"}, {"caller": "theirs:ada"}, {"key": "K"}]
)
def test_the_key_of_somebody_else_is_another_key(
    database: Database, changed: dict[str, str]
) -> None:
    _store(database)

    with database.write() as session:
        assert find_answer(session, replace(ASK, **changed), now=NOW) is None


def test_after_a_day_the_key_may_be_used_anew(database: Database) -> None:
    _store(database)

    with database.write() as session:
        assert find_answer(session, ASK, now=NOW + KEPT_FOR) is None
        store_answer(session, ASK, replace(ANSWER, body="new"), now=NOW + KEPT_FOR)
    with database.write() as session:
        found = find_answer(session, ASK, now=NOW + KEPT_FOR)
    assert found == replace(ANSWER, body="new")


def test_old_answers_are_forgotten_and_new_ones_kept(database: Database) -> None:
    _store(database)
    _store(database, replace(ASK, key="second"))

    with database.write() as session:
        assert forget_answers(session, now=NOW + KEPT_FOR - MOMENT) == 0
        assert forget_answers(session, now=NOW + KEPT_FOR) == 2
        assert session.exec(select(AnsweredRequestRow)).all() == []


def test_what_was_undone_was_not_answered(database: Database) -> None:
    with database.write() as session:
        store_answer(session, ASK, ANSWER, now=NOW)
        session.rollback()

    with database.write() as session:
        assert find_answer(session, ASK, now=NOW) is None


def test_a_request_under_way_is_told_on_postgresql(postgres_url: str) -> None:
    from api.database import open_database  # noqa: PLC0415 — two of one server

    first, second = (
        open_database(postgres_url, keys=RING),
        open_database(postgres_url, wait_seconds=0.1, keys=RING),
    )
    with first.write() as ours:
        find_answer(ours, ASK, now=NOW)
        with second.write() as theirs, pytest.raises(KeyInUse):
            find_answer(theirs, ASK, now=NOW)
        with second.write() as theirs:
            assert find_answer(theirs, replace(ASK, key="other"), now=NOW) is None
    with second.write() as theirs:
        assert find_answer(theirs, ASK, now=NOW) is None
    first.dispose()
    second.dispose()


def test_the_body_of_a_request_is_not_stored(database: Database) -> None:
    secret = b'{"diagnosis": "unspoken"}'
    _store(database, replace(ASK, fingerprint=fingerprint_of("POST", "/cases", secret)))

    with database.read() as session:
        (row,) = session.exec(select(AnsweredRequestRow)).all()

    assert "unspoken" not in str(row.model_dump())
    assert len(row.fingerprint) == 64


_PARTS = st.tuples(st.sampled_from(["POST", "PUT"]), st.text(max_size=5), st.binary(max_size=5))


@given(_PARTS, _PARTS)
def test_only_the_very_same_request_has_the_fingerprint(
    one: tuple[str, str, bytes], other: tuple[str, str, bytes]
) -> None:
    assert (fingerprint_of(*one) == fingerprint_of(*other)) == (one == other)


def test_an_answer_goes_with_the_case_it_tells_of(database: Database) -> None:
    with database.write() as session:
        store_people(session, ("SJ-1",))
        store_answer(session, ASK, replace(ANSWER, case_reference="SJ-1"), now=NOW)
        found = find_answer(session, ASK, now=NOW)
        assert found is not None
        assert found.case_reference == "SJ-1"

    with database.write() as session:
        session.connection().execute(delete(CaseRow))
        assert find_answer(session, ASK, now=NOW) is None


def test_an_answer_about_an_erased_case_names_none(database: Database) -> None:
    with database.write() as session:
        store_answer(session, ASK, replace(ANSWER, case_reference="SJ-9"), now=NOW)

        assert find_answer(session, ASK, now=NOW) == ANSWER
