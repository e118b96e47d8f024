"""Texts of policies are kept once and for ever, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import func, select

from api.database import Database
from pricing.coverage.record import digest_of
from pricing.errors import PolicyTextNotFound
from pricing.repository.policy_texts import get_text, keep_text, keep_texts
from pricing.tables import PolicyTextRow

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TEXT = "id: plan\ntitle: Größe\n"


def test_a_text_comes_back_under_its_digest(database: Database) -> None:
    with database.write() as session:
        digest = keep_text(session, TEXT, now=NOW)

    with database.read() as session:
        assert digest == digest_of(TEXT)
        assert get_text(session, digest) == TEXT


def test_a_text_that_is_kept_stays_as_it_was(database: Database) -> None:
    for later in range(2):
        with database.write() as session:
            digests = keep_texts(session, (TEXT, "b", TEXT), now=NOW + timedelta(days=later))
        assert digests == (digest_of(TEXT), digest_of("b"))

    with database.read() as session:
        assert session.exec(select(PolicyTextRow.kept_at)).all() == [NOW, NOW]


def test_no_text_is_kept_of_nothing(database: Database) -> None:
    with database.write() as session:
        assert keep_texts(session, (), now=NOW) == ()


def test_a_text_that_is_not_kept_is_named(database: Database) -> None:
    with database.read() as session, pytest.raises(PolicyTextNotFound, match="abc"):
        get_text(session, "abc")


def test_two_who_keep_the_same_texts_at_once_both_have_them(database: Database) -> None:
    texts = [f"text {number}" for number in range(5)]
    start = Barrier(2)

    def keep(mine: list[str]) -> tuple[str, ...]:
        start.wait()
        with database.write() as session:
            return keep_texts(session, mine, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(keep, (texts, texts[::-1]))

    assert set(one) == set(other) == {digest_of(text) for text in texts}
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(PolicyTextRow)).one() == len(texts)
