"""The browser in front of a page: its cookies, where it comes from, where it wanted to go."""

from __future__ import annotations

from typing import Final

from flask import request
from werkzeug import Response

from api.pages.navigation import find_home
from api.people.log_in import Caller
from api.people.sessions import BegunSession
from api.security.cookies import session_cookie
from api.security.credentials import find_session_token
from api.security.redirects import own_path
from api.wiring import get_whole_services

OUTSIDE_SECONDS: Final = 600
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def read_session_token() -> str | None:
    """Return the token of the cookie, or None."""
    return find_session_token(request, is_https=_is_https())


def read_caller() -> Caller:
    """Return where the request comes from."""
    return Caller(
        address=request.remote_addr or "", device=describe_device(request.user_agent.string)
    )


def describe_device(user_agent: str) -> str:
    """Return browser and system as words, such as ``"Firefox on Linux"``."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def keep_session(response: Response, begun: BegunSession) -> Response:
    """Give the browser the token of its session, until it is closed."""
    response.set_cookie(
        session_cookie(is_https=_is_https()),
        begun.token,
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def drop_session(response: Response) -> Response:
    """Take the token from the browser."""
    response.set_cookie(
        session_cookie(is_https=_is_https()),
        "",
        max_age=0,
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def keep_outside_secret(response: Response, secret: str) -> Response:
    """Give the browser the secret of a login elsewhere, for ten minutes; an empty one ends it."""
    response.set_cookie(
        outside_cookie_name(),
        secret,
        max_age=OUTSIDE_SECONDS if secret else 0,
        secure=_is_https(),
        httponly=True,
        # It has to come along when the provider sends the browser back.
        samesite="Lax",
        path="/",
    )
    return response


def outside_cookie_name() -> str:
    """Return the name of the cookie of a login elsewhere."""
    return f"{session_cookie(is_https=_is_https())}-outside"


def read_next() -> str:
    """Return the page of ours that was asked for before the login, or an empty text."""
    return own_path(request.values.get("next"), "")


def home_address() -> str:
    """Return the address of the page where who asks begins."""
    return find_home()["href"]


def _is_https() -> bool:
    return get_whole_services().settings.is_https
