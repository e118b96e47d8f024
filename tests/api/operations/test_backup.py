"""A backup is one state of the database, restored row for row, or refused by the member's name."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlmodel import Session

from api import migrating
from api.archive_errors import ArchiveExists, ArchiveUnusable, BackupTooEarly, DatabaseInUse
from api.database import Database, open_database
from api.operations.archive import (
    MANIFEST,
    SIGNATURE,
    TableEntry,
    member_of,
    write_table,
)
from api.operations.backup import back_up
from api.operations.restore import restore
from logistics.errors import KeysMissing, UnknownKey
from logistics.repository.cases import add_case, list_cases, replace_case
from logistics.repository.errors import DatabaseUnavailable
from logistics.sealing import KeyRing
from pricing.column_types import Row
from scheduling.repository.appointments import take_slot
from tests.api.operations.archives import edited_copy, member_content
from tests.api.operations.stored import dump, store_a_service
from tests.keys import KEY, OTHER_KEY, RING
from tests.storage.builders import NOW, case


def _is_empty(database: Database) -> bool:
    return database.describe().revision is None


def test_a_database_comes_back_row_for_row_on_either_kind(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    store_a_service(database)
    back_up(tmp_path / "backup.zip", sessions=database, now=NOW)

    restore(tmp_path / "backup.zip", database=empty)

    assert dump(empty) == dump(database)
    assert {name for name, rows in dump(empty).items() if rows} >= {
        "appointment", "audit_entry", "facility", "itinerary_revision", "plan_problem", "slot",
    }  # fmt: skip
    with empty.read() as session, database.read() as other:
        assert list_cases(session) == list_cases(other)
    with empty._engines.migrator.connect() as connection:
        assert migrating.check(connection) == []


def test_numbers_go_on_behind_the_restored_ones(archive: Path, empty: Database) -> None:
    restore(archive, database=empty)

    with empty.write() as session:
        take_slot(
            session, slot_id="slot-001", case_reference="SJ-1001", itinerary_id="IT-1", now=NOW
        )

    assert [row[0] for row in dump(empty)["appointment"]] == [1, 2, 3]


def test_a_backup_of_a_backup_is_the_same(archive: Path, empty: Database, tmp_path: Path) -> None:
    restore(archive, database=empty)
    again = tmp_path / "again.zip"
    back_up(again, sessions=empty, now=NOW)

    for table in Row.metadata.tables:
        assert member_content(again, member_of(table)) == member_content(archive, member_of(table))


def test_an_archive_is_its_owners_alone(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert not [file for file in backup.parent.iterdir() if file.name.startswith(".backup")]


def test_a_file_that_is_there_is_not_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("kept")

    with pytest.raises(ArchiveExists, match="precious"):
        back_up(path, sessions=sqlite_database, now=NOW)

    assert path.read_text() == "kept"


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    missing = open_database(f"sqlite:///{tmp_path / 'nowhere'}", keys=RING)

    with pytest.raises(DatabaseUnavailable):
        back_up(folder / "backup.zip", sessions=missing, now=NOW)

    assert list(folder.iterdir()) == []


def test_a_database_of_an_older_revision_is_not_backed_up(
    sqlite_database: Database, tmp_path: Path
) -> None:
    migrating.downgrade(sqlite_database._engines, "r0006", ring=RING)

    with pytest.raises(BackupTooEarly, match="sojourn migrate"):
        back_up(tmp_path / "backup.zip", sessions=sqlite_database, now=NOW)


def test_a_backup_is_one_state_while_writers_run(database: Database, tmp_path: Path) -> None:
    store_a_service(database, cases=200)
    has_ended, wrote = Event(), Event()

    def write_on() -> None:
        number = 0
        while not has_ended.is_set():
            # The two always say the same.
            with database.write() as session:
                for reference in ("SJ-1001", "SJ-2198"):
                    replace_case(session, case(reference, title=f"Title {number}"))
                add_case(session, case(f"SJ-3{number:05}"))
            number += 1
            wrote.set()

    writer = Thread(target=write_on)
    writer.start()
    wrote.wait()
    paths = [tmp_path / f"{number}.zip" for number in range(5)]
    for path in paths:
        back_up(path, sessions=database, now=NOW)
    has_ended.set()
    writer.join()

    for path in paths:
        target = open_database(f"sqlite:///{path}.sqlite", keys=RING)
        restore(path, database=target)
        with target.read() as session:
            cases = {found.reference: found for found in list_cases(session)}
        title = cases["SJ-1001"].title
        assert cases["SJ-2198"].title == title
        assert len(cases) == 200 + int(title.split()[1]) + 1
        target.dispose()


def test_without_its_key_an_archive_is_neither_verified_nor_restored(
    archive: Path, empty_url: str
) -> None:
    other = open_database(empty_url, keys=KeyRing([OTHER_KEY]))

    with pytest.raises(UnknownKey, match="test-key"):
        restore(archive, database=other)
    with pytest.raises(KeysMissing):
        restore(archive, database=open_database(empty_url))


def test_rows_of_a_key_that_is_missing_are_not_restored(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    store_a_service(database)
    signed_by_another = open_database(database_url, keys=KeyRing([OTHER_KEY, KEY]))
    path = tmp_path / "backup.zip"
    back_up(path, sessions=signed_by_another, now=NOW)
    target = open_database(f"sqlite:///{tmp_path / 'target.sqlite'}", keys=KeyRing([OTHER_KEY]))

    with pytest.raises(UnknownKey, match="test-key"):
        restore(path, database=target)

    assert _is_empty(target)
    signed_by_another.dispose()
    target.dispose()


def test_a_database_that_has_tables_is_left_alone(archive: Path, database: Database) -> None:
    with database.write() as session:
        add_case(session, case("SJ-KEPT"))
    before = dump(database)

    with pytest.raises(DatabaseInUse, match="SOJOURN_DATABASE_URL"):
        restore(archive, database=database)

    assert dump(database) == before


def test_a_check_that_fails_leaves_nothing_behind(archive: Path, empty: Database) -> None:
    def refuse(session: Session) -> None:
        assert list_cases(session)
        raise ArchiveUnusable("tables/x.jsonl", "it will not do")

    with pytest.raises(ArchiveUnusable, match="will not do"):
        restore(archive, database=empty, checks=(refuse,))

    assert _is_empty(empty)
    restore(archive, database=empty)
    assert not _is_empty(empty)


def test_an_archive_of_a_newer_version_is_refused(archive: Path, empty: Database) -> None:
    manifest = json.loads(member_content(archive, MANIFEST))
    content = json.dumps({**manifest, "revision": "r9999"}).encode()
    newer = edited_copy(
        edited_copy(archive, MANIFEST, content), SIGNATURE, RING.sign(content).encode()
    )

    with pytest.raises(DatabaseUnavailable, match="another version"):
        restore(newer, database=empty)
    assert _is_empty(empty)


def test_an_archive_of_an_older_version_is_brought_up_to_date(
    archive: Path, empty: Database, sqlite_database: Database, tmp_path: Path
) -> None:
    store_a_service(sqlite_database)
    kept = dump(sqlite_database)
    migrating.downgrade(sqlite_database._engines, "r0006", ring=RING)
    older = tmp_path / "older.zip"
    _write_older(older, archive, sqlite_database)

    restore(older, database=empty)

    found = dump(empty)
    assert empty.describe().is_current
    assert found["slot"] == kept["slot"]
    with empty.read() as session:
        assert list_cases(session)[0] == case("SJ-1001")


def _write_older(path: Path, like: Path, database: Database) -> None:
    """Write an archive as the version of revision r0006 would have: private fields in the open."""
    manifest = json.loads(member_content(like, MANIFEST))
    entries = []
    with zipfile.ZipFile(path, "w") as written, database.read() as session:
        there = {"facility", "specialist", "sojourn_case", "slot"}
        for old in [entry for entry in manifest["tables"] if entry["name"] in there]:
            columns = tuple((name, kind) for name, kind in old["columns"])
            table = TableEntry(old["name"], columns, 0, "").to_table()
            rows = session.connection().execute(table.select())
            entry = write_table(written, table, rows)
            entries.append(
                {
                    "name": entry.name,
                    "columns": entry.columns,
                    "rows": entry.rows,
                    "sha256": entry.sha256,
                }
            )
        content = json.dumps({**manifest, "revision": "r0006", "tables": entries}).encode()
        written.writestr(MANIFEST, content)
        written.writestr(SIGNATURE, RING.sign(content))


def test_references_that_lead_nowhere_are_not_restored(
    sqlite_database: Database, tmp_path: Path
) -> None:
    store_a_service(sqlite_database)
    with sqlite_database._engines.migrator.begin() as connection:
        connection.execute(text("DELETE FROM specialist"))
    path = tmp_path / "backup.zip"
    back_up(path, sessions=sqlite_database, now=NOW)
    target = open_database(f"sqlite:///{tmp_path / 'target.sqlite'}", keys=RING)

    with pytest.raises(RuntimeError, match="references"):
        restore(path, database=target)

    assert _is_empty(target)
    target.dispose()
