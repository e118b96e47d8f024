"""What a request brings to show who asks: read in one place, so that no two readers disagree."""

from __future__ import annotations

from typing import Final

from flask import Request

from api.security.cookies import session_cookie

_BEARER: Final = "bearer "


def find_bearer_token(asked: Request) -> str | None:
    """Return the token of the Authorization header, or None; an empty one is none."""
    header = asked.headers.get("Authorization", "")
    if not header.lower().startswith(_BEARER):
        return None
    return header[len(_BEARER) :].strip() or None


def find_session_token(asked: Request, *, is_https: bool) -> str | None:
    """Return the token of the session's cookie, or None where a bearer token goes before it.

    A program that sends a bearer token means it; no browser adds one by itself.
    """
    if find_bearer_token(asked) is not None:
        return None
    return asked.cookies.get(session_cookie(is_https=is_https)) or None
