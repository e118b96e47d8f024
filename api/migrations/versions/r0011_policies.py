"""Policies and their revisions, which nobody edits, and trips to try them with."""

import sqlalchemy as sa
from alembic import op

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
KEPT = ("organisation_id", "policy_id", "revision", "title", "text", "saved_at", "saved_by")
STAYS = "a revision of a policy is never edited or deleted; save a new one"


def upgrade() -> None:
    """Make the tables, and have revisions stay as they are."""
    _create_policy_revision()
    op.create_table(
        "sample_trip",
        *(sa.Column(name, TEXT, nullable=False) for name in ("organisation_id", "policy_id")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("trip_id", "text")),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", TEXT, nullable=False),
        _of_organisation("sample_trip"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "policy_id", "trip_id", name=op.f("pk_sample_trip")
        ),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _create_policy_revision() -> None:
    op.create_table(
        "policy_revision",
        *(sa.Column(name, TEXT, nullable=False) for name in ("organisation_id", "policy_id")),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("title", "text", "status")),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", TEXT, nullable=False),
        sa.Column("in_force_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'in_force', 'withdrawn')",
            name=op.f("ck_policy_revision_status_known"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_policy_revision_revision_from_one")),
        sa.CheckConstraint(
            "status <> 'in_force' OR in_force_at IS NOT NULL",
            name=op.f("ck_policy_revision_in_force_has_time"),
        ),
        _of_organisation("policy_revision"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "policy_id", "revision", name=op.f("pk_policy_revision")
        ),
        sqlite_strict=True,
    )
    for status in ("draft", "in_force"):
        only = sa.text(f"status = '{status}'")
        op.create_index(
            f"uq_policy_revision_organisation_id_policy_id_{status}",
            "policy_revision",
            ["organisation_id", "policy_id"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def _of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.id"],
        name=op.f(f"fk_{table}_organisation_id_organisation"),
    )


def _guard_sqlite() -> None:
    for event in (f"UPDATE OF {', '.join(KEPT)}", "DELETE"):
        op.execute(
            f"CREATE TRIGGER policy_revision_refuses_{event.partition(' ')[0].lower()}"
            f" BEFORE {event} ON policy_revision BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION policy_revision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{STAYS}';
        END
        $$
        """
    )
    for event in (f"UPDATE OF {', '.join(KEPT)}", "DELETE"):
        op.execute(
            f"CREATE TRIGGER policy_revision_refuses_{event.partition(' ')[0].lower()}"
            f" BEFORE {event} ON policy_revision"
            " FOR EACH ROW EXECUTE FUNCTION policy_revision_stays()"
        )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("sample_trip")
    op.drop_table("policy_revision")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION policy_revision_stays()")
