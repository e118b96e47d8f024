"""``sojourn prices``: import a file, list what there is, with words, JSON and exit statuses."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from tests.pricing.price_files.made_up import tall


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a price file; settings name one for datasets, and a database."""
    monkeypatch.setenv("SOJOURN_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SOJOURN_PRICE_FILES", str(tmp_path / "kept"))
    (tmp_path / "prices.csv").write_text(tall(), encoding="utf-8")
    return tmp_path


def sojourn(*words: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, ["prices", *map(str, words)])


def told(*words: str | Path) -> Any:  # noqa: ANN401 — any JSON
    """Return the JSON that a command prints."""
    result = sojourn(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_import_says_what_became_of_every_row(folder: Path) -> None:
    result = sojourn("import", folder / "prices.csv")

    assert result.exit_code == 0
    assert "4 rows = 4 kept + 0 set aside" in result.stdout
    assert "write" in result.stderr


def test_an_import_again_says_that_nothing_changed(folder: Path) -> None:
    first = told("import", folder / "prices.csv", "--url", "https://larkspur.example/p.csv")
    again = told("import", folder / "prices.csv")

    assert (first["outcome"], again["outcome"]) == ("imported", "unchanged")
    assert again["file"]["url"] == "https://larkspur.example/p.csv"
    assert "nothing changed" in sojourn("import", folder / "prices.csv").stdout


def test_every_import_stands_in_the_audit_trail(folder: Path) -> None:
    file = folder / "prices.csv"
    made = told("import", file)
    sojourn("import", file)

    entries = exported()

    assert [one["action"] for one in entries] == ["service.upkeep"] * 2
    assert [one["detail"]["price_import"]["outcome"] for one in entries] == [
        "imported",
        "unchanged",
    ]
    assert entries[0]["principal_kind"] == "system"
    assert entries[0]["detail"]["price_import"] == {
        "address": "",
        "charges": 4,
        "dataset": made["id"],
        "facility": "",
        "hospital": "Larkspur General Hospital",
        "kept": 4,
        "outcome": "imported",
        "read": 4,
        "set_aside": 0,
        "sha256": sha256(file.read_bytes()).hexdigest(),
    }


def exported() -> list[dict[str, Any]]:
    """Return the trail's entries about upkeep, each with its detail."""
    result = CliRunner().invoke(main, ["audit", "export"])
    assert result.exit_code == 0, result.output
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        {**one, "detail": json.loads(one["document"])["detail"]}
        for one in entries
        if one["action"] == "service.upkeep"
    ]


def test_without_a_database_nothing_is_imported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", f"sqlite:///{folder}/none/at-all.sqlite")

    result = sojourn("import", folder / "prices.csv")

    assert result.exit_code != 0
    assert told("files") == {"files": []}


def test_files_lists_datasets_and_marks_the_current_one(folder: Path) -> None:
    newest = told("import", folder / "prices.csv")["id"]
    (folder / "old.csv").write_text(tall().replace("2026-03-02", "2025-03-02"), encoding="utf-8")
    older = told("import", folder / "old.csv")["id"]

    listed = told("files")["files"]

    assert [(one["id"], one["is_current"]) for one in listed] == [(newest, True), (older, False)]
    assert sojourn("files").stdout.startswith(f"* {newest}  2026-03-02")


def test_without_datasets_files_says_how_to_import(folder: Path) -> None:
    assert folder.is_dir()
    assert "prices import" in sojourn("files").stdout
    assert told("files") == {"files": []}


def test_a_file_that_is_none_exits_with_2_and_says_why(folder: Path) -> None:
    (folder / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    result = sojourn("import", folder / "table.csv", "--json")

    assert result.exit_code == 2
    assert "three rows of headers" in result.stderr
    assert json.loads(result.stdout)["title"] == "Not a hospital price file"


def test_a_facility_must_be_one_of_ours(folder: Path) -> None:
    result = sojourn("import", folder / "prices.csv", "--facility", "nowhere")

    assert result.exit_code == 1
    assert "there is no facility 'nowhere'" in result.stderr
    assert told("files") == {"files": []}


def test_evidence_is_told_in_words_and_as_json(folder: Path) -> None:
    sojourn("import", folder / "prices.csv")

    words = sojourn("evidence", "--code", "MS-DRG 470")
    document = told("evidence", "--code", "470", "--hospital", "Larkspur General Hospital")

    assert "only 2 negotiated amounts" in words.stdout
    assert document["hospitals"][0]["negotiated"]["all"]["max"] == "700.00"
    assert document["comparison"][0]["updated_on"] == "2026-03-02"


def test_evidence_of_nobody_and_nothing_exits_with_1(folder: Path) -> None:
    assert sojourn("evidence", "--code", "470").exit_code == 1
    sojourn("import", folder / "prices.csv")

    assert "none of 1 price files" in sojourn("evidence", "--code", "1").stderr
    assert "'nowhere'" in sojourn("evidence", "--code", "470", "--hospital", "nowhere").stderr


def test_words_of_the_callers_own_tell_payers_apart(folder: Path) -> None:
    sojourn("import", folder / "prices.csv")
    (folder / "words.json").write_text('{"embassy": ["alder"]}', encoding="utf-8")
    (folder / "odd.json").write_text("[]", encoding="utf-8")

    document = told("evidence", "--code", "470", "--words", folder / "words.json")

    assert document["hospitals"][0]["negotiated"]["embassy"]["count"] == 1
    assert sojourn("evidence", "--code", "470", "--words", folder / "odd.json").exit_code == 2
