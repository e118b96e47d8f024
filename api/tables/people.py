"""The tables of users, their credentials, sessions, tokens, links and failed attempts.

Nothing that lets somebody in is stored as it is: passwords as argon2id, tokens and codes as
SHA-256 in hexadecimal, keys of second factors and contact details sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

# The tables below refer to these by name.
import logistics.tables  # noqa: F401 — registers them in the metadata
from pricing.column_types import SEALED, STRICT, TEXT, WHOLE, Flag, Row, UtcInstant, finds


class UserRow(Row, table=True):
    """One user of an organisation; e-mail and name are sealed, roles a JSON list."""

    __tablename__ = "sojourn_user"
    __table_args__: ClassVar = (
        UniqueConstraint("email_index"),
        Index(None, "organisation_id"),
        CheckConstraint("status IN ('active', 'suspended')", name="status_known"),
        CheckConstraint("(email IS NULL) = (email_index IS NULL)", name="email_can_be_found"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    organisation_id: str = Field(foreign_key="organisation.id", sa_type=TEXT)
    email: str | None = Field(default=None, sa_type=TEXT, sa_column_kwargs=SEALED)
    email_index: str | None = Field(default=None, sa_type=TEXT, sa_column_kwargs=finds("email"))
    name: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    roles: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    is_sample: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=UtcInstant)


class CaseMemberRow(Row, table=True):
    """A patient or companion in a case; ``place`` is 0 for the patient, then the companions."""

    __tablename__ = "case_member"
    __table_args__: ClassVar = (
        UniqueConstraint("case_reference", "place"),
        CheckConstraint("relation IN ('patient', 'companion')", name="relation_known"),
        CheckConstraint("place >= 0", name="place_from_zero"),
        CheckConstraint("(relation = 'patient') = (place = 0)", name="patient_stands_first"),
        STRICT,
    )

    user_id: str = Field(primary_key=True, foreign_key="sojourn_user.id", sa_type=TEXT)
    case_reference: str = Field(
        primary_key=True, foreign_key="sojourn_case.reference", sa_type=TEXT
    )
    relation: str = Field(sa_type=TEXT)
    place: int = Field(sa_type=WHOLE)


class PasswordRow(Row, table=True):
    """A user's password as argon2id with its parameters."""

    __tablename__ = "user_password"
    __table_args__ = (STRICT,)

    user_id: str = Field(primary_key=True, foreign_key="sojourn_user.id", sa_type=TEXT)
    hash: str = Field(sa_type=TEXT)
    set_at: datetime = Field(sa_type=UtcInstant)


class SecondFactorRow(Row, table=True):
    """A user's TOTP key, sealed; ``last_step`` is the latest time step a code was taken for."""

    __tablename__ = "second_factor"
    __table_args__ = (STRICT,)

    user_id: str = Field(primary_key=True, foreign_key="sojourn_user.id", sa_type=TEXT)
    key: str = Field(sa_type=TEXT, sa_column_kwargs=SEALED)
    last_step: int = Field(sa_type=WHOLE)
    created_at: datetime = Field(sa_type=UtcInstant)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class RecoveryCodeRow(Row, table=True):
    """One of the codes that stand in for a lost phone, each once."""

    __tablename__ = "recovery_code"
    __table_args__ = (STRICT,)

    user_id: str = Field(primary_key=True, foreign_key="sojourn_user.id", sa_type=TEXT)
    code_sha256: str = Field(primary_key=True, sa_type=TEXT)
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class SessionRow(Row, table=True):
    """One session of the pages; ``stage`` tells whether the second factor is still to come."""

    __tablename__ = "user_session"
    __table_args__: ClassVar = (
        UniqueConstraint("token_sha256"),
        Index(None, "user_id"),
        Index(None, "expires_at"),
        CheckConstraint("stage IN ('second_factor', 'enrolment', 'full')", name="stage_known"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    token_sha256: str = Field(sa_type=TEXT)
    user_id: str = Field(foreign_key="sojourn_user.id", sa_type=TEXT)
    stage: str = Field(sa_type=TEXT)
    method: str = Field(sa_type=TEXT)
    device: str = Field(sa_type=TEXT)
    created_at: datetime = Field(sa_type=UtcInstant)
    last_seen_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class ApiTokenRow(Row, table=True):
    """One API token; ``scopes`` is a JSON list of names of actions."""

    __tablename__ = "api_token"
    __table_args__: ClassVar = (
        UniqueConstraint("token_sha256"),
        Index(None, "user_id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    token_sha256: str = Field(sa_type=TEXT)
    user_id: str = Field(foreign_key="sojourn_user.id", sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    scopes: str = Field(sa_type=TEXT)
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class CaseLinkRow(Row, table=True):
    """One link that lets a patient or companion in once, after the birth date."""

    __tablename__ = "case_link"
    __table_args__: ClassVar = (
        UniqueConstraint("token_sha256"),
        Index(None, "case_reference"),
        Index(None, "expires_at"),
        CheckConstraint("attempts >= 0", name="attempts_from_zero"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=TEXT)
    token_sha256: str = Field(sa_type=TEXT)
    user_id: str = Field(foreign_key="sojourn_user.id", sa_type=TEXT)
    case_reference: str = Field(foreign_key="sojourn_case.reference", sa_type=TEXT)
    issued_by: str = Field(sa_type=TEXT)
    attempts: int = Field(sa_type=WHOLE)
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class PasswordCodeRow(Row, table=True):
    """The code with which a user sets a first or a new password, once; a later one replaces it."""

    __tablename__ = "password_code"
    __table_args__: ClassVar = (UniqueConstraint("code_sha256"), STRICT)

    user_id: str = Field(primary_key=True, foreign_key="sojourn_user.id", sa_type=TEXT)
    code_sha256: str = Field(sa_type=TEXT)
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)


class FailedAttemptsRow(Row, table=True):
    """How often one account or one network failed of late; ``key`` is a keyed hash of which."""

    __tablename__ = "failed_attempts"
    __table_args__: ClassVar = (
        Index(None, "last_at"),
        CheckConstraint("failures >= 0", name="failures_from_zero"),
        STRICT,
    )

    key: str = Field(primary_key=True, sa_type=TEXT)
    failures: int = Field(sa_type=WHOLE)
    last_at: datetime = Field(sa_type=UtcInstant)
    blocked_until: datetime = Field(sa_type=UtcInstant)


class OutsideIdentityRow(Row, table=True):
    """Who a user is at an OpenID Connect provider; a user is one subject of each issuer."""

    __tablename__ = "outside_identity"
    __table_args__: ClassVar = (UniqueConstraint("user_id", "issuer"), STRICT)

    issuer: str = Field(primary_key=True, sa_type=TEXT)
    subject: str = Field(primary_key=True, sa_type=TEXT)
    user_id: str = Field(foreign_key="sojourn_user.id", sa_type=TEXT)
    created_at: datetime = Field(sa_type=UtcInstant)
