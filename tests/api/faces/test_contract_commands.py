"""``sojourn contract``: prices, comparisons and faults of files, without database or server."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from api.commands.group import main
from tests.pricing.coverage.documents.examples import blocks_of, changed

TERMS, CLAIM = blocks_of("contract-documents.md")[:2]
SHIPPED: Final = Path(str(resources.files("seed_data") / "contracts"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The page's terms and claim, in files."""
    (tmp_path / "terms.yaml").write_text(TERMS)
    (tmp_path / "claim.yaml").write_text(CLAIM)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    """Run ``sojourn contract`` with these arguments."""
    words = ["contract", *map(str, arguments)]
    result = CliRunner().invoke(main, words, prog_name="sojourn")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def price(folder: Path, *more: str) -> Result:
    """Price the claim of a folder by its terms."""
    files = ("--terms", folder / "terms.yaml", "--claim", folder / "claim.yaml")
    return run("price", *files, *more)


def test_a_claim_is_priced_as_json(folder: Path) -> None:
    result = price(folder, "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (answer["allowed_cents"], answer["currency"]) == (12_810_00, "USD")
    assert [(line["id"], line["term"], line["allowed_cents"]) for line in answer["lines"]] == [
        ("room", "medical", 7_200_00),
        ("pharmacy", "medical", 0),
        ("knee", "implants", 5_610_00),
    ]
    assert answer["lines"][2]["source"] == "Example agreement of 2025-11-30, exhibit B"


def test_a_share_above_the_allowed_amount_is_told_in_words(folder: Path) -> None:
    (folder / "claim.yaml").write_text(CLAIM + "patient_share: 20000\n")

    told = price(folder).stdout

    said = "the patient's share of 20000 is more than the allowed amount 12810: 12810"
    assert f"patient's share: {said}" in told
    assert "USD: allowed 12810.00, patient 12810.00, payer 0.00" in told


def test_a_claim_is_priced_in_words(folder: Path) -> None:
    result = price(folder)

    assert "knee 0278: 5610.00 (implants)" in result.stdout
    assert "  share of invoice cost: 110 % of 5100 (invoice cost) = 5610" in result.stdout
    assert result.stdout.splitlines()[-1] == "USD: allowed 12810.00, payer 12810.00"


def test_what_looks_wrong_is_told_beside_the_price(folder: Path) -> None:
    lines = CLAIM.splitlines()
    (folder / "claim.yaml").write_text("\n".join([*lines, changed(lines[-1], "knee", "again"), ""]))
    at = len(lines) + 1

    answer = json.loads(price(folder, "--json").stdout)

    (warning,) = answer["warnings"]
    assert (warning["file"], warning["line"]) == (str(folder / "claim.yaml"), at)
    assert f"claim.yaml:{at}: warning: lines" in price(folder).stdout


def test_what_looks_wrong_in_an_offer_is_told_beside_the_comparison(tmp_path: Path) -> None:
    offer = (SHIPPED / "sample-per-diem-offer.yaml").read_text("utf-8")
    (tmp_path / "offer.yaml").write_text(f"{offer}tables: {{unused: [{{value: 1}}]}}\n")
    other, stay = SHIPPED / "sample-case-rate-offer.yaml", SHIPPED / "sample-hip-stay.yaml"
    asked = ("compare", "--terms", tmp_path / "offer.yaml", "--terms", other, "--stay", stay)

    (warning,) = json.loads(run(*asked, "--json").stdout)["warnings"]

    assert warning["file"] == str(tmp_path / "offer.yaml")
    assert run(*asked).stdout.splitlines()[-1].startswith(f"{warning['file']}:{warning['line']}: ")


def test_a_missing_fact_is_an_error_that_names_the_field(folder: Path) -> None:
    (folder / "claim.yaml").write_text(changed(CLAIM, ", invoice: 5100", ""))

    result = price(folder, "--json")

    assert result.exit_code == 2
    words = "claim does not state line.invoice of line knee: term implants of the terms asks for"
    assert words in json.loads(result.stdout)["detail"]
    assert words in result.stderr


def test_a_fault_of_terms_is_not_titled_as_one_of_coverage(folder: Path) -> None:
    (folder / "claim.yaml").write_text("format: sojourn-claim/1\n")

    told = json.loads(price(folder, "--json").stdout)

    assert told["title"] == "A document is not right"
    assert told["type"] == "/problems#a-document-is-not-right"


def test_a_fault_is_told_with_file_and_line(folder: Path) -> None:
    terms = folder / "terms.yaml"
    terms.write_text(changed(TERMS, "per_diem: 2400", "per_day: 2400"))

    result = run("check", terms, folder / "claim.yaml")

    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        f"{terms}:16: terms[medical].pays.per_day: is no key here; did you mean per_diem?",
        f"{folder / 'claim.yaml'}: well, sojourn-claim/1 C-1",
    ]


