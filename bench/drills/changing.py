"""What the drills write, and how they see what is left of it.

A change goes the way of the service: through a session that notes it in the audit trail, in the
same transaction. The trail's entry carries the mark under which the change was acknowledged.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from api.access.actions import Action
from api.access.policy import find_reach
from api.access.principal import SYSTEM
from api.audit.verify import verify_chain
from api.audit.writer import AuditWriter
from api.database import Database, open_database
from api.key_file import key_file_of
from api.scoped.sessions import Scope, ScopedSessions
from api.seeding import seed
from api.tables.audit import AuditEntryRow
from logistics import samples
from logistics.repository.cases import get_case
from logistics.tables import CaseRow

CASE: Final = "SJ-1001"
_LEVELS: Final = ("premium", "vip")


def prepare(url: str) -> None:
    """Make the database and its sample data, with the case at the first of two levels."""
    database = open_database(url, keys=key_file_of(url))
    database.migrate()
    seed(database, today=datetime.now(UTC).date(), samples=samples)
    with database.write() as session:
        _row(session).service_level = _LEVELS[0]
    database.dispose()


def change(database: Database, mark: str) -> None:
    """Change the case and note that, under the mark; it is acknowledged once this returns."""
    with _sessions(database, mark).write() as session:
        row = _row(session)
        row.service_level = _LEVELS[1 - _LEVELS.index(row.service_level)]


def find_left(url: str, acknowledged: list[str]) -> dict[str, Any]:
    """Return what is left: each change whole, and all of them that were acknowledged?"""
    database = open_database(url, keys=key_file_of(url))
    with database.read() as session:
        marks = find_marks(session)
        verdict = verify_chain(session)
        level = get_case(session, CASE).service_level
        damage = _find_damage(session)
    database.dispose()
    lost = set(acknowledged) - set(marks)
    # Each change turns the level over, so that the case tells how many there were.
    is_in_step = level == _LEVELS[len(marks) % len(_LEVELS)]
    return {
        "is_well": not lost and verdict.is_whole and is_in_step and not damage,
        "acknowledged": len(acknowledged),
        "lost": len(lost),
        "entries": verdict.entries,
        "chain_is_whole": verdict.is_whole,
        "case_is_in_step": is_in_step,
        "damage": damage,
    }


def find_marks(session: Session) -> list[str]:
    """Return the marks of all changes that the trail holds."""
    query = select(AuditEntryRow.request_id).where(AuditEntryRow.action == Action.CASE_CHANGE)
    return list(session.exec(query))


def _row(session: Session) -> CaseRow:
    # Locked, as of two writers on PostgreSQL each would else turn the same level over.
    query = select(CaseRow).where(col(CaseRow.reference) == CASE).with_for_update()
    return session.exec(query).one()


def _find_damage(session: Session) -> list[str]:
    """Return what SQLite finds wrong with its file; PostgreSQL has no such question."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return []
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [str(one) for one in (*found, *orphans) if one != "ok"]


def _sessions(database: Database, mark: str) -> ScopedSessions:
    reach = find_reach(SYSTEM, Action.CASE_CHANGE)
    if reach is None:
        raise RuntimeError("the service itself may not change cases")
    scope = Scope(
        principal=SYSTEM,
        action=Action.CASE_CHANGE,
        reach=reach,
        now=datetime.now(UTC),
        request_id=mark,
    )
    return ScopedSessions(database, AuditWriter(database), scope)
