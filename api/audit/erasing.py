"""Erasing details: what an entry was about goes, that it was stays, and the erasure is an entry.

The entry of an erasure names the numbers and the cases of what it erased, so that the index of
cases can be compared with something after the details are gone. It keeps its own detail for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import Session

from api.access.principal import Principal
from api.audit.trail import NewEntry, Outcome, add_entry, table_of
from api.tables.audit import AuditCaseRow, AuditDetailRow, AuditEntryRow, AuditErasureRow

ERASE: Final = "audit.erase"
"""The action of an entry that erases details; the triggers of the tables know the word too."""

MOST_TOGETHER: Final = 500
"""Details one entry erases at most; more are erased by several entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Who erases details, when and why; no text of the erased belongs into ``reason``."""

    principal: Principal
    at: datetime
    reason: str
    request_id: str = ""


def erase_details(session: Session, seqs: Sequence[int], erasure: Erasure) -> tuple[int, ...]:
    """Erase the details of these entries; return the numbers of the entries that say so.

    Numbers without a detail, those erased before and those of erasures are passed over. Call it
    last in a transaction, as `add_entry`.
    """
    connection = session.connection()
    there = _with_detail(connection, seqs)
    return tuple(
        _erase(session, there[start : start + MOST_TOGETHER], erasure)
        for start in range(0, len(there), MOST_TOGETHER)
    )


def erase_details_of_case(
    session: Session, case_reference: str, erasure: Erasure
) -> tuple[int, ...]:
    """Erase the details of every entry about the case; see `erase_details`."""
    columns = table_of(AuditCaseRow).c
    query = select(columns.seq).where(columns.case_reference == case_reference)
    return erase_details(session, tuple(session.connection().scalars(query)), erasure)


def erased_cases(detail: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return what the detail of an erasure says: the cases of each entry it erased."""
    return {int(one["seq"]): list(one["cases"]) for one in detail.get("erased", ())}


def _with_detail(connection: Connection, seqs: Sequence[int]) -> list[int]:
    """Return those of the numbers whose detail is there and may go, in order."""
    details, entries = table_of(AuditDetailRow).c, table_of(AuditEntryRow).c
    found: set[int] = set()
    for start in range(0, len(seqs), MOST_TOGETHER):
        query = (
            select(details.seq)
            .join_from(details.seq.table, entries.seq.table, entries.seq == details.seq)
            .where(details.seq.in_(seqs[start : start + MOST_TOGETHER]), entries.action != ERASE)
        )
        found.update(connection.scalars(query))
    return sorted(found)


def _erase(session: Session, seqs: Sequence[int], erasure: Erasure) -> int:
    connection = session.connection()
    cases: dict[int, list[str]] = {seq: [] for seq in seqs}
    columns = table_of(AuditCaseRow).c
    query = select(columns.seq, columns.case_reference).where(columns.seq.in_(seqs))
    for seq, reference in connection.execute(query.order_by(columns.seq, columns.case_reference)):
        cases[seq].append(reference)
    number = add_entry(
        session,
        NewEntry(
            at=erasure.at,
            action=ERASE,
            outcome=Outcome.DONE,
            principal=erasure.principal,
            case_references=sorted({one for each in cases.values() for one in each}),
            detail={
                "reason": erasure.reason,
                "erased": [{"seq": seq, "cases": named} for seq, named in cases.items()],
            },
            request_id=erasure.request_id,
        ),
    )
    rows = [{"seq": seq, "erased_by": number} for seq in seqs]
    connection.execute(insert(table_of(AuditErasureRow)), rows)
    details = table_of(AuditDetailRow)
    connection.execute(delete(details).where(details.c.seq.in_(seqs)))
    return number
