"""Back a whole database up into one file, beside running writers.

Steps: open one transaction, which sees one state of the database; write every table, then the
manifest and its signature, into a file of another name; put it in its place. Private fields stay
sealed: the archive is worth nothing without the keys, and holds none.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from api import migrating
from api.archive_errors import ArchiveExists, BackupTooEarly
from api.operations.archive import (
    FORMAT,
    Archive,
    Manifest,
    TableEntry,
    write_manifest,
    write_table,
)
from logistics.repository.sealed import get_ring
from logistics.repository.sessions import Sessions
from logistics.sealing import KeyRing
from pricing.column_types import Row

_LOG: Final = logging.getLogger(__name__)
_ROWS_AT_ONCE: Final = 500
_FILES_AT_ONCE: Final = 5
"""Rows of a table that holds files, such as receipts of many million bytes."""


def back_up(
    path: Path,
    *,
    sessions: Sessions,
    now: datetime,
    told: Callable[[TableEntry], None] = lambda _: None,
) -> Manifest:
    """Write a database into an archive, readable by its owner alone; return what it holds.

    ``told`` hears of each table.

    Raises:
        ArchiveExists: there is a file of that name.
        BackupTooEarly: the database has not been brought up to date.
        KeysMissing: there is no key to sign with.
        DatabaseUnavailable: as for every transaction.
    """
    if path.exists():
        raise ArchiveExists(str(path))
    with sessions.read() as session, _in_place(path) as archive:
        connection = session.connection()
        revision = migrating.find_revision(connection)
        if revision is None or revision != migrating.latest_revision():
            raise BackupTooEarly(revision)
        entries = []
        for entry in _write_tables(archive, connection):
            told(entry)
            entries.append(entry)
        manifest = Manifest(
            format=FORMAT,
            revision=revision,
            made_at=now.isoformat(),
            made_from=connection.dialect.name,
            tables=tuple(entries),
        )
        write_manifest(archive, manifest, get_ring(session))
    _LOG.info("backup.written", extra={"count": manifest.rows})
    return manifest


def verify_backup(path: Path, ring: KeyRing) -> Manifest:
    """Return what an archive holds, once every byte of it is known to be what was written.

    Raises ArchiveUnusable, which names the member, and UnknownKey.
    """
    with Archive(path, ring) as archive:
        archive.verify()
        return archive.manifest


def _write_tables(archive: zipfile.ZipFile, connection: Connection) -> Iterator[TableEntry]:
    """Write every table in an order in which they can be filled again."""
    for table in Row.metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key)
        holds_files = any(column.type.python_type is bytes for column in table.columns)
        at_once = _FILES_AT_ONCE if holds_files else _ROWS_AT_ONCE
        rows = connection.execute(
            query, execution_options={"stream_results": True, "yield_per": at_once}
        )
        yield write_table(archive, table, rows)


@contextmanager
def _in_place(path: Path) -> Iterator[zipfile.ZipFile]:
    """Write an archive that appears whole under its name, or not at all; raises ArchiveExists."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError as error:
            raise ArchiveExists(str(path)) from error
    finally:
        unfinished.unlink()
