"""What is text: which characters a page, a file and both databases can hold."""

from __future__ import annotations

import re
from typing import Final

NO_TEXT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, half characters and noncharacters: no page, file or database holds them."""

_JOINED: Final = (
    "[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff]"
)
"""Letters and marks of the Arabic and the Indic scripts, which join."""

_JOINER: Final = re.compile(f"(?<={_JOINED})[\u200c\u200d](?={_JOINED})")
"""Tells two letters whether to join (ZWJ) or not (ZWNJ); between others it would only hide."""


def is_line(text: str) -> bool:
    """Tell whether the text is seen as it is, on one line, and turned round by nothing.

    What tells letters of the Arabic and Indic scripts whether to join belongs to how names are
    spelled, and is welcome between two of them.
    """
    return _JOINER.sub("", text).isprintable()


def find_no_text(text: str) -> str | None:
    """Return the first character that is no text, as ``"U+0007"``; None where all are."""
    found = NO_TEXT.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
