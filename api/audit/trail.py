"""Adding to the trail: entries are numbered and chained in the transaction of what they tell of.

An entry holds no more than a commitment to its detail, so that a detail can be erased later and
the chain still be checked. Add the entry last: on PostgreSQL, whoever adds one makes the next
wait until the transaction ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import Connection, Select, Table, insert, select, text
from sqlmodel import Session

from api.access.principal import Principal
from api.audit.canonical import GENESIS, commit_to, hash_entry, require_text, to_canonical
from api.prepared import Prepared
from api.tables.audit import AuditCaseRow, AuditDetailRow, AuditEntryRow
from pricing.column_types import Row

_ADVISORY_LOCK: Final = 7_031_804_222
"""Any number, the same in every process: PostgreSQL lets one transaction lengthen the chain."""

_SALT_BYTES: Final = 32


class Outcome(StrEnum):
    """What became of the wish to do something."""

    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What is to be added; ``detail`` says which rows and fields, why, and from where.

    The detail is plain JSON without fractions: names of tables, keys and columns, never what a
    column with health data holds. ``document`` is what the entry commits to: the detail, the
    cases and the principal's roles.
    """

    at: datetime
    action: str
    outcome: Outcome
    principal: Principal
    case_references: Collection[str]
    detail: Mapping[str, Any]
    request_id: str = ""
    document: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError for a naive instant and for what cannot be stored on both databases."""
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.at!r} has no offset; only aware instants enter the trail")
        who = self.principal
        for word in (self.action, self.request_id, who.user_id, who.credential_id):
            _require_storable(word)
        for reference in self.case_references:
            _require_storable(reference)
        document = {
            "cases": sorted(set(self.case_references)),
            "detail": dict(self.detail),
            "roles": sorted(role.value for role in who.roles),
        }
        object.__setattr__(self, "document", to_canonical(document))


def add_entry(session: Session, entry: NewEntry) -> int:
    """Add the entry to the end of the chain in the session's transaction; return its number."""
    return add_entries(session, (entry,))[0]


def add_entries(session: Session, entries: Sequence[NewEntry]) -> tuple[int, ...]:
    """Add several entries, in their order; return their numbers."""
    if not entries:
        return ()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK}
        )
    last = find_end(connection)
    chained, details, cases = _chain(entries, *last)
    _ADD_ENTRY.run_each(connection, chained)
    _ADD_DETAIL.run_each(connection, details)
    _ADD_CASE.run_each(connection, cases)
    return tuple(row["seq"] for row in chained)


def find_end(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last entry; 0 and `GENESIS` before the first."""
    last = _END.run(connection, {}).first()
    return (0, GENESIS) if last is None else (last.seq, last.hash)


def instant_text(at: datetime) -> str:
    """Return the instant as it is hashed: ``2026-11-21T09:30:00.000000Z``."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def table_of(row: type[Row]) -> Table:
    """Return the table of a row class."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # — every row class has one


def _end() -> Select[tuple[int, str]]:
    columns = table_of(AuditEntryRow).c
    return select(columns.seq, columns.hash).order_by(columns.seq.desc()).limit(1)


# Nearly every request runs these.
_END: Final = Prepared(_end)
_ADD_ENTRY: Final = Prepared(lambda: insert(table_of(AuditEntryRow)))
_ADD_DETAIL: Final = Prepared(lambda: insert(table_of(AuditDetailRow)))
_ADD_CASE: Final = Prepared(lambda: insert(table_of(AuditCaseRow)))

_Rows = list[dict[str, Any]]


def _chain(entries: Sequence[NewEntry], seq: int, prev_hash: str) -> tuple[_Rows, _Rows, _Rows]:
    """Return the rows of the entries that follow the given one, of their details and cases."""
    chained: _Rows = []
    details: _Rows = []
    cases: _Rows = []
    for entry in entries:
        seq += 1
        salt = secrets.token_hex(_SALT_BYTES)
        row = _to_row(entry, seq, prev_hash, commit_to(salt, entry.document))
        prev_hash = hash_entry({**row, "at": instant_text(entry.at)})
        chained.append({**row, "hash": prev_hash})
        details.append({"seq": seq, "salt": salt, "detail": entry.document})
        cases += [
            {"seq": seq, "case_reference": reference}
            for reference in sorted(set(entry.case_references))
        ]
    return chained, details, cases


def _to_row(entry: NewEntry, seq: int, prev_hash: str, commitment: str) -> dict[str, Any]:
    who = entry.principal
    return {
        "seq": seq,
        "at": entry.at,
        "action": str(entry.action),
        "outcome": entry.outcome.value,
        "principal_kind": who.kind.value,
        "user_id": who.user_id,
        "credential_id": who.credential_id,
        "organisation_id": who.organisation_id,
        "request_id": entry.request_id,
        "commitment": commitment,
        "prev_hash": prev_hash,
    }


def _require_storable(word: str) -> None:
    require_text(word)
    if "\x00" in word:
        raise ValueError("text holds NUL, which PostgreSQL cannot store")
