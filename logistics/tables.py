"""The tables of organisations, facilities, specialists and cases; the repository sees rows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from pricing.column_types import DEGREES, SEALED, STRICT, TEXT, Flag, Row, UtcInstant


class FacilityRow(Row, table=True):
    """One Center of Excellence; gateways and languages are JSON lists, in their order."""

    __tablename__ = "facility"
    __table_args__ = (STRICT,)

    id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    city: str = Field(sa_type=TEXT)
    country: str = Field(sa_type=TEXT)
    latitude: float = Field(sa_type=DEGREES)
    longitude: float = Field(sa_type=DEGREES)
    zone: str = Field(sa_type=TEXT)
    gateways: str = Field(sa_type=TEXT)
    languages: str = Field(sa_type=TEXT)
    address: str = Field(sa_type=TEXT)
    phone: str | None = Field(default=None, sa_type=TEXT)
    website: str = Field(sa_type=TEXT)
    source: str = Field(sa_type=TEXT)


class SpecialistRow(Row, table=True):
    """One specialist at one facility; credentials and languages are JSON lists."""

    __tablename__ = "specialist"
    __table_args__: ClassVar = (Index(None, "facility_id"), STRICT)

    id: str = Field(primary_key=True, sa_type=TEXT)
    facility_id: str = Field(foreign_key="facility.id", sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    specialty: str = Field(sa_type=TEXT)
    credentials: str = Field(sa_type=TEXT)
    languages: str = Field(sa_type=TEXT)
    is_sample: bool = Field(sa_type=Flag)


class CaseRow(Row, table=True):
    """One case; the people and the visit asked for are JSON documents."""

    __tablename__ = "sojourn_case"
    __table_args__ = (STRICT,)

    reference: str = Field(primary_key=True, sa_type=TEXT)
    title: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    diagnosis: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    service_level: str = Field(sa_type=TEXT)
    patient: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    companions: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    visit: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    is_sample: bool = Field(sa_type=Flag)
    story: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)


_OPERATOR = text("part = 'operator'")


class OrganisationRow(Row, table=True):
    """One operator, payer or facility's organisation."""

    __tablename__ = "organisation"
    __table_args__: ClassVar = (
        UniqueConstraint("case_prefix"),
        UniqueConstraint("facility_id"),
        CheckConstraint("kind IN ('operator', 'payer', 'facility')", name="kind_known"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    case_prefix: str | None = Field(default=None, sa_type=TEXT)
    facility_id: str | None = Field(default=None, foreign_key="facility.id", sa_type=TEXT)
    is_sample: bool = Field(sa_type=Flag)


class CaseParticipantRow(Row, table=True):
    """The part of one organisation in one case; a case has at most one operator."""

    __tablename__ = "case_participant"
    __table_args__: ClassVar = (
        Index(
            "uq_case_participant_case_reference_operator",
            "case_reference",
            unique=True,
            sqlite_where=_OPERATOR,
            postgresql_where=_OPERATOR,
        ),
        Index(None, "organisation_id", "case_reference"),
        CheckConstraint("part IN ('operator', 'payer')", name="part_known"),
        # Checked at commit: whose a case is has to be known until it is gone.
        ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            deferrable=True,
            initially="DEFERRED",
        ),
        STRICT,
    )

    case_reference: str = Field(primary_key=True, sa_type=TEXT)
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id", sa_type=TEXT)
    part: str = Field(sa_type=TEXT)


class ErasedCaseRow(Row, table=True):
    """The reference of a case that was erased: no other case ever gets it."""

    __tablename__ = "erased_case"
    __table_args__ = (STRICT,)

    reference: str = Field(primary_key=True, sa_type=TEXT)
    erased_at: datetime = Field(sa_type=UtcInstant)
