"""The tables of policies, their texts and trips to try them with; only the repository sees rows.

At most one draft and one revision in force of each policy: two partial unique indexes. That a
revision is never edited is a trigger, which stands in the migration only.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from pricing.column_types import STRICT, TEXT, WHOLE, Row, UtcInstant

_DRAFT = text("status = 'draft'")
_IN_FORCE = text("status = 'in_force'")


class PolicyRevisionRow(Row, table=True):
    """One revision of a policy document, whole; ``saved_by`` is a user or the service itself.

    ``sponsor`` and ``periods`` (JSON) repeat what the text says, for lists that do not read it.
    """

    __tablename__ = "policy_revision"
    __table_args__: ClassVar = (
        Index(
            "uq_policy_revision_organisation_id_policy_id_draft",
            "organisation_id",
            "policy_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "uq_policy_revision_organisation_id_policy_id_in_force",
            "organisation_id",
            "policy_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        CheckConstraint("status IN ('draft', 'in_force', 'withdrawn')", name="status_known"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        CheckConstraint(
            "status <> 'in_force' OR in_force_at IS NOT NULL", name="in_force_has_time"
        ),
        STRICT,
    )

    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id", sa_type=TEXT)
    policy_id: str = Field(primary_key=True, sa_type=TEXT)
    revision: int = Field(primary_key=True, sa_type=WHOLE)
    title: str = Field(sa_type=TEXT)
    text: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)
    in_force_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sponsor: str | None = Field(default=None, sa_type=TEXT)
    periods: str | None = Field(default=None, sa_type=TEXT)


class SampleTripRow(Row, table=True):
    """One trip document to try a policy with; nobody's: its facts are invented."""

    __tablename__ = "sample_trip"
    __table_args__ = (STRICT,)

    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id", sa_type=TEXT)
    policy_id: str = Field(primary_key=True, sa_type=TEXT)
    trip_id: str = Field(primary_key=True, sa_type=TEXT)
    text: str = Field(sa_type=TEXT)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)


class PolicyTextRow(Row, table=True):
    """The text of a policy that a decision was made from, for ever, by its SHA-256."""

    __tablename__ = "policy_text"
    __table_args__ = (STRICT,)

    sha256: str = Field(primary_key=True, sa_type=TEXT)
    text: str = Field(sa_type=TEXT)
    kept_at: datetime = Field(sa_type=UtcInstant)
