"""Restore an archive into an empty database: whole, or not at all.

Steps: check every byte of the archive; in one transaction make the tables as they were when it
was written, fill them, count them, let the caller check them, and bring them up to date.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, text
from sqlmodel import Session

from api.archive_errors import ArchiveUnusable
from api.database import Database
from api.operations.archive import Archive, Manifest, TableEntry
from logistics.errors import KeysMissing, UnknownKey
from logistics.repository.resealing import count_sealed
from logistics.repository.sealed import KEY_RING
from logistics.sealing import KeyRing

_LOG: Final = logging.getLogger(__name__)
_ROWS_AT_ONCE: Final = 500

Check = Callable[[Session], None]
"""Looks at the restored rows before they are kept; raises ArchiveUnusable."""


def restore(path: Path, *, database: Database, checks: tuple[Check, ...] = ()) -> Manifest:
    """Restore an archive into an empty database, and return what it held.

    Raises:
        ArchiveUnusable: the archive is not what was written; names the member.
        DatabaseInUse: the database is not empty.
        KeysMissing, UnknownKey: what it holds could not be read afterwards.
        DatabaseUnavailable: as for every transaction, and for an archive of a newer version.
    """
    ring = database.find_ring()
    if ring is None:
        raise KeysMissing
    with Archive(path, ring) as archive:
        archive.verify()

        def fill(connection: Connection) -> None:
            for table in archive.manifest.tables:
                _fill_table(connection, table, archive.rows(table))

        def check(connection: Connection) -> None:
            with Session(bind=connection, info={KEY_RING: ring}) as session:
                _require_keys(session, ring)
                for one in checks:
                    one(session)

        database.make_from(archive.manifest.revision, fill=fill, check=check)
        _LOG.info("backup.restored", extra={"count": archive.manifest.rows})
        return archive.manifest


def _fill_table(connection: Connection, entry: TableEntry, rows: Iterator[dict[str, Any]]) -> None:
    table = entry.to_table()
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        connection.execute(insert(table), batch)
    found = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if found != entry.rows:
        raise ArchiveUnusable(entry.member, f"{found} of its {entry.rows} rows were stored")
    if connection.dialect.name == "postgresql" and entry.rows:
        _follow_numbers(connection, entry)


def _follow_numbers(connection: Connection, entry: TableEntry) -> None:
    """Let the numbers that PostgreSQL gives rows go on behind those that came with the rows."""
    find = text("SELECT pg_get_serial_sequence(:table, :column)")
    for name, kind in entry.columns:
        if kind != "whole":
            continue
        where = {"table": entry.name, "column": name}
        sequence = connection.execute(find, where).scalar()
        if sequence is not None:
            highest = select(func.max(entry.to_table().c[name])).scalar_subquery()
            connection.execute(select(func.setval(sequence, highest)))


def _require_keys(session: Session, ring: KeyRing) -> None:
    """Raise UnknownKey for rows that nobody could open."""
    for count in count_sealed(session):
        if count.key_id is not None and count.key_id not in ring.ids:
            raise UnknownKey(count.key_id)