def test_a_schedule_is_read_from_beside_the_terms(folder: Path) -> None:
    terms = folder / "terms.yaml"
    terms.write_text(
        changed(TERMS, "terms:\n", "schedules: {fees: {file: fees.csv}}\nterms:\n").replace(
            "{share: 55 %, of: charges}", "{schedule: fees}"
        )
    )
    without = run("check", terms)
    (folder / "fees.csv").write_text("code,amount\nA1,7\n")

    assert "schedule fees is in fees.csv, which is not beside the terms" in without.stdout
    assert run("check", terms).exit_code == 0
    (folder / "fees.csv").write_text("code,amount\nA1,seven\n")
    assert run("check", terms).stdout.startswith(f"{folder / 'fees.csv'}:2: amount: ")


@pytest.mark.parametrize("name", ["contract", "claim", "stay"])
def test_the_published_schemas_are_printed(name: str) -> None:
    assert json.loads(run("schema", name).stdout)["$id"] == f"urn:sojourn:{name}:1"


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_document_is_well(file: Path) -> None:
    assert run("check", file).exit_code == 0


def test_an_expected_stay_is_priced_like_a_claim() -> None:
    terms, stay = SHIPPED / "sample-per-diem-offer.yaml", SHIPPED / "sample-hip-stay.yaml"
    files = ("--terms", terms, "--stay", stay)

    high = json.loads(run("price", *files, "--scenario", "high", "--json").stdout)

    # 7,900 + 2 × 5,200 + 6 × 3,400 = 38,700; 110 % of 5,200
    assert (high["claim"], high["allowed_cents"]) == ("sample-hip-stay-high", 44_420_00)


def test_either_a_claim_or_a_stay_is_priced(folder: Path) -> None:
    result = run("price", "--terms", folder / "terms.yaml")

    assert result.exit_code == 2
    assert "give either --claim FILE or --stay FILE" in result.stderr


def compared(*more: str) -> str:
    """Return the comparison of the two sample offers on the sample stay."""
    offers = [SHIPPED / f"sample-{name}-offer.yaml" for name in ("case-rate", "per-diem")]
    files = ("--terms", offers[0], "--terms", offers[1], "--stay", SHIPPED / "sample-hip-stay.yaml")
    return run("compare", *files, *more).stdout


def test_two_offers_are_compared_on_a_stay() -> None:
    told = json.loads(compared("--json"))

    assert [one["days"] for one in told["scenarios"]] == [2, 3, 9]
    # 7,900 + 2 × 5,200 + 110 % of 5,200
    assert told["scenarios"][1]["a_cents"] == 31_500_00
    assert told["scenarios"][1]["b_cents"] == 24_020_00
    assert len(told["curve"]) == 12
    assert "From 7 days on sample-case-rate-offer is cheaper" in compared()


def test_the_sample_claim_is_priced_by_the_sample_offer() -> None:
    answer = json.loads(
        run(
            "price",
            "--terms", SHIPPED / "sample-per-diem-offer.yaml",
            "--claim", SHIPPED / "sample-hip-claim.yaml",
            "--json",
        ).stdout
    )  # fmt: skip

    # 7,900 + 2 × 5,200 + 2 × 3,400 = 25,100; 6,480.20 × 1.1 = 7,128.22
    assert answer["allowed_cents"] == 32_228_22


def test_a_schedule_whose_file_is_missing_is_told_on_its_line(tmp_path: Path) -> None:
    terms = tmp_path / "terms.yaml"
    lines = TERMS.splitlines()
    terms.write_text("\n".join([*lines, "schedules:", "  fees: {file: nowhere.csv}"]) + "\n")

    told = run("check", terms).stdout

    assert told.startswith(f"{terms}:{len(lines) + 2}: schedules.fees: schedule fees is in nowhere")
