"""``sojourn audit``: what it prints, what it keeps, and the status it ends with."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from api.database import Database
from tests.api.audit.builders import drop_triggers, store_entries
from tests.api.audit.second_verifier import faults_of
from tests.api.audit.tampering import execute


@pytest.fixture
def runner(
    sqlite_database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> CliRunner:
    """A shell whose environment names a database with five entries."""
    store_entries(sqlite_database, 5)
    monkeypatch.setenv("SOJOURN_DATABASE_URL", sqlite_url)
    return CliRunner()


def sojourn(runner: CliRunner, *arguments: str) -> Result:
    """Run ``sojourn audit`` with these arguments."""
    return runner.invoke(main, ["audit", *arguments])


def tamper(database: Database, statement: str) -> None:
    """Change the trail behind the triggers' back, for good."""
    with database._engines.migrator.begin() as connection:
        drop_triggers(connection)
        execute(statement)(connection)


def test_verify_says_that_all_is_whole_and_how_fast(runner: CliRunner) -> None:
    told = sojourn(runner, "verify")

    assert told.exit_code == 0
    assert told.output.startswith("Whole: 5 entries in ")
    assert "/s;" in told.output
    assert "compared with no signed head" in told.output


def test_verify_names_the_broken_entry(runner: CliRunner, sqlite_database: Database) -> None:
    tamper(sqlite_database, "UPDATE audit_entry SET user_id = 'x' WHERE seq = 3")

    told = sojourn(runner, "verify")
    document = json.loads(sojourn(runner, "verify", "--json").output)

    assert told.exit_code == 1
    assert told.output.startswith("BROKEN at entry 3: the entry is not what was written.")
    assert document["is_whole"] is False
    assert document["broken"] == {
        "seq": 3,
        "fault": "edited",
        "why": "the entry is not what was written",
    }


def test_verify_compares_by_itself_with_the_heads_that_workers_keep(
    runner: CliRunner,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tmp_path / "heads"
    kept.write_text(sojourn(runner, "head").output, encoding="utf-8")
    monkeypatch.setenv("SOJOURN_AUDIT_HEADS", str(kept))
    good = sojourn(runner, "verify")
    for table in ("audit_detail", "audit_case", "audit_entry"):
        tamper(sqlite_database, f"DELETE FROM {table} WHERE seq > 3")  # noqa: S608 — our own words

    cut = sojourn(runner, "verify")

    assert (good.exit_code, cut.exit_code) == (0, 1)
    assert "1 signed head(s) agree" in good.output
    assert "the chain ends before the signed head" in cut.output


def test_heads_that_are_gone_are_not_passed_over(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_AUDIT_HEADS", str(tmp_path / "gone"))

    told = sojourn(runner, "verify")

    assert told.exit_code != 0
    assert "Whole" not in told.output
    assert f"the heads in {tmp_path / 'gone'} cannot be read" in told.output


def test_a_kept_head_shows_that_the_end_was_cut_off(
    runner: CliRunner, sqlite_database: Database, tmp_path: Path
) -> None:
    kept = tmp_path / "heads"
    kept.write_text(sojourn(runner, "head").output, encoding="utf-8")
    good = sojourn(runner, "verify", "--head", str(kept))
    for table in ("audit_detail", "audit_case", "audit_entry"):
        tamper(sqlite_database, f"DELETE FROM {table} WHERE seq > 3")  # noqa: S608 — our own words

    cut = sojourn(runner, "verify", "--head", str(kept))

    assert (good.exit_code, cut.exit_code) == (0, 1)
    assert "1 signed head(s) agree" in good.output
    assert "entry 4: the chain ends before the signed head" in cut.output
    assert sojourn(runner, "verify").exit_code == 0


def test_a_head_can_be_checked_with_the_public_key_alone(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_AUDIT_KEY", base64.b64encode(bytes(range(32))).decode())
    kept = tmp_path / "heads"
    kept.write_text(sojourn(runner, "head").output, encoding="utf-8")
    public = sojourn(runner, "head", "--public-key").output.strip()
    monkeypatch.delenv("SOJOURN_AUDIT_KEY")

    told = sojourn(runner, "verify", "--head", str(kept), "--public-key", public)
    other = sojourn(runner, "verify", "--head", str(kept))

    assert told.exit_code == 0
    assert other.exit_code == 2
    assert "--public-key" in other.output


def test_a_wrong_key_is_a_wrong_setting(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOJOURN_AUDIT_KEY", "abc")

    told = sojourn(runner, "head")

    assert told.exit_code == 2
    assert "SOJOURN_AUDIT_KEY" in told.output


def test_the_export_is_the_whole_trail_and_an_entry_itself(
    runner: CliRunner, tmp_path: Path
) -> None:
    path = tmp_path / "trail.jsonl"

    sojourn(runner, "export", "-o", str(path))
    printed = sojourn(
        runner, "export", "--since", "2027-03-01", "--until", "2027-03-02"
    ).output.splitlines()

    lines = path.read_text(encoding="utf-8").splitlines()
    assert faults_of(lines) == []
    assert json.loads(lines[-1])["action"] == "audit.read"
    assert printed == lines[:5]


def test_the_list_is_filtered_and_an_entry_itself(runner: CliRunner) -> None:
    found = json.loads(sojourn(runner, "list", "--case", "SJ-2", "--json").output)["entries"]
    table = sojourn(runner, "list", "--count", "2").output

    assert [one["seq"] for one in found] == [4, 1]
    assert found[0]["cases"] == ["SJ-1", "SJ-2"]
    assert "audit.read" in table
    assert len(table.splitlines()) == 3


@pytest.mark.parametrize("words", ["yesterday", "2027-03-01T10:00"])
def test_a_period_is_a_day_or_an_instant_with_offset(runner: CliRunner, words: str) -> None:
    assert sojourn(runner, "list", "--since", words).exit_code == 2
    assert sojourn(runner, "list", "--since", "2027-03-01T10:00+01:00").exit_code == 0
