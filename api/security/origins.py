"""Requests that change something come from these pages, or from no browser at all."""

from __future__ import annotations

from typing import Final

from flask import Flask, Request, request
from werkzeug.exceptions import SecurityError

from api.errors import CrossOrigin
from api.settings import Settings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_other_sites(app: Flask, settings: Settings) -> None:
    """Refuse what names another host, and what another site's page lets a browser send here."""

    def refuse() -> None:
        if isinstance(request.routing_exception, SecurityError):
            # The request names a host that is not ours. First of all, as without a host of ours
            # no page can be built, not even one that refuses.
            raise request.routing_exception
        if is_from_another_site(request, is_https=settings.is_https):
            raise CrossOrigin

    app.before_request(refuse)


def is_from_another_site(asked: Request, *, is_https: bool) -> bool:
    """Return whether a browser says that another site sent a request that changes something.

    Browsers send ``Sec-Fetch-Site``; older ones ``Origin``. Clients that are no browser send
    neither; they have no cookie that somebody else could use.
    """
    if asked.method in SAFE_METHODS:
        return False
    fetch_site = asked.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = asked.headers.get("Origin")
    return origin is not None and origin != _own_origin(asked, is_https=is_https)


def is_from_own_page(asked: Request, *, is_https: bool) -> bool:
    """Return whether a browser says that a page of ours sent the request."""
    fetch_site = asked.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return asked.headers.get("Origin") == _own_origin(asked, is_https=is_https)


def _own_origin(asked: Request, *, is_https: bool) -> str:
    """Return what ``Origin`` says on our pages; the host is one of those that are trusted."""
    return f"{'https' if is_https else 'http'}://{asked.host}"
