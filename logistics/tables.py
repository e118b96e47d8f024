"""The tables of organisations, facilities, specialists, cases and claims; repositories see rows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from pricing.column_types import (
    BYTES,
    DEGREES,
    SEALED,
    STRICT,
    TEXT,
    WHOLE,
    Flag,
    Row,
    UtcInstant,
    finds,
)


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


class CaseCoverageRow(Row, table=True):
    """On which account the claims of a case draw; ``payer_id`` is whose policy it is."""

    __tablename__ = "case_coverage"
    __table_args__ = (STRICT,)

    case_reference: str = Field(
        primary_key=True, foreign_key="sojourn_case.reference", sa_type=TEXT
    )
    payer_id: str = Field(foreign_key="organisation.id", sa_type=TEXT)
    policy_id: str = Field(sa_type=TEXT)
    account_id: str = Field(foreign_key="coverage_account.id", sa_type=TEXT)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)


class CaseFactsRow(Row, table=True):
    """What people have stated about a case for its coverage; ``document`` is JSON.

    ``version`` grows with every change, so that nobody overwrites what they have not seen.
    """

    __tablename__ = "case_facts"
    __table_args__: ClassVar = (
        CheckConstraint("version >= 1", name="version_from_one"),
        STRICT,
    )

    case_reference: str = Field(
        primary_key=True, foreign_key="sojourn_case.reference", sa_type=TEXT
    )
    version: int = Field(sa_type=WHOLE)
    document: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)


class CoverageAccountRow(Row, table=True):
    """The running balances of one household under one policy.

    ``number`` counts the decisions that have drawn on them, ``balances`` is what the last of them
    left. No face lists accounts: one is found through a case within reach, or by its household.
    """

    __tablename__ = "coverage_account"
    __table_args__: ClassVar = (
        UniqueConstraint("payer_id", "policy_id", "household_index"),
        CheckConstraint("number >= 0", name="number_from_zero"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    payer_id: str = Field(foreign_key="organisation.id", sa_type=TEXT)
    policy_id: str = Field(sa_type=TEXT)
    household: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    household_index: str = Field(sa_type=TEXT, sa_column_kwargs=finds("household"))
    number: int = Field(sa_type=WHOLE)
    balances: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)


class ClaimRow(Row, table=True):
    """One claim of a case; ``document`` is a trip document of what was spent.

    ``version`` grows with every change, so that nobody overwrites what they have not seen.
    """

    __tablename__ = "claim"
    __table_args__: ClassVar = (
        UniqueConstraint("case_reference", "number"),
        CheckConstraint(
            "status IN ('draft', 'filed', 'decided', 'withdrawn')", name="status_known"
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("(filed_at IS NULL) = (filed_by IS NULL)", name="filed_by_somebody"),
        CheckConstraint("status <> 'filed' OR filed_at IS NOT NULL", name="filed_has_time"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)
    number: int = Field(sa_type=WHOLE)
    status: str = Field(sa_type=TEXT)
    version: int = Field(sa_type=WHOLE)
    document: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    opened_at: datetime = Field(sa_type=UtcInstant)
    opened_by: str = Field(sa_type=TEXT)
    filed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    filed_by: str | None = Field(default=None, sa_type=TEXT)


class ReceiptRow(Row, table=True):
    """One receipt of an expense of a claim, as it was sent; ``content`` is sealed bytes."""

    __tablename__ = "receipt"
    __table_args__: ClassVar = (
        UniqueConstraint("claim_id", "expense_id", "sha256"),
        CheckConstraint("size > 0", name="size_positive"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    claim_id: str = Field(foreign_key="claim.id", sa_type=TEXT)
    expense_id: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    media: str = Field(sa_type=TEXT)
    size: int = Field(sa_type=WHOLE)
    sha256: str = Field(sa_type=TEXT)
    content: bytes = Field(sa_type=BYTES, sa_column_kwargs=SEALED)
    added_at: datetime = Field(sa_type=UtcInstant)
    added_by: str = Field(sa_type=TEXT)


class CoverageDecisionRow(Row, table=True):
    """Decision ``number`` of an account: the one of that number is made once, by the primary key.

    ``inputs`` is everything it was made from, ``answer`` the decision, both JSON documents.
    """

    __tablename__ = "coverage_decision"
    __table_args__: ClassVar = (
        UniqueConstraint("claim_id", "claim_version"),
        CheckConstraint("number >= 1", name="number_from_one"),
        STRICT,
    )

    account_id: str = Field(primary_key=True, foreign_key="coverage_account.id", sa_type=TEXT)
    number: int = Field(primary_key=True, sa_type=WHOLE)
    claim_id: str = Field(foreign_key="claim.id", sa_type=TEXT)
    claim_version: int = Field(sa_type=WHOLE)
    policy_revision: int | None = Field(default=None, sa_type=WHOLE)
    inputs: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    answer: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    decided_at: datetime = Field(sa_type=UtcInstant)
    decided_by: str = Field(sa_type=TEXT)


_DRAFT = text("status = 'draft'")
_ISSUED = text("status = 'issued'")


class CaseEstimateRow(Row, table=True):
    """One version of what a case's care is expected to cost; ``document`` is an estimate document.

    ``revision`` grows with every change of a draft. Of a case one version is issued at most.
    """

    __tablename__ = "case_estimate"
    __table_args__: ClassVar = (
        Index(
            "uq_case_estimate_draft",
            "case_reference",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "uq_case_estimate_issued",
            "case_reference",
            unique=True,
            sqlite_where=_ISSUED,
            postgresql_where=_ISSUED,
        ),
        CheckConstraint(
            "status IN ('draft', 'issued', 'superseded', 'expired', 'withdrawn')",
            name="status_known",
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        STRICT,
    )

    case_reference: str = Field(
        primary_key=True, foreign_key="sojourn_case.reference", sa_type=TEXT
    )
    number: int = Field(primary_key=True, sa_type=WHOLE)
    revision: int = Field(sa_type=WHOLE)
    status: str = Field(sa_type=TEXT)
    document: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)


class CaseBillRow(Row, table=True):
    """One bill that came for a case; ``document`` is a bill document."""

    __tablename__ = "case_bill"
    __table_args__: ClassVar = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        STRICT,
    )

    case_reference: str = Field(
        primary_key=True, foreign_key="sojourn_case.reference", sa_type=TEXT
    )
    number: int = Field(primary_key=True, sa_type=WHOLE)
    revision: int = Field(sa_type=WHOLE)
    document: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    saved_at: datetime = Field(sa_type=UtcInstant)
    saved_by: str = Field(sa_type=TEXT)
