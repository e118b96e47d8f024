"""The reasons of exceptions are sealed, as what is typed there tells of people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, cast

import sqlalchemy as sa
from alembic import context, op
from alembic.operations.base import BatchOperations

from logistics.errors import KeysMissing
from logistics.sealing import KeyRing, Place

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None

TABLES: Final = ("approval", "broken_glass")


def upgrade() -> None:
    """Seal what is stored in the open."""
    with _broken_glass() as batch:
        # How long a sealed text is says nothing of what it says.
        batch.drop_constraint(op.f("ck_broken_glass_reason_given"), type_="check")
    _turn_reasons(lambda stored, place: _ring().seal(stored, place))


def downgrade() -> None:
    """Open what is sealed."""
    _turn_reasons(lambda stored, place: _ring().open(stored, place))
    with _broken_glass() as batch:
        batch.create_check_constraint(
            op.f("ck_broken_glass_reason_given"), sa.text("length(reason) >= 10")
        )


def _broken_glass() -> AbstractContextManager[BatchOperations]:
    """Return the table to be altered; SQLite makes it anew, with what it would forget."""
    ends = sa.CheckConstraint("ends_at > begun_at", name=op.f("ck_broken_glass_ends_after_begin"))
    return op.batch_alter_table(
        "broken_glass", table_args=(ends,), table_kwargs={"sqlite_strict": True}
    )


def _ring() -> KeyRing:
    """Return the keys of the service that migrates; raises KeysMissing."""
    ring = context.config.attributes.get("key_ring")
    if ring is None:
        raise KeysMissing
    return cast("KeyRing", ring)


def _turn_reasons(turn: Callable[[str, Place], str]) -> None:
    """Turn every reason; there are as many as there were exceptions, which are few."""
    connection = op.get_bind()
    for name in TABLES:
        table = sa.table(name, sa.column("id"), sa.column("reason"))
        for key, stored in connection.execute(sa.select(table.c.id, table.c.reason)).all():
            turned = turn(stored, Place.of(name, (key,), "reason"))
            connection.execute(sa.update(table).where(table.c.id == key).values(reason=turned))
