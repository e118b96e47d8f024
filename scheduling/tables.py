"""The tables of slots, appointments, plans and itineraries. Only the repository sees a row.

What must never be true twice is a unique index here: a booked slot, a revision number, a request
key. That the slots of one specialist never overlap is a trigger on SQLite and an exclusion
constraint on PostgreSQL; both stand in the migrations only, as no table class can say them.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

# The tables below refer to these by name.
import logistics.tables  # noqa: F401 — registers them in the metadata
from pricing.column_types import BYTES, SEALED, STRICT, TEXT, WHOLE, Flag, Row, UtcInstant

_BOOKED = text("status = 'booked'")


class SlotRow(Row, table=True):
    """One time a specialist offers."""

    __tablename__ = "slot"
    __table_args__: ClassVar = (
        UniqueConstraint("specialist_id", "starts_at"),
        Index(None, "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("fee_minor >= 0", name="fee_not_negative"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    specialist_id: str = Field(foreign_key="specialist.id", sa_type=TEXT)
    starts_at: datetime = Field(sa_type=UtcInstant)
    ends_at: datetime = Field(sa_type=UtcInstant)
    fee_minor: int = Field(sa_type=WHOLE)
    fee_currency: str = Field(sa_type=TEXT)


class AppointmentRow(Row, table=True):
    """One taking of a slot; a slot has at most one that is booked, and any number cancelled.

    The itinerary is checked at commit, as slots are taken before the revision is written.
    """

    __tablename__ = "appointment"
    __table_args__: ClassVar = (
        Index(
            "uq_appointment_slot_id_booked",
            "slot_id",
            unique=True,
            sqlite_where=_BOOKED,
            postgresql_where=_BOOKED,
        ),
        Index(None, "case_reference"),
        ForeignKeyConstraint(
            ["itinerary_id"], ["itinerary.id"], deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint("status IN ('booked', 'cancelled')", name="status_known"),
        CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_time"
        ),
        STRICT,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=WHOLE)
    slot_id: str = Field(foreign_key="slot.id", sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)
    itinerary_id: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    booked_at: datetime = Field(sa_type=UtcInstant)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class PlanRow(Row, table=True):
    """One request to plan a visit and what became of it; ``proposals`` and the like are JSON.

    ``best_cost`` repeats the best proposal's cost in cents, for lists that read no proposals.
    """

    __tablename__ = "plan"
    __table_args__: ClassVar = (
        UniqueConstraint("request_key"),
        Index(None, "case_reference", "created_at"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)
    request_key: str | None = Field(default=None, sa_type=TEXT)
    phase: str = Field(sa_type=TEXT)
    progress: str = Field(sa_type=TEXT)
    cancel_requested: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcInstant)
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    status: str | None = Field(default=None, sa_type=TEXT)
    best_cost: int | None = Field(default=None, sa_type=WHOLE)
    proposals: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    obstacles: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    notes: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    policy_version: str | None = Field(default=None, sa_type=TEXT)
    failure: str | None = Field(default=None, sa_type=TEXT, sa_column_kwargs=SEALED)
    statistics: str = Field(sa_type=TEXT)


class PlanProblemRow(Row, table=True):
    """The problem document a plan solved: zlib-compressed, with the SHA-256 of the plain bytes."""

    __tablename__ = "plan_problem"
    __table_args__ = (STRICT,)

    plan_id: str = Field(primary_key=True, foreign_key="plan.id", sa_type=TEXT)
    document: bytes = Field(sa_type=BYTES, sa_column_kwargs=SEALED)
    sha256: str = Field(sa_type=TEXT)


class ItineraryRow(Row, table=True):
    """The itinerary of one case; what it says is in its revisions."""

    __tablename__ = "itinerary"
    __table_args__: ClassVar = (UniqueConstraint("case_reference"), STRICT)

    id: str = Field(primary_key=True, sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)


class ItineraryRevisionRow(Row, table=True):
    """One frozen revision, whole, as a JSON document."""

    __tablename__ = "itinerary_revision"
    __table_args__: ClassVar = (
        UniqueConstraint("request_key"),
        Index(None, "plan_id"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        STRICT,
    )

    itinerary_id: str = Field(primary_key=True, foreign_key="itinerary.id", sa_type=TEXT)
    revision: int = Field(primary_key=True, sa_type=WHOLE)
    request_key: str | None = Field(default=None, sa_type=TEXT)
    plan_id: str = Field(foreign_key="plan.id", sa_type=TEXT)
    proposal_name: str = Field(sa_type=TEXT)
    accepted_at: datetime = Field(sa_type=UtcInstant)
    document: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
