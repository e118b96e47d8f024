"""What a list of policies tells of a revision is kept beside its text: whose it is, its periods."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import sqlalchemy as sa
import yaml
from alembic import op

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COLUMNS: Final = ("sponsor", "periods")
SPONSOR: Final = re.compile(r"^sponsor:[ \t]*[\"']?(\S.{0,199}?)[\"']?[ \t]*$", re.MULTILINE)


def upgrade() -> None:
    """Add the columns, and fill them from the texts."""
    for name in COLUMNS:
        op.add_column("policy_revision", sa.Column(name, TEXT, nullable=True))
    keys = ("organisation_id", "policy_id", "revision")
    table = sa.table(
        "policy_revision", *(sa.column(name) for name in (*keys, "text", "status", *COLUMNS))
    )
    connection = op.get_bind()
    for key in connection.execute(sa.select(*(table.c[name] for name in keys))).all():
        this = [table.c[name] == part for name, part in zip(keys, key, strict=True)]
        text, status = connection.execute(
            sa.select(table.c.text, table.c.status).where(*this)
        ).one()
        found = SPONSOR.search(text)
        connection.execute(
            sa.update(table)
            .where(*this)
            .values(
                sponsor=found[1] if found else None,
                periods=_periods(text) if status == "in_force" else None,
            )
        )


def downgrade() -> None:
    """Take the columns away."""
    for name in reversed(COLUMNS):
        op.drop_column("policy_revision", name)


def _periods(text: str) -> str | None:
    """Return the periods of a document; it was put in force, so it has no fault."""
    try:
        versions = yaml.safe_load(text)["versions"]
        return json.dumps([_period(one) for one in versions])
    except (yaml.YAMLError, KeyError, TypeError):
        return None


def _period(version: dict[str, Any]) -> dict[str, str | None]:
    until = version.get("valid_to")
    return {
        "version": str(version["version"]),
        "valid_from": str(version["valid_from"]),
        "valid_to": None if until is None else str(until),
    }
