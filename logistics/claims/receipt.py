"""A receipt: a file that shows what an expense was, as somebody sent it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from logistics.errors import ReceiptRefused

SIZE_MAX: Final = 10_000_000
"""Bytes of one receipt where nothing else is said: a phone's photo has three to six million."""

RECEIPTS_MAX: Final = 100
"""Receipts of one claim."""

_BEGINS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What a file of each kind begins with; its name or what a browser says of it proves nothing."""

_NAME_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt without its content; ``added_at`` is UTC, ``added_by`` the id of a user."""

    id: str
    claim_id: str
    expense_id: str
    name: str
    media: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """A receipt that is to be kept."""

    claim_id: str
    expense_id: str
    name: str
    media: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the content in hexadecimal."""
        return sha256(self.content).hexdigest()


def new_receipt(
    *, claim_id: str, expense_id: str, name: str, content: bytes, size_max: int = SIZE_MAX
) -> NewReceipt:
    """Return what is to be kept of a file that was sent; raises ReceiptRefused."""
    shown = _plain_name(name)
    if not content:
        raise ReceiptRefused(shown, "the file is empty")
    if len(content) > size_max:
        most = f"{size_max / 1_000_000:g} MB"
        raise ReceiptRefused(shown, f"more than {most}; send a smaller picture")
    media = next((kind for start, kind in _BEGINS.items() if content.startswith(start)), None)
    if media is None:
        raise ReceiptRefused(shown, "send a PDF, a JPEG or a PNG")
    return NewReceipt(
        claim_id=claim_id, expense_id=expense_id, name=shown, media=media, content=content
    )


def _plain_name(name: str) -> str:
    """Return the last part of a file's name without what is no visible letter."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return " ".join(kept.split())[-_NAME_MAX:].strip() or "receipt"
