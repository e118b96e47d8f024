"""Form tokens: a form that was sent was shown to the same browser, by these pages.

The token is an HMAC under the secret of the session's cookie, so that there is nothing to store
and it ends with the session. Who has no session gets a cookie for forms alone.
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

from api.errors import FormExpired
from api.security.cookies import SESSION_COOKIES, form_cookie
from api.security.origins import SAFE_METHODS
from api.settings import Settings

FIELD: Final = "form_token"
_PURPOSE: Final = b"sojourn form token 1"
_MACHINES: Final = "/api/"


def protect_forms(app: Flask, settings: Settings) -> None:
    """Refuse forms without their token, and give templates ``form_token()`` to put one in."""
    name = form_cookie(is_https=settings.is_https)

    def remember(response: Response) -> Response:
        if "form_secret" in g:
            response.set_cookie(
                name, g.form_secret, httponly=True, samesite="Lax", secure=settings.is_https
            )
        return response

    app.before_request(partial(_check, name))
    app.after_request(remember)
    app.jinja_env.globals["form_token"] = partial(_field, name)


def _check(cookie: str) -> None:
    """Raise FormExpired for a form without the token of whoever sends it."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if request.path.startswith(_MACHINES):
        # JSON, which no form can send; the origin has been looked at.
        return
    secret = _secret(cookie)
    sent = request.form.get(FIELD, "")
    if not secret or not hmac.compare_digest(sent.encode(), token_of(secret).encode()):
        raise FormExpired


def _field(cookie: str) -> Markup:
    """Return the hidden field for a form of the page that is being made."""
    secret = _secret(cookie)
    if not secret:
        secret = g.setdefault("form_secret", secrets.token_urlsafe(32))
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token_of(secret))


def _secret(cookie: str) -> str:
    """Return the secret that this browser has: of its session, or of forms alone."""
    return next(
        (request.cookies[name] for name in (*SESSION_COOKIES, cookie) if name in request.cookies),
        "",
    )


def token_of(secret: str) -> str:
    """Return the token of the forms shown under that secret."""
    digest = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
