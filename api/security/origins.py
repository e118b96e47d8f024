"""Requests that change something come from these pages, or from no browser at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, request

from api.errors import CrossOrigin

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_other_sites(app: Flask) -> None:
    """Refuse what another site's page lets a browser send here."""

    def refuse() -> None:
        if is_from_another_site(request):
            raise CrossOrigin

    app.before_request(refuse)


def is_from_another_site(asked: Request) -> bool:
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
    return origin is not None and urlsplit(origin).netloc != asked.host
