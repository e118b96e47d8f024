"""Tables: rows that begin and end in the right order, no two that could both answer, no gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from pricing.documents.cycles import list_cycles
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.documents.table_row import TableRow
from pricing.expressions.tree import list_tables
from pricing.expressions.types import FactType

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Path = tuple[Step, ...]


class Cut(NamedTuple):
    """A place between two numbers or days: just before ``at``, or just behind it.

    A row holds what lies between two cuts. A day is its number.
    """

    at: Fraction
    is_behind: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """A row's key and the cuts between which it answers; None: without end."""

    place: int
    key: str | None
    begin: Cut | None
    end: Cut | None
    is_date: bool | None


def check_tables(tables: Mapping[str, Sequence[TableRow]], found: FaultList) -> None:
    """Note the faults of every table of a document."""
    for name, rows in tables.items():
        _check_table(("tables", name), rows, found)
    leads_to = {
        name: [str(table.value) for row in rows for table in list_tables(row.value)]
        for name, rows in tables.items()
    }
    for cycle in list_cycles(leads_to):
        found.add(("tables", cycle[0]), f"leads back to itself: {' → '.join(cycle)}")


def looked_up_by(rows: Sequence[TableRow]) -> tuple[FactType, ...]:
    """Return what a table has to be looked up by: a key, a date or a number, as its rows ask."""
    needed = []
    if any(row.key is not None for row in rows):
        needed.append(FactType.TEXT)
    ends = [one for row in rows for one in (row.first, row.over, row.last, row.under) if one]
    if ends:
        needed.append(FactType.DATE if _DAY.fullmatch(ends[0]) else FactType.NUMBER)
    return tuple(needed)


def _check_table(path: _Path, rows: Sequence[TableRow], found: FaultList) -> None:
    spans = []
    otherwise: int | None = None
    for place, row in enumerate(rows):
        if not row.otherwise:
            span = _span_of(row, place, path, found)
            spans += [] if span is None else [span]
        elif any(one is not None for one in (row.key, row.first, row.over, row.last, row.under)):
            found.add((*path, place), "an otherwise row has neither key, from, over, to nor under")
        elif otherwise is not None:
            line = found.root.line_at((*path, otherwise))
            found.add((*path, place), f"a table has one otherwise row; line {line} is it")
        else:
            otherwise = place
    if _is_alike(path, spans, found):
        _check_neighbours(path, spans, found, has_otherwise=otherwise is not None)


def _span_of(row: TableRow, place: int, path: _Path, found: FaultList) -> _Span | None:
    ends = {"from": row.first, "over": row.over, "to": row.last, "under": row.under}
    written = {key: text for key, text in ends.items() if text is not None}
    cuts: dict[str, Cut] = {}
    for key, text in written.items():
        cut = _cut(key, text)
        if cut is None:
            found.add((*path, place, key), "must be a date like 2026-01-31 or a number like 0.5")
            return None
        cuts[key] = cut
    are_dates = {_DAY.fullmatch(text) is not None for text in written.values()}
    begin, end = cuts.get("from", cuts.get("over")), cuts.get("to", cuts.get("under"))
    if len(are_dates) > 1:
        last, first = list(written)[-1], next(iter(written))
        message = f"{first} and {last} must both be dates, or both numbers"
        found.add((*path, place, last), message)
        return None
    if begin is not None and end is not None and end <= begin:
        first, last = written
        message = f"must not be before {first}, {written[first]}"
        if end.at == begin.at:
            message = f"leaves nothing behind {first}, {written[first]}"
        found.add((*path, place, last), message)
        return None
    return _Span(place, row.key, begin, end, next(iter(are_dates), None))


def _cut(key: str, text: str) -> Cut | None:
    """Return where a row begins or ends, or None for what is neither date nor number.

    Behind a day is before the next one.
    """
    is_behind = key in {"over", "to"}
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text).toordinal()
            return Cut(Fraction(day + is_behind), is_behind=False)
        return Cut(_number(text), is_behind)
    except ValueError:
        return None


def _number(text: str) -> Fraction:
    if not text.isascii() or not text.removeprefix("-").replace(".", "", 1).isdigit():
        raise ValueError(text)
    return Fraction(text)


