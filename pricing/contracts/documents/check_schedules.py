"""Rows of a fee schedule, in a document or in a file: none backwards, no two for one line and day.

Where a row stands is told by who reads it: a document counts its lines, a file its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pricing.contracts.documents.terms_document import ScheduleRow
from pricing.contracts.patterns import DRG_DIGITS, REVENUE_DIGITS, Codes, codes_of, normal_code

_ADVICE: Final = "end one with `to` the day before the other's `from`, or leave one out"


class RowFault(NamedTuple):
    """What is wrong with a row: its place from 0, the key at fault (None: the row), the words."""

    place: int
    key: str | None
    words: str


def list_row_faults(
    rows: Sequence[ScheduleRow], line_at: Callable[[int], int]
) -> Iterator[RowFault]:
    """Yield rows that end before they begin, and rows that say the same twice for one day.

    ``line_at`` tells on which line a row stands. Of several clashes of a row the first is told.
    """
    seen: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if row.first is not None and row.last is not None and row.last < row.first:
            yield RowFault(place, "to", f"must not be before from, {row.first}")
            continue
        alike = seen.setdefault(_keys_of(row), [])
        clash = next((other for other in alike if _meet(row, rows[other])), None)
        if clash is not None:
            words = f"could answer where the row on line {line_at(clash)} does; {_ADVICE}"
            yield RowFault(place, None, words)
        alike.append(place)


def _keys_of(row: ScheduleRow) -> tuple[object, ...]:
    """Return everything a row is held against but its dates, as lines are compared with it."""
    return (
        _codes(row.code),
        None if row.code_type is None else row.code_type.upper(),
        None if row.modifier is None else normal_code(row.modifier),
        _codes(row.revenue_code, REVENUE_DIGITS),
        _codes(row.drg, DRG_DIGITS),
        row.setting,
        row.place,
    )


def _codes(written: str | None, digits: int = 0) -> Codes | None:
    return None if written is None else codes_of((written,), digits)


def _meet(one: ScheduleRow, other: ScheduleRow) -> bool:
    is_before = one.last is not None and other.first is not None and one.last < other.first
    is_after = other.last is not None and one.first is not None and other.last < one.first
    return not is_before and not is_after
