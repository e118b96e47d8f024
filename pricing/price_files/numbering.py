"""A regular CSV text once more, each row with its number in front; rows without any cell apart.

DuckDB numbers rows of a text only by counting them, and all that follows then stays in one thread.
Where the numbers stand in the text, every thread takes a part of it. A row without any cell is told
by its bytes, so that nobody has to make a thousand cells of every row to look for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from pricing.price_files.careful import BLANK, HEADER_ROWS
from pricing.price_files.counting import LF, QUOTE, outside_quotes

FRONT_BYTES_MAX: Final = 32
"""By how much a row may grow."""

_PIECE: Final = 4_194_304
_PROGRESS_ROWS: Final = 10_000
_EMPTY: Final = frozenset({b"", b'""'})


def number_rows(text: Path, target: Path, aside: Path, told: Callable[[int], None]) -> int:
    """Write a text's rows behind the headers with "row number, is short" in front.

    The headers are lines; no row is short, or a strict reader will say so. `aside` gets row, line
    (which nobody counted) and reason of rows without any cell, of which it returns how many there
    are. `told` hears how many rows are done.
    """
    blanks = 0
    with text.open("rb") as source, target.open("wb") as copy, aside.open("wb") as bad:
        for _ in range(HEADER_ROWS):
            source.readline()
        pieces = iter(lambda: source.read(_PIECE), b"")
        for number, row in enumerate(_rows(pieces), start=HEADER_ROWS + 1):
            if _is_blank(row):
                blanks += 1
                bad.write(b"%d,,%s\n" % (number, BLANK.encode()))
            else:
                copy.write(b"%d,false," % number)
                copy.write(row)
            if number % _PROGRESS_ROWS == 0:
                told(number)
    return blanks


def _rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the rows of a text that begins with one, each with its end."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        array, begin = np.frombuffer(text, np.uint8), 0
        ends = outside_quotes(np.flatnonzero(array == LF), np.flatnonzero(array == QUOTE))
        for end in (ends + 1).tolist():
            yield text[begin:end]
            begin = end
        rest = text[begin:]
    if rest:
        yield rest


def _is_blank(row: bytes) -> bool:
    """Return whether no cell of a row holds anything, as DuckDB reads it."""
    if row.strip(b',"\r\n'):
        return False
    return all(cell in _EMPTY for cell in row.rstrip(b"\r\n").split(b","))
