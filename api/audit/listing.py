"""Reading the trail: entries by who, what, which case, when; newest first, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select
from sqlmodel import Session

from api.audit.trail import Outcome, table_of
from api.errors import AuditEntryNotFound
from api.tables.audit import AuditCaseRow, AuditDetailRow, AuditEntryRow, AuditErasureRow

_ENTRY: Final = table_of(AuditEntryRow)
_DETAIL: Final = table_of(AuditDetailRow)
_CASE: Final = table_of(AuditCaseRow)
_ERASURE: Final = table_of(AuditErasureRow)
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilters:
    """Which entries; None and "" ask for nothing. ``since`` is included, ``until`` is not."""

    user_id: str = ""
    organisation_id: str = ""
    action: str = ""
    case_reference: str = ""
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of at most ``size`` entries with numbers below ``before``, or above ``after``.

    With neither it is the first page: the newest entries.
    """

    size: int = 50
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it is shown; ``detail`` is None once it was erased by entry ``erased_by``."""

    seq: int
    at: datetime
    action: str
    outcome: Outcome
    principal_kind: str
    user_id: str
    credential_id: str
    organisation_id: str
    request_id: str
    commitment: str
    prev_hash: str
    hash: str
    case_references: tuple[str, ...]
    roles: tuple[str, ...]
    detail: dict[str, Any] | None
    erased_by: int | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first; ``older`` and ``newer`` are the pages beside it, None at an end."""

    entries: tuple[Entry, ...]
    older: Page | None
    newer: Page | None


def list_entries(session: Session, *, filters: EntryFilters, page: Page) -> EntryPage:
    """Return one page of the entries that pass the filters."""
    connection = session.connection()
    is_back = page.after is not None
    # One more than is shown tells whether there is a page behind this one.
    query = _ordered(_filtered(filters), page).limit(page.size + 1)
    found = list(_entries(connection, query))
    has_more = len(found) > page.size
    found = found[: page.size]
    if is_back:
        found.reverse()
    if not found:
        return EntryPage((), None, None)
    has_newer = has_more if is_back else page.before is not None
    has_older = True if is_back else has_more
    return EntryPage(
        tuple(found),
        Page(page.size, before=found[-1].seq) if has_older else None,
        Page(page.size, after=found[0].seq) if has_newer else None,
    )


def get_entry(session: Session, seq: int, *, organisation_id: str = "") -> Entry:
    """Return one entry, of that organisation where one is named; raises AuditEntryNotFound."""
    query = _filtered(EntryFilters(organisation_id=organisation_id)).where(_ENTRY.c.seq == seq)
    for entry in _entries(session.connection(), query):
        return entry
    raise AuditEntryNotFound(
        f"the audit trail has no entry {seq} for you; choose one from its list"
    )


def iterate_entries(session: Session, filters: EntryFilters) -> Iterator[Entry]:
    """Yield every entry that passes the filters, oldest first, in bounded memory."""
    connection = session.connection()
    after = 0
    while True:
        query = _filtered(filters).where(_ENTRY.c.seq > after).order_by(_ENTRY.c.seq)
        found = list(_entries(connection, query.limit(_CHUNK)))
        yield from found
        if len(found) < _CHUNK:
            return
        after = found[-1].seq


def _filtered(filters: EntryFilters) -> Select[Any]:
    columns = _ENTRY.c
    query = (
        select(_ENTRY, _DETAIL.c.detail, _ERASURE.c.erased_by)
        .outerjoin_from(_ENTRY, _DETAIL, _DETAIL.c.seq == columns.seq)
        .outerjoin(_ERASURE, _ERASURE.c.seq == columns.seq)
    )
    wanted = {
        columns.user_id: filters.user_id,
        columns.organisation_id: filters.organisation_id,
        columns.action: filters.action,
        columns.outcome: filters.outcome.value if filters.outcome else "",
    }
    for column, value in wanted.items():
        if value:
            query = query.where(column == value)
    if filters.since is not None:
        query = query.where(columns.at >= filters.since)
    if filters.until is not None:
        query = query.where(columns.at < filters.until)
    if filters.case_reference:
        named = select(_CASE.c.seq).where(_CASE.c.case_reference == filters.case_reference)
        query = query.where(columns.seq.in_(named))
    return query


def _ordered(query: Select[Any], page: Page) -> Select[Any]:
    seq = _ENTRY.c.seq
    if page.after is not None:
        return query.where(seq > page.after).order_by(seq)
    if page.before is not None:
        query = query.where(seq < page.before)
    return query.order_by(seq.desc())


def _entries(connection: Connection, query: Select[Any]) -> Iterator[Entry]:
    rows = connection.execute(query).mappings().all()
    cases: dict[int, list[str]] = {row["seq"]: [] for row in rows}
    named = select(_CASE.c.seq, _CASE.c.case_reference).where(_CASE.c.seq.in_(cases))
    for seq, reference in connection.execute(named.order_by(_CASE.c.seq, _CASE.c.case_reference)):
        cases[seq].append(reference)
    for row in rows:
        document = json.loads(row["detail"]) if row["detail"] is not None else {}
        yield Entry(
            **{name: row[name] for name in _ENTRY.c.keys() if name != "outcome"},  # noqa: SIM118 — columns, not a dict
            outcome=Outcome(row["outcome"]),
            case_references=tuple(cases[row["seq"]]),
            roles=tuple(document.get("roles", ())),
            detail=document.get("detail"),
            erased_by=row["erased_by"],
        )
