"""Noting which rows with health data a session reads and writes, while it does so.

Whole rows are noted as they are loaded, whatever statement brought them. Statements for single
columns are looked at before they run: where they use a column that tells something of a person,
the same statement is asked once more for the keys of its rows. Where that cannot be done (groups,
sub-selects, text), the table is noted without a key, so that nothing escapes notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Result, event
from sqlalchemy import inspect as look_at
from sqlalchemy.orm import InstanceState, ORMExecuteState, QueryContext, UOWTransaction
from sqlmodel import Session

from api.audit.health import HealthTable, health_tables
from api.audit.statements import (
    EVERY_COLUMN,
    OWN,
    keys_of_changed,
    keys_of_inserted,
    keys_of_selected,
    names_in_text,
    written_columns,
)
from logistics.repository.sealed import hidden_fields, is_hidden
from logistics.tables import CaseRow
from pricing.column_types import Row

_COLLECTED: Final = "audit.collected"
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RowAccess:
    """One row and the columns read or written; an empty key stands for rows not known singly."""

    table: str
    key: Key
    case_reference: str | None
    columns: frozenset[str]


class Collected:
    """What a session has read and written so far. Ask while its transaction is open."""

    def __init__(self, session: Session) -> None:
        """Begin with nothing; `collect` listens."""
        self._session = session
        self._read: dict[tuple[str, Key], set[str]] = {}
        self._written: dict[tuple[str, Key], set[str]] = {}
        self._cases: dict[tuple[str, Key], str] = {}
        self.loaded_cases: set[str] = set()
        """References of the cases that a statement has found, not those that were added."""

    @property
    def reads(self) -> frozenset[RowAccess]:
        """Return every row whose columns were read."""
        return self._accesses(self._read)

    @property
    def writes(self) -> frozenset[RowAccess]:
        """Return every row that was added, changed or deleted."""
        return self._accesses(self._written)

    @property
    def case_references(self) -> frozenset[str]:
        """Return the cases of all these rows."""
        found = (one.case_reference for one in (*self.reads, *self.writes))
        return frozenset(reference for reference in found if reference is not None)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Return the fields (``table.column``) of what was read that stayed closed, in order."""
        read = {table for table, _ in self._read}
        return tuple(
            field for field in sorted(hidden_fields(self._session)) if field.split(".")[0] in read
        )

    def note_read(self, table: str, key: Key, columns: Iterable[str]) -> None:
        """Note that columns of a row were read; a hidden one comes sealed and is never opened."""
        seen = {one for one in columns if not is_hidden(self._session, f"{table}.{one}")}
        self._read.setdefault((table, key), set()).update(seen)

    def note_written(self, table: str, key: Key, columns: Iterable[str]) -> None:
        """Note that columns of a row were written; none where the row was deleted."""
        self._written.setdefault((table, key), set()).update(columns)

    def note_case(self, table: str, key: Key, case_reference: object) -> None:
        """Note whose row it is."""
        if isinstance(case_reference, str) and key:
            self._cases[table, key] = case_reference

    def find_cases(self) -> None:
        """Ask the database for the cases of rows that did not say it themselves."""
        missing: dict[str, list[Key]] = {}
        for table, key in {*self._read, *self._written} - self._cases.keys():
            if key:
                missing.setdefault(table, []).append(key)
        if not missing or not self._session.in_transaction():
            return
        for table, keys in missing.items():
            health = health_tables()[table]
            for key in keys:
                self._find_case(health, key)

    def _find_case(self, health: HealthTable, key: Key) -> None:
        query = health.case_query()
        for name, value in zip(health.key, key, strict=True):
            query = query.where(health.table.c[name] == value)
        found = self._session.connection().execute(query).first()
        if found is not None:
            self.note_case(health.table.name, key, found[-1])

    def _accesses(self, noted: Mapping[tuple[str, Key], set[str]]) -> frozenset[RowAccess]:
        self.find_cases()
        return frozenset(
            RowAccess(table, key, self._cases.get((table, key)), frozenset(columns))
            for (table, key), columns in noted.items()
        )


def collect(session: Session) -> Collected:
    """Return what will hold everything the session reads and writes from now on."""
    collected = Collected(session)
    session.info[_COLLECTED] = collected
    return collected


def find_collected(session: Session) -> Collected | None:
    """Return what `collect` gave for the session, or None where nothing is collected."""
    found: Collected | None = session.info.get(_COLLECTED)
    return found


def describe(collected: Collected) -> dict[str, Any]:
    """Return what was collected as the detail of an entry: rows and names of columns, no values.

    Fields that stayed closed are named beside them, where there are any.
    """
    detail: dict[str, Any] = {
        "read": _grouped(collected.reads),
        "written": _grouped(collected.writes),
    }
    return {**detail, "hidden": list(collected.hidden)} if collected.hidden else detail


