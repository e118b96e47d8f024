"""Rows counted in bytes are the rows a CSV reader finds, however the bytes are cut."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from pricing.price_files.counting import RowCount, RowCounter

CELLS = st.lists(
    st.lists(st.text(alphabet='ab,"\n\r é', max_size=5), min_size=2, max_size=4),
    min_size=1,
    max_size=8,
)


def count(text: bytes, size: int) -> RowCount:
    """Return the count of a text that comes in pieces of a size."""
    counter = RowCounter()
    for at in range(0, len(text), size):
        counter.feed(text[at : at + size])
    return counter.result()


@given(rows=CELLS, end=st.sampled_from(["\n", "\r\n"]), size=st.integers(1, 9))
def test_what_a_writer_writes_is_counted(rows: list[list[str]], end: str, size: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)

    found = count(text.getvalue().encode(), size)

    assert found.rows == len(rows)
    assert found.longest_row == max(bytes_of_rows(text.getvalue()))
    assert found.is_regular
    assert found.is_lf == (end == "\n")


def bytes_of_rows(text: str) -> list[int]:
    """Return the bytes of each row, without the line feed that ends it."""
    return [len(line.encode()) - 1 for (line,) in outside_quotes(text)]


@given(text=st.binary(max_size=60), size=st.integers(1, 60))
def test_the_size_of_the_pieces_makes_no_difference(text: bytes, size: int) -> None:
    assert count(text, size) == count(text, 60)


@given(text=st.text(alphabet='a,"\n\r', max_size=40), size=st.integers(1, 9))
def test_a_regular_text_is_one_without_any_doubt(text: str, size: int) -> None:
    found = count(text.encode(), size)

    if found.is_regular:
        assert text.count('"') % 2 == 0
        lines = [line for line, *_ in outside_quotes(text)]
        blank = [line.strip("\r\n") == "" for line in lines]
        assert len(lines) == found.rows
        assert sum(blank) == found.trailing_blanks
        assert not any(blank[: len(blank) - found.trailing_blanks])
        assert len({line[len(line.rstrip("\r\n")) :] for line in lines} - {""}) <= 1


def outside_quotes(text: str) -> list[tuple[str]]:
    """Return the lines of a text, those within quotes joined, by the plainest of loops."""
    lines, line, is_quoted = [], "", False
    for mark in text:
        line += mark
        is_quoted ^= mark == '"'
        if mark == "\n" and not is_quoted:
            lines.append((line,))
            line = ""
    return [*lines, (line,)] if line else lines
