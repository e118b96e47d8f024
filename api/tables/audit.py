"""The tables of the audit trail. Only the audit room sees a row.

That entries are never changed or deleted, that a detail goes only after its erasure was written
down, and that numbers have no gap, are triggers on both databases; they stand in the migration
only, as no table class can say them.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from pricing.column_types import STRICT, TEXT, WHOLE, Row, UtcInstant

_GIVEN = {"autoincrement": False}
"""The number is ours: a sequence of the database would leave gaps."""


class AuditEntryRow(Row, table=True):
    """One thing that somebody did or was refused, chained to the one before; hashes are hex."""

    __tablename__ = "audit_entry"
    __table_args__: ClassVar = (
        Index(None, "at"),
        Index(None, "user_id", "seq"),
        Index(None, "organisation_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint("outcome IN ('done', 'denied', 'failed')", name="outcome_known"),
        STRICT,
    )

    seq: int = Field(primary_key=True, sa_type=WHOLE, sa_column_kwargs=_GIVEN)
    at: datetime = Field(sa_type=UtcInstant)
    action: str = Field(sa_type=TEXT)
    outcome: str = Field(sa_type=TEXT)
    principal_kind: str = Field(sa_type=TEXT)
    user_id: str = Field(sa_type=TEXT)
    credential_id: str = Field(sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    request_id: str = Field(sa_type=TEXT)
    commitment: str = Field(sa_type=TEXT)
    prev_hash: str = Field(sa_type=TEXT)
    hash: str = Field(sa_type=TEXT)


class AuditDetailRow(Row, table=True):
    """What an entry is about, as the canonical JSON its commitment was made of; can be erased."""

    __tablename__ = "audit_detail"
    __table_args__ = (STRICT,)

    seq: int = Field(
        primary_key=True,
        foreign_key="audit_entry.seq",
        sa_type=WHOLE,
        sa_column_kwargs=_GIVEN,
    )
    salt: str = Field(sa_type=TEXT)
    detail: str = Field(sa_type=TEXT)


class AuditCaseRow(Row, table=True):
    """One case an entry is about; the reference outlives the case, so it is no foreign key."""

    __tablename__ = "audit_case"
    __table_args__: ClassVar = (Index(None, "case_reference", "seq"), STRICT)

    seq: int = Field(
        primary_key=True,
        foreign_key="audit_entry.seq",
        sa_type=WHOLE,
        sa_column_kwargs=_GIVEN,
    )
    case_reference: str = Field(primary_key=True, sa_type=TEXT)


class AuditErasureRow(Row, table=True):
    """One erased detail, and the later entry that says who erased it and why."""

    __tablename__ = "audit_erasure"
    __table_args__: ClassVar = (
        Index(None, "erased_by"),
        CheckConstraint("erased_by > seq", name="erased_later"),
        STRICT,
    )

    seq: int = Field(
        primary_key=True,
        foreign_key="audit_entry.seq",
        sa_type=WHOLE,
        sa_column_kwargs=_GIVEN,
    )
    erased_by: int = Field(foreign_key="audit_entry.seq", sa_type=WHOLE)
