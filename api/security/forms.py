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
from functools import partial
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

    def remember(response: Response) -> Response:
        if "form_secret" in g:
            response.set_cookie(
                form_cookie(is_https=is_https),
                g.form_secret,
                httponly=True,
                samesite="Lax",
                secure=is_https,
            )
        return response

    app.before_request(partial(_check, is_https=is_https))
    app.after_request(remember)
    app.jinja_env.globals["form_token"] = partial(_field, is_https=is_https)


def token_of(secret: str) -> str:
    """Return the token of the forms shown under that secret."""
    digest = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _check(*, is_https: bool) -> None:
    """Raise FormExpired or CrossOrigin for what may not have been sent by a page of ours."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if request.path.startswith(_MACHINES):
        _require_own_script(is_https=is_https)
    elif find_bearer_token(request) is None:
        _require_token(_find_secret(is_https=is_https))


def _field(*, is_https: bool) -> Markup:
    """Return the hidden field for a form of the page that is being made."""
    secret = _find_secret(is_https=is_https)
    if not secret:
        secret = g.setdefault("form_secret", secrets.token_urlsafe(32))
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token_of(secret))


def _find_secret(*, is_https: bool) -> str:
    """Return the secret that this browser has: of its session, or of forms alone; else nothing."""
    of_session = find_session_token(request, is_https=is_https)
    return of_session or request.cookies.get(form_cookie(is_https=is_https), "")


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
