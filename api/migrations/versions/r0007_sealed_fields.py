"""Private fields are sealed at rest."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, cast

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import Connection, Table

from logistics.errors import KeysMissing
from logistics.sealing import KeyRing, Place

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

# What was sealed then, with the keys of the tables; later ones stand in later revisions.
FIELDS: Final = {
    "sojourn_case": (
        ("reference",),
        ("title", "diagnosis", "patient", "companions", "visit", "story"),
    ),
    "plan": (("id",), ("proposals", "obstacles", "notes", "failure")),
    "plan_problem": (("plan_id",), ("document",)),
    "itinerary_revision": (("itinerary_id", "revision"), ("document",)),
    "sojourn_user": (("id",), ("email", "name")),
    "second_factor": (("user_id",), ("key",)),
    "answered_request": (("caller", "key"), ("body",)),
}
BATCH: Final = 200

Turn = Callable[[Any, Place], Any]


def upgrade() -> None:
    """Seal what is stored in the open."""
    _index_emails(lambda email: _ring().blind_index("email", email))
    _turn_every_field(_seal)


def downgrade() -> None:
    """Open what is sealed."""
    _turn_every_field(_open)
    _index_emails(lambda email: sha256(f"email:{email.strip().lower()}".encode()).hexdigest())


def _ring() -> KeyRing:
    """Return the keys of the service that migrates; raises KeysMissing."""
    ring = context.config.attributes.get("key_ring")
    if ring is None:
        raise KeysMissing
    return cast("KeyRing", ring)


def _seal(stored: str | bytes, place: Place) -> str | bytes:
    if isinstance(stored, bytes):
        return _ring().seal_bytes(stored, place).encode()
    return _ring().seal(stored, place)


def _open(stored: str | bytes, place: Place) -> str | bytes:
    if isinstance(stored, bytes):
        return _ring().open_bytes(stored.decode(), place)
    return _ring().open(stored, place)


def _index_emails(index: Callable[[str], str]) -> None:
    """Store anew what the e-mail addresses are found by, while they stand in the open."""
    users = sa.table("sojourn_user", sa.column("id"), sa.column("email"), sa.column("email_index"))
    connection = op.get_bind()
    found = sa.select(users.c.id, users.c.email).where(users.c.email.is_not(None))
    for user_id, email in connection.execute(found).all():
        own = users.c.id == user_id
        connection.execute(sa.update(users).where(own).values(email_index=index(email)))


def _turn_every_field(turn: Turn) -> None:
    connection = op.get_bind()
    for name, (keys, columns) in FIELDS.items():
        table = sa.table(name, *(sa.column(one) for one in (*keys, *columns)))
        _turn_rows(connection, cast("Table", table), keys, columns, turn)


def _turn_rows(
    connection: Connection,
    table: Table,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    turn: Turn,
) -> None:
    """Turn the rows of a table batch by batch, in order of their keys."""
    order = [table.c[key] for key in keys]
    query = sa.select(*order, *(table.c[one] for one in columns)).order_by(*order).limit(BATCH)
    change = (
        sa.update(table)
        .where(*(table.c[key] == sa.bindparam(f"key_{key}") for key in keys))
        .values({one: sa.bindparam(f"new_{one}") for one in columns})
    )
    rows = connection.execute(query).mappings().all()
    while rows:
        connection.execute(change, [_turned(table.name, row, keys, columns, turn) for row in rows])
        last = [rows[-1][key] for key in keys]
        after = sa.tuple_(*order) > sa.tuple_(*(sa.literal(value) for value in last))
        rows = connection.execute(query.where(after)).mappings().all()


def _turned(
    table: str,
    row: Any,  # noqa: ANN401 — a row as a mapping
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    turn: Turn,
) -> dict[str, Any]:
    key = [row[one] for one in keys]
    changed = {f"key_{one}": row[one] for one in keys}
    for one in columns:
        stored = row[one]
        # PostgreSQL's driver may hand bytes over as a view of memory.
        stored = bytes(stored) if isinstance(stored, memoryview) else stored
        changed[f"new_{one}"] = None if stored is None else turn(stored, Place.of(table, key, one))
    return changed
