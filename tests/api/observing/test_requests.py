"""Each request has an id, a line in the log and a place in the metrics."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api.database import Database, open_database
from api.observing.metrics import Metrics
from api.observing.requests import REQUEST_ID, get_request_id, observe_requests

OWN = re.compile(r"[0-9a-f]{32}")
NOWHERE = "sqlite:////nowhere/at/all.sqlite"


def _observed(*, trusts_proxy: bool = False) -> tuple[FlaskClient, Metrics]:
    app = Flask("observed")
    metrics = observe_requests(app, trusts_proxy=trusts_proxy, database=open_database(NOWHERE))
    app.add_url_rule("/cases/<name>", "case", lambda name: get_request_id() + name[:0])
    app.add_url_rule("/broken", "broken", lambda: abort(503))
    return app.test_client(), metrics


def test_a_request_gets_an_id_of_its_own_and_is_told_it() -> None:
    client, _ = _observed()

    first, second = client.get("/cases/x"), client.get("/cases/x")

    assert OWN.fullmatch(first.headers[REQUEST_ID])
    assert first.text == first.headers[REQUEST_ID]
    assert first.headers[REQUEST_ID] != second.headers[REQUEST_ID]


def test_an_id_from_outside_is_taken_from_a_proxy_alone() -> None:
    sent = {REQUEST_ID: "trace-0123456789"}

    alone, _ = _observed()
    behind, _ = _observed(trusts_proxy=True)

    assert OWN.fullmatch(alone.get("/cases/x", headers=sent).headers[REQUEST_ID])
    assert behind.get("/cases/x", headers=sent).headers[REQUEST_ID] == "trace-0123456789"


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=80))
def test_whatever_id_a_proxy_sends_ours_is_one_word(sent: str) -> None:
    client, _ = _observed(trusts_proxy=True)

    answer = client.get("/cases/x", headers={REQUEST_ID: sent})

    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answer.headers[REQUEST_ID])


def test_a_request_is_one_line_that_names_its_route(caplog: pytest.LogCaptureFixture) -> None:
    client, _ = _observed()

    with caplog.at_level(logging.INFO, "api.observing"):
        client.get("/cases/SJ-1001?q=measles")

    (line,) = [record for record in caplog.records if record.msg == "request.answered"]
    facts = vars(line)
    assert (facts["method"], facts["route"], facts["status"]) == ("GET", "/cases/<name>", 200)
    assert facts["milliseconds"] >= 0
    assert "SJ-1001" not in str(facts["route"])
    assert "measles" not in str(facts)


def test_a_failure_of_ours_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    client, _ = _observed()

    with caplog.at_level(logging.INFO, "api.observing"):
        client.get("/broken")

    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_requests_are_counted_by_their_route() -> None:
    client, metrics = _observed()

    for path in ("/cases/a", "/cases/b", "/nothing", "/nothing/else"):
        client.get(path)

    def count(route: str, status: str) -> float | None:
        labels = {"method": "GET", "route": route, "status": status}
        return metrics.registry.get_sample_value("sojourn_requests_total", labels)

    assert count("/cases/<name>", "200") == 2
    assert count("none", "404") == 2
    assert metrics.registry.get_sample_value("sojourn_requests_under_way") == 0


def test_an_invented_method_makes_no_series_of_its_own() -> None:
    client, metrics = _observed()

    for method in ("BREW", "WHEN"):
        client.open("/cases/a", method=method)

    text = str(list(metrics.registry.collect()))
    assert "BREW" not in text
    assert "OTHER" in text


def test_the_wait_for_the_database_is_told(sqlite_database: Database) -> None:
    metrics = Metrics(sqlite_database)
    for _ in range(3):
        with sqlite_database.write():
            pass

    tell = metrics.registry.get_sample_value
    assert tell("sojourn_database_wait_seconds_count") == 3
    assert (tell("sojourn_database_wait_seconds_sum") or 0) > 0
