"""The migrations make what the table classes say, on both databases, up and down again."""

import itertools
import subprocess
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, UniqueConstraint, inspect

from api import migrating
from api.database import Database, open_database
from logistics.repository.cases import add_case, list_cases
from pricing.column_types import Row
from scheduling.repository.slots import list_slots
from tests.keys import RING
from tests.storage.builders import case, slots, store_slots


@pytest.fixture
def empty(empty_url: str) -> Database:
    """A database nobody has migrated yet."""
    return open_database(empty_url, keys=RING)


def _tables(database: Database) -> set[str]:
    with database._engines.reader.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_what_the_table_classes_say(database: Database) -> None:
    with database._engines.migrator.connect() as connection:
        assert migrating.check(connection) == []


def test_a_difference_would_be_found(database: Database) -> None:
    with database._engines.migrator.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE plan DROP COLUMN failure")
        connection.exec_driver_sql("DROP INDEX uq_appointment_slot_id_booked")

        differences = str(migrating.check(connection))

    assert "failure" in differences
    assert "uq_appointment_slot_id_booked" in differences


def test_constraints_have_the_names_of_the_table_classes(database: Database) -> None:
    with database._engines.migrator.connect() as connection:
        made = {table: _names(connection, table) for table in Row.metadata.tables}

    wanted = {
        name: {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint | UniqueConstraint)
            or constraint.__visit_name__ in {"primary_key_constraint", "foreign_key_constraint"}
        }
        for name, table in Row.metadata.tables.items()
    }
    assert made == wanted


def _names(connection: Connection, table: str) -> set[str]:
    found = inspect(connection)
    return {
        str(one["name"])
        for one in itertools.chain(
            found.get_check_constraints(table),
            found.get_unique_constraints(table),
            found.get_foreign_keys(table),
            [found.get_pk_constraint(table)],
        )
    }


def test_the_unique_index_is_partial(database: Database) -> None:
    with database._engines.migrator.connect() as connection:
        (index,) = [
            one
            for one in inspect(connection).get_indexes("appointment")
            if one["name"] == "uq_appointment_slot_id_booked"
        ]

    assert index["unique"]
    (where,) = [
        str(value) for key, value in index["dialect_options"].items() if key.endswith("_where")
    ]
    assert "status = 'booked'" in where.replace("::text", "").replace("(", "").replace(")", "")


def test_every_table_is_strict(sqlite_database: Database) -> None:
    with sqlite_database._engines.reader.connect() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").mappings().all()

    strict = {row["name"] for row in rows if row["strict"]}
    assert strict == set(Row.metadata.tables)


def test_up_down_and_up_again_from_nothing(empty: Database) -> None:
    empty.migrate()
    assert set(Row.metadata.tables) < _tables(empty)

    migrating.downgrade(empty._engines, "base")
    assert _tables(empty) == {"alembic_version"}

    empty.migrate()
    with empty.write() as session:
        store_slots(session, 2)
    with empty.read() as session:
        assert list_slots(session, specialist_ids=["keller"]) == slots(2)
    empty.dispose()


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as session:
        add_case(session, case())

    database.migrate()

    with database.read() as session:
        assert list_cases(session) == (case(),)


def test_a_failed_migration_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError

    # The last thing before the commit, on either database.
    monkeypatch.setattr("api.migrating._require_whole", stumble)
    with pytest.raises(ZeroDivisionError):
        empty.migrate()

    assert _tables(empty) == set()
    empty.dispose()


def test_migrations_stand_in_one_line_and_are_named_by_number() -> None:
    scripts = ScriptDirectory(str(migrating.FOLDER))
    numbers = [script.revision for script in reversed(list(scripts.walk_revisions()))]

    assert scripts.get_heads() == [migrating.latest_revision()]
    assert numbers == [f"r{number:04}" for number in range(1, len(numbers) + 1)]


def test_a_new_migration_is_written_from_the_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["cp", "-r", str(migrating.FOLDER), str(tmp_path)], check=True)
    copy = tmp_path / migrating.FOLDER.name
    monkeypatch.setattr(migrating, "FOLDER", copy)
    numbered = len(list((copy / "versions").glob("r*.py"))) + 1

    migrating.write_revision("add nothing")

    written = (copy / "versions" / f"r{numbered:04}_add_nothing.py").read_text()
    assert written.startswith('"""Add nothing."""')
    assert f"revision = 'r{numbered:04}'" in written
    assert "create_table" not in written
