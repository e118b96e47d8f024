"""Rows that were stored in the open are sealed by the migration, and opened on the way back."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from api import migrating
from api.database import Database, open_database
from api.people.users import find_user_by_email
from logistics.errors import KeysMissing
from tests.keys import RING
from tests.storage.stored import FIELDS, opened, store_everything, stored_rows

BEFORE = "r0006"


@pytest.fixture
def full(empty_url: str) -> Iterator[Database]:
    """A database with something in every private field."""
    database = open_database(empty_url, keys=RING)
    database.migrate()
    store_everything(database, cases=450)
    yield database
    database.dispose()


def _module(revision: str) -> ModuleType:
    script = ScriptDirectory(str(migrating.FOLDER)).get_revision(revision)
    assert script is not None
    return script.module


SEALED_AT_ONCE: Final = _module("r0007").FIELDS
REASONS: Final = _module("r0010").TABLES
BORN_SEALED: Final = {
    *("case_bill", "case_estimate", "case_facts", "claim"),
    *("coverage_account", "coverage_decision", "receipt"),
}
"""Tables that were made when fields were sealed already."""


def test_every_marked_column_is_sealed_by_a_migration() -> None:
    sealed = SEALED_AT_ONCE | dict.fromkeys(REASONS, (("id",), ("reason",)))

    assert {name: columns for name, columns in FIELDS.items() if name not in BORN_SEALED} == sealed


def test_down_opens_every_field_and_up_seals_it_again(full: Database) -> None:
    before = stored_rows(full, SEALED_AT_ONCE)

    migrating.downgrade(full._engines, BEFORE, ring=RING)
    in_the_open = stored_rows(full, SEALED_AT_ONCE)
    full.migrate()
    after = stored_rows(full, SEALED_AT_ONCE)

    assert in_the_open == opened(before, RING) == opened(after, RING)
    assert len(in_the_open["sojourn_case"]) == 450
    assert in_the_open["plan"][0][1].startswith('[{"name":"best"')
    for table, (keys, _) in SEALED_AT_ONCE.items():
        for old, new in zip(before[table], after[table], strict=True):
            pairs = list(zip(old, new, strict=True))[len(keys) :]
            assert all(one is None or one != other for one, other in pairs)


def test_reasons_are_sealed_by_a_migration_of_their_own(full: Database) -> None:
    before = stored_rows(full, REASONS)

    migrating.downgrade(full._engines, "r0009", ring=RING)
    in_the_open = stored_rows(full, REASONS)
    full.migrate()
    after = stored_rows(full, REASONS)

    assert [rows[0][1] for rows in in_the_open.values()] == ["Marta Quintana stranded at ORD"] * 2
    assert in_the_open == opened(before, RING) == opened(after, RING)
    for old, new in zip(before.values(), after.values(), strict=True):
        assert old[0][1] != new[0][1]


def test_users_are_found_by_their_address_on_both_sides(full: Database) -> None:
    migrating.downgrade(full._engines, BEFORE, ring=RING)
    with full._engines.reader.connect() as connection:
        index = connection.execute(text("SELECT email_index FROM sojourn_user ORDER BY id")).all()
    full.migrate()

    assert index[0][0] == hashlib.sha256(b"email:ada@clinic.example").hexdigest()
    assert index[1][0] is None
    with full.read() as session:
        found = find_user_by_email(session, "ada@clinic.EXAMPLE")
        assert found is not None
        assert (found.id, found.email) == ("Ada", "Ada@Clinic.example")


def test_a_problem_document_is_the_same_bytes_again(full: Database) -> None:
    migrating.downgrade(full._engines, BEFORE, ring=RING)

    with full._engines.reader.connect() as connection:
        document, digest = connection.execute(
            text("SELECT document, sha256 FROM plan_problem")
        ).one()

    assert hashlib.sha256(zlib.decompress(document)).hexdigest() == digest


def test_without_keys_rows_in_the_open_are_not_migrated(full: Database, empty_url: str) -> None:
    migrating.downgrade(full._engines, BEFORE, ring=RING)
    before = stored_rows(full, SEALED_AT_ONCE)
    keyless = open_database(empty_url)

    with pytest.raises(KeysMissing, match="sojourn keys new"):
        keyless.migrate()

    assert stored_rows(full, SEALED_AT_ONCE) == before
    assert full.describe().revision == BEFORE
    keyless.dispose()


def test_without_rows_no_keys_are_needed(empty_url: str) -> None:
    keyless = open_database(empty_url)

    keyless.migrate()

    assert keyless.describe().is_current
    keyless.dispose()


@pytest.mark.parametrize(
    ("before", "private"), [(BEFORE, b"aortic stenosis"), ("r0009", b"stranded at ORD")]
)
def test_a_sqlite_file_forgets_what_it_said_in_the_open(
    tmp_path: Path, before: str, private: bytes
) -> None:
    path = tmp_path / "sojourn.sqlite"
    database = open_database(f"sqlite:///{path}", keys=RING)
    database.migrate()
    store_everything(database, cases=450)
    migrating.downgrade(database._engines, before, ring=RING)
    files = [path, path.with_name(path.name + "-wal")]
    with database._engines.migrator.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sojourn_case WHERE reference > 'SJ-2010'")
    assert any(private in file.read_bytes() for file in files)

    database.migrate()

    assert not any(private in file.read_bytes() for file in files)
    database.dispose()
