"""Canonical JSON and the hashes made of it: the same value is the same bytes, everywhere.

A subset of RFC 8785: objects with ASCII keys in order, text, whole numbers, true, false, null and
lists; no spaces, UTF-8. No fractions, as their text differs from one writer to the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What the first entry follows."""

HASHED: Final = (
    "seq",
    "at",
    "action",
    "outcome",
    "principal_kind",
    "user_id",
    "credential_id",
    "organisation_id",
    "request_id",
    "commitment",
    "prev_hash",
)
"""What the hash of an entry is made of: all its columns but the hash itself."""

_WHOLE_MAX: Final = 2**53 - 1
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def to_canonical(value: Any) -> str:  # noqa: ANN401 — whatever JSON can hold
    """Return the value as canonical JSON; raises ValueError for what has no canonical form."""
    _require_plain(value)
    return _ENCODER.encode(value)


def hash_entry(entry: Mapping[str, str | int]) -> str:
    """Return the SHA-256 (hex) of an entry, whose instant is text already."""
    text = _ENCODER.encode({name: entry[name] for name in HASHED})
    # A database that was tampered with can hold text no UTF-8 can; it must only differ.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def commit_to(salt: str, document: str) -> str:
    """Return the SHA-256 (hex) of the salt's bytes and the document after them.

    The salt (hex) keeps a document that could be guessed from being found by trying. It is
    stored and erased with the document.
    """
    return hashlib.sha256(bytes.fromhex(salt) + document.encode("utf-8")).hexdigest()


def _require_plain(value: Any) -> None:  # noqa: ANN401 — whatever a caller hands over
    match value:
        case bool() | None:
            pass
        case int():
            if abs(value) > _WHOLE_MAX:
                raise ValueError(f"{value} is too large for JSON that reads the same everywhere")
        case str():
            require_text(value)
        case list() | tuple():
            _require_all_plain(value)
        case dict():
            _require_keys(value)
            _require_all_plain(value.values())
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical JSON; write it as text")


def _require_all_plain(values: Iterable[Any]) -> None:
    for value in values:
        _require_plain(value)


def _require_keys(keys: Iterable[Any]) -> None:
    for key in keys:
        if not isinstance(key, str) or not key.isascii():
            raise ValueError(f"the key {key!r} is not ASCII text")


def require_text(text: str) -> None:
    """Raise ValueError for text with half characters (unpaired surrogates)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("text holds half a character (an unpaired surrogate)") from error
