"""The tables of exceptions to the policy: glass broken in an emergency, and what two decide."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

# The tables below refer to these by name.
import logistics.tables  # noqa: F401 — registers them in the metadata
from pricing.column_types import SEALED, STRICT, TEXT, Row, UtcInstant

_OPEN = text("decision IS NULL")


class BrokenGlassRow(Row, table=True):
    """One case opened in an emergency by a user who does not reach it otherwise."""

    __tablename__ = "broken_glass"
    __table_args__: ClassVar = (
        Index(None, "user_id", "ends_at"),
        Index(None, "case_reference"),
        CheckConstraint("ends_at > begun_at", name="ends_after_begin"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    user_id: str = Field(sa_type=TEXT)
    organisation_id: str = Field(foreign_key="organisation.id", sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)
    reason: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    begun_at: datetime = Field(sa_type=UtcInstant)
    ends_at: datetime = Field(sa_type=UtcInstant)


class ApprovalRow(Row, table=True):
    """What one person has asked for and another one decides; one open wish for each subject."""

    __tablename__ = "approval"
    __table_args__: ClassVar = (
        Index(
            "uq_approval_action_subject_open",
            "action",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "organisation_id", "asked_at"),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint("decision IN ('approved', 'refused', 'lapsed')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_has_time"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    action: str = Field(sa_type=TEXT)
    subject: str = Field(sa_type=TEXT)
    organisation_id: str = Field(foreign_key="organisation.id", sa_type=TEXT)
    reason: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    asked_by: str = Field(sa_type=TEXT)
    asked_at: datetime = Field(sa_type=UtcInstant)
    lapses_at: datetime = Field(sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decision: str | None = Field(default=None, sa_type=TEXT)
