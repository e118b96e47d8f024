"""Which tables hold something about a person's health or journey, and whose case a row is.

Nobody keeps a list: whatever refers to a case, at once or through other tables, counts, unless it
is named here as holding no more than who is responsible for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Column, Select, Table, select

from logistics.tables import CaseRow
from pricing.column_types import Row

CASES: Final = str(CaseRow.__tablename__)
EXEMPT: Final = frozenset({"broken_glass", "case_link", "case_participant"})
"""Tables that say who is responsible for a case or has opened it by force, and no more."""

_STATE: Final[dict[str, frozenset[str]]] = {
    "plan": frozenset({
        "phase", "progress", "cancel_requested", "created_at", "finished_at", "request_key",
    }),
    "appointment": frozenset({"status"}),
    "itinerary_revision": frozenset({"request_key"}),
}  # fmt: skip
"""Columns that say how far the work is. Read alone, as keys are, they tell nothing of a person."""


@dataclass(frozen=True, slots=True)
class HealthTable:
    """One such table; ``plain`` are the columns that tell nothing when they are read alone."""

    table: Table
    key: tuple[str, ...]
    plain: frozenset[str]
    case: str | None
    """The column that holds the case's reference, or None where the parent row knows it."""

    _parent: tuple[Column[Any], Column[Any]] | None
    """Own column and parent's column that lead towards the case."""

    def case_query(self) -> Select[Any]:
        """Return the query for the key and the case of rows; the case comes last."""
        keys = [self.table.c[name] for name in self.key]
        if self.case is not None:
            return select(*keys, self.table.c[self.case])
        return self._through_parents(keys)

    def _through_parents(self, keys: list[Column[Any]]) -> Select[Any]:
        steps: list[tuple[Column[Any], Column[Any]]] = []
        here = self
        while here._parent is not None:
            steps.append(here._parent)
            here = health_tables()[here._parent[1].table.name]
        query = select(*keys, here.table.c[str(here.case)]).select_from(self.table)
        for own, parents in steps:
            query = query.join(parents.table, parents == own)
        return query


@lru_cache(maxsize=1)
def health_tables() -> dict[str, HealthTable]:
    """Return the tables by name; to be called once all of the house's tables are known."""
    found: dict[str, HealthTable] = {}
    waiting = {
        name: table
        for name, table in Row.metadata.tables.items()
        if name not in EXEMPT and not name.startswith("audit_")
    }
    found[CASES] = _health_table(waiting.pop(CASES), case="reference", parent=None)
    while reached := {
        name: table for name, table in waiting.items() if _parents(table) & found.keys()
    }:
        # Those that refer to a case at once come first, so that the way to it is the shortest.
        near = {name for name in reached if CASES in _parents(reached[name])} or set(reached)
        for name in sorted(near):
            found[name] = _reaching(waiting.pop(name), found)
    return found


def _parents(table: Table) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys} - {table.name}


def _reaching(table: Table, found: dict[str, HealthTable]) -> HealthTable:
    keys = sorted(table.foreign_keys, key=lambda one: one.parent.name)
    for key in keys:
        if key.column.table.name == CASES:
            return _health_table(table, case=key.parent.name, parent=None)
    key = next(one for one in keys if one.column.table.name in found)
    return _health_table(table, case=None, parent=(key.parent, key.column))


def _health_table(
    table: Table, *, case: str | None, parent: tuple[Column[Any], Column[Any]] | None
) -> HealthTable:
    key = tuple(column.name for column in table.primary_key)
    keys = {*key, *(one.parent.name for one in table.foreign_keys)}
    plain = frozenset(keys) | _STATE.get(table.name, frozenset())
    return HealthTable(table, key, plain, case, parent)
