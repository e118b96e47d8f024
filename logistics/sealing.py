"""Sealed text: what is stored of a private field, and the keys that open it.

A sealed text is ``s1:KEY-ID:BASE64URL``: the format, the key's id, and nonce, ciphertext and tag
of AES-256-GCM. Its associated data is the place it is stored in, so that a value moved to another
row or column does not open. ``docs/sealing.md`` has the format, its bounds and its rules.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from logistics.errors import InvalidKey, SealBroken, UnknownKey

FORMAT: Final = "s1"
DEVELOPMENT: Final = "dev"
"""Ids of keys that are no secret to anybody begin with this; production refuses them."""

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_KEY_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)
_SEALING: Final = b"sojourn sealing 1"
_FINDING: Final = b"sojourn finding 1"
_SIGNING: Final = b"sojourn signing 1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is stored; ``row`` is its primary key.

    Parts of a key are joined by ``/``; in them ``%`` and ``/`` are written ``%25`` and ``%2F``.
    """

    table: str
    row: str
    column: str

    @classmethod
    def of(cls, table: str, key: Iterable[str | int], column: str) -> Place:
        """Return the place of a column in the row with this primary key."""
        parts = [str(part) for part in key]
        if any("/" in part or "%" in part for part in parts):
            parts = [part.replace("%", "%25").replace("/", "%2F") for part in parts]
        return cls(table, "/".join(parts), column)

    @property
    def field(self) -> str:
        """Return table and column, such as ``sojourn_case.title``."""
        return f"{self.table}.{self.column}"

    def __str__(self) -> str:
        """Return what the text is bound to: neither table nor column holds a colon."""
        return f"{self.table}:{self.row}:{self.column}"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of 256 bits; its secret is never shown."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse ids that could not be told from the rest of a sealed text, and short secrets."""
        if not _KEY_ID.fullmatch(self.id):
            raise InvalidKey("a key's id is 1 to 32 small letters, digits and inner hyphens")
        if len(self.secret) != KEY_BYTES:
            raise InvalidKey(f"key {self.id} has {len(self.secret)} bytes; it must have 32")

    @property
    def is_development(self) -> bool:
        """Return whether the key was made for trying things out."""
        return self.id.startswith(DEVELOPMENT)

    def to_line(self) -> str:
        """Return the key as a line of a key file: ``id:base64``."""
        return f"{self.id}:{base64.b64encode(self.secret).decode()}"


def new_key(key_id: str) -> Key:
    """Return a fresh random key; raises InvalidKey for an id that cannot be one."""
    return Key(key_id, secrets.token_bytes(KEY_BYTES))