def _is_alike(path: _Path, spans: Sequence[_Span], found: FaultList) -> bool:
    """Tell whether the rows can be compared: with or without keys, all dates or all numbers."""
    if not spans:
        return True
    for span in spans:
        if (span.key is None) != (spans[0].key is None):
            found.add((*path, span.place), "either every row of a table has a key, or none has")
            return False
    bounded = [span for span in spans if span.is_date is not None]
    for span in bounded:
        if span.is_date != bounded[0].is_date:
            found.add((*path, span.place), "mixes dates with numbers; a table has one or the other")
            return False
    return True


def _check_neighbours(
    path: _Path, spans: Sequence[_Span], found: FaultList, *, has_otherwise: bool
) -> None:
    by_key: dict[str | None, list[_Span]] = {}
    for span in spans:
        by_key.setdefault(span.key, []).append(span)
    for rows in by_key.values():
        furthest: _Span | None = None
        for span in sorted(rows, key=_begin):
            if furthest is not None and _reaches(furthest, span):
                one, other = sorted((furthest.place, span.place))
                line = found.root.line_at((*path, one))
                clash = f"could answer where the row on line {line} does"
                found.add((*path, other), f"{clash}; {_advice(furthest, span)}")
            elif furthest is not None and not has_otherwise:
                _check_gap(path, furthest, span, found)
            if furthest is None or _end(furthest) < _end(span):
                furthest = span


def _advice(one: _Span, other: _Span) -> str:
    """Return what parts two rows; rows without any end differ in nothing but their value."""
    if one.is_date is None and other.is_date is None:
        return "leave one out"
    return "let one end before the other begins, or leave one out"


def _check_gap(path: _Path, one: _Span, other: _Span, found: FaultList) -> None:
    """Note what lies between the end of one row and the beginning of another."""
    assert one.end is not None  # noqa: S101 — a row without end reaches every other
    assert other.begin is not None  # noqa: S101 — as above
    if one.end == other.begin or (not one.is_date and is_one_step(one.end, other.begin)):
        return
    line = found.root.line_at((*path, one.place))
    advice = "close the gap, or add an otherwise row"
    missing = _missing(one.end, other.begin, is_date=bool(one.is_date))
    found.add((*path, other.place), f"{missing} has no row behind the one on line {line}; {advice}")


def is_one_step(end: Cut, begin: Cut) -> bool:
    """Tell whether nothing lies between but parts of the last decimal: to 2, from 3."""
    if not end.is_behind or begin.is_behind:
        return False
    step = begin.at - end.at
    places = max(_decimals(end.at), _decimals(begin.at))
    return step == Fraction(1, 10**places)


def _decimals(number: Fraction) -> int:
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return places


def _missing(end: Cut, begin: Cut, *, is_date: bool) -> str:
    if is_date:
        first, last = (date.fromordinal(int(one)) for one in (end.at, begin.at - 1))
        return f"{first}" if first == last else f"{first} to {last}"
    if end.at == begin.at:
        return f"{_plain(end.at)} itself"
    return f"what is between {_plain(end.at)} and {_plain(begin.at)}"


def _plain(number: Fraction) -> str:
    return format((Decimal(number.numerator) / Decimal(number.denominator)).normalize(), "f")


def _begin(span: _Span) -> tuple[int, Cut]:
    return (0, Cut(Fraction(0), is_behind=False)) if span.begin is None else (1, span.begin)


def _end(span: _Span) -> tuple[int, Cut]:
    return (1, Cut(Fraction(0), is_behind=False)) if span.end is None else (0, span.end)


def _reaches(one: _Span, other: _Span) -> bool:
    """Tell whether a row that begins earlier, or with it, still answers where another begins."""
    return one.end is None or other.begin is None or other.begin < one.end


def list_steps(rows: Sequence[TableRow]) -> tuple[tuple[str, str], ...]:
    """Return where a table of well written rows steps from one whole number to the next."""
    if any(row.otherwise for row in rows):
        return ()
    begins = {(row.key, row.first): row.first for row in rows if row.first is not None}
    return tuple(
        (row.last, begins[row.key, after])
        for row in rows
        if row.last is not None and row.last.removeprefix("-").isdigit()
        for after in [str(int(row.last) + 1)]
        if (row.key, after) in begins
    )
