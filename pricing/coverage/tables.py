"""Tables of a policy: amounts by place, by date, by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.coverage.decision_errors import NoTableRow
from pricing.coverage.documents.policy_document import TableRow
from pricing.coverage.expressions.tree import Expression
from pricing.coverage.expressions.values import Value

Point = Fraction | date


@dataclass(frozen=True, slots=True)
class _Row:
    key: str | None
    first: Point | None
    last: Point | None
    value: Expression

    def answers(self, key: str | None, point: Point | None) -> bool:
        if self.key is not None and self.key != key:
            return False
        if self.first is None and self.last is None:
            return True
        if point is None:
            return False
        return (self.first is None or _is_at_most(self.first, point)) and (
            self.last is None or _is_at_most(point, self.last)
        )


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
            asked = ", ".join(str(one) for one in arguments)
            raise NoTableRow(self.name, asked)
        return self.fallback


def table_of(name: str, rows: tuple[TableRow, ...]) -> Table:
    """Return the table written in a policy document whose rows were checked."""
    fallback = next((row.value for row in rows if row.otherwise), None)
    return Table(
        name,
        tuple(
            _Row(row.key, parse_point(row.first), parse_point(row.last), row.value)
            for row in rows
            if not row.otherwise
        ),
        fallback,
    )


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