def parse_key(line: str) -> Key:
    """Return the key written as ``id:base64``; raises InvalidKey, whose words repeat no secret."""
    key_id, colon, encoded = line.strip().partition(":")
    if not colon:
        raise InvalidKey("a key is written as id:base64")
    try:
        secret = base64.b64decode(encoded.translate(_STANDARD), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidKey("what follows the colon of a key must be 32 bytes in base64") from error
    return Key(key_id, secret)


_STANDARD: Final = str.maketrans("-_", "+/")


class KeyRing:
    """The keys of one service: the first one seals, every one opens what it sealed."""

    def __init__(self, keys: Iterable[Key]) -> None:
        """Take the keys, the current one first; raises InvalidKey for none, or an id twice."""
        ordered = tuple(keys)
        self._keys = {key.id: _Derived(key) for key in ordered}
        if not ordered:
            raise InvalidKey("there must be a key; make one with: sojourn keys new")
        if len(self._keys) < len(ordered):
            raise InvalidKey("two keys have the same id; give each one its own")
        self._current = self._keys[ordered[0].id]
        self.ids: Final = tuple(self._keys)
        self.has_development_keys: Final = any(key.is_development for key in ordered)

    def __repr__(self) -> str:
        return f"KeyRing{self.ids}"

    @property
    def current(self) -> str:
        """Return the id of the key that seals."""
        return self._current.id

    @property
    def prefix(self) -> str:
        """Return what every text begins with that the current key has sealed."""
        return self._current.prefix

    def seal(self, text: str, place: Place) -> str:
        """Return the text sealed for the place with the current key."""
        return self.seal_bytes(text.encode(), place)

    def open(self, sealed: str, place: Place) -> str:
        """Return the text sealed for the place; raises SealBroken, and UnknownKey."""
        return self.open_bytes(sealed, place).decode()

    def seal_bytes(self, content: bytes, place: Place) -> str:
        """Return the bytes sealed for the place with the current key, as text."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        ciphertext = self._current.cipher.encrypt(nonce, content, str(place).encode())
        return self._current.prefix + base64.urlsafe_b64encode(nonce + ciphertext).decode()

    def open_bytes(self, sealed: str, place: Place) -> bytes:
        """Return the bytes sealed for the place; raises SealBroken, and UnknownKey."""
        key_id = key_id_of(sealed)
        if key_id is None:
            raise SealBroken(str(place))
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownKey(key_id)
        try:
            content = _decode(sealed[len(key.prefix) :])
            nonce, ciphertext = content[:NONCE_BYTES], content[NONCE_BYTES:]
            return key.cipher.decrypt(nonce, ciphertext, str(place).encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(str(place)) from error

    def blind_index(self, purpose: str, text: str) -> str:
        """Return what a text can be found by without being read, under the current key."""
        return self._current.find(purpose, text)

    def blind_indexes(self, purpose: str, text: str) -> tuple[str, ...]:
        """Return what the text was stored under by each key, the current one first."""
        return tuple(key.find(purpose, text) for key in self._keys.values())

    def sign(self, content: bytes) -> str:
        """Return ``KEY-ID:HEX``, which shows whoever has the key that the content is ours."""
        return self._current.sign(content)

    def is_signed(self, content: bytes, signature: str) -> bool:
        """Return whether the signature is that of the content; raises UnknownKey."""
        key_id = signature.partition(":")[0]
        if key_id not in self._keys:
            raise UnknownKey(key_id)
        expected = self._keys[key_id].sign(content)
        return hmac.compare_digest(expected.encode(), signature.encode())


def parse_ring(lines: Iterable[str]) -> KeyRing:
    """Return the ring of keys, one on a line; empty lines and ``#`` comments are passed over.

    Raises InvalidKey, whose words repeat no secret.
    """
    stripped = (line.strip() for line in lines)
    return KeyRing(parse_key(line) for line in stripped if line and not line.startswith("#"))


class _Derived:
    """One key, with a key of its own derived for each purpose."""

    def __init__(self, key: Key) -> None:
        self.id = key.id
        self.prefix = f"{FORMAT}:{key.id}:"
        self.cipher = AESGCM(_derive(key, _SEALING))
        self._finding = _derive(key, _FINDING)
        self._signing = _derive(key, _SIGNING)

    def find(self, purpose: str, text: str) -> str:
        message = f"{purpose}:{normalised(text)}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._finding, message, sha256).hex()

    def sign(self, content: bytes) -> str:
        return f"{self.id}:{hmac.digest(self._signing, content, sha256).hex()}"


def normalised(text: str) -> str:
    """Return the text as it is searched for: whatever its capitals, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def key_id_of(stored: str) -> str | None:
    """Return the id of the key that sealed a stored text, or None for text that is not sealed."""
    form, _, rest = stored.partition(":")
    key_id, colon, _ = rest.partition(":")
    if form != FORMAT or not colon or not _KEY_ID.fullmatch(key_id):
        return None
    return key_id


def _derive(key: Key, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key.secret)


def _decode(encoded: str) -> bytes:
    """Return the bytes; raises ValueError for any other text than the one that is written.

    Base64 has several spellings of one content, and a reader that takes them all would not see
    that somebody changed the text. The strict reader leaves one freedom: unused last bits.
    """
    content = binascii.a2b_base64(encoded.encode("ascii").translate(_TO_STANDARD), strict_mode=True)
    rest = len(content) % 3 or 3
    if base64.urlsafe_b64encode(content[-rest:]).decode() != encoded[-4:]:
        raise ValueError("not the one spelling of base64")
    return content


# Letters of the other alphabet become one that is in neither.
_TO_STANDARD: Final = bytes.maketrans(b"-_+/", b"+/!!")
