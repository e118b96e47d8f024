"""Glass broken in an emergency, what two people decide, references of erased cases."""

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
OPEN = sa.text("decision IS NULL")


def upgrade() -> None:
    """Make the tables."""
    _create_broken_glass()
    _create_approval()
    op.create_table(
        "erased_case",
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_erased_case")),
        sqlite_strict=True,
    )


def _create_broken_glass() -> None:
    op.create_table(
        "broken_glass",
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "user_id", "organisation_id")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("case_reference", "reason")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("begun_at", "ends_at")),
        sa.CheckConstraint("ends_at > begun_at", name=op.f("ck_broken_glass_ends_after_begin")),
        sa.CheckConstraint("length(reason) >= 10", name=op.f("ck_broken_glass_reason_given")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_broken_glass_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_broken_glass_case_reference_sojourn_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_broken_glass_user_id_ends_at"), "broken_glass", ["user_id", "ends_at"])
    op.create_index(op.f("ix_broken_glass_case_reference"), "broken_glass", ["case_reference"])


def _create_approval() -> None:
    op.create_table(
        "approval",
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "action", "subject")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("organisation_id", "reason")),
        sa.Column("asked_by", TEXT, nullable=False),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("asked_at", "lapses_at")),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision", TEXT, nullable=True),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_approval_two_people")),
        sa.CheckConstraint(
            "decision IN ('approved', 'refused', 'lapsed')",
            name=op.f("ck_approval_decision_known"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_approval_decided_has_time")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_approval_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_approval_action_subject_open",
        "approval",
        ["action", "subject"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        op.f("ix_approval_organisation_id_asked_at"), "approval", ["organisation_id", "asked_at"]
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("erased_case")
    op.drop_table("approval")
    op.drop_table("broken_glass")
