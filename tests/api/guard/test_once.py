"""A view acts once for each key: sent again, raced for, or cut off by a kill."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.access.principal import ANONYMOUS, Principal
from api.database import Database, open_database
from tests.api.guard.once_app import ADA, BOB, NOW, PAGE, REST, World, make_app
from tests.keys import RING
from tests.storage.processes import PATIENCE_SECONDS, start_process

KEY = "0123456789abcdef" * 2
THREADS = 20


def _ask(
    world: World, *, name: str = "one", key: str | None = KEY, principal: Principal = ADA,
    later: timedelta = timedelta(0), query: str = "",
) -> TestResponse:  # fmt: skip
    headers = {} if key is None else {"Idempotency-Key": key}
    client = make_app(world, principal, NOW + later).test_client()
    return client.post(REST + query, json={"name": name}, headers=headers)


def _send(world: World, **fields: str) -> TestResponse:
    form = {"name": "one", "request_key": KEY, **fields}
    return make_app(world).test_client().post(PAGE, data=form)


def test_sent_again_it_gets_the_very_same_answer(database: Database) -> None:
    world = World(database)

    first, again = _ask(world), _ask(world)

    assert (first.status_code, first.json) == (201, {"name": "one", "count": 1})
    assert (again.status_code, again.data) == (first.status_code, first.data)
    for header in ("Location", "Content-Type"):
        assert again.headers[header] == first.headers[header]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert (world.calls, world.names()) == (1, ["one-0"])


def test_another_body_or_query_with_the_key_is_refused(database: Database) -> None:
    world = World(database)
    _ask(world)

    assert _ask(world, name="two").status_code == 422
    assert _ask(world, query="?x=1").status_code == 422
    assert world.calls == 1


def test_without_a_key_it_acts_each_time(database: Database) -> None:
    world = World(database)

    assert [_ask(world, key=None).status_code for _ in range(2)] == [201, 201]
    assert len(world.names()) == 2


def test_somebody_elses_key_is_another_key(database: Database) -> None:
    world = World(database)

    _ask(world)
    answer = _ask(world, principal=BOB)

    assert "Idempotency-Replayed" not in answer.headers
    assert world.calls == 2


def test_nobody_known_shares_no_key(database: Database) -> None:
    world = World(database)

    _ask(world, principal=ANONYMOUS)
    answer = _ask(world, principal=ANONYMOUS)

    assert "Idempotency-Replayed" not in answer.headers


def test_after_a_day_it_acts_anew(database: Database) -> None:
    world = World(database)

    _ask(world)
    _ask(world, later=timedelta(hours=23, minutes=59))
    assert world.calls == 1
    _ask(world, later=timedelta(hours=24))
    assert world.calls == 2


def test_a_refusal_stores_nothing_and_frees_the_key(database: Database) -> None:
    world = World(database)

    assert _ask(world, name="wrong").status_code == 422
    assert world.names() == []
    assert _ask(world).status_code == 201


def test_what_breaks_stores_nothing_and_frees_the_key(database: Database) -> None:
    def fall() -> None:
        raise RuntimeError("our own fault")

    world = World(database, meanwhile=fall)
    assert _ask(world).status_code == 500
    assert world.names() == []

    world.meanwhile = lambda: None
    assert _ask(world).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a b", "\u00e4"])
def test_a_key_that_cannot_be_kept_is_refused(sqlite_database: Database, key: str) -> None:
    assert _ask(World(sqlite_database), key=key).status_code == 422


def test_a_form_sent_twice_acts_once(database: Database) -> None:
    world = World(database)

    first, again = _send(world, form_token="a"), _send(world, form_token="b")

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    assert world.names() == ["one-0"]


def test_a_form_with_other_fields_needs_another_key(database: Database) -> None:
    world = World(database)
    _send(world)

    assert _send(world, name="two").status_code == 422
    assert _send(world, name="two", request_key="f" * 32).status_code == 303


@pytest.mark.parametrize("key", ["", "short", "Z" * 32, "\u0661" * 32])
def test_a_form_without_its_key_does_nothing(sqlite_database: Database, key: str) -> None:
    world = World(sqlite_database)

    assert _send(world, request_key=key).status_code == 422
    assert world.calls == 0


def test_a_form_that_was_refused_can_be_sent_again(database: Database) -> None:
    world = World(database)

    assert _send(world, name="wrong").status_code == 422
    assert _send(world, name="wrong").status_code == 422
    assert world.names() == []
    assert _send(world).status_code == 303


def test_a_key_of_a_form_is_none_of_rest(database: Database) -> None:
    world = World(database)

    _send(world)

    assert "Idempotency-Replayed" not in _ask(world).headers


@pytest.mark.parametrize("path", [REST, PAGE])
def test_of_twenty_at_once_one_acts(database: Database, path: str) -> None:
    world = World(database)
    app = make_app(world)
    start = Barrier(THREADS)

    def send(_: int) -> TestResponse:
        start.wait()
        if path == PAGE:
            return app.test_client().post(path, data={"name": "one", "request_key": KEY})
        return app.test_client().post(path, json={"name": "one"}, headers={"Idempotency-Key": KEY})

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(send, range(THREADS)))

    assert world.names() == ["one-0"]
    done = [answer for answer in answers if answer.status_code in {201, 303}]
    assert len({answer.data for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert {answer.status_code for answer in answers} - {201, 303} <= {409}
    if path == PAGE:
        assert len(done) == THREADS, "who presses a button twice is not shown a refusal"


def _ask_and_die(url: str, moment: str) -> None:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    world = World(open_database(url, keys=RING))
    setattr(world, moment, die)
    _ask(world)


@pytest.mark.parametrize(("moment", "kept"), [("meanwhile", []), ("after", ["one-0"])])
def test_whenever_the_server_is_killed_it_has_acted_once_in_the_end(
    database_url: str, moment: str, kept: list[str]
) -> None:
    killed = start_process(_ask_and_die, database_url, moment)
    killed.join(PATIENCE_SECONDS)
    assert killed.exitcode == -signal.SIGKILL
    world = World(open_database(database_url, keys=RING))
    assert world.names() == kept

    answers: list[Any] = [_ask(world).json for _ in range(2)]

    assert answers == [{"name": "one", "count": 1}] * 2
    assert world.names() == ["one-0"]
    world.database.dispose()
