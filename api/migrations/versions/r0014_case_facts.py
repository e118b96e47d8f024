"""What people state about a case for its coverage, under a version of its own."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the table, and take away the column that nothing ever wrote to."""
    saved_at: sa.Column[datetime] = sa.Column("saved_at", INSTANT, nullable=False)
    op.create_table(
        "case_facts",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        saved_at,
        sa.Column("saved_by", TEXT, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_facts_version_from_one")),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_case_facts_case_reference_sojourn_case"),
        ),
        sa.PrimaryKeyConstraint("case_reference", name=op.f("pk_case_facts")),
        sqlite_strict=True,
    )
    op.drop_column("case_coverage", "stated")


def downgrade() -> None:
    """Take the table away again; nothing was in the column that comes back."""
    op.add_column(
        "case_coverage", sa.Column("stated", TEXT, nullable=False, server_default=sa.text("''"))
    )
    op.drop_table("case_facts")
