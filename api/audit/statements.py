"""Looking at statements: which columns of which tables they use, and which rows they touch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Alias, Column, Executable, Result, Select, Table, TextClause, select
from sqlalchemy.orm import Mapper, ORMExecuteState
from sqlalchemy.orm.util import AliasedInsp
from sqlalchemy.sql import functions
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import iterate

from api.audit.health import HealthTable, health_tables

OWN: Final = "audit_own"
"""Execution option of the statements this room runs itself."""

EVERY_COLUMN: Final = "*"
"""Stands for the columns of a statement that is written as text."""

_Key = tuple[Any, ...]
_Touched = tuple[str, _Key, set[str]]
_Place = tuple[str, int]
"""A table in one role in a statement: its name, and which alias of it."""


def keys_of_selected(state: ORMExecuteState) -> Iterator[_Touched]:
    """Yield table, key and columns of the rows a SELECT for single columns reads.

    The key is empty where the rows cannot be told. Rows that are loaded whole are left out: they
    are noted as they are loaded.
    """
    statement = state.statement
    # Statements that are made once are looked at once; what is gone is forgotten.
    uses = _SEEN.get(statement)
    if uses is None:
        uses = _SEEN[statement] = _look_at(statement)
    if uses.has_text:
        yield from ((name, (), {EVERY_COLUMN}) for name in names_in_text(str(statement)))
    for place, (_, columns) in uses.far.items():
        yield place[0], (), columns
    for place, (source, columns) in uses.near.items():
        keys = _ask_for_keys(state, health_tables()[place[0]], source)
        if keys is None:
            yield place[0], (), columns
        else:
            yield from ((place[0], key, columns) for key in keys)


def find_tables(statement: Any) -> frozenset[str] | None:  # noqa: ANN401 — any statement
    """Return the names of all tables a statement uses, at any depth; None for one with text in it.

    Text may name tables that nobody can see in it.
    """
    found = set()
    for element in iterate(statement):
        if isinstance(element, Table):
            found.add(element.name)
        elif isinstance(element, Column):
            if isinstance(element.table, Table):
                found.add(element.table.name)
        elif _is_text(element):
            return None
    return frozenset(found)


def _whole_entities(statement: Any) -> set[str] | None:  # noqa: ANN401 — any statement with columns
    """Return the tables whose rows are loaded whole, or None when nothing else is selected."""
    described = getattr(statement, "column_descriptions", ())
    entities = [one for one in described if one.get("entity") is not None]
    whole = [one for one in entities if one["expr"] is one["entity"]]
    if described and len(whole) == len(described):
        return None
    return {str(getattr(one["entity"], "__tablename__", "")) for one in whole}


_Used = dict[_Place, tuple[Any, set[str]]]


@dataclass(frozen=True, slots=True)
class _Uses:
    """Columns with health data that are read singly: in the statement itself, and nested in it."""

    near: _Used
    far: _Used
    has_text: bool


_SEEN: Final[WeakKeyDictionary[Executable, _Uses]] = WeakKeyDictionary()


def _look_at(statement: Any) -> _Uses:  # noqa: ANN401 — any statement with columns
    whole = _whole_entities(statement)
    if whole is None:
        return _Uses({}, {}, has_text=False)
    near, far, has_text = _used_columns(statement)
    singly = {place: used for place, used in near.items() if place[0] not in whole}
    return _Uses(singly, far, has_text)


def _used_columns(statement: Any) -> tuple[_Used, _Used, bool]:  # noqa: ANN401 — any statement
    """Return the columns with health data in the statement itself, and in what is nested in it.

    The third answer is whether a part of it is written as text.
    """
    near: _Used = {}
    far: _Used = {}
    has_text = False
    waiting: list[tuple[Any, bool]] = [(statement, False)]
    while waiting:
        element, is_nested = waiting.pop()
        if isinstance(element, Column):
            _note_column(element, far if is_nested else near)
        elif not _counts_rows(element):
            has_text = has_text or _is_text(element)
            waiting += [
                (child, is_nested or (isinstance(child, SelectBase) and child is not statement))
                for child in element.get_children()
            ]
    return near, far, has_text


def _counts_rows(element: object) -> bool:
    """Return whether this is ``count(*)``, whose star names no column."""
    return isinstance(element, functions.count) and str(element) == "count(*)"


def _is_text(element: object) -> bool:
    return isinstance(element, TextClause) or bool(getattr(element, "is_literal", False))


def _note_column(column: Column[Any], used: _Used) -> None:
    source = column.table
    table = source.element if isinstance(source, Alias) else source
    health = health_tables().get(table.name) if isinstance(table, Table) else None
    if health is None or column.name in health.plain:
        return
    entity = column._annotations.get("parententity")  # noqa: SLF001 — the only way to the ORM's class
    place = (health.table.name, id(source) if isinstance(source, Alias) else 0)
    used.setdefault(place, (entity if entity is not None else source, set()))[1].add(column.name)


def _ask_for_keys(
    state: ORMExecuteState,
    health: HealthTable,
    source: Any,  # noqa: ANN401 — a table, alias or mapper
) -> set[_Key] | None:
    """Return the keys of the rows the statement reads, or None where it cannot be asked."""
    statement = state.statement
    if not isinstance(statement, Select) or _is_shuffled(statement):
        return None
    keys = statement.with_only_columns(*_key_columns(health, source), maintain_column_froms=True)
    options = {**state.execution_options, OWN: True}
    options.pop("yield_per", None)
    found = state.session.execute(keys, state.parameters, execution_options=options)
    return {tuple(row) for row in found}


def _is_shuffled(statement: Select[Any]) -> bool:
    """Return whether a row of the answer is not a row of its tables."""
    return bool(
        statement._group_by_clauses  # noqa: SLF001 — no public name for it
        or statement._having_criteria  # noqa: SLF001 — no public name for it
        or statement._distinct  # noqa: SLF001 — no public name for it
    )


def _key_columns(health: HealthTable, source: Any) -> list[Any]:  # noqa: ANN401 — a table, alias or mapper
    if isinstance(source, Mapper | AliasedInsp):
        # Through the class, so that the row predicates of the session apply.
        return [getattr(source.entity, name) for name in health.key]
    return [source.c[name] for name in health.key]


def keys_of_changed(state: ORMExecuteState, health: HealthTable) -> tuple[_Key, ...]:
    """Return the keys of the rows an UPDATE or DELETE is about to touch."""
    condition = getattr(state.statement, "whereclause", None)
    given = _given_rows(state)
    names_keys = all(name in row for row in given for name in health.key)
    if given and names_keys and condition is None:
        # An update of many rows by their keys.
        return tuple(tuple(row[name] for name in health.key) for row in given)
    source = state.bind_mapper if state.bind_mapper is not None else health.table
    query = select(*_key_columns(health, source))
    if condition is not None:
        query = query.where(condition)
    parameters = None if isinstance(state.parameters, list) else state.parameters
    found = state.session.execute(query, parameters, execution_options={OWN: True})
    return tuple(tuple(row) for row in found)


def keys_of_inserted(
    state: ORMExecuteState, health: HealthTable, result: Result[Any]
) -> tuple[tuple[_Key, ...], dict[_Key, object]]:
    """Return the keys of the rows an INSERT has made, and the case of each where it says so.

    A key the database gave and does not tell is empty.
    """
    keys: list[_Key] = []
    cases: dict[_Key, object] = {}
    given = _given_rows(state) or [{}]
    for row in given:
        if all(row.get(name) is not None for name in health.key):
            key: _Key = tuple(row[name] for name in health.key)
        else:
            key = _told_key(result) if len(given) == 1 else ()
        keys.append(key)
        if health.case is not None:
            cases[key] = row.get(health.case)
    return tuple(keys), cases


def _told_key(result: Any) -> _Key:  # noqa: ANN401 — the cursor's result, or one without a cursor
    try:
        return tuple(result.inserted_primary_key)
    except Exception:  # noqa: BLE001 — the kinds of result agree on no error
        return ()


def written_columns(state: ORMExecuteState) -> set[str]:
    """Return the names of the columns an INSERT or UPDATE sets; none for a DELETE."""
    names = {name for row in _given_rows(state) for name in row}
    ordered: Iterable[Any] = getattr(state.statement, "_ordered_values", None) or ()
    return names | {_name(column) for column, _ in ordered}


def _given_rows(state: ORMExecuteState) -> list[Mapping[str, Any]]:
    """Return what the statement sets, one mapping for each row it names."""
    values: Mapping[Any, Any] = getattr(state.statement, "_values", None) or {}
    own = {_name(column): getattr(value, "value", value) for column, value in values.items()}
    given: Any = state.parameters
    rows: list[Mapping[str, Any]] = given if isinstance(given, list) else [given] if given else []
    if state.is_insert or isinstance(given, list):
        return [{**own, **row} for row in rows] or ([own] if own else [])
    return [own] if own else []


def _name(column: Any) -> str:  # noqa: ANN401 — a column or its name
    return str(getattr(column, "name", column))


def names_in_text(statement: str) -> tuple[str, ...]:
    """Return the tables with health data that a statement written as text names."""
    words = set(re.findall(r"\w+", statement.lower()))
    return tuple(name for name in health_tables() if name in words)
