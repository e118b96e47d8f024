"""`sojourn prices`: verdicts and payments in words or JSON, and an exit status to act upon."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from bench.verdicts.made_up import rows, written
from tests.pricing.medicare.made_up import FILES


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


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of published tables that have been imported."""
    monkeypatch.setenv("SOJOURN_BENCHMARKS", str(tmp_path / "kept"))
    folder = tmp_path / "published"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    result = CliRunner().invoke(main, ["prices", "benchmarks", "import", str(folder)])
    assert "table5.txt: ipps-weights of 2026, 3 rows, kept" in result.output
    return folder


def medicare(*options: str) -> Result:
    return CliRunner().invoke(main, ["prices", "medicare", *options])


def test_tables_are_imported_and_listed(kept: Path) -> None:
    again = CliRunner().invoke(main, ["prices", "benchmarks", "import", str(kept), "--json"])
    listed = CliRunner().invoke(main, ["prices", "benchmarks", "list"])

    assert not any(one["changed"] for one in json.loads(again.output)["files"])
    assert "opps-apcs       APC rates (OPPS addendum A): 2025" in listed.output


@pytest.mark.usefixtures("kept")
def test_what_medicare_pays_is_told_with_its_arithmetic() -> None:
    said = json.loads(medicare("--drg", "470", "--wage-index", "1", "--json").output)
    words = medicare("--apc", "5012", "--wage-index", "1.2345").output

    assert (said["amount"], said["amount_cents"]) == ("14036.14", 1403614)
    assert said["steps"][-1]["arithmetic"] == "(6752.61 + 524.15) × 1.9289"
    assert "128.87 × 0.6 × 1.2345 + 128.87 × 0.4 = 147.002009" in words


@pytest.mark.usefixtures("kept")
def test_a_physicians_service_is_paid_where_it_is_done() -> None:
    office = medicare("--hcpcs", "G0101", "--locality", "AL-00", "--place", "office", "--json")

    assert json.loads(office.output)["amount"] == "34.22"
    assert "needs --locality" in medicare("--hcpcs", "G0101").output


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--drg", "471"), 1),
        (("--drg", "470", "--year", "2020"), 1),
        (("--apc", "2038"), 1),
        (("--drg", "470", "--wage-index", "dear"), 2),
        (("--drg", "470", "--apc", "5012"), 2),
        ((), 2),
    ],
)
def test_what_medicare_does_not_pay_is_refused(options: tuple[str, ...], status: int) -> None:
    assert medicare(*options).exit_code == status
