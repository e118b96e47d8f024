"""Form tokens: of this browser, in this session, by these pages, or nothing is done."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api.security.forms import FIELD, HEADER, token_of
from api.settings import Settings
from tests.api.security.app import BEHIND_TLS, PAGE, PLAIN, REST, make_app

SESSION = "a-session-token"


def _client(settings: Settings = PLAIN, session: str = "") -> FlaskClient:
    client = make_app(settings).test_client()
    if session:
        client.set_cookie("sojourn", session)
    return client


def _shown_token(client: FlaskClient) -> str:
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', client.get(PAGE).text)
    assert found is not None
    return found[1]


def test_a_form_of_the_session_passes() -> None:
    client = _client(session=SESSION)

    assert client.post(PAGE, data={FIELD: _shown_token(client)}).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "\u00e4", token_of("another session"), SESSION])
def test_a_form_without_the_token_of_the_session_is_refused(token: str) -> None:
    assert _client(session=SESSION).post(PAGE, data={FIELD: token}).status_code == 403


def test_a_form_without_any_token_is_refused() -> None:
    assert _client(session=SESSION).post(PAGE).status_code == 403
    assert _client().post(PAGE).status_code == 403


def test_who_has_no_session_gets_a_cookie_for_forms_alone() -> None:
    client = _client()

    shown = client.get(PAGE)

    assert re.fullmatch(
        r"sojourn-form=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", shown.headers["Set-Cookie"]
    )
    assert client.post(PAGE, data={FIELD: _shown_token(client)}).status_code == 200


def test_the_cookie_for_forms_stays_the_same() -> None:
    client = _client()

    client.get(PAGE)

    assert "Set-Cookie" not in client.get(PAGE).headers


def test_a_form_shown_to_nobody_is_refused_after_a_login() -> None:
    client = _client()
    token = _shown_token(client)

    client.set_cookie("sojourn", SESSION)

    assert client.post(PAGE, data={FIELD: token}).status_code == 403


def test_a_token_of_forms_does_not_pass_for_that_of_another_browser() -> None:
    token = _shown_token(_client())
    other = _client()
    _shown_token(other)

    assert other.post(PAGE, data={FIELD: token}).status_code == 403


def test_behind_tls_the_cookies_are_of_the_host_alone() -> None:
    client = make_app(BEHIND_TLS).test_client()

    cookie = client.get(PAGE, base_url="https://visits.example").headers["Set-Cookie"]

    assert cookie.startswith("__Host-sojourn-form=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_behind_tls_a_cookie_that_anybody_could_have_set_is_nobodys() -> None:
    client = _client(BEHIND_TLS, session=SESSION)

    assert client.post(PAGE, data={FIELD: token_of(SESSION)}).status_code == 403


def test_a_program_with_a_bearer_token_needs_no_form_token() -> None:
    headers = {"Authorization": "Bearer sjn_x"}

    assert _client(session=SESSION).post(PAGE, headers=headers).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "bearer  \t", "Basic eDp5"])
def test_what_is_no_bearer_token_takes_nothing_off_the_cookie(header: str) -> None:
    client = _client(session=SESSION)

    assert client.post(PAGE, headers={"Authorization": header}).status_code == 403
    assert client.post(REST, headers={"Authorization": header}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 403),
        ({HEADER: token_of(SESSION)}, 200),
        ({HEADER: token_of(SESSION), "Sec-Fetch-Site": "cross-site"}, 403),
        ({HEADER: token_of("another")}, 403),
        ({"Authorization": "Bearer sjn_x"}, 200),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_cookie_over_rest_needs_a_page_of_ours(
    method: str, headers: dict[str, str], status: int
) -> None:
    assert _client(session=SESSION).open(REST, method=method, headers=headers).status_code == status


def test_rest_without_a_cookie_is_left_to_the_gate() -> None:
    assert _client().post(REST).status_code == 200


def test_reading_needs_no_token() -> None:
    client = _client(session=SESSION)

    assert [client.get(PAGE).status_code, client.get(REST).status_code] == [200, 200]


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_secrets_have_two_tokens_which_tell_neither(first: str, second: str) -> None:
    token = token_of(first)

    assert (token == token_of(second)) == (first == second)
    assert re.fullmatch(r"[\w-]{43}", token, re.ASCII)
    assert len(first) < 4 or first not in token
