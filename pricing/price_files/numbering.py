"""A regular CSV text once more, each row with its number in front.

DuckDB numbers rows of a text only by counting them, and all that follows then stays in one thread.
Where the numbers stand in the text, every thread takes a part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from pricing.price_files.careful import HEADER_ROWS
from pricing.price_files.counting import LF, QUOTE, outside_quotes

FRONT_BYTES_MAX: Final = 32
"""By how much a row may grow."""

_PIECE: Final = 4_194_304


def number_rows(text: Path, target: Path, *, rows: int, told: Callable[[int], None]) -> None:
    """Write a text's rows behind the headers with "row number, is short" in front.

    The headers are lines, `rows` counts them, too, and rows beyond are left out; none is short, or
    a strict reader will say so. `told` hears the number of the last row written.
    """
    with text.open("rb") as source, target.open("wb") as copy:
        for _ in range(HEADER_ROWS):
            source.readline()
        pieces = iter(lambda: source.read(_PIECE), b"")
        copy.writelines(_numbered(pieces, rows, told))


def _numbered(
    pieces: Iterator[bytes], rows: int, told: Callable[[int], None]
) -> Iterator[bytes | memoryview]:
    row, is_begun, quotes = HEADER_ROWS + 1, False, 0
    for piece in pieces:
        array, view, begin = np.frombuffer(piece, np.uint8), memoryview(piece), 0
        found = np.flatnonzero(array == QUOTE)
        ends = outside_quotes(np.flatnonzero(array == LF), found, before=quotes)
        quotes += len(found)
        for end in (ends + 1).tolist():
            if row > rows:
                return
            if not is_begun:
                yield b"%d,false," % row
            yield view[begin:end]
            begin, row, is_begun = end, row + 1, False
        if begin < len(piece) and row <= rows:
            if not is_begun:
                yield b"%d,false," % row
            yield view[begin:]
            is_begun = True
        told(row - 1)
