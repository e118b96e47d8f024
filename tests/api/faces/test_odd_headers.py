"""Whatever headers come, the answer is one of ours: no failure, and every header in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.api.faces.worlds import Template, World, client_with, open_world

NAMES: Final = (
    "Host", "Origin", "Referer", "Cookie", "Authorization", "Idempotency-Key", "X-Request-Id",
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Form-Token", "Sec-Fetch-Site",
    "Content-Type", "Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Range",
    "If-Modified-Since", "Forwarded", "X-HTTP-Method-Override", "Transfer-Encoding", "Expect",
)  # fmt: skip
PATHS: Final = (
    "/", "/cases/SJ-1001", "/api/v1/cases", "/api/v1/cases/SJ-1001/plans", "/healthz", "/metrics",
    "/static/sojourn.css", "/nothing", "/api/v1/nothing", "/cases", "/openapi.json",
)  # fmt: skip
VALUES = st.one_of(
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60),
    st.sampled_from(
        ["null", "http://localhost", "https://evil.example", "same-origin", "cross-site", "Bearer",
         "Bearer x", "bytes=0-", "sojourn=", "sojourn=x", "__Host-sojourn=x", "a=b; sojourn=\xff",
         "multipart/form-data", "application/json", "localhost:99999", "[::1", "evil.example"]
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def odd_world(
    world_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for all examples: none of them may change it."""
    opened = open_world(world_template, tmp_path_factory.mktemp("odd"))
    yield opened
    opened.services.database.dispose()


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW"]),
    path=st.sampled_from(PATHS),
    headers=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("GET", "/", {"Host": ""})
@example("POST", "/cases", {"Content-Type": "multipart/form-data"})
@example("POST", "/api/v1/cases", {"Cookie": "sojourn=x", "Sec-Fetch-Site": "same-origin"})
def test_whatever_headers_come_the_answer_is_one_of_ours(
    odd_world: World, method: str, path: str, headers: dict[str, str]
) -> None:
    client = FlaskClient(odd_world.app, odd_world.app.response_class, use_cookies=False)

    answer = client.open(path, method=method, headers=headers)

    assert answer.status_code < 500, answer.text[:500]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"] not in headers.values()
    assert "Access-Control-Allow-Origin" not in answer.headers
    if path != "/static/sojourn.css":
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_odd_ones_changed_nothing(odd_world: World) -> None:
    client = client_with(odd_world.app, odd_world.template.tokens["coordinator"])

    answer = client.get("/api/v1/cases/SJ-1001/plans")

    assert answer.json is not None
    assert len(answer.json["plans"]) == 1
