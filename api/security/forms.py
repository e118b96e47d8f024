"""Form tokens: a form that was sent was shown to the same browser, by these pages.

The token is an HMAC under the secret of the session's cookie, so that there is nothing to store,
no key to keep, and it ends with the session. Who has no session gets a cookie for forms alone.
Scripts of these pages that use a session's cookie over REST send the token as `HEADER`, unless
the browser says by itself that it was one of these pages.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Final

from flask import Flask, Response, g, request
from markupsafe import Markup

from api.errors import CrossOrigin, FormExpired
from api.security.cookies import form_cookie
from api.security.credentials import find_bearer_token, find_session_token
from api.security.origins import SAFE_METHODS, is_from_own_page
from api.settings import Settings

FIELD: Final = "form_token"
HEADER: Final = "X-Form-Token"
_PURPOSE: Final = b"sojourn form token 1"
_MACHINES: Final = "/api/"


def protect_forms(app: Flask, settings: Settings) -> None:
    """Refuse forms without their token, and give templates ``form_token()`` to put one in."""
    is_https = settings.is_https
    cookie = form_cookie(is_https=is_https)

    def remember(response: Response) -> Response:
        if "form_secret" in g:
            response.set_cookie(
                cookie, g.form_secret, httponly=True, samesite="Lax", secure=is_https
            )
        return response

    def check() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return
        if request.path.startswith(_MACHINES):
            _require_own_script(is_https=is_https)
        elif find_bearer_token(request) is None:
            secret = find_session_token(request, is_https=is_https)
            _require_token(secret or request.cookies.get(cookie, ""))

    def field() -> Markup:
        secret = find_session_token(request, is_https=is_https) or request.cookies.get(cookie)
        if not secret:
            secret = g.setdefault("form_secret", secrets.token_urlsafe(32))
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token_of(secret))

    app.before_request(check)
    app.after_request(remember)
    app.jinja_env.globals["form_token"] = field


def token_of(secret: str) -> str:
    """Return the token of the forms shown under that secret."""
    digest = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _require_token(secret: str) -> None:
    """Raise FormExpired for a form without the token of whoever sends it."""
    if not secret or not _is_token_of(secret, request.form.get(FIELD, "")):
        raise FormExpired


def _require_own_script(*, is_https: bool) -> None:
    """Raise CrossOrigin where a session's cookie comes from what may be another site's page."""
    secret = find_session_token(request, is_https=is_https)
    if secret is None or is_from_own_page(request, is_https=is_https):
        return
    if not _is_token_of(secret, request.headers.get(HEADER, "")):
        raise CrossOrigin


def _is_token_of(secret: str, sent: str) -> bool:
    return hmac.compare_digest(sent.encode(), token_of(secret).encode())
