"""``sojourn cover``: a policy and a trip in files, decided without database or server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from tests.pricing.coverage.deciding import policy_text, trip_text

RULES = """
benefits:
- {id: taxi, text: Taxis., covers: [taxi], pays: actual}
limits:
- {id: life, text: At most 100 in a lifetime., cap: 100, per: lifetime}
"""
CEILING = RULES.partition("limits:")[0]
TAXI = "- {id: taxi, kind: taxi, date: 2026-03-02, amount: 80}"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a policy and a trip."""
    (tmp_path / "policy.yaml").write_text(policy_text(RULES))
    (tmp_path / "trip.yaml").write_text(trip_text(TAXI))
    return tmp_path


def cover(files: Path, *more: str) -> Result:
    """Decide the folder's trip."""
    named = ["--policy", str(files / "policy.yaml"), "--trip", str(files / "trip.yaml")]
    return CliRunner().invoke(main, ["cover", *named, *more], prog_name="sojourn")


def answer_of(result: Result) -> dict[str, Any]:
    """Return the JSON a command printed."""
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_the_answer_has_totals_lines_and_traces(files: Path) -> None:
    answer = answer_of(cover(files, "--json", "--as-of", "2026-04-01"))

    totals = [answer[f"{key}_cents"] for key in ("payable", "patient", "taxable")]
    assert totals == [80_00, 0, 0]
    assert answer["currency"] == "USD"
    assert answer["decided_on"] == "2026-04-01"
    (line,) = answer["lines"]
    assert (line["id"], line["claimed_cents"], line["payable_cents"]) == ("taxi", 80_00, 80_00)
    assert [step["rule"] for step in line["trace"]] == ["taxi"]


def test_the_balances_after_one_trip_are_those_before_the_next(files: Path) -> None:
    first = answer_of(cover(files, "--json"))
    (files / "balances.yaml").write_text(json.dumps(first["balances"]["after"]))

    second = answer_of(cover(files, "--json", "--balances", str(files / "balances.yaml")))

    assert second["payable_cents"] == 20_00
    assert second["balances"]["before"] == first["balances"]["after"]


def test_without_json_every_line_is_told_with_its_reasons(files: Path) -> None:
    result = cover(files)

    assert result.exit_code == 0
    assert "taxi (taxi): 80.00 of 80.00" in result.stdout
    assert "USD: payable 80.00, patient 0.00, taxable 0.00" in result.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("policy.yaml", "pays: actual", "pay: actual"), "policy.yaml:13"),
        (("trip.yaml", "amount: 80", "amount: eighty"), "trip.yaml"),
        (("trip.yaml", ", amount: 80", ""), "trip.yaml:11: expenses[taxi].amount: is not stated"),
        (("policy.yaml", "valid_from: 2020-01-01", "valid_from: 2027-01-01"), "no version"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    files: Path, change: tuple[str, str, str], said: str
) -> None:
    name, before, after = change
    text = (files / name).read_text()
    assert before in text
    (files / name).write_text(text.replace(before, after))

    result = cover(files)

    assert result.exit_code == 2
    assert said in result.stderr


def test_balances_of_another_policy_are_refused(files: Path) -> None:
    (files / "balances.yaml").write_text("format: sojourn-balances/1\npolicy: other\nused: []\n")

    result = cover(files, "--balances", str(files / "balances.yaml"))

    assert result.exit_code == 2
    assert "balances of the policy other (nothing)" in result.stderr


def test_a_balance_that_the_policy_does_not_keep_is_told_with_file_and_line(files: Path) -> None:
    used = "- {balance: lief, whose: mary, period: lifetime, amount: 3}"
    head = "format: sojourn-balances/1\npolicy: test-plan\nused:\n"
    (files / "balances.yaml").write_text(f"{head}{used}\n")

    result = cover(files, "--balances", str(files / "balances.yaml"))

    assert result.exit_code == 2
    assert "balances.yaml:4: used[lief].balance: the policy keeps no such" in result.stderr


def test_a_file_that_is_not_there_is_named(files: Path) -> None:
    (files / "trip.yaml").unlink()

    result = cover(files)

    assert result.exit_code == 2
    assert "trip.yaml" in result.stderr


def test_a_tax_ceiling_is_looked_for_beside_the_policy(files: Path) -> None:
    policy = (files / "policy.yaml").read_text() + "\n  tax: {ceiling: home-tax}\n"
    (files / "policy.yaml").write_text(policy)

    missing = cover(files)
    (files / "home-tax.yaml").write_text(policy_text(CEILING, policy_id="home-tax"))
    found = cover(files, "--json")

    assert missing.exit_code == 2
    assert "home-tax.yaml" in missing.stderr
    assert "Usage" not in missing.stderr
    assert answer_of(found)["taxable_cents"] == 0


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "20260101", "01/31/2026"])
def test_a_day_of_decision_that_is_none_is_told_with_how_one_is_written(
    files: Path, day: str
) -> None:
    result = cover(files, "--as-of", day)

    assert result.exit_code == 2
    assert f"'{day}' is no day; write one like 2026-01-31" in result.output


def test_balances_of_another_policy_are_refused_by_its_name(files: Path) -> None:
    answer = answer_of(cover(files, "--json"))
    other = answer["balances"]["after"] | {"policy": "other-plan"}
    (files / "balances.yaml").write_text(json.dumps(other))

    result = cover(files, "--balances", str(files / "balances.yaml"))

    assert result.exit_code != 0
    assert "balances of the policy other-plan (life)" in result.output
    assert "balances.yaml:1: policy: " in result.output
    assert "decided under test-plan" in result.output
    assert "Usage" not in result.output


def test_what_looks_wrong_is_told_below_the_totals_by_file_and_line(files: Path) -> None:
    trip = files / "trip.yaml"
    text = trip.read_text().replace("date: 2026-03-02", "date: 2027-03-02")
    trip.write_text(text)
    line = text[: text.index("2027-03-02")].count("\n") + 1

    result = cover(files)
    (warning,) = answer_of(cover(files, "--json"))["warnings"]

    assert result.exit_code == 0
    told = result.stdout.splitlines()[-1]
    assert told.startswith(
        f"trip.yaml:{line}: warning: expenses[taxi].date: 2027-03-02 is outside of the trip"
    )
    assert (warning["file"], warning["line"]) == ("trip.yaml", line)


def test_a_tax_ceiling_beside_the_policy_is_looked_at_with_it(files: Path) -> None:
    policy = files / "policy.yaml"
    policy.write_text(policy.read_text() + "\n  tax: {ceiling: free}\n")
    check = ["policy", "check", str(policy)]

    missing = CliRunner().invoke(main, check, prog_name="sojourn")
    (files / "free.yaml").write_text(policy_text(CEILING, policy_id="free"))
    found = CliRunner().invoke(main, check, prog_name="sojourn")

    assert "policy.yaml:16: versions[2026].tax.ceiling: no policy 'free'" in missing.output
    assert found.exit_code == 0
