"""People: users, credentials, sessions, tokens, links and failed attempts."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _create_sojourn_user()
    _create_failed_attempts()
    _create_api_token()
    _create_case_link()
    _create_case_member()
    _create_outside_identity()
    _create_password_code()
    _create_recovery_code()
    _create_second_factor()
    _create_user_password()
    _create_user_session()


def _create_sojourn_user() -> None:
    op.create_table(
        "sojourn_user",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation_id", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("email_index", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("is_sample", FLAG, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'suspended')", name=op.f("ck_sojourn_user_status_known")
        ),
        sa.CheckConstraint(
            "(email IS NULL) = (email_index IS NULL)",
            name=op.f("ck_sojourn_user_email_can_be_found"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sojourn_user_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sojourn_user")),
        sa.UniqueConstraint("email_index", name=op.f("uq_sojourn_user_email_index")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sojourn_user_organisation_id"), "sojourn_user", ["organisation_id"])


def _create_failed_attempts() -> None:
    op.create_table(
        "failed_attempts",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("failures", WHOLE, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("blocked_until", INSTANT, nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_failed_attempts_failures_from_zero")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_attempts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_failed_attempts_last_at"), "failed_attempts", ["last_at"])


def _create_api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_api_token_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])


def _create_case_link() -> None:
    op.create_table(
        "case_link",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("issued_by", TEXT, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_case_link_attempts_from_zero")),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_case_link_case_reference_sojourn_case"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_case_link_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_case_link_token_sha256")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_case_link_case_reference"), "case_link", ["case_reference"])
    op.create_index(op.f("ix_case_link_expires_at"), "case_link", ["expires_at"])


def _create_case_member() -> None:
    op.create_table(
        "case_member",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("place", WHOLE, nullable=False),
        sa.CheckConstraint(
            "(relation = 'patient') = (place = 0)", name=op.f("ck_case_member_patient_stands_first")
        ),
        sa.CheckConstraint(
            "relation IN ('patient', 'companion')", name=op.f("ck_case_member_relation_known")
        ),
        sa.CheckConstraint("place >= 0", name=op.f("ck_case_member_place_from_zero")),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_case_member_case_reference_sojourn_case"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_case_member_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "case_reference", name=op.f("pk_case_member")),
        sa.UniqueConstraint(
            "case_reference", "place", name=op.f("uq_case_member_case_reference_place")
        ),
        sqlite_strict=True,
    )


def _create_outside_identity() -> None:
    op.create_table(
        "outside_identity",
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_outside_identity_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_outside_identity")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_outside_identity_user_id_issuer")),
        sqlite_strict=True,
    )


def _create_password_code() -> None:
    op.create_table(
        "password_code",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("code_sha256", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_password_code_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_password_code")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_password_code_code_sha256")),
        sqlite_strict=True,
    )


def _create_recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("code_sha256", TEXT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_recovery_code_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name=op.f("pk_recovery_code")),
        sqlite_strict=True,
    )


def _create_second_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("last_step", WHOLE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_second_factor_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
        sqlite_strict=True,
    )


def _create_user_password() -> None:
    op.create_table(
        "user_password",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_user_password_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_password")),
        sqlite_strict=True,
    )


def _create_user_session() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "stage IN ('second_factor', 'enrolment', 'full')",
            name=op.f("ck_user_session_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sojourn_user.id"], name=op.f("fk_user_session_user_id_sojourn_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"])
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"])


def downgrade() -> None:
    """Take them away again, those that refer to others first."""
    op.drop_table("user_session")
    op.drop_table("user_password")
    op.drop_table("second_factor")
    op.drop_table("recovery_code")
    op.drop_table("password_code")
    op.drop_table("outside_identity")
    op.drop_table("case_member")
    op.drop_table("case_link")
    op.drop_table("api_token")
    op.drop_table("failed_attempts")
    op.drop_table("sojourn_user")
