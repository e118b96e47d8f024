"""What every answer carries."""

from __future__ import annotations

import pytest

from api.security.headers import CONTENT_POLICY
from tests.api.security.app import BEHIND_TLS, PAGE, PLAIN, REST, make_app


def test_only_behind_tls_browsers_are_told_to_insist_on_it() -> None:
    plain = make_app(PLAIN).test_client().get(PAGE)
    encrypted = make_app(BEHIND_TLS).test_client().get(PAGE)

    assert "Strict-Transport-Security" not in plain.headers
    assert encrypted.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.parametrize("path", [PAGE, REST, "/nothing"])
def test_every_answer_forbids_what_no_page_needs(path: str) -> None:
    headers = make_app(PLAIN).test_client().get(path).headers

    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"].split(", ")


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    allowed = {word for rule in CONTENT_POLICY.split("; ") for word in rule.split()[1:]}

    assert allowed == {"'self'", "'none'"}
