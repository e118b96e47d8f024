"""``sojourn keys``, ``backup`` and ``restore``: what they print, and the statuses they end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.audit.listing import EntryFilters, Page, list_entries
from api.commands.group import main
from api.database import Database, open_database
from logistics.sealing import parse_key
from tests.api.operations.stored import dump, store_a_service
from tests.keys import KEY, OTHER_KEY, RING


@pytest.fixture
def shell(sqlite_database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell whose environment names a database with something in every private field."""
    store_a_service(sqlite_database)
    monkeypatch.setenv("SOJOURN_DATABASE_URL", sqlite_url)
    return CliRunner()


def _keys(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setenv("SOJOURN_KEYS", ",".join(lines))


def test_a_new_key_is_printed_alone_and_is_another_each_time() -> None:
    told = [CliRunner().invoke(main, ["keys", "new", "2027-01"]) for _ in range(2)]

    assert [one.exit_code for one in told] == [0, 0]
    first, second = (parse_key(one.stdout) for one in told)
    assert first.id == second.id == "2027-01"
    assert first != second
    assert "lost key, lost data" in told[0].stderr


def test_a_new_key_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOJOURN_ENVIRONMENT", "production")
    monkeypatch.delenv("SOJOURN_KEYS")

    assert CliRunner().invoke(main, ["keys", "new", "first"]).exit_code == 0


def test_an_id_that_is_none_is_refused_in_words() -> None:
    told = CliRunner().invoke(main, ["keys", "new", "My Key"])

    assert told.exit_code != 0
    assert "small letters" in told.stderr


def test_the_status_says_what_to_do(shell: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    _keys(monkeypatch, OTHER_KEY.to_line(), KEY.to_line())

    told = shell.invoke(main, ["keys", "status"])
    document = json.loads(shell.invoke(main, ["keys", "status", "--json"]).stdout)

    assert told.exit_code == 0
    assert "sojourn_case.title" in told.stdout
    assert "other-key seals; the ring holds other-key, test-key." in told.stdout
    assert "fields are of other keys: sojourn keys rotate" in told.stdout
    assert document["current"] == "other-key"
    assert document["stale"] == sum(one["rows"] for one in document["sealed"])


def test_a_rotation_frees_the_old_key(
    shell: CliRunner, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database
) -> None:
    _keys(monkeypatch, OTHER_KEY.to_line(), KEY.to_line())

    told = shell.invoke(main, ["keys", "rotate", "--batch", "10"])
    after = shell.invoke(main, ["keys", "status"])

    assert told.exit_code == 0
    assert "rows sealed anew, plan" in told.stderr
    assert "with other-key; 0 fields are left." in told.stdout
    assert "No row is of test-key" in after.stdout
    with sqlite_database.read() as session:
        newest = list_entries(session, filters=EntryFilters(), page=Page(1)).entries[0]
    assert newest.detail is not None
    assert newest.detail["rotate"]["current"] == "other-key"


def test_a_backup_is_written_verified_and_restored(
    shell: CliRunner, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = dump(sqlite_database)
    file = str(tmp_path / "backup.zip")

    written = shell.invoke(main, ["backup", file])
    verified = shell.invoke(main, ["backup", "--verify", file])
    url = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    monkeypatch.setenv("SOJOURN_DATABASE_URL", url)
    restored = shell.invoke(main, ["restore", file, "--json"])

    assert [one.exit_code for one in (written, verified, restored)] == [0, 0, 0]
    assert written.stdout.startswith("Wrote: ")
    assert "sojourn_case: 30 rows" in written.stderr
    assert verified.stdout.startswith("Whole: ")
    assert json.loads(restored.stdout)["tables"]["sojourn_case"] == 30
    target = open_database(url, keys=RING)
    after = dump(target)
    # Whoever restores is in the trail.
    assert len(after["audit_entry"]) == len(before["audit_entry"]) + 1
    for table in before.keys() - {"audit_entry", "audit_detail"}:
        assert after[table] == before[table]
    target.dispose()


def test_a_broken_trail_is_not_restored(
    shell: CliRunner, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with sqlite_database._engines.migrator.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_refuses_update")
        connection.exec_driver_sql("UPDATE audit_entry SET user_id = 'x' WHERE seq = 3")
    file = str(tmp_path / "backup.zip")
    assert shell.invoke(main, ["backup", file]).exit_code == 0
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{tmp_path / 'restored.sqlite'}")

    told = shell.invoke(main, ["restore", file])

    assert told.exit_code == 2
    assert "audit trail is broken at entry 3" in told.stderr


@pytest.mark.parametrize("command", [["backup"], ["backup", "--verify"], ["restore"]])
def test_what_cannot_be_done_ends_with_words(
    shell: CliRunner, tmp_path: Path, command: list[str]
) -> None:
    file = tmp_path / "there.zip"
    file.write_text("no archive")

    told = shell.invoke(main, [*command, str(file)])

    assert told.exit_code in {1, 2}
    assert "there.zip" in told.stderr
    assert "Traceback" not in told.output


def test_the_doctor_names_the_key_that_seals(shell: CliRunner) -> None:
    told = json.loads(shell.invoke(main, ["doctor", "--json"]).stdout)

    (found,) = [one for one in told["findings"] if one["name"] == "Keys"]
    assert (found["is_well"], found["found"]) == (True, "test-key seals, of 1")


def test_the_doctor_misses_keys(shell: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOJOURN_KEYS")

    told = shell.invoke(main, ["doctor", "--json"])

    (found,) = [one for one in json.loads(told.stdout)["findings"] if one["name"] == "Keys"]
    assert told.exit_code == 1
    assert not found["is_well"]
    assert "SOJOURN_KEYS" in found["advice"]
