"""Any encoding as UTF-8, as a stream: what a file's first bytes say, and single odd bytes.

Files call themselves UTF-8 and hold a Windows-1252 byte after gigabytes; no CSV reader goes on
there. Such bytes, and only those, are read as Windows-1252 and counted.
"""

from __future__ import annotations

import codecs
from typing import Final

UTF_8: Final = "utf-8"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BOM: Final = "\ufeff"
_SAMPLE: Final = 400
_HALF: Final = 0.4


class Recoder:
    """Turns bytes of an encoding into UTF-8 without BOM, piece by piece.

    ``odd_bytes`` counts what was no UTF-8 and was read as Windows-1252; what is not even that
    becomes U+FFFD.
    """

    def __init__(self, encoding: str) -> None:
        """Begin at a file's first byte."""
        self.odd_bytes = 0
        self._is_first = True
        self._decoder: codecs.IncrementalDecoder
        if encoding.startswith("utf-8"):
            codecs.register_error(f"odd-{id(self)}", self._read_odd)
            self._decoder = codecs.getincrementaldecoder(UTF_8)(f"odd-{id(self)}")
        else:
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def feed(self, piece: bytes, *, is_last: bool = False) -> bytes:
        """Return the next piece as UTF-8."""
        text = self._decoder.decode(piece, is_last)
        if self._is_first and text:
            self._is_first = False
            # Programs that add a mark to every file they touch add it again.
            text = text.lstrip(_BOM)
        return text.encode(UTF_8, "replace")

    def _read_odd(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        odd = error.object[error.start : error.end]
        self.odd_bytes += len(odd)
        return odd.decode("cp1252", "replace"), error.end


class Utf8Check:
    """Says whether the pieces of a file, one after the other, are UTF-8."""

    def __init__(self) -> None:
        """Begin at a file's first byte."""
        self.is_valid = True
        self._decoder = codecs.getincrementaldecoder(UTF_8)()
        self._is_within = False

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        """Look at the next piece; one of ASCII costs next to nothing."""
        if not self.is_valid or (piece.isascii() and not self._is_within and not is_last):
            return
        try:
            self._decoder.decode(piece, is_last)
        except UnicodeDecodeError:
            self.is_valid = False
        else:
            self._is_within = bool(self._decoder.getstate()[0])


def is_marked_twice(first: bytes) -> bool:
    """Return whether a file begins with more than one mark of UTF-8."""
    return first.startswith(codecs.BOM_UTF8 * 2)


def guess_encoding(first: bytes) -> str:
    """Return the encoding that a file's first bytes show; UTF-8 where they show none."""
    for bom, encoding in _BOMS:
        if first.startswith(bom):
            return encoding
    sample = first[:_SAMPLE]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Latin text in UTF-16 has a zero in every other byte.
        every_other = sample[offset::2]
        if every_other and every_other.count(0) > _HALF * 2 * len(every_other):
            return encoding
    return UTF_8
