"""The careful reader: any CSV text, row by row, into one that is regular; nothing is lost.

Slower than DuckDB by far, and only for files that are not regular: line ends of several kinds,
blank lines, rows too short or too long, quotes that never close. What cannot be told from its
neighbours is set aside with its row, its line and the reason.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pricing.price_files.encodings import UTF_8

CELL_MAX: Final = 1_000_000
"""Characters of a cell; a longer one is a quote that does not close."""

ROW_MAX: Final = 1_900_000
"""Characters of a row, so that it has less than the 8 MB that DuckDB is told to expect."""

LINE_MAX: Final = 64_000_000
"""Bytes of a line; a longer one would have to be held in memory to be looked at."""

BLANK: Final = "blank row"
TOO_LARGE: Final = "more characters than a row may have"
TOO_LONG: Final = "more cells than headers"
NOT_CLOSED: Final = "a quote that is never closed"
HEADER_ROWS: Final = 3

_PROGRESS_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows behind the headers: all, and those set aside."""

    rows: int
    set_aside: int


class Records:
    """The records of a CSV text, each with the line it begins on, counted from 1.

    A record that runs into the end of the file, or over `CELL_MAX`, inside quotes is cut back to
    its first line, which comes as None; the lines behind it are read again.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        """Read from lines with their ends."""
        self._lines = lines
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._is_at_end = False
        self._line = 0

    def __iter__(self) -> Iterator[tuple[int, list[str] | None]]:
        """Yield each record's first line and cells, or None for a line that cannot be read."""
        csv.field_size_limit(CELL_MAX)
        while True:
            line = self._line + 1
            self._taken, self._is_at_end = [], False
            try:
                cells = next(csv.reader(self._feed(), strict=False))
            except StopIteration:
                return
            except csv.Error:
                self.cut_back()
                yield line, None
                continue
            if self._is_at_end and self._taken:
                # The reader asked for more than there is: it is still inside a quote.
                self.cut_back()
                yield line, None
                continue
            yield line, cells

    def cut_back(self) -> None:
        """Give back all lines of the last record but its first."""
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self._line -= len(rest)
        self._taken = self._taken[:1]

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                self._is_at_end = True
                return
            self._taken.append(line)
            self._line += 1
            yield line


def first_rows(text: Path) -> tuple[list[list[str]], bool]:
    """Return the first three rows of a CSV text, and whether each is one line that is not blank."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        found = list(islice(Records(iter(file)), HEADER_ROWS))
    rows = [cells or [] for _, cells in found]
    return rows, all(rows) and [line for line, _ in found] == list(range(1, len(found) + 1))


def rewrite(
    text: Path, regular: Path, aside: Path, width: int, told: Callable[[int], None]
) -> Counts:
    """Write every row behind the headers as row number, "is short", cells; return the counts.

    `width` is the number of headers. `aside` gets row, line and reason of what is set aside;
    `told` hears how many rows are done.
    """
    rows = set_aside = 0
    with (
        text.open(encoding="utf-8-sig", newline="") as file,
        regular.open("w", encoding=UTF_8, newline="") as good,
        aside.open("w", encoding=UTF_8, newline="") as bad,
    ):
        records = Records(iter(file))
        kept = csv.writer(good, lineterminator="\n", quoting=csv.QUOTE_ALL)
        others = csv.writer(bad, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for number, (line, cells) in enumerate(records, start=1):
            if number <= HEADER_ROWS:
                continue
            rows += 1
            reason = _fault(cells, width)
            if reason is None and cells is not None:
                short = width - len(cells)
                filled = [*cells[:width], *[""] * short]
                kept.writerow([number, "true" if short > 0 else "false", *filled])
            else:
                if reason == TOO_LONG:
                    records.cut_back()
                set_aside += 1
                others.writerow([number, line, reason])
            if rows % _PROGRESS_ROWS == 0:
                told(rows)
    return Counts(rows, set_aside)


def _fault(cells: list[str] | None, width: int) -> str | None:
    """Return why a record must be set aside, or None."""
    if cells is None:
        return NOT_CLOSED
    if not any(cells):
        return BLANK
    if sum(map(len, cells)) > ROW_MAX:
        return TOO_LARGE
    return TOO_LONG if any(cells[width:]) else None
