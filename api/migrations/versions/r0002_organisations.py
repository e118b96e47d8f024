"""Organisations, and which of them have a part in a case."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
OPERATOR = sa.text("part = 'operator'")


def upgrade() -> None:
    """Make the tables; cases stored before belong to nobody until they are given an operator."""
    _create_organisation()
    _create_case_participant()


def _create_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("case_prefix", TEXT, nullable=True),
        sa.Column("facility_id", TEXT, nullable=True),
        sa.Column("is_sample", FLAG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('operator', 'payer', 'facility')", name=op.f("ck_organisation_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_organisation_facility_id_facility")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("case_prefix", name=op.f("uq_organisation_case_prefix")),
        sa.UniqueConstraint("facility_id", name=op.f("uq_organisation_facility_id")),
        sqlite_strict=True,
    )


def _create_case_participant() -> None:
    op.create_table(
        "case_participant",
        sa.Column("case_reference", TEXT, nullable=False),
        sa.Column("organisation_id", TEXT, nullable=False),
        sa.Column("part", TEXT, nullable=False),
        sa.CheckConstraint(
            "part IN ('operator', 'payer')", name=op.f("ck_case_participant_part_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_reference"],
            ["sojourn_case.reference"],
            name=op.f("fk_case_participant_case_reference_sojourn_case"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_case_participant_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "case_reference", "organisation_id", name=op.f("pk_case_participant")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_case_participant_case_reference_operator",
        "case_participant",
        ["case_reference"],
        unique=True,
        sqlite_where=OPERATOR,
        postgresql_where=OPERATOR,
    )
    op.create_index(
        op.f("ix_case_participant_organisation_id_case_reference"),
        "case_participant",
        ["organisation_id", "case_reference"],
    )


def downgrade() -> None:
    """Take the tables away again."""
    op.drop_table("case_participant")
    op.drop_table("organisation")
