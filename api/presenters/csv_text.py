"""Tables as CSV that a spreadsheet opens without taking any cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms, which some spreadsheets take for the same."""

_BREAKS_A_CELL: Final = ("\t", "\r", "\n")


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the rows below their heading as CSV (RFC 4180), formulas neutralised."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in (heading, *rows):
        writer.writerow([neutralise(cell) for cell in row])
    return written.getvalue()


def neutralise(cell: str) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe before what begins a formula."""
    is_risky = cell.lstrip().startswith(_BEGINS_A_FORMULA) or cell.startswith(_BREAKS_A_CELL)
    return f"'{cell}" if is_risky else cell
