"""Logging in through an organisation's own OpenID Connect provider (Core 1.0, code flow).

1. The browser gets a secret; what goes through the provider — state, nonce and the PKCE challenge
   (RFC 7636) — is derived from it, so that only this browser can finish what it began, and
   nothing is stored meanwhile.
2. When the browser comes back, the code is exchanged and the ID token verified: signature by the
   provider's published keys, issuer, audience, times, nonce.
3. A verified e-mail address leads to a user who is there already; nobody is created. From then on
   the provider's own name of the user decides, so that an address given to somebody else later
   opens nothing.

The keys and endpoints are asked for at each login: providers change them without notice.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import Session, col, select

from api.access.actions import Action
from api.account_errors import LoginRefused, ProviderUnavailable
from api.people.events import Happening, PeopleEvent, note_event
from api.people.log_in import Caller, admit
from api.people.secret_text import new_secret
from api.people.sessions import BegunSession, Method
from api.people.throttle import of_address, take_attempt, take_back
from api.people.users import User, find_user_by_email, get_user
from api.settings import OidcSettings
from api.tables.people import OutsideIdentityRow
from logistics.organisation import OrganisationKind
from logistics.repository.sessions import Sessions

TIMEOUT_SECONDS: Final = 8
_LEEWAY_SECONDS: Final = 60
_SCOPE: Final = "openid email"
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "pop"})
"""Words of a provider that two factors were shown, or one no password can be (RFC 8176)."""

_NOT_YOURS: Final = "the login did not begin in this browser, or took too long; begin again"
_NO_USER: Final = (
    "no user here has the e-mail address your provider has verified; "
    "ask the administrator of your organisation"
)


@dataclass(frozen=True, slots=True)
class OutsideLogin:
    """A login about to begin: where to send the browser, and the secret it must bring back."""

    address: str
    browser_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an ID token says of somebody."""

    issuer: str
    subject: str
    email: str | None
    has_shown_two: bool


def begin_outside(provider: OidcSettings, redirect_uri: str) -> OutsideLogin:
    """Return where the browser goes; raises ProviderUnavailable."""
    secret = new_secret()
    found = _discover(provider)
    with _client(provider, redirect_uri) as client:
        address, _ = client.create_authorization_url(
            found["authorization_endpoint"],
            state=_derive("state", secret),
            nonce=_derive("nonce", secret),
            code_verifier=_derive("verifier", secret),
        )
    return OutsideLogin(address, secret)


def finish_outside(
    sessions: Sessions,
    provider: OidcSettings,
    *,
    redirect_uri: str,
    browser_secret: str | None,
    answer: Mapping[str, str],
    caller: Caller,
    now: datetime,
    demanding: Collection[OrganisationKind],
) -> BegunSession:
    """Begin a session for the user the provider vouches for; ``answer`` is the query it sent.

    Raises:
        LoginRefused: the login was not begun here, was refused there, or leads to no user.
        ProviderUnavailable: the provider cannot be reached.
        TooManyAttempts: the address failed too often of late.
    """
    source = of_address(caller.address)
    with sessions.write() as session:
        take_attempt(session, (source,), now=now)
    secret = browser_secret or ""
    code = _read_code(provider, secret, answer)
    identity = _exchange(provider, redirect_uri, secret, code, now)
    with sessions.write() as session:
        user = _find_user(session, identity, now=now)
        if user is not None and user.is_active:
            take_back(session, source, now=now)
            return admit(
                session,
                user,
                method=Method.PROVIDER,
                device=caller.device,
                now=now,
                demanding=demanding,
                has_shown_two=identity.has_shown_two,
            )
        note_event(
            session,
            PeopleEvent(
                at=now,
                happening=Happening.LOGIN_FAILED,
                action=Action.LOG_IN,
                user_id="" if user is None else user.id,
                detail={"method": Method.PROVIDER.value},
            ),
        )
    raise LoginRefused(_NO_USER)


