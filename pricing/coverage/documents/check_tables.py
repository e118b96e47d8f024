"""Tables: rows that begin and end in the right order, and never two that could both answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from pricing.coverage.documents.cycles import list_cycles
from pricing.coverage.documents.fault_list import FaultList
from pricing.coverage.documents.located import Step
from pricing.coverage.documents.policy_document import Policy, TableRow
from pricing.coverage.expressions.tree import list_tables

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Path = tuple[Step, ...]


class Bound(NamedTuple):
    """A date, as the number of its day, or a number."""

    is_date: bool
    at: Fraction


@dataclass(frozen=True, slots=True)
class _Span:
    """A row's key and the dates or numbers it answers, both ends included; None: without end."""

    place: int
    key: str | None
    first: Bound | None
    last: Bound | None


def check_tables(policy: Policy, found: FaultList) -> None:
    """Note the faults of every table of a policy."""
    for name, rows in policy.tables.items():
        _check_table(("tables", name), rows, found)
    leads_to = {
        name: [str(table.value) for row in rows for table in list_tables(row.value)]
        for name, rows in policy.tables.items()
    }
    for cycle in list_cycles(leads_to):
        found.add(("tables", cycle[0]), f"leads back to itself: {' → '.join(cycle)}")


def _check_table(path: _Path, rows: Sequence[TableRow], found: FaultList) -> None:
    spans = []
    otherwise: int | None = None
    for place, row in enumerate(rows):
        if not row.otherwise:
            span = _span_of(row, place, path, found)
            spans += [] if span is None else [span]
        elif row.key is not None or row.first is not None or row.last is not None:
            found.add((*path, place), "an otherwise row has neither key, from nor to")
        elif otherwise is not None:
            line = found.root.line_at((*path, otherwise))
            found.add((*path, place), f"a table has one otherwise row; line {line} is it")
        else:
            otherwise = place
    if _is_alike(path, spans, found):
        _check_overlaps(path, spans, found)


def _span_of(row: TableRow, place: int, path: _Path, found: FaultList) -> _Span | None:
    ends: list[Bound | None] = []
    for key, text in (("from", row.first), ("to", row.last)):
        bound = None if text is None else parse_bound(text)
        if text is not None and bound is None:
            found.add((*path, place, key), "must be a date like 2026-01-31 or a number like 0.5")
            return None
        ends.append(bound)
    first, last = ends
    if first is not None and last is not None:
        if first.is_date != last.is_date:
            found.add((*path, place, "to"), "from and to must both be dates, or both numbers")
            return None
        if last < first:
            found.add((*path, place, "to"), f"must not be before from, {row.first}")
            return None
    return _Span(place, row.key, first, last)


def parse_bound(text: str) -> Bound | None:
    """Return the date or the number that a row's ``from`` or ``to`` says, or None."""
    try:
        if _DAY.fullmatch(text):
            return Bound(is_date=True, at=Fraction(date.fromisoformat(text).toordinal()))
        return Bound(is_date=False, at=_number(text))
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
    bounds = [
        (span, bound) for span in spans for bound in (span.first, span.last) if bound is not None
    ]
    for span, bound in bounds:
        if bound.is_date != bounds[0][1].is_date:
            found.add((*path, span.place), "mixes dates with numbers; a table has one or the other")
            return False
    return True


def _check_overlaps(path: _Path, spans: Sequence[_Span], found: FaultList) -> None:
    by_key: dict[str | None, list[_Span]] = {}
    for span in spans:
        by_key.setdefault(span.key, []).append(span)
    for rows in by_key.values():
        furthest: _Span | None = None
        for span in sorted(rows, key=_begin):
            if furthest is not None and _reaches(furthest, span):
                one, other = sorted((furthest.place, span.place))
                line = found.root.line_at((*path, one))
                found.add((*path, other), f"could answer where the row on line {line} does")
            if furthest is None or _end(furthest) < _end(span):
                furthest = span


def _begin(span: _Span) -> tuple[int, Fraction]:
    return (0, Fraction(0)) if span.first is None else (1, span.first.at)


def _end(span: _Span) -> tuple[int, Fraction]:
    return (1, Fraction(0)) if span.last is None else (0, span.last.at)


def _reaches(one: _Span, other: _Span) -> bool:
    """Tell whether a row that begins earlier, or with it, still answers where another begins."""
    if one.last is None or other.first is None:
        return True
    return other.first <= one.last
