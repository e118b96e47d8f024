"""What is text: which characters a page, a file and both databases can hold."""

from __future__ import annotations

import re
from typing import Final

NO_TEXT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, half characters and noncharacters: no page, file or database holds them."""


def find_no_text(text: str) -> str | None:
    """Return the first character that is no text, as ``"U+0007"``; None where all are."""
    found = NO_TEXT.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
