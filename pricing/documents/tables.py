"""Tables of a document: amounts by place, by date, by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from pricing.documents.errors import NoTableRow
from pricing.documents.table_row import TableRow
from pricing.expressions.tree import Expression
from pricing.expressions.values import Value

Point = Fraction | date


@dataclass(frozen=True, slots=True)
class _Row:
    """One row; ``is_over`` and ``is_under`` leave out the ends themselves."""

    key: str | None
    first: Point | None
    last: Point | None
    value: Expression
    is_over: bool = False
    is_under: bool = False

    def answers(self, key: str | None, point: Point | None) -> bool:
        if self.key is not None and self.key != key:
            return False
        if self.first is None and self.last is None:
            return True
        return point is not None and self.has_begun(point) and not self.has_ended(point)

    def has_begun(self, point: Point) -> bool:
        if self.first is None or (self.is_over and self.first == point):
            return self.first is None
        return _is_at_most(self.first, point)

    def has_ended(self, point: Point) -> bool:
        if self.last is None or (self.is_under and self.last == point):
            return self.last is not None
        return not _is_at_most(point, self.last)

    def begins(self) -> str:
        return f"{'over' if self.is_over else 'from'} {_plain(self.first)}"

    def ends(self) -> str:
        return f"{'under' if self.is_under else 'to'} {_plain(self.last)}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table; of its rows at most one answers, and otherwise ``fallback`` where there is one."""

    name: str
    rows: tuple[_Row, ...]
    fallback: Expression | None

    def find(self, arguments: tuple[Value, ...]) -> Expression:
        """Return the value, still an expression; raises NoTableRow."""
        key = next((one for one in arguments if isinstance(one, str)), None)
        point = next((one for one in arguments if isinstance(one, (Fraction, date))), None)
        for row in self.rows:
            if row.answers(key, point):
                return row.value
        if self.fallback is None:
            asked = ", ".join(_plain(one) for one in arguments)
            raise NoTableRow(self.name, asked, self._nearby(key, point))
        return self.fallback

    def _nearby(self, key: str | None, point: Point | None) -> str:
        """Return between which rows it lies, or which keys there are; "" where nothing is near."""
        of_key = [row for row in self.rows if row.key is None or row.key == key]
        if not of_key:
            close = get_close_matches(key or "", [row.key or "" for row in self.rows], n=1)
            return f"did you mean {close[0]}?" if close else ""
        if point is None:
            return ""
        below = [row for row in of_key if row.has_begun(point)]
        above = [row for row in of_key if not row.has_begun(point)]
        ends = f"its row before ends {below[-1].ends()}" if below else ""
        begins = f"its next one begins {above[0].begins()}" if above else ""
        is_part = isinstance(point, Fraction) and point.denominator != 1 and below and above
        advice = "write over instead of from there, or round with ceil or floor" if is_part else ""
        return ", ".join(words for words in (ends, begins, advice) if words)


def table_of(name: str, rows: tuple[TableRow, ...]) -> Table:
    """Return the table written in a document whose rows were checked."""
    fallback = next((row.value for row in rows if row.otherwise), None)
    return Table(
        name,
        tuple(
            _row_of(row)
            for row in sorted(
                (row for row in rows if not row.otherwise),
                key=lambda row: _order(parse_point(row.over or row.first)),
            )
        ),
        fallback,
    )


def _row_of(row: TableRow) -> _Row:
    return _Row(
        row.key,
        parse_point(row.over or row.first),
        parse_point(row.under or row.last),
        row.value,
        is_over=row.over is not None,
        is_under=row.under is not None,
    )


def _order(point: Point | None) -> tuple[int, Fraction]:
    if point is None:
        return (0, Fraction(0))
    return (1, Fraction(point.toordinal()) if isinstance(point, date) else point)


def parse_point(written: str | None) -> Point | None:
    """Return a date or a number; raises ValueError for anything else."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return Fraction(written)


def _is_at_most(one: Point, other: Point) -> bool:
    if isinstance(one, date) or isinstance(other, date):
        return isinstance(one, date) and isinstance(other, date) and one <= other
    return one <= other


def _plain(point: Value | None) -> str:
    """Return a number with its decimals, anything else as it is."""
    if not isinstance(point, Fraction):
        return str(point)
    decimals = round(Decimal(point.numerator) / Decimal(point.denominator), 6)
    return format(decimals.normalize(), "f")
