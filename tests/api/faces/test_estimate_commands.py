"""``sojourn estimate`` and ``sojourn bill`` on documents in files, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from tests.pricing.coverage.documents.examples import changed
from tests.pricing.estimate.estimates import BILL_TEXT, ESTIMATE_TEXT


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the estimate and the bill of the page."""
    (tmp_path / "estimate.yaml").write_text(ESTIMATE_TEXT)
    (tmp_path / "bill.yaml").write_text(BILL_TEXT)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    """Run ``sojourn`` with these arguments."""
    return CliRunner().invoke(main, [str(one) for one in arguments], prog_name="sojourn")


def answer_of(result: Result) -> dict[str, Any]:
    """Return the JSON a command printed."""
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def bill_check(files: Path, *more: str | Path) -> Result:
    """Check the folder's bill."""
    named = ("--bill", files / "bill.yaml", "--estimate", files / "estimate.yaml")
    return run("bill", "check", *named, "--as-of", "2027-02-01", *more)


def test_an_estimate_is_told_with_sums_clock_and_gaps(files: Path) -> None:
    answer = answer_of(run("estimate", "check", files / "estimate.yaml", "--json"))

    assert answer["total_cents"] == 16_406_14
    assert answer["payers"] == {
        "plan_cents": 0,
        "patient_cents": 0,
        "self_pay_cents": 16_406_14,
    }
    assert {one["state"] for one in answer["tasks"]} == {"done"}
    assert answer["gaps"] == []
    assert len(answer["disclaimers"]) == 4


def test_the_clock_is_that_of_the_day_asked_for(files: Path) -> None:
    text = changed(ESTIMATE_TEXT, "issued_on: 2026-12-02\n", "")
    (files / "estimate.yaml").write_text(text)

    for day, state in (("2026-12-03", "due"), ("2026-12-04", "late")):
        asked = run("estimate", "check", files / "estimate.yaml", "--json", "--as-of", day)
        (issue,) = (one for one in answer_of(asked)["tasks"] if one["task"] == "issue")
        assert issue["state"] == state


def test_without_json_an_estimate_is_told_in_words(files: Path) -> None:
    shown = run("estimate", "check", files / "estimate.yaml").stdout

    assert "USD: 16406.14" in shown
    assert "done, by 2026-12-03: Give the patient the estimate" in shown


def test_a_fault_ends_with_its_line_and_status_two(files: Path) -> None:
    (files / "estimate.yaml").write_text(
        changed(ESTIMATE_TEXT, "self_pay: 16406.14", "self_pay: 1")
    )

    result = run("estimate", "check", files / "estimate.yaml", "--json")

    assert result.exit_code == 2
    (error,) = json.loads(result.stdout)["errors"]
    assert error["field"] == "payers"
    assert "they must be equal" in error["message"]


def test_two_versions_are_compared(files: Path) -> None:
    after = changed(ESTIMATE_TEXT, "charge: 1800.00", "charge: 1900.00")
    (files / "after.yaml").write_text(changed(after, "16406.14", "16506.14"))

    compare = ("estimate", "compare", files / "estimate.yaml", files / "after.yaml")
    answer = answer_of(run(*compare, "--json"))

    assert [one["id"] for one in answer["changed"]] == ["anesthesia"]
    assert answer["by_cents"] == 100_00
    assert "anesthesia: expected charge was 1800.00, is 1900.00" in run(*compare).stdout


def test_a_bill_is_told_line_by_line(files: Path) -> None:
    answer = answer_of(bill_check(files, "--json"))

    assert [one["item"] for one in answer["lines"]] == [
        "stay",
        "therapy",
        "therapy",
        "walker",
        None,
    ]
    assert answer["above_cents"] == -1_190_01
    assert answer["dispute"] == {
        "open": False,
        "until": "2027-05-11",
        "about": [],
        "fee_cents": 25_00,
        "why": "no provider of the estimate bills 400.00 USD or more above it",
    }


def test_a_cent_more_can_be_disputed(files: Path) -> None:
    (files / "bill.yaml").write_text(changed(BILL_TEXT, "119.99", "120.00"))

    assert answer_of(bill_check(files, "--json"))["dispute"]["about"] == ["hospital"]
    assert "This bill can be disputed" in bill_check(files).stdout


def test_what_a_contract_allows_is_held_against_the_bill(files: Path) -> None:
    allowed = {
        "format": "sojourn-contract-price/1",
        "terms": {"id": "agreement", "title": "An agreement", "source": None},
        "claim": "B-77",
        "currency": "USD",
        "lines": [{"id": "1", "allowed_cents": 14_000_00, "how": "rate", "trace": []}],
    }
    (files / "allowed.json").write_text(json.dumps(allowed))

    answer = answer_of(bill_check(files, "--json", "--allowed", files / "allowed.json"))

    assert (answer["allowed_cents"], answer["above_agreement_cents"]) == (14_000_00, 36_14)
    assert answer["lines"][0]["reasons"] == ["above what the agreement allows"]


AGREEMENT = """
format: sojourn-contract/1
id: agreement
title: Agreement
currency: USD
terms:
- {id: stay, text: "The stay is $14,000.", lines: {codes: '470'}, pays: {amount: 14000}}
- id: therapy
  text: Therapy is $90 a unit.
  lines: {revenue_codes: '0420'}
  pays: {amount: 90, per: unit}
"""


def test_a_bill_is_priced_by_an_agreement_line_by_line(files: Path) -> None:
    (files / "terms.yaml").write_text(AGREEMENT)
    held = ("--terms", files / "terms.yaml", "--by", "hospital")

    answer = answer_of(bill_check(files, *held, "--json"))

    # 14,036.14 − 14,000; 300 − 2 × 90; 550 − 3 × 90
    assert answer["above_agreement_cents"] == 36_14 + 120_00 + 280_00
    assert [one["allowed_cents"] for one in answer["lines"]] == [
        14_000_00, 180_00, 270_00, None, None,
    ]  # fmt: skip
    assert "above what the agreement allows" in answer["lines"][0]["reasons"]
    assert "no term of the agreement covers it" in answer["lines"][3]["reasons"]
    assert answer["lines"][1]["agreement"] == "Therapy is $90 a unit."
    assert answer["lines"][4]["reasons"] == ["provider not on the estimate"]
    assert "14000.00 allowed" in bill_check(files, *held).stdout
    assert "agreement: 436.14 billed above what it allows" in bill_check(files, *held).stdout


def test_an_agreement_in_another_currency_is_refused_by_the_currencies(files: Path) -> None:
    other = AGREEMENT.replace("USD", "EUR\nexchange: {date: admission}")
    (files / "terms.yaml").write_text(other)

    result = bill_check(files, "--terms", files / "terms.yaml", "--by", "hospital")

    assert result.exit_code == 2
    assert "amount in EUR, but this is counted in USD" in result.stderr


def test_whose_agreement_it_is_has_to_be_said_where_several_bill(files: Path) -> None:
    (files / "terms.yaml").write_text(AGREEMENT)

    result = bill_check(files, "--terms", files / "terms.yaml", "--json")

    assert result.exit_code == 2
    assert "name one of hospital, imaging" in result.stdout


@pytest.mark.parametrize(
    "more", [("--allowed", "a.json", "--terms", "t.yaml"), ("--by", "hospital")]
)
def test_an_agreement_is_named_once(files: Path, more: tuple[str, ...]) -> None:
    assert bill_check(files, *more).exit_code == 2
