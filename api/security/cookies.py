"""Names of cookies. ``__Host-`` makes browsers refuse one that came without TLS or for a domain."""

from __future__ import annotations

from typing import Final

_WITH_TLS: Final = "__Host-sojourn"
_WITHOUT_TLS: Final = "sojourn"


def session_cookie(*, is_https: bool) -> str:
    """Return the name of the cookie of a session; one by the other name is nobody's.

    Behind TLS a plain cookie would be taken from whoever serves another name of the domain.
    """
    return _WITH_TLS if is_https else _WITHOUT_TLS


def form_cookie(*, is_https: bool) -> str:
    """Return the name of the cookie of forms shown to nobody known."""
    return f"{session_cookie(is_https=is_https)}-form"
