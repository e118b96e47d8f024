"""Checking the chain: walk all entries, and say where it was broken first, and how.

What the chain alone cannot show is its end being cut off, or all of it being computed anew by
somebody who may write to the database: for that it is compared with signed heads that were kept
elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection
from sqlmodel import Session

from api.audit.canonical import GENESIS, commit_to, hash_entry
from api.audit.erasing import ERASE, erased_cases
from api.audit.walking import Stored, UnreadableRow, find_left_over, find_stored, walk

_NEIGHBOURS: Final = 1_000
"""How far from its place an entry is looked for before it is called edited."""


class Fault(StrEnum):
    """How the trail is broken; the value is what is told."""

    DELETED = "the entry is missing"
    EDITED = "the entry is not what was written"
    UNREADABLE = "the entry, its detail or its cases hold bytes that are no text"
    REORDERED = "another entry stands in the place of this one"
    UNLINKED = "the entry does not follow the one before it"
    DETAIL_EDITED = "the detail is not what the entry commits to"
    DETAIL_DELETED = "the detail is missing, and no entry says that it was erased"
    DETAIL_RETURNED = "the detail was erased, and is there again"
    CASES_EDITED = "the index of cases is not what the entry commits to"
    LEFT_OVER = "a detail, a case or an erasure is kept for an entry that is not there"
    TRUNCATED = "the chain ends before the signed head"
    REWRITTEN = "the entry is not the one of the signed head"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the trail is not what was written."""

    seq: int
    fault: Fault

    def __str__(self) -> str:
        """Return the place and the fault as words."""
        return f"entry {self.seq}: {self.fault.value}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found: whole, or where it broke first; what was erased by the rules is whole."""

    entries: int
    erased: int
    last_hash: str
    broken: Break | None

    @property
    def is_whole(self) -> bool:
        """Return whether the trail is what was written."""
        return self.broken is None


def verify_chain(session: Session, heads: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole trail in bounded memory; ``heads`` are hashes of entries kept elsewhere.

    The heads' signatures are for the caller to check (`api.audit.head`).
    """
    walker = _Walker(session.connection(), heads or {})
    broken = walker.find_break()
    return Verdict(walker.seq, walker.erased, walker.last_hash, broken)


class _Walker:
    """The state of one walk: number and hash of the last entry that was whole."""

    def __init__(self, connection: Connection, heads: Mapping[int, str]) -> None:
        self._connection = connection
        self._heads = heads
        self._erasure: tuple[int, dict[int, list[str]]] = (0, {})
        self.seq = 0
        self.erased = 0
        self.last_hash = GENESIS

    def find_break(self) -> Break | None:
        """Return the first break, or None after the last entry."""
        try:
            return self._find_break()
        except UnreadableRow:
            return Break(self.seq + 1, Fault.UNREADABLE)

    def _find_break(self) -> Break | None:
        for stored in walk(self._connection):
            fault = (
                self._place_fault(stored) or self._detail_fault(stored) or self._head_fault(stored)
            )
            if fault is not None:
                return fault
            self.seq, self.last_hash = stored.seq, stored.entry["hash"]
        if any(seq > self.seq for seq in self._heads):
            return Break(self.seq + 1, Fault.TRUNCATED)
        left = find_left_over(self._connection)
        return None if left is None else Break(left, Fault.LEFT_OVER)

    def _place_fault(self, stored: Stored) -> Break | None:
        """Return what is wrong with the entry in its place in the chain."""
        place = self.seq + 1
        if stored.seq != place:
            fault = Fault.DELETED if stored.seq > place else Fault.EDITED
            return Break(min(place, stored.seq), fault)
        if stored.hash_of_content != stored.entry["hash"]:
            return Break(place, Fault.REORDERED if _was_elsewhere(stored) else Fault.EDITED)
        if stored.entry["prev_hash"] != self.last_hash:
            return self._unlinked(stored)
        return None

    def _unlinked(self, stored: Stored) -> Break:
        """Name the entry that was changed and hashed anew: this one, or the one before it."""
        following = find_stored(self._connection, stored.seq + 1)
        own_hash = stored.entry["hash"]
        is_vouched_for = (
            following is not None and following.entry["prev_hash"] == own_hash
        ) or self._heads.get(stored.seq) == own_hash
        if is_vouched_for and self.seq:
            return Break(self.seq, Fault.EDITED)
        return Break(stored.seq, Fault.UNLINKED)

    def _head_fault(self, stored: Stored) -> Break | None:
        kept = self._heads.get(stored.seq, stored.entry["hash"])
        return None if kept == stored.entry["hash"] else Break(stored.seq, Fault.REWRITTEN)

    def _detail_fault(self, stored: Stored) -> Break | None:
        """Return what is wrong with the detail of the entry, or with its cases."""
        if stored.erased_by is not None:
            return self._erasure_fault(stored, stored.erased_by)
        if stored.document is None or stored.salt is None:
            return Break(stored.seq, Fault.DETAIL_DELETED)
        if not _is_committed(stored, stored.salt, stored.document):
            return Break(stored.seq, Fault.DETAIL_EDITED)
        if json.loads(stored.document)["cases"] != list(stored.cases):
            return Break(stored.seq, Fault.CASES_EDITED)
        return None

    def _erasure_fault(self, stored: Stored, erased_by: int) -> Break | None:
        if stored.document is not None:
            return Break(stored.seq, Fault.DETAIL_RETURNED)
        named = self._erased_by(erased_by).get(stored.seq)
        if named is None or stored.entry["action"] == ERASE:
            return Break(stored.seq, Fault.DETAIL_DELETED)
        if named != list(stored.cases):
            return Break(stored.seq, Fault.CASES_EDITED)
        self.erased += 1
        return None

    def _erased_by(self, seq: int) -> dict[int, list[str]]:
        """Return what that erasure names; the last one is remembered, as it names many."""
        if self._erasure[0] != seq:
            self._erasure = (seq, _read_erasure(find_stored(self._connection, seq)))
        return self._erasure[1]


def _read_erasure(stored: Stored | None) -> dict[int, list[str]]:
    """Return what an entry erased, by its own word; nothing where it is none or was tampered with.

    The walk comes to that entry later and checks its place in the chain.
    """
    if stored is None or stored.entry["action"] != ERASE:
        return {}
    if stored.document is None or stored.salt is None:
        return {}
    if not _is_committed(stored, stored.salt, stored.document):
        return {}
    detail: dict[str, Any] = json.loads(stored.document)["detail"]
    return erased_cases(detail)


def _is_committed(stored: Stored, salt: str, document: str) -> bool:
    try:
        return commit_to(salt, document) == str(stored.entry["commitment"])
    except ValueError:
        # The salt is no longer hex, or the document no longer text.
        return False


def _was_elsewhere(stored: Stored) -> bool:
    """Return whether the stored hash is that of the same content in another place near by."""
    own = stored.seq
    return any(
        hash_entry({**stored.entry, "seq": seq}) == stored.entry["hash"]
        for seq in _around(own)
        if seq != own
    )


def _around(seq: int) -> Iterable[int]:
    for distance in range(1, _NEIGHBOURS + 1):
        yield seq + distance
        yield seq - distance
