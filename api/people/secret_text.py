"""Random text that lets somebody in, and the hash of it that is stored instead."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final
from uuid import uuid4

_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """Return 256 random bits as 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal.

    Without salt or stretching: what is hashed here is random, and cannot be guessed.
    """
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """Return an id that says nothing, for a row that people may name."""
    return uuid4().hex