def _read_code(provider: OidcSettings, secret: str, answer: Mapping[str, str]) -> str:
    """Return the code of an answer to what this browser began; raises LoginRefused."""
    if not secret or not _is_same(answer.get("state"), _derive("state", secret)):
        raise LoginRefused(_NOT_YOURS)
    if answer.get("iss", provider.issuer) != provider.issuer:
        # RFC 9207: a provider may say in its answer who it is.
        raise LoginRefused(_NOT_YOURS)
    if "code" not in answer:
        raise LoginRefused(f"{provider.name} has not let you in; try again, or use a password")
    return answer["code"]


def _exchange(
    provider: OidcSettings, redirect_uri: str, browser_secret: str, code: str, now: datetime
) -> Identity:
    found = _discover(provider)
    try:
        with _client(provider, redirect_uri) as client:
            token = client.fetch_token(
                found["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=_derive("verifier", browser_secret),
            )
        keys = KeySet.import_key_set(_fetch(found["jwks_uri"]))
    except AuthlibBaseError as error:
        # The code was not the provider's, or was used before.
        raise LoginRefused(_NOT_YOURS) from error
    except (requests.RequestException, JoseError, ValueError) as error:
        raise ProviderUnavailable(provider.name) from error
    return _verify(provider, token, keys, nonce=_derive("nonce", browser_secret), now=now)


def _verify(
    provider: OidcSettings, token: Mapping[str, Any], keys: KeySet, *, nonce: str, now: datetime
) -> Identity:
    """Return what the ID token says; raises LoginRefused for one that cannot be trusted."""
    try:
        read = jwt.decode(token["id_token"], keys, algorithms=list(_ALGORITHMS))
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={
                "nonce": nonce,
                "client_id": provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise LoginRefused(f"{provider.name} sent an answer that cannot be trusted") from error
    is_verified = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
    return Identity(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=claims["email"] if is_verified else None,
        has_shown_two=not _STRONG.isdisjoint(claims.get("amr") or ()),
    )


def _find_user(session: Session, identity: Identity, *, now: datetime) -> User | None:
    """Return the user, by the provider's own name or, the first time, by the verified address."""
    row = session.get(OutsideIdentityRow, (identity.issuer, identity.subject))
    if row is not None:
        return get_user(session, row.user_id)
    user = None if identity.email is None else find_user_by_email(session, identity.email)
    if user is None or _is_known_otherwise(session, user, identity):
        return None
    session.add(
        OutsideIdentityRow(
            issuer=identity.issuer, subject=identity.subject, user_id=user.id, created_at=now
        )
    )
    session.flush()
    return user


def _is_known_otherwise(session: Session, user: User, identity: Identity) -> bool:
    query = select(OutsideIdentityRow.subject).where(
        col(OutsideIdentityRow.user_id) == user.id,
        col(OutsideIdentityRow.issuer) == identity.issuer,
    )
    return session.exec(query).first() is not None


def _client(provider: OidcSettings, redirect_uri: str) -> Any:  # noqa: ANN401 — Authlib has no types
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope=_SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    )


def _discover(provider: OidcSettings) -> dict[str, Any]:
    """Return the provider's own description; raises ProviderUnavailable where it is another's."""
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found: dict[str, Any] = _fetch(address)
        endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        is_whole = all(isinstance(found.get(name), str) for name in endpoints)
    except (requests.RequestException, ValueError, AttributeError) as error:
        raise ProviderUnavailable(provider.name) from error
    if found.get("issuer") != provider.issuer or not is_whole:
        raise ProviderUnavailable(provider.name)
    return found


def _fetch(address: str) -> Any:  # noqa: ANN401 — JSON
    answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()


def _derive(purpose: str, secret: str) -> str:
    """Return a value of 256 bits for one purpose, from which the secret cannot be found."""
    made = hmac.digest(secret.encode(), purpose.encode(), sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _is_same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())
