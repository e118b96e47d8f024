"""Whoever guesses waits, longer each time; whoever knows does not."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from api.account_errors import TooManyAttempts
from api.database import Database, open_database
from api.people.throttle import (
    FORGET,
    forget_attempts,
    of_account,
    of_address,
    take_attempt,
    take_back,
)
from logistics.repository.sealed import KEY_RING
from tests.keys import RING
from tests.storage.builders import NOW

ACCOUNT = of_account("login", "ines@clinic.example")


def attempt(database: Database, now: datetime) -> int:
    """Make an attempt on the account; return the seconds to wait, 0 where it was let through."""
    try:
        with database.write() as session:
            take_attempt(session, (ACCOUNT,), now=now)
    except TooManyAttempts as refused:
        return refused.wait_seconds
    return 0


def test_five_attempts_are_free_then_each_doubles_the_wait(database: Database) -> None:
    assert [attempt(database, NOW) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 2]
    now, waits = NOW, []
    for _ in range(11):
        now += timedelta(seconds=attempt(database, now))
        assert attempt(database, now) == 0
        waits.append(attempt(database, now))

    assert waits == [4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_refused_attempt_is_not_counted(database: Database) -> None:
    for _ in range(6):
        attempt(database, NOW)

    assert {attempt(database, NOW) for _ in range(20)} == {2}
    assert attempt(database, NOW + timedelta(seconds=2)) == 0


def test_counts_are_forgotten_after_a_day(database: Database) -> None:
    for _ in range(6):
        attempt(database, NOW)

    assert [attempt(database, NOW + FORGET + timedelta(seconds=1)) for _ in range(6)] == [0] * 6


def test_of_many_at_once_no_more_than_the_free_ones_pass(database: Database) -> None:
    start, passed = threading.Barrier(12), []

    def race() -> None:
        start.wait()
        if attempt(database, NOW) == 0:
            passed.append(1)

    threads = [threading.Thread(target=race) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # The sixth begins the wait.
    assert len(passed) == 6


def test_counts_survive_a_restart(database_url: str) -> None:
    before = open_database(database_url, keys=RING)
    for _ in range(6):
        attempt(before, NOW)
    before.dispose()

    after = open_database(database_url, keys=RING)
    assert attempt(after, NOW) == 2
    after.dispose()


def test_success_forgets_the_account_and_takes_back_one_of_the_address(database: Database) -> None:
    source = of_address("192.0.2.7")
    with database.write() as session:
        for _ in range(5):
            take_attempt(session, (ACCOUNT, source), now=NOW)
        forget_attempts(session, ACCOUNT)
        take_back(session, source, now=NOW)

    assert [attempt(database, NOW) for _ in range(6)] == [0] * 6
    with database.write() as session:
        for _ in range(27):
            take_attempt(session, (source,), now=NOW)
        with pytest.raises(TooManyAttempts):
            take_attempt(session, (source,), now=NOW)


def test_an_address_that_waits_makes_every_account_wait(database: Database) -> None:
    source = of_address("192.0.2.7")
    with database.write() as session:
        for number in range(31):
            take_attempt(session, (of_account("login", f"user-{number}"), source), now=NOW)

        with pytest.raises(TooManyAttempts):
            take_attempt(session, (of_account("login", "user-99"), source), now=NOW)
        take_attempt(session, (of_account("login", "user-99"), of_address("192.0.2.8")), now=NOW)


def test_a_network_of_ipv6_is_one_address() -> None:
    assert of_address("2001:db8::1") == of_address("2001:db8::ffff")
    assert of_address("2001:db8::1") != of_address("2001:db8:0:1::1")
    assert of_address("::ffff:192.0.2.7") == of_address("192.0.2.7")


def test_capitals_do_not_make_another_account() -> None:
    assert of_account("login", " INES@clinic.example") == ACCOUNT
    assert of_account("code", "ines@clinic.example") != ACCOUNT


@settings(max_examples=200)
@given(st.text())
def test_any_source_has_a_key_that_does_not_tell_it(address: str) -> None:
    session = Session(info={KEY_RING: RING})
    key = of_address(address).key_in(session)

    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
