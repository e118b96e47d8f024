"""The audit trail: append-only and hash-chained."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

TABLES = ("audit_entry", "audit_detail", "audit_case", "audit_erasure")
STAYS = "the audit trail is never changed"
GAP = "audit entries are numbered without a gap"
UNNAMED = "a detail goes only after an entry has named its erasure"
# A detail may go once a later entry has named it, and the entries that name others keep theirs.
ERASED = """
    EXISTS (
        SELECT 1 FROM audit_erasure JOIN audit_entry ON audit_entry.seq = audit_erasure.erased_by
        WHERE audit_erasure.seq = OLD.seq AND audit_entry.action = 'audit.erase'
    ) AND NOT EXISTS (
        SELECT 1 FROM audit_entry WHERE seq = OLD.seq AND action = 'audit.erase'
    )
"""
NEXT = "NEW.seq = (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry)"


def upgrade() -> None:
    """Make the tables, and the triggers that let rows be added only."""
    _create_audit_entry()
    _create_what_hangs_on_entries()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _create_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in (
                "action",
                "outcome",
                "principal_kind",
                "user_id",
                "credential_id",
                "organisation_id",
                "request_id",
                "commitment",
                "prev_hash",
                "hash",
            )
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_entry_seq_from_one")),
        sa.CheckConstraint(
            "outcome IN ('done', 'denied', 'failed')", name=op.f("ck_audit_entry_outcome_known")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    for column in ("user_id", "organisation_id"):
        op.create_index(op.f(f"ix_audit_entry_{column}_seq"), "audit_entry", [column, "seq"])


def _create_what_hangs_on_entries() -> None:
    op.create_table(
        "audit_detail",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        _reference("audit_detail", "seq"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_detail")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_case",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("case_reference", TEXT, nullable=False),
        _reference("audit_case", "seq"),
        sa.PrimaryKeyConstraint("seq", "case_reference", name=op.f("pk_audit_case")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_audit_case_case_reference_seq"), "audit_case", ["case_reference", "seq"]
    )
    op.create_table(
        "audit_erasure",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("erased_by", WHOLE, nullable=False),
        sa.CheckConstraint("erased_by > seq", name=op.f("ck_audit_erasure_erased_later")),
        _reference("audit_erasure", "seq"),
        _reference("audit_erasure", "erased_by"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_erasure")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_erasure_erased_by"), "audit_erasure", ["erased_by"])


def _reference(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["audit_entry.seq"], name=op.f(f"fk_{table}_{column}_audit_entry")
    )


def _guard_sqlite() -> None:
    for table in TABLES:
        _refuse_on_sqlite(table, "UPDATE", "true", STAYS)
        if table != "audit_detail":
            _refuse_on_sqlite(table, "DELETE", "true", STAYS)
    _refuse_on_sqlite("audit_detail", "DELETE", f"NOT ({ERASED})", UNNAMED)
    _refuse_on_sqlite("audit_entry", "INSERT", f"NOT ({NEXT})", GAP)
    # INSERT OR REPLACE deletes the row in its way without asking the triggers above.
    for table, same in (
        ("audit_detail", "seq = NEW.seq"),
        ("audit_case", "seq = NEW.seq AND case_reference = NEW.case_reference"),
        ("audit_erasure", "seq = NEW.seq"),
    ):
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 — the words above
        _refuse_on_sqlite(table, "INSERT", there, STAYS)


def _refuse_on_sqlite(table: str, event: str, when: str, words: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table}"
        f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def _guard_postgresql() -> None:
    _make_refusal("audit_stays", "true", STAYS)
    _make_refusal("audit_detail_goes_named", f"NOT ({ERASED})", UNNAMED)
    _make_refusal("audit_entry_follows", f"NOT ({NEXT})", GAP)
    for table in TABLES:
        deleting = "audit_detail_goes_named" if table == "audit_detail" else "audit_stays"
        for event, each, function in (
            ("UPDATE", "ROW", "audit_stays"),
            ("DELETE", "ROW", deleting),
            ("TRUNCATE", "STATEMENT", "audit_stays"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
    op.execute(
        "CREATE TRIGGER audit_entry_refuses_insert BEFORE INSERT ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION audit_entry_follows()"
    )


def _make_refusal(name: str, when: str, words: str) -> None:
    op.execute(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {when} THEN RAISE EXCEPTION '{words}'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END
        $$
        """
    )


def downgrade() -> None:
    """Take the tables and their triggers away again."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("audit_stays", "audit_detail_goes_named", "audit_entry_follows"):
            op.execute(f"DROP FUNCTION {name}()")
