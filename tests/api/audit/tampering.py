"""What somebody who owns the database could do to the trail, and what a walk then finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlmodel import Session

from api.audit.canonical import HASHED, hash_entry
from api.audit.trail import instant_text
from api.audit.verify import Verdict, verify_chain
from api.database import Database
from tests.api.audit.builders import drop_triggers

Row = dict[str, Any]
COLUMNS: Final = (*HASHED, "hash")
SIDES: Final = ("audit_detail", "audit_case")


def verdict_after(
    database: Database,
    tamper: Callable[[Connection], object],
    heads: Mapping[int, str] | None = None,
) -> Verdict:
    """Return what a walk finds after the tampering, which is undone again."""
    with database._engines.migrator.connect() as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            # Triggers and foreign keys are asked in sessions of an origin only.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            drop_triggers(connection)
        tamper(connection)
        with Session(bind=connection) as session:
            verdict = verify_chain(session, heads)
        transaction.rollback()
    return verdict


def execute(*statements: str) -> Callable[[Connection], None]:
    """Return the tampering that these statements are."""

    def tamper(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    return tamper


def rewrite(change: Callable[[list[Row]], Sequence[Row]]) -> Callable[[Connection], None]:
    """Return the tampering that puts what `change` returns in the place of all entries."""
    columns, marks = ", ".join(COLUMNS), ", ".join(f":{name}" for name in COLUMNS)

    def tamper(connection: Connection) -> None:
        found = connection.exec_driver_sql(f"SELECT {columns} FROM audit_entry ORDER BY seq")  # noqa: S608 — our own words
        changed = change([dict(row) for row in found.mappings()])
        connection.exec_driver_sql("DELETE FROM audit_entry")
        if changed:
            connection.execute(
                text(f"INSERT INTO audit_entry ({columns}) VALUES ({marks})"),  # noqa: S608 — our own words
                list(changed),
            )

    return tamper


def hash_anew(row: Row) -> None:
    """Compute the row's own hash for what it says now."""
    at = row["at"]
    row["hash"] = hash_entry({**row, "at": at if isinstance(at, str) else instant_text(at)})


def chain_anew(rows: Sequence[Row], start: int = 0) -> None:
    """Compute every hash from a row on, each with the one before it."""
    for place in range(start, len(rows)):
        if place:
            rows[place]["prev_hash"] = rows[place - 1]["hash"]
        hash_anew(rows[place])


def swap_sides(seq: int, other: int) -> Callable[[Connection], None]:
    """Return the tampering that lets details and cases of two entries change places."""
    return execute(
        *(
            f"UPDATE {table} SET seq = {new} WHERE seq = {old}"  # noqa: S608 — our own words
            for table in SIDES
            for old, new in ((seq, 9999), (other, seq), (9999, other))
        )
    )
