"""Answers to requests that act once."""

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
    """Make the table."""
    op.create_table(
        "answered_request",
        *(sa.Column(name, TEXT, nullable=False) for name in ("caller", "key", "fingerprint")),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("location", TEXT, nullable=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("media", "body")),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_answered_request")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_answered_request_answered_at"), "answered_request", ["answered_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("answered_request")
