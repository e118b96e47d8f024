"""Estimates of cases, version by version, and the bills that are held against them."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
STATUSES = "'draft', 'issued', 'superseded', 'expired', 'withdrawn'"


def upgrade() -> None:
    """Make the tables; of a case one version is issued, and one a draft, at most."""
    op.create_table(
        "case_estimate",
        *_head("case_estimate"),
        sa.Column("status", TEXT, nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_case_estimate_status_known")),
        sqlite_strict=True,
    )
    for status in ("draft", "issued"):
        condition = sa.text(f"status = '{status}'")
        op.create_index(
            op.f(f"uq_case_estimate_{status}"),
            "case_estimate",
            ["case_reference"],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table("case_bill", *_head("case_bill"), sqlite_strict=True)


def _head(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    saved_at: sa.Column[datetime] = sa.Column("saved_at", INSTANT, nullable=False)
    return (
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        saved_at,
        sa.Column("saved_by", TEXT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f(f"ck_{table}_number_from_one")),
        sa.CheckConstraint("revision >= 1", name=op.f(f"ck_{table}_revision_from_one")),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f(f"fk_{table}_case_reference_sojourn_case"),
        ),
        sa.PrimaryKeyConstraint("case_reference", "number", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("case_bill")
    op.drop_table("case_estimate")