def _grouped(accesses: Iterable[RowAccess]) -> list[dict[str, Any]]:
    """Return the rows of each table and set of columns together, in a fixed order."""
    groups: dict[tuple[str, tuple[str, ...]], list[RowAccess]] = {}
    for one in accesses:
        groups.setdefault((one.table, tuple(sorted(one.columns))), []).append(one)
    return [
        {
            "table": table,
            "columns": list(columns),
            "rows": [
                {"key": list(one.key), "case": one.case_reference}
                for one in sorted(groups[table, columns], key=lambda one: str(one.key))
            ],
        }
        for table, columns in sorted(groups)
    ]


def _on_load(target: Row, context: QueryContext) -> None:
    collected: Collected | None = context.session.info.get(_COLLECTED)
    _note_row(target, collected)
    if collected is not None and isinstance(target, CaseRow):
        collected.loaded_cases.add(target.reference)


def _on_refresh(target: Row, context: QueryContext | None, _names: Iterable[str] | None) -> None:
    # Without a context, where a flush has put the values that it has just written into the row.
    if context is not None:
        _note_row(target, context.session.info.get(_COLLECTED))


def _note_row(row: Row, collected: Collected | None) -> None:
    health = None if collected is None else _health_of(row)
    if collected is None or health is None:
        return
    state: InstanceState[Any] = look_at(row)
    key = tuple(state.key[1]) if state.key else ()
    loaded = state.dict
    columns = loaded.keys() & set(health.table.c.keys())
    if columns <= health.plain:
        return
    collected.note_read(health.table.name, key, columns)
    if health.case is not None:
        collected.note_case(health.table.name, key, loaded.get(health.case))


def _health_of(row: object) -> HealthTable | None:
    return health_tables().get(str(getattr(row, "__tablename__", "")))


def _on_execute(state: ORMExecuteState) -> Result[Any] | None:
    """Note what a statement for single columns reads, and what a bulk statement writes."""
    collected: Collected | None = state.session.info.get(_COLLECTED)
    # What loads whole rows or missing columns of one is noted as it is loaded.
    if collected is None or _is_noted_elsewhere(state):
        return None
    if state.is_select:
        for table, key, columns in keys_of_selected(state):
            collected.note_read(table, key, columns)
        return None
    if state.is_insert or state.is_update or state.is_delete:
        return _note_bulk(state, collected)
    text = str(state.statement)
    for table in names_in_text(text):
        collected.note_read(table, (), {EVERY_COLUMN})
        if not text.lstrip().lower().startswith("select"):
            collected.note_written(table, (), {EVERY_COLUMN})
    return None


def _is_noted_elsewhere(state: ORMExecuteState) -> bool:
    return bool(
        state.execution_options.get(OWN) or state.is_column_load or state.is_relationship_load
    )


def _note_bulk(state: ORMExecuteState, collected: Collected) -> Result[Any] | None:
    """Run an INSERT, UPDATE or DELETE, and note its rows once it has succeeded."""
    name = str(getattr(getattr(state.statement, "table", None), "name", ""))
    health = health_tables().get(name)
    if health is None:
        return None
    before = () if state.is_insert else keys_of_changed(state, health)
    if state.is_delete:
        for key in before:
            collected.note_written(name, key, ())
        # Afterwards nobody can say whose rows they were.
        collected.find_cases()
    result = state.invoke_statement()
    keys = before
    if state.is_insert:
        keys, cases = keys_of_inserted(state, health, result)
        for key, case in cases.items():
            collected.note_case(name, key, case)
    for key in keys:
        collected.note_written(name, key, written_columns(state))
    return result


def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Find out whose the rows are that are about to be deleted."""
    collected = find_collected(session)
    if collected is None:
        return
    for row in session.deleted:
        _note_change(row, collected, ())
    collected.find_cases()


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    """Note what was added and changed; numbers that the database gives are known by now."""
    collected = find_collected(session)
    if collected is None:
        return
    for row in session.new:
        _note_change(row, collected, look_at(row).dict)
    for row in session.dirty:
        changed = [one.key for one in look_at(row).attrs if one.history.has_changes()]
        if changed:
            _note_change(row, collected, changed)


def _note_change(row: object, collected: Collected, names: Iterable[str]) -> None:
    health = _health_of(row)
    if health is None:
        return
    state: InstanceState[Any] = look_at(row)
    key = tuple(state.dict[name] for name in health.key)
    collected.note_written(health.table.name, key, set(names) & set(health.table.c.keys()))
    if health.case is not None:
        collected.note_case(health.table.name, key, state.dict.get(health.case))


# Every row and statement is heard of; sessions that do not collect are let be. Once for all
# sessions, as a listener costs more to add than to pass over, and before there is one: a listener
# that is added while another thread runs a statement breaks that statement.
event.listen(Row, "load", _on_load, propagate=True)
event.listen(Row, "refresh", _on_refresh, propagate=True)
event.listen(Session, "do_orm_execute", _on_execute)
event.listen(Session, "before_flush", _before_flush)
event.listen(Session, "after_flush", _after_flush)
