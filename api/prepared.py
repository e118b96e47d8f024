"""Statements that nearly every request runs: made into SQL once, then handed to the driver as text.

SQLAlchemy looks at a statement's every part each time it is run, to find what it has compiled
before. For the handful that tell who asks and that lengthen the trail, this takes longer than the
database does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

_Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Prepared:
    """A statement whose parameters have names; ``make`` is called once the tables are known.

    Answers hold what the driver returns, not what a column's type makes of it.
    """

    make: Callable[[], Executable]

    def run(self, connection: Connection, values: _Values) -> CursorResult[Any]:
        """Run it once with these values."""
        made = self._made_for(connection.dialect)
        return connection.exec_driver_sql(made.sql, made.bind(values))

    def run_each(self, connection: Connection, rows: Sequence[_Values]) -> None:
        """Run it for each row of values; not at all where there are none."""
        made = self._made_for(connection.dialect)
        if rows:
            connection.exec_driver_sql(made.sql, [made.bind(values) for values in rows])

    def _made_for(self, dialect: Dialect) -> _Made:
        made = self._by_dialect.get(dialect.name)
        if made is None:
            made = self._by_dialect[dialect.name] = _compile(self.make(), dialect)
        return made

    @cached_property
    def _by_dialect(self) -> dict[str, _Made]:
        return {}


@dataclass(frozen=True, slots=True)
class _Made:
    """The text, the values that are part of it, and what the driver wants made of others."""

    sql: str
    order: tuple[str, ...] | None
    """The names of the parameters by their places; None where the driver takes them by name."""
    own: dict[str, Any]
    convert: dict[str, _Convert]

    def bind(self, values: _Values) -> Any:  # noqa: ANN401 — a tuple or a mapping, as the driver wants
        bound = {**self.own, **values}
        for name, convert in self.convert.items():
            bound[name] = convert(bound[name])
        return bound if self.order is None else tuple([bound[name] for name in self.order])


def _compile(statement: Executable, dialect: Dialect) -> _Made:
    compiled = cast("SQLCompiler", cast("Any", statement).compile(dialect=dialect))
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    order = compiled.positiontup
    return _Made(
        sql=str(compiled),
        order=None if order is None else tuple(order),
        own=dict(compiled.params),
        convert={name: one for name, one in processors.items() if one is not None},
    )
