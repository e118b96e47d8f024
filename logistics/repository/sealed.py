"""Private fields on their way into and out of a row: sealed when written, opened when read.

The keys travel with the session (``session.info["key_ring"]``), and so do the fields that whoever
asks may not see (``session.info["hidden"]``, such as ``{"sojourn_case.title"}``): a hidden field
is never opened, shows a placeholder instead, and cannot be written.
"""

from __future__ import annotations

from typing import Any, Final, cast

from sqlmodel import Session

from logistics.errors import HiddenField, KeysMissing
from logistics.sealing import KeyRing, Place
from pricing.column_types import Row

KEY_RING: Final = "key_ring"
HIDDEN_FIELDS: Final = "hidden"
HIDDEN: Final = "(hidden)"
"""What a hidden text shows."""


def seal_field(session: Session, place: Place, content: str | bytes) -> str:
    """Return what is stored for a private text, or for bytes.

    Raises:
        HiddenField: whoever asks may not see the field, or the text is the placeholder itself.
        KeysMissing: the session has no keys.
    """
    if is_hidden(session, place.field) or content == HIDDEN:
        raise HiddenField(place.field)
    ring = get_ring(session)
    if isinstance(content, bytes):
        return ring.seal_bytes(content, place)
    return ring.seal(content, place)


def open_field(session: Session, place: Place, stored: str, *, hidden: str = HIDDEN) -> str:
    """Return the private text for what is stored, or ``hidden`` where it may not be seen.

    Raises:
        SealBroken: it was changed, or sealed for another place.
        UnknownKey: the ring lacks its key.
        KeysMissing: the session has no keys.
    """
    if is_hidden(session, place.field):
        return hidden
    return get_ring(session).open(stored, place)


def open_bytes(session: Session, place: Place, stored: str) -> bytes:
    """Return the private bytes for what is stored; raises HiddenField, and as `open_field`."""
    require_visible(session, place.field)
    return get_ring(session).open_bytes(stored, place)


def is_hidden(session: Session, field: str) -> bool:
    """Return whether whoever asks may not see a field (``table.column``)."""
    return field in hidden_fields(session)


def hidden_fields(session: Session) -> frozenset[str]:
    """Return the fields (``table.column``) that whoever asks may not see."""
    return frozenset(session.info.get(HIDDEN_FIELDS, ()))


def require_visible(session: Session, field: str) -> None:
    """Raise HiddenField for a field that whoever asks may not see."""
    if is_hidden(session, field):
        raise HiddenField(field)


def get_ring(session: Session) -> KeyRing:
    """Return the keys of the session; raises KeysMissing."""
    ring = session.info.get(KEY_RING)
    if ring is None:
        raise KeysMissing
    return cast("KeyRing", ring)


def place_in(row: type[Row], column: str, *key: str | int) -> Place:
    """Return the place of a column in the row with this primary key."""
    return Place.of(str(cast("Any", row).__tablename__), key, column)
