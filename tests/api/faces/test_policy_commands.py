"""``sojourn policy``: each fault with file and line, statuses a script can rely on, no database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from api.errors import field_errors_of, find_problem_kind
from pricing.coverage.documents.read import read_policy
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.documents.examples import POLICY, changed

BAD = changed(changed(POLICY, "pays: actual", "pay: actual"), "covers: [car]", "covers: car")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A policy that is well, in a file."""
    file = tmp_path / "good.yaml"
    file.write_text(POLICY)
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A policy with three faults, in a file."""
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    return file


def run(*arguments: str | Path, text: str | None = None) -> Result:
    """Run ``sojourn policy`` with these arguments."""
    words = ["policy", *map(str, arguments)]
    result = CliRunner().invoke(main, words, prog_name="sojourn", input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_policy_that_is_well_names_its_versions(good: Path) -> None:
    result = run("check", good)

    assert result.exit_code == 0
    assert result.stdout == f"{good}: well; example-plan, versions 2026 (from 2026-01-01)\n"


def test_every_fault_is_a_line_with_file_line_and_path(bad: Path) -> None:
    result = run("check", bad)

    version = "versions[2026].benefits"
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        f"{bad}:27: {version}[drive].covers: must be a list, such as [a, b]",
        f"{bad}:31: {version}[room].pays: is missing",
        f"{bad}:35: {version}[room].pay: is no key here; did you mean pays?",
    ]


def test_json_tells_the_same(good: Path, bad: Path) -> None:
    result = run("check", good, bad, "--json")

    first, second = json.loads(result.stdout)["documents"]
    assert result.exit_code == 2
    assert first["well"] is True
    assert first["versions"] == [{"version": "2026", "valid_from": "2026-01-01", "valid_to": None}]
    assert second["well"] is False
    assert second["faults"][0] == {
        "line": 27,
        "path": "versions[2026].benefits[drive].covers",
        "message": "must be a list, such as [a, b]",
    }


def test_what_only_looks_wrong_is_a_warning_and_no_error(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(changed(POLICY, "versions:\n", "  spare: [{value: 5}]\nversions:\n"))

    told, as_json = run("check", file), run("check", file, "--json")

    message = "no rule looks this table up; write lookup('spare', …), or delete it"
    assert (told.exit_code, as_json.exit_code) == (0, 0)
    assert told.stdout.splitlines()[1:] == [f"{file}:10: warning: tables.spare: {message}"]
    (document,) = json.loads(as_json.stdout)["documents"]
    assert document["well"] is True
    assert document["warnings"] == [{"line": 10, "path": "tables.spare", "message": message}]


def test_a_dash_reads_standard_input() -> None:
    assert run("check", "-", text=POLICY).exit_code == 0
    assert run("check", "-", text="format: x").stdout.startswith("standard input:1: ")


def test_an_absent_file_and_no_file_are_wrong_input(tmp_path: Path) -> None:
    assert run("check", tmp_path / "absent.yaml").exit_code == 2
    assert run("check").exit_code == 2


def test_a_file_beyond_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 5_000_000)

    assert run("check", file).stdout == f"{file}:1: is larger than 1,000,000 bytes\n"


@pytest.mark.parametrize("name", ["policy", "trip", "balances"])
def test_schemas_are_printed(name: str) -> None:
    assert json.loads(run("schema", name).stdout)["$id"] == f"urn:sojourn:{name}:1"


def test_the_schema_of_policies_is_the_one_meant() -> None:
    assert run("schema").stdout == run("schema", "policy").stdout


def test_a_document_that_is_not_right_names_its_fields_over_http_too() -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_policy(BAD, "policy")

    kind = find_problem_kind(caught.value)
    assert kind is not None
    assert kind.status == 422
    assert field_errors_of(caught.value)[0].message == "line 27: must be a list, such as [a, b]"
