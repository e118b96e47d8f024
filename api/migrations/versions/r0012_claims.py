"""Under which policy a case is decided; claims, their receipts and decisions; balances."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "policy_text",
        *_texts("sha256", "text"),
        _instant("kept_at"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_policy_text")),
        sqlite_strict=True,
    )
    op.create_table(
        "coverage_account",
        *_texts("id", "payer_id", "policy_id", "household", "household_index"),
        _whole("number"),
        *_texts("balances"),
        _refers("coverage_account", "payer_id", "organisation", "id"),
        sa.CheckConstraint("number >= 0", name=op.f("ck_coverage_account_number_from_zero")),
        sa.UniqueConstraint(
            "payer_id",
            "policy_id",
            "household_index",
            name=op.f("uq_coverage_account_payer_id_policy_id_household_index"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_account")),
        sqlite_strict=True,
    )
    op.create_table(
        "case_coverage",
        *_texts("case_reference", "payer_id", "policy_id", "account_id", "stated"),
        _instant("saved_at"),
        *_texts("saved_by"),
        _refers("case_coverage", "case_reference", "sojourn_case", "reference"),
        _refers("case_coverage", "payer_id", "organisation", "id"),
        _refers("case_coverage", "account_id", "coverage_account", "id"),
        sa.PrimaryKeyConstraint("case_reference", name=op.f("pk_case_coverage")),
        sqlite_strict=True,
    )
    _create_claim()
    _create_receipt()
    _create_decision()


def _create_claim() -> None:
    op.create_table(
        "claim",
        *_texts("id", "case_reference"),
        _whole("number"),
        *_texts("status"),
        _whole("version"),
        *_texts("document"),
        _instant("opened_at"),
        *_texts("opened_by"),
        sa.Column("filed_at", INSTANT, nullable=True),
        sa.Column("filed_by", TEXT, nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'filed', 'decided', 'withdrawn')",
            name=op.f("ck_claim_status_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_claim_number_from_one")),
        sa.CheckConstraint(
            "(filed_at IS NULL) = (filed_by IS NULL)", name=op.f("ck_claim_filed_by_somebody")
        ),
        sa.CheckConstraint(
            "status <> 'filed' OR filed_at IS NOT NULL", name=op.f("ck_claim_filed_has_time")
        ),
        _refers("claim", "case_reference", "sojourn_case", "reference"),
        sa.UniqueConstraint(
            "case_reference", "number", name=op.f("uq_claim_case_reference_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sqlite_strict=True,
    )


def _create_receipt() -> None:
    op.create_table(
        "receipt",
        *_texts("id", "claim_id", "expense_id", "name", "media"),
        _whole("size"),
        *_texts("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _instant("added_at"),
        *_texts("added_by"),
        sa.CheckConstraint("size > 0", name=op.f("ck_receipt_size_positive")),
        _refers("receipt", "claim_id", "claim", "id"),
        sa.UniqueConstraint(
            "claim_id", "expense_id", "sha256", name=op.f("uq_receipt_claim_id_expense_id_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sqlite_strict=True,
    )


def _create_decision() -> None:
    op.create_table(
        "coverage_decision",
        *_texts("account_id"),
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        *_texts("claim_id"),
        _whole("claim_version"),
        sa.Column("policy_revision", WHOLE, nullable=True),
        *_texts("inputs", "answer"),
        _instant("decided_at"),
        *_texts("decided_by"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_coverage_decision_number_from_one")),
        _refers("coverage_decision", "account_id", "coverage_account", "id"),
        _refers("coverage_decision", "claim_id", "claim", "id"),
        sa.UniqueConstraint(
            "claim_id", "claim_version", name=op.f("uq_coverage_decision_claim_id_claim_version")
        ),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("pk_coverage_decision")),
        sqlite_strict=True,
    )


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, TEXT, nullable=False) for name in names)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False)


def _instant(name: str) -> sa.Column[datetime]:
    return sa.Column(name, INSTANT, nullable=False)


def _refers(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def downgrade() -> None:
    """Take them away again."""
    for table in (
        *("coverage_decision", "receipt", "claim", "case_coverage", "coverage_account"),
        "policy_text",
    ):
        op.drop_table(table)
