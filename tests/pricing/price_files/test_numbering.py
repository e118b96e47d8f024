"""Numbers stand in front of the rows that a CSV reader finds, however the bytes are cut."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.price_files import numbering
from pricing.price_files.numbering import number_rows

HEADERS: Final = "a\nb\nc\n"
CELLS: Final = st.lists(
    st.lists(st.text(alphabet='ab,"\n é', min_size=1, max_size=5), min_size=2, max_size=4),
    min_size=1,
    max_size=8,
)


@given(
    rows=CELLS,
    end=st.sampled_from(["\n", "\r\n"]),
    blanks=st.integers(0, 3),
    has_end=st.booleans(),
    size=st.integers(1, 9),
)
def test_every_row_gets_its_number_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    rows: list[list[str]],
    end: str,
    blanks: int,
    has_end: bool,
    size: int,
) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    text = written.getvalue() + end * blanks
    if not has_end and not blanks:
        text = text.removesuffix(end)
    folder = tmp_path_factory.getbasetemp()

    found = numbered(folder, HEADERS + text, rows=3 + len(rows), size=size)

    assert list(csv.reader(io.StringIO(found, newline=""))) == [
        [str(number), "false", *cells] for number, cells in enumerate(rows, start=4)
    ]
    assert found.endswith(end) == text.endswith(end)


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[int] = []
    text = tmp_path / "text"
    text.write_text(f"{HEADERS}1\n2\n", encoding="utf-8")

    number_rows(text, tmp_path / "numbered", rows=5, told=told.append)

    assert told == [5]


def numbered(folder: Path, text: str, *, rows: int, size: int) -> str:
    """Return a text with its rows numbered, read in pieces of a size."""
    source, target = folder / "text", folder / "numbered"
    source.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "_PIECE", size)
        number_rows(source, target, rows=rows, told=lambda _row: None)
    return target.read_bytes().decode()
