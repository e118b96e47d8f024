"""What every answer carries, and whom the pages answer at all."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.api.faces.worlds import World

KEY = "0" * 32


@pytest.mark.parametrize(
    "path", ["/", "/cases/NONE", "/api/v1/cases", "/api/v1/nothing", "/static/sojourn.css"]
)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert {one.split()[1] for one in policy.split("; ")} <= {"'self'", "'none'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_answers_about_people_are_kept_by_nobody(client: FlaskClient) -> None:
    assert client.get("/cases/SJ-1001").headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/cases").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
)
@pytest.mark.parametrize("path", ["/cases/SJ-1001/plans", "/api/v1/cases/SJ-1001/plans"])
def test_a_form_of_another_site_is_refused(
    world: World, client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, data={"request_key": KEY}, headers=headers)

    assert answer.status_code == 403
    plans = world.client.get("/api/v1/cases/SJ-1001/plans").json
    assert plans is not None
    assert len(plans["plans"]) == 1


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
)
def test_a_form_of_our_own_passes(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/plans/none/cancel", headers=headers)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example"]
)
def test_a_request_for_another_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_a_form_without_its_key_is_refused(client: FlaskClient) -> None:
    for key in ("", "short", "Z" * 32):
        answer = client.post("/cases/SJ-1001/plans", data={"request_key": key})
        assert answer.status_code == 422
        assert "one-time key" in answer.text
