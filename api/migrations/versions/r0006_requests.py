"""Answers to requests that act once, and how many requests came."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answered_request",
        *(sa.Column(name, TEXT, nullable=False) for name in ("caller", "key", "fingerprint")),
        sa.Column("case_reference", TEXT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("location", TEXT, nullable=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("media", "body")),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_answered_request")),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_answered_request_case_reference_sojourn_case"),
            ondelete="CASCADE",
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_answered_request_answered_at"), "answered_request", ["answered_at"])
    op.create_index(
        op.f("ix_answered_request_case_reference"), "answered_request", ["case_reference"]
    )
    op.create_table(
        "request_count",
        sa.Column("caller", TEXT, nullable=False),
        sa.Column("minute", INSTANT, nullable=False),
        sa.Column("count", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("caller", "minute", name=op.f("pk_request_count")),
        sa.CheckConstraint("count >= 1", name=op.f("ck_request_count_count_from_one")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_request_count_minute"), "request_count", ["minute"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("request_count")
    op.drop_table("answered_request")
