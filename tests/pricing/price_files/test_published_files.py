"""Real hospitals' files and the official validator's: imported, or refused with the right reason.

They lie beside the checkout where they may be shared at all; without them these are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from pricing.price_files.errors import NotAPriceFile
from tests.house.checkout import ROOT
from tests.pricing.price_files.made_up import Desk

FOLDER: Final = ROOT.parent / "shared" / "data" / "cms"
BESIDE: Final = ROOT.parent.parent / "shared" / "data" / "cms"
CMS: Final = FOLDER if FOLDER.is_dir() else BESIDE
pytestmark = pytest.mark.skipif(not CMS.is_dir(), reason="no published files beside the checkout")

IMPORTED: Final = {
    "real/banner-university-phoenix_excerpt.csv": ("tall", 2998, 2998),
    "real/marthas-vineyard_FULL_cp1252.csv.zip": ("tall", 10452, 10452),
    "real/mgh_excerpt.csv": ("tall", 1875, 1875),
    "real/musc-charleston_excerpt.csv": ("tall", 1800, 1800),
    "real/tampa-general_excerpt.csv": ("tall", 2036, 2036),
    "hpt_v3/V3.0.0_Tall_CSV_Format_Example.csv": ("tall", 45, 45),
    "hpt_v3/V3.0.0_Wide_CSV_Format_Example.csv": ("wide", 26, 45),
    "hpt_v3/v3_json_format_example.json": ("json", 25, 45),
    "validator_fixtures/sample-tall-valid.csv": ("tall", 14, 13),
    "validator_fixtures/sample-tall-small-rows.csv": ("tall", 14, 13),
    "validator_fixtures/sample-lots-of-errors.csv": ("tall", 14, 13),
    "validator_fixtures/sample-wide-valid.csv": ("wide", 10, 15),
    "validator_fixtures/sample-wide-blank-headers.csv": ("tall", 2, 2),
    "validator_fixtures/sample-valid-bom.json": ("json", 4, 13),
    "validator_fixtures/sample-wrong-modifier.json": ("json", 5, 14),
    "validator_fixtures/3.0/sample-valid.json": ("json", 4, 13),
}
"""File → shape, rows read, charges kept."""

REFUSED: Final = {
    "real/sangram_15hospitals_knee_combined.csv.gz": "row 3 does not hold the headers",
    "real/ucsf-parnassus_excerpt.jsonl": "several JSON documents",
    "real/ucsf-parnassus_header.json": "no whole JSON value",
    "validator_fixtures/sample-bad-item-header.csv": "lacks description",
    "validator_fixtures/sample-blank-header.csv": "row 3 does not hold the headers",
    "validator_fixtures/sample-no-data.csv": "not one row",
    "validator_fixtures/sample-empty.json": "lacks standard_charge_information",
    "validator_fixtures/sample-invalid.json": "expected , or }",
    "validator_fixtures/expected_verdicts_validator_2.6.0.json": "is a JSON list",
    "benchmarks/ipps_fy2026_table5_msdrg_weights.csv": "row 3 does not hold the headers",
}


@pytest.mark.parametrize("name", IMPORTED)
def test_a_published_file_is_imported_whole(desk: Desk, name: str) -> None:
    manifest = desk.take_file(CMS / name).manifest

    rows = manifest.rows
    assert (manifest.file.shape, rows.read, rows.charges) == IMPORTED[name]
    assert rows.read == rows.kept + rows.set_aside


@pytest.mark.parametrize("name", REFUSED)
def test_a_published_file_that_is_none_is_refused_with_the_reason(desk: Desk, name: str) -> None:
    with pytest.raises(NotAPriceFile, match=REFUSED[name]):
        desk.take_file(CMS / name)


def test_an_excerpt_of_items_is_imported_once_it_has_a_head(desk: Desk) -> None:
    lines = (CMS / "real" / "ucsf-parnassus_excerpt.jsonl").read_text("utf-8").splitlines()
    head = '{"hospital_name": "Excerpt", "last_updated_on": "2026-04-01", "version": "3.0.0", '
    text = head + '"standard_charge_information": [' + ",\n".join(lines) + "]}"

    rows = desk.take(text).manifest.rows

    charges = [charge for line in lines for charge in json.loads(line)["standard_charges"]]
    assert rows.kept == len(lines)
    assert rows.charges == sum(len(one.get("payers_information") or [1]) for one in charges)


def test_every_real_csv_file_can_be_told_from_its_copy(desk: Desk, tmp_path: Path) -> None:
    file = CMS / "real" / "mgh_excerpt.csv"
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())

    assert desk.take_file(file).outcome == "imported"
    assert desk.take_file(copy).outcome == "unchanged"
