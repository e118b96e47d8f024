"""Codes of a phone are good for a minute and a half, once each; recovery codes once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import html5lib
import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from api.database import Database, open_database
from api.people.second_factor import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    count_recovery_codes,
    has_second_factor,
    remove_second_factor,
)
from api.people.users import User
from api.tables.people import RecoveryCodeRow
from tests.api.people.worlds import store_second_factor, store_user, store_world
from tests.databases import undone
from tests.keys import RING
from tests.storage.builders import NOW

STEP = timedelta(seconds=30)


def test_a_key_is_no_second_factor_before_its_first_code(world: Database, user: User) -> None:
    with world.write() as session:
        enrolment = begin_enrolment(session, user.id, account="ines@clinic.example", now=NOW)

        assert not has_second_factor(session, user.id)
        assert confirm_enrolment(session, user.id, "000000", now=NOW) is None
        assert check_code(session, user.id, pyotp.TOTP(enrolment.key).at(NOW), now=NOW) == ""
        codes = confirm_enrolment(session, user.id, pyotp.TOTP(enrolment.key).at(NOW), now=NOW)

        assert has_second_factor(session, user.id)
        assert codes is not None
        assert len(set(codes)) == 10
        with pytest.raises(ValueError, match="already"):
            begin_enrolment(session, user.id, account="x", now=NOW)


def test_the_address_of_the_key_names_account_and_issuer(world: Database, user: User) -> None:
    with world.write() as session:
        enrolment = begin_enrolment(session, user.id, account="ines@clinic.example", now=NOW)

    read = pyotp.parse_uri(enrolment.uri)
    assert isinstance(read, pyotp.TOTP)
    assert (read.name, read.issuer, read.secret) == (
        "ines@clinic.example",
        "Sojourn",
        enrolment.key,
    )


def test_the_drawing_is_whole_and_has_neither_script_nor_style(world: Database, user: User) -> None:
    with world.write() as session:
        drawn = begin_enrolment(session, user.id, account="x", now=NOW).qr_svg

    html5lib.HTMLParser(strict=True).parse(f"<!doctype html><title>x</title>{drawn}")
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "script" not in drawn


@pytest.mark.parametrize(
    ("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_a_step_early_or_late(
    world: Database, user: User, *, steps: int, is_good: bool
) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)

        kind = check_code(session, user.id, phone.at(NOW + steps * STEP), now=NOW)

    assert (kind == "totp") is is_good


def test_no_code_is_taken_after_a_later_one(world: Database, user: User) -> None:
    with world.write() as session:
        phone, _ = store_second_factor(session, user.id)

        assert check_code(session, user.id, phone.at(NOW), now=NOW)
        assert not check_code(session, user.id, phone.at(NOW), now=NOW)
        assert not check_code(session, user.id, phone.at(NOW - STEP), now=NOW)
        assert check_code(session, user.id, phone.at(NOW + STEP), now=NOW)


def test_of_two_who_send_the_same_code_at_once_one_is_let_in(postgres_url: str) -> None:
    """The second has read the step before the first one's is committed, and waits for that."""
    database = open_database(postgres_url, keys=RING)
    try:
        with database.write() as session:
            store_world(session)
            user = store_user(session)
            phone, _ = store_second_factor(session, user.id)
        code = phone.at(NOW)
        let_in: list[str] = []

        def second() -> None:
            with database.write() as late:
                let_in.append(check_code(late, user.id, code, now=NOW))

        with ThreadPoolExecutor(1) as pool:
            with database.write() as first:
                let_in.append(check_code(first, user.id, code, now=NOW))
                waiting = pool.submit(second)
                _until_somebody_waits_for_a_lock(first)
            waiting.result(timeout=30)
    finally:
        database.dispose()

    assert let_in == ["totp", ""]


def _until_somebody_waits_for_a_lock(session: Session) -> None:
    for _ in range(3_000):
        if session.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            return
        session.execute(text("SELECT pg_sleep(0.01)"))
    pytest.fail("nobody came to the row while it was being changed")


def test_recovery_codes_are_stored_as_hashes_and_counted(world: Database, user: User) -> None:
    with world.write() as session:
        _, codes = store_second_factor(session, user.id)

        assert check_code(session, user.id, codes[0], now=NOW) == "recovery"
        assert check_code(session, user.id, codes[0], now=NOW) == ""
        assert count_recovery_codes(session, user.id) == 9
        stored = session.exec(select(RecoveryCodeRow.code_sha256)).all()
    assert not {code.replace("-", "") for code in codes} & set(stored)


def test_a_removed_second_factor_takes_its_codes_along(world: Database, user: User) -> None:
    with world.write() as session:
        _, codes = store_second_factor(session, user.id)
        remove_second_factor(session, user.id)

        assert not has_second_factor(session, user.id)
        assert check_code(session, user.id, codes[1], now=NOW) == ""


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from((-1, 0, 1))), min_size=1, max_size=12))
def test_whatever_the_order_no_step_is_taken_twice(
    world: Database, user: User, tries: list[tuple[int, int]]
) -> None:
    start = datetime(2027, 3, 1, 9, tzinfo=UTC)
    taken = []
    with undone(world) as session:
        phone, _ = store_second_factor(session, user.id)
        for step, offset in tries:
            now = start + step * STEP
            if check_code(session, user.id, phone.at(now + offset * STEP), now=now):
                taken.append(step + offset)

    assert len(taken) == len(set(taken))
    assert taken == sorted(taken)
