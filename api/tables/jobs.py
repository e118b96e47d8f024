"""The tables of background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from pricing.column_types import STRICT, TEXT, WHOLE, Flag, Row, UtcInstant

_QUEUED = text("status = 'queued'")
_RUNNING = text("status = 'running'")


class JobRow(Row, table=True):
    """One job; stored in the transaction of what asks for it. Arguments and actor are JSON.

    ``organisation_id`` repeats the actor's, for the operator's page; the service's own jobs have
    an empty one.
    """

    __tablename__ = "job"
    __table_args__: ClassVar = (
        UniqueConstraint("dedup_key"),
        Index("ix_job_run_at_queued", "run_at", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index(
            "ix_job_lease_until_running",
            "lease_until",
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index(None, "organisation_id", "created_at"),
        Index(None, "created_at"),
        CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status_known"
        ),
        CheckConstraint(
            "(status = 'running') = (lease_owner IS NOT NULL)"
            " AND (status = 'running') = (lease_until IS NOT NULL)",
            name="running_has_lease",
        ),
        CheckConstraint(
            "(status IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="finished_has_time",
        ),
        CheckConstraint("attempts >= 0 AND lease_number >= attempts", name="attempts_are_claims"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    action: str = Field(sa_type=TEXT)
    arguments: str = Field(sa_type=TEXT)
    actor: str = Field(sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    progress: str = Field(sa_type=TEXT)
    attempts: int = Field(sa_type=WHOLE)
    max_attempts: int = Field(sa_type=WHOLE)
    run_at: datetime = Field(sa_type=UtcInstant)
    lease_owner: str | None = Field(default=None, sa_type=TEXT)
    lease_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    lease_number: int = Field(sa_type=WHOLE)
    cancel_requested: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcInstant)
    started_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    failure: str | None = Field(default=None, sa_type=TEXT)
    dedup_key: str | None = Field(default=None, sa_type=TEXT)
