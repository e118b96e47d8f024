"""Background jobs with leases."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
QUEUED = sa.text("status = 'queued'")
RUNNING = sa.text("status = 'running'")


def upgrade() -> None:
    """Make the table. Plans without a job get one from the first worker that starts."""
    op.create_table(
        "job",
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "kind", "action")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("arguments", "actor")),
        sa.Column("organisation_id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("status", "progress")),
        *(sa.Column(name, WHOLE, nullable=False) for name in ("attempts", "max_attempts")),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("lease_owner", TEXT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_number", WHOLE, nullable=False),
        sa.Column("cancel_requested", FLAG, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("failure", TEXT, nullable=True),
        sa.Column("dedup_key", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("dedup_key", name="uq_job_dedup_key"),
        *_checks(),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_job_run_at_queued", "job", ["run_at"], sqlite_where=QUEUED, postgresql_where=QUEUED
    )
    op.create_index(
        "ix_job_lease_until_running",
        "job",
        ["lease_until"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_index("ix_job_organisation_id_created_at", "job", ["organisation_id", "created_at"])
    op.create_index("ix_job_created_at", "job", ["created_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("job")


def _checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_job_status_known"),
        ),
        sa.CheckConstraint(
            "(status = 'running') = (lease_owner IS NOT NULL)"
            " AND (status = 'running') = (lease_until IS NOT NULL)",
            name=op.f("ck_job_running_has_lease"),
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_job_finished_has_time"),
        ),
        sa.CheckConstraint(
            "attempts >= 0 AND lease_number >= attempts", name=op.f("ck_job_attempts_are_claims")
        ),
    )
