"""Numbers stand in front of the rows that a CSV reader finds, however the bytes are cut."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.price_files import numbering
from pricing.price_files.numbering import number_rows

HEADERS: Final = "a\nb\nc\n"
CELLS: Final = st.lists(
    st.lists(st.text(alphabet='ab,"\n é', max_size=5), min_size=2, max_size=4),
    min_size=1,
    max_size=8,
)


@given(
    rows=CELLS,
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    blanks=st.integers(0, 3),
    has_end=st.booleans(),
    size=st.integers(1, 9),
)
def test_every_row_gets_its_number_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    rows: list[list[str]],
    end: str,
    quoting: Literal[0, 1],
    blanks: int,
    has_end: bool,
    size: int,
) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator=end, quoting=quoting).writerows(rows)
    text = written.getvalue() + end * blanks
    if not has_end and not blanks:
        text = text.removesuffix(end)
    by_number = list(enumerate([*rows, *[[""]] * blanks], start=4))

    found, aside, count = numbered(tmp_path_factory.getbasetemp(), HEADERS + text, size=size)

    assert list(csv.reader(io.StringIO(found, newline=""))) == [
        [str(number), "false", *cells] for number, cells in by_number if any(cells)
    ]
    empty = [number for number, cells in by_number if not any(cells)]
    assert aside == "".join(f"{number},,blank row\n" for number in empty)
    assert count == len(empty)


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[int] = []
    text = tmp_path / "text"
    text.write_text(HEADERS + "1\n" * 20_000, encoding="utf-8")

    number_rows(text, tmp_path / "numbered", tmp_path / "aside", told.append)

    assert told == [10_000, 20_000]


def numbered(folder: Path, text: str, *, size: int) -> tuple[str, str, int]:
    """Return a text with its rows numbered, read in pieces of a size, and what is set aside."""
    source, target, aside = folder / "text", folder / "numbered", folder / "aside"
    source.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "_PIECE", size)
        blanks = number_rows(source, target, aside, lambda _row: None)
    return target.read_bytes().decode(), aside.read_text("utf-8"), blanks
