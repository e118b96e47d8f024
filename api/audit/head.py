"""The signed head: number and hash of the last entry, to be kept where nobody can change both.

Whoever may write to the database could cut the chain's end off or compute all of it anew; neither
can be done so that it still leads to a head that was signed and kept elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlmodel import Session

from api.audit.canonical import to_canonical
from api.audit.trail import find_end, instant_text
from api.errors import AuditHeadNotKept, AuditHeadRefused
from api.settings import InvalidSetting

_SETTING: Final = "SOJOURN_AUDIT_KEY"
_WANTED: Final = "an Ed25519 key: 32 bytes in base64, or the path of an unencrypted PEM file"
_KIND: Final = "sojourn-audit-head-1"
"""Stands in what is signed, so that no signature made for another purpose passes for a head."""

_DEVELOPMENT: Final = hashlib.sha256(b"sojourn: development key of the audit head").digest()
"""No secret: anybody can compute it. It signs the heads of sample data only."""

_SEED_BYTES: Final = 32
_MEMBERS: Final = {"seq": int, "hash": str, "at": str, "key_id": str, "signature": str}


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the last entry at an instant (text as hashed), signed (base64)."""

    seq: int
    hash: str
    at: str
    key_id: str
    signature: str

    def to_document(self) -> dict[str, str | int]:
        """Return what is printed and kept."""
        return {name: getattr(self, name) for name in _MEMBERS}

    @property
    def signed_bytes(self) -> bytes:
        """Return what the signature is made of."""
        signed = {name: getattr(self, name) for name in _MEMBERS if name != "signature"}
        return to_canonical({"kind": _KIND, **signed}).encode()


def load_key(text: str, *, is_sample: bool) -> Ed25519PrivateKey:
    """Return the key that a setting names: a seed in base64, or the path of a PEM file.

    Without one, sample data is signed with a key everybody knows. Raises InvalidSetting.
    """
    if not text:
        if is_sample:
            return Ed25519PrivateKey.from_private_bytes(_DEVELOPMENT)
        raise InvalidSetting(_SETTING, "", _WANTED)
    key = _read_pem(Path(text)) if text.endswith(".pem") else _read_seed(text)
    if not is_sample and key.private_bytes_raw() == _DEVELOPMENT:
        raise InvalidSetting(_SETTING, "the key for sample data", "a key of your own")
    return key


def load_public_key(text: str) -> Ed25519PublicKey:
    """Return the public key written as base64; raises AuditHeadRefused."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise AuditHeadRefused("the public key is not 32 bytes in base64") from None


def public_text(key: Ed25519PublicKey) -> str:
    """Return the public key as base64, to be kept beside the heads."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def key_id_of(key: Ed25519PublicKey) -> str:
    """Return the id of a key: the first 16 hex digits of the SHA-256 of its public bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign_head(session: Session, key: Ed25519PrivateKey, *, now: datetime) -> Head:
    """Return the head of the trail as it is now, signed."""
    seq, last_hash = find_end(session.connection())
    unsigned = Head(seq, last_hash, instant_text(now), key_id_of(key.public_key()), "")
    signature = base64.b64encode(key.sign(unsigned.signed_bytes)).decode()
    return Head(unsigned.seq, unsigned.hash, unsigned.at, unsigned.key_id, signature)


def keep_head(path: Path, head: Head) -> None:
    """Add the head to the file where heads are kept; raises AuditHeadNotKept.

    What was kept before is never written again, so that the file can be one that only grows.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(head.to_document())}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AuditHeadNotKept(str(path), str(error.strerror)) from error


def read_heads(text: str, keys: Iterable[Ed25519PublicKey]) -> dict[int, str]:
    """Return the hash of each head in a file of one JSON document a line.

    Raises AuditHeadRefused for what is no head, was signed with another key, or was changed.
    """
    known = {key_id_of(key): key for key in keys}
    heads: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        head = _read_head(line, number)
        _require_signed(head, known, number)
        if heads.setdefault(head.seq, head.hash) != head.hash:
            raise AuditHeadRefused(
                f"line {number} and a line before it disagree about entry {head.seq}, and both"
                " are signed: the trail was another one when one of them was made"
            )
    if not heads:
        raise AuditHeadRefused("the file holds no head; write one with 'sojourn audit head'")
    return heads


def read_kept_heads(path: Path, keys: Iterable[Ed25519PublicKey]) -> dict[int, str]:
    """Return the heads that a worker has kept in the file; raises AuditHeadRefused."""
    try:
        return read_heads(path.read_text(encoding="utf-8"), keys)
    except (OSError, UnicodeDecodeError) as error:
        raise AuditHeadRefused(
            "the heads that are kept cannot be read; look for the file that SOJOURN_AUDIT_HEADS"
            " names"
        ) from error


def _read_head(line: str, number: int) -> Head:
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or any(
        type(found.get(name)) is not kind for name, kind in _MEMBERS.items()
    ):
        raise AuditHeadRefused(
            f"line {number} is no head; each line is what 'sojourn audit head' printed"
        )
    return Head(**{name: found[name] for name in _MEMBERS})


def _require_signed(head: Head, known: dict[str, Ed25519PublicKey], number: int) -> None:
    key = known.get(head.key_id)
    if key is None:
        raise AuditHeadRefused(
            f"line {number} was signed with the key {head.key_id}; name that one's public key"
            " with --public-key"
        )
    try:
        key.verify(base64.b64decode(head.signature, validate=True), head.signed_bytes)
    except (InvalidSignature, ValueError):
        raise AuditHeadRefused(
            f"line {number} was changed after it was signed, or never was"
        ) from None


def _read_seed(text: str) -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != _SEED_BYTES:
        # What was written may be a secret with a typing error: it is not repeated.
        raise InvalidSetting(_SETTING, "…", _WANTED)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _read_pem(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidSetting(_SETTING, str(path), _WANTED) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidSetting(_SETTING, str(path), _WANTED)
    return key
