"""What every answer carries and every request must show: headers, trusted hosts, own origin."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from api.errors import CrossOrigin

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask) -> None:
    """Add the headers to every answer and the origin check to every request."""
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)


def is_from_another_site(asked: Request) -> bool:
    """Return whether a browser says that another site sent a request that changes something.

    Browsers send ``Sec-Fetch-Site``; older ones ``Origin``. Clients that are no browser send
    neither and carry no user's authority, so they pass.
    """
    if asked.method in _SAFE_METHODS:
        return False
    fetch_site = asked.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != asked.host


def _refuse_other_sites() -> None:
    if is_from_another_site(request):
        raise CrossOrigin


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Pages and answers are about people's health: no shared cache may keep them.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
