"""`sojourn prices validate`: a verdict in words or JSON, and an exit status to act upon."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from bench.verdicts.made_up import rows, written


def validated(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["prices", "validate", str(file), *options])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a valid tall file."""
    path = tmp_path / "prices.csv"
    path.write_bytes(written(rows("3.0.0", "tall")))
    return path


def test_a_valid_file_is_called_valid(file: Path) -> None:
    result = validated(file)

    assert result.exit_code == 0
    assert result.output == f"{file}: valid under v3.0.0; tall, 6 rows, 0 errors, 0 alerts\n"


def test_a_fault_is_told_with_its_cell_and_rule(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b",fee schedule,", b",fee,"))

    result = validated(file)

    assert result.exit_code == 1
    assert 'error Q4 [value-not-allowed]: "standard_charge|methodology" is "fee"' in result.output
    assert "        1 value-not-allowed" in result.output


def test_the_verdict_is_printed_as_json(file: Path) -> None:
    result = validated(file, "--version", "v2.2", "--limit", "1", "--json")

    said = json.loads(result.output)
    assert result.exit_code == 1
    assert said["version"] == "2.2.0"
    assert said["error_count"] > len(said["errors"]) == 1
    assert said["errors"][0]["rule"] == "metadata-header-missing"


def test_what_is_left_out_of_the_list_is_said(file: Path) -> None:
    result = validated(file, "--version", "2.2", "--limit", "1")

    assert "more errors; --limit lists more" in result.output


def test_an_alert_is_told_where_to_look(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b",3.0.0,", b",2.2.0,"))

    result = validated(file)

    assert result.exit_code == 0
    assert "alert C2 [version-differs]" in result.output


def test_a_file_that_is_no_price_file_is_refused_in_words(file: Path) -> None:
    file.write_bytes(b"PK\x05\x06" + bytes(18))

    result = validated(file, "--json")

    assert result.exit_code == 2
    assert "one .csv or .json file" in result.output


def test_a_version_that_does_not_exist_is_refused(file: Path) -> None:
    assert validated(file, "--version", "1.1").exit_code == 2
