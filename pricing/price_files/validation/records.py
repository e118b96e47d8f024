"""The records of a CSV file, split exactly as the official validator splits them.

A record ends at a line feed outside quotes; a carriage return is an ordinary character that is
trimmed later. A quote opens a field only at its beginning. Well-formed records, nearly all, are
split by `csv`; where it finds a quote out of place, `split_record` does as the official parser
(Papa Parse 5) does: a quote closes a field only before a comma or line feed, blanks apart.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import Final, TextIO

from pricing.price_files.validation.cell_text import BLANKS

RECORD_MAX: Final = 16 * 1024 * 1024
"""Characters of one record that are kept in memory: more means a quote that never closes."""

_REPLACED: Final = "\ufffd"
_AFTER_QUOTE: Final = re.compile(f"[{BLANKS.replace(chr(10), '')}]*([,\n])")


class RecordTooLong(Exception):
    """A record is longer than `RECORD_MAX`; ``record`` counts from 0."""

    def __init__(self, record: int) -> None:
        """Keep the number of the record."""
        super().__init__(record)
        self.record = record


class Records:
    """The records of a text opened without any change of line ends, one after the other.

    ``replaced`` is the number of the first record, from 0, with bytes that are not UTF-8.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._count = 0
        self.replaced: int | None = None

    def __iter__(self) -> Iterator[list[str]]:
        self._skip_byte_order_mark()
        reader = csv.reader(self._lines(), strict=True)
        while True:
            self._taken.clear()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                record = self._split_exactly()
            yield record or [""]
            self._count += 1

    def _skip_byte_order_mark(self) -> None:
        """Put the first line back without the mark, and, as the judge does, the blanks after it."""
        line = self._line()
        if line.startswith("\ufeff"):
            while line and not (rest := line.lstrip(BLANKS)):
                line = self._line()
            line = rest if line else ""
        if line:
            self._again.append(line)

    def _line(self) -> str:
        if self._again:
            return self._again.popleft()
        line = self._text.readline(RECORD_MAX + 1)
        if len(line) > RECORD_MAX:
            raise RecordTooLong(self._count)
        if _REPLACED in line and self.replaced is None:
            self.replaced = self._count
        return line

    def _lines(self) -> Iterator[str]:
        while line := self._line():
            self._taken.append(line)
            yield line

    def _split_exactly(self) -> list[str]:
        text = "".join(self._taken)
        found = split_record(text, is_whole=False)
        while found is None:
            further, is_whole = self._read_at_least(len(text))
            text += further
            if len(text) > RECORD_MAX:
                raise RecordTooLong(self._count)
            found = split_record(text, is_whole=is_whole)
        record, end = found
        # What was read beyond the record is read again, line by line.
        self._again.extendleft(reversed(re.findall(r"[^\n]*\n|[^\n]+", text[end:])))
        return record

    def _read_at_least(self, characters: int) -> tuple[str, bool]:
        """Return further lines, twice as many each time, and whether they are the last."""
        lines: list[str] = []
        length = 0
        while length <= characters:
            line = self._line()
            if not line:
                return "".join(lines), True
            lines.append(line)
            length += len(line)
        return "".join(lines), False


def split_record(text: str, *, is_whole: bool) -> tuple[list[str], int] | None:
    """Return the first record of a text and where the next begins; None if it may go on.

    Args:
        text: begins with the record.
        is_whole: nothing follows the text.
    """
    fields: list[str] = []
    cursor = 0
    while True:
        taken = _quoted(text, cursor, is_whole) if text.startswith('"', cursor) else None
        if taken is None:
            if text.startswith('"', cursor):
                return None
            taken = _plain(text, cursor, is_whole)
            if taken is None:
                return None
        content, cursor, is_last = taken
        fields.append(content)
        if is_last:
            return fields, cursor
        if cursor == len(text) and not is_whole:
            return None


def _quoted(text: str, start: int, is_whole: bool) -> tuple[str, int, bool] | None:  # noqa: FBT001 — as split_record's
    """Return a quoted field, where to go on, and whether the record ends; None: not yet closed."""
    first = start + 1
    close = text.find('"', first)
    while close != -1:
        if close == len(text) - 1:
            return (text[first:close].replace('""', '"'), close + 1, True) if is_whole else None
        if text[close + 1] == '"':
            close = text.find('"', close + 2)
            continue
        after = _AFTER_QUOTE.match(text, close + 1)
        if after is not None:
            content = text[first:close].replace('""', '"')
            return content, after.end(), after.group(1) == "\n"
        close = text.find('"', close + 1)
    return (text[first:], len(text), True) if is_whole else None


def _plain(text: str, start: int, is_whole: bool) -> tuple[str, int, bool] | None:  # noqa: FBT001 — as split_record's
    line_end = text.find("\n", start)
    comma = text.find(",", start, line_end if line_end != -1 else len(text))
    if comma != -1:
        return text[start:comma], comma + 1, False
    if line_end != -1:
        return text[start:line_end], line_end + 1, True
    return (text[start:], len(text), True) if is_whole else None
