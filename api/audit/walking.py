"""Walking the trail from its first entry, a few hundred at a time: as stored, nothing trusted.

Plain SQL, as a row that was tampered with must still be read: an instant may be any text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from api.audit.canonical import HASHED, hash_entry
from api.audit.trail import instant_text

CHUNK: Final = 500
"""Entries in memory at one time."""

_UNDECODABLE: Final = "Could not decode to UTF-8"
"""What SQLite's driver says of text that is none; PostgreSQL stores no such text."""

_BEFORE_ALL: Final = -(2**62)
_COLUMNS: Final = ", ".join(f"e.{name}" for name in (*HASHED, "hash"))
_ENTRIES: Final = text(
    f"SELECT {_COLUMNS}, d.salt, d.detail, x.erased_by FROM audit_entry e"  # noqa: S608 — our own words
    " LEFT JOIN audit_detail d ON d.seq = e.seq LEFT JOIN audit_erasure x ON x.seq = e.seq"
    " WHERE e.seq > :after ORDER BY e.seq LIMIT :count"
)
_CASES: Final = text(
    "SELECT seq, case_reference FROM audit_case WHERE seq > :after AND seq <= :until"
    " ORDER BY seq, case_reference"
)
_LEFT_OVER: Final = tuple(
    text(
        f"SELECT min(s.seq) FROM {table} s LEFT JOIN audit_entry e ON e.seq = s.seq"  # noqa: S608 — our own words
        " WHERE e.seq IS NULL"
    )
    for table in ("audit_detail", "audit_case", "audit_erasure")
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry as it stands in the tables; ``entry`` holds its columns, the instant as text."""

    entry: dict[str, Any]
    salt: str | None
    document: str | None
    erased_by: int | None
    cases: tuple[str, ...]

    @property
    def seq(self) -> int:
        """Return the entry's number."""
        return int(self.entry["seq"])

    @property
    def hash_of_content(self) -> str:
        """Return the hash its content has now."""
        return hash_entry(self.entry)


class UnreadableRow(Exception):
    """The row after a number holds bytes that are no text: nobody honest wrote them."""


def walk(
    connection: Connection, after: int = _BEFORE_ALL, *, count: int = CHUNK
) -> Iterator[Stored]:
    """Yield every entry with a number above ``after``, in order, ``count`` in memory at a time.

    Raises UnreadableRow, after every entry before it.
    """
    while True:
        try:
            chunk = _read_chunk(connection, after, count)
        except DBAPIError as error:
            if _UNDECODABLE not in str(error.orig):
                raise
            if count == 1:
                raise UnreadableRow from error
            # One at a time, so that those before the unreadable one are walked.
            count = 1
            continue
        yield from chunk
        if not chunk:
            return
        after = chunk[-1].seq


def find_stored(connection: Connection, seq: int) -> Stored | None:
    """Return one entry, or None where there is none; raises UnreadableRow."""
    found = next(walk(connection, seq - 1, count=1), None)
    return found if found is not None and found.seq == seq else None


def _read_chunk(connection: Connection, after: int, count: int) -> list[Stored]:
    rows = connection.execute(_ENTRIES, {"after": after, "count": count}).all()
    if not rows:
        return []
    cases = _cases(connection, after, rows[-1].seq)
    return [_stored(row, tuple(cases.get(row.seq, ()))) for row in rows]


def find_left_over(connection: Connection) -> int | None:
    """Return the lowest number that a detail, a case or an erasure has and no entry, or None."""
    found = [connection.scalar(query) for query in _LEFT_OVER]
    return min((int(seq) for seq in found if seq is not None), default=None)


def _cases(connection: Connection, after: int, until: int) -> dict[int, list[str]]:
    cases: dict[int, list[str]] = {}
    for seq, reference in connection.execute(_CASES, {"after": after, "until": until}):
        cases.setdefault(seq, []).append(reference)
    return cases


def _stored(row: Row[Any], cases: tuple[str, ...]) -> Stored:
    entry = dict(zip((*HASHED, "hash"), row, strict=False))
    at = entry["at"]
    entry["at"] = instant_text(at) if isinstance(at, datetime) else at
    return Stored(entry, row.salt, row.detail, row.erased_by, cases)
