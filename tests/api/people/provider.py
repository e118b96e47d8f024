"""A small OpenID Connect provider that listens on this machine: real HTTP, real signatures."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from api.settings import OidcSettings

CLIENT: Final = ("sojourn", "a secret of the tests")
KEY: Final = RSAKey.generate_key(2048, {"kid": "first"})
FOREIGN_KEY: Final = RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class Provider:
    """What the provider says of whoever logs in; a test changes it to lie."""

    now: datetime
    issuer: str = ""
    signing_key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "subject-1",
            "email": "ines@clinic.example",
            "email_verified": True,
        }
    )
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self) -> OidcSettings:
        """Return what the service is told of this provider."""
        return OidcSettings(
            issuer=self.issuer,
            client_id=CLIENT[0],
            client_secret=CLIENT[1],
            name="Clinic login",
        )

    def visit(self, address: str) -> dict[str, str]:
        """Log in at the address as a browser would; return the query it is sent back with."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def id_token(self, nonce: str) -> str:
        """Return a signed ID token."""
        seconds = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT[0],
            "iat": seconds,
            "exp": seconds + 300,
            "nonce": nonce,
            **self.claims,
        }
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.signing_key)


@contextmanager
def running_provider(now: datetime) -> Iterator[Provider]:
    """Serve a provider on a free port until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    provider = Provider(now)
    server = make_server("127.0.0.1", 0, _make_app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    # It looks this often whether to end; half a second, as usual, would be waited for by each test.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()


def _make_app(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(
            issuer=provider.issuer,
            authorization_endpoint=f"{provider.issuer}/authorize",
            token_endpoint=f"{provider.issuer}/token",
            jwks_uri=f"{provider.issuer}/jwks",
        )

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(KeySet([KEY]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:  # noqa: ANN401 — a response of Flask or werkzeug
        asked = request.args.to_dict()
        if not _is_whole(asked):
            return Response("the request is not whole", 400)
        code = token_urlsafe()
        provider.codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return redirect(f"{asked['redirect_uri']}?{query}")

    @app.post("/token")
    def token() -> Any:  # noqa: ANN401 — a response with or without its status
        asked = provider.codes.pop(request.form.get("code", ""), None)
        if asked is None or not _may_have_token(asked):
            return jsonify(error="invalid_grant"), 400
        return jsonify(
            access_token=token_urlsafe(),
            token_type="Bearer",
            expires_in=300,
            id_token=provider.id_token(asked["nonce"]),
        )

    return app


def _is_whole(asked: dict[str, str]) -> bool:
    wanted = {"client_id": CLIENT[0], "response_type": "code", "code_challenge_method": "S256"}
    rest = ("state", "nonce", "code_challenge", "redirect_uri")
    return wanted.items() <= asked.items() and all(asked.get(name) for name in rest)


def _may_have_token(asked: dict[str, str]) -> bool:
    who = request.authorization
    verifier = request.form.get("code_verifier", "")
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return (
        who is not None
        and (who.username, who.password) == CLIENT
        and challenge == asked["code_challenge"]
        and request.form.get("redirect_uri") == asked["redirect_uri"]
    )
