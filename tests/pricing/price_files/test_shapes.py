"""Tall, wide and JSON files of one hospital say the same: one row for each item, payer and plan."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import Any, Final

import pytest

from pricing.price_files.errors import NotAPriceFile
from tests.pricing.price_files.made_up import (
    HEAD,
    THREE,
    Desk,
    Item,
    Pays,
    as_csv,
    as_json,
    tall,
    wide,
)

OF_THE_FILE: Final = {"row", "place", "item"}
SHAPES: Final = {"tall": tall, "wide": wide, "json": as_json}
ROWS_OF_40_MB: Final = 40_000


def said(charges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return charges without what only their own file's shape decides."""
    return [{k: v for k, v in one.items() if k not in OF_THE_FILE} for one in charges]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_keeps_the_same_charges(desk: Desk, shape: str) -> None:
    imported = desk.take(SHAPES[shape]())

    assert imported.manifest.file.shape == shape
    assert said(desk.charges(imported)) == said(desk.charges(desk.take(tall(), "other.csv")))


def test_a_charge_holds_exact_dollars_and_where_it_stands(desk: Desk) -> None:
    first = desk.charges(desk.take(tall()))[0]

    assert (first["row"], first["payer"], first["dollar"]) == (4, "Alder Mutual", Decimal(700))
    assert first["cash"] == Decimal("800.5")
    assert first["codes"] == ["MS-DRG 470"]
    assert first["notes"] == 'a "b", c\nd'
    assert first["flags"] == []


def test_a_json_charge_says_its_place(desk: Desk) -> None:
    charges = desk.charges(desk.take(as_json()))

    assert charges[1]["place"] == (
        "/standard_charge_information/0/standard_charges/0/payers_information/1"
    )
    assert [one["row"] for one in charges] == [1, 1, 2, 3]


@pytest.mark.parametrize(("shape", "rows"), [("tall", 4), ("wide", 3), ("json", 3)])
def test_rows_are_counted_in_the_file_and_charges_in_the_dataset(
    desk: Desk, shape: str, rows: int
) -> None:
    found = desk.take(SHAPES[shape]()).manifest.rows

    assert (found.read, found.kept, found.set_aside, found.charges) == (rows, rows, 0, 4)


def test_the_head_of_a_file_is_kept(desk: Desk) -> None:
    manifest = desk.take(tall()).manifest

    assert manifest.hospital == "Larkspur General Hospital"
    assert str(manifest.updated_on) == "2026-03-02"
    assert manifest.npis == ("1000000001", "1000000002")
    assert (manifest.license_state, manifest.license_number) == ("MA", "L-1")


def test_csv_and_json_have_the_same_head(desk: Desk) -> None:
    ours, theirs = (desk.take(text).manifest for text in (tall(), as_json()))

    for name in ("hospital", "updated_on", "locations", "addresses", "npis", "license_number"):
        assert getattr(ours, name) == getattr(theirs, name)


def test_columns_may_stand_in_any_order_case_and_spacing(desk: Desk) -> None:
    rows = [line.split(",") for line in tall(THREE[1:]).splitlines()]
    turned = [row[::-1] for row in rows[2:]]
    turned[0] = [f" {name.upper().replace('|', ' | ')} " for name in turned[0]]
    head = tall(THREE[1:]).splitlines(keepends=True)[:2]

    charges = desk.charges(desk.take("".join(head) + as_csv(turned), "turned.csv"))

    assert said(charges) == said(desk.charges(desk.take(tall(THREE[1:]))))


def test_values_of_the_format_may_have_any_case(desk: Desk) -> None:
    text = tall().replace("inpatient", "InPatient ").replace("fee schedule", "Fee Schedule")

    charges = desk.charges(desk.take(text.replace("MS-DRG", "ms-drg")))

    assert charges[0]["setting"] == "inpatient"
    assert charges[0]["methodology"] == "fee schedule"
    assert charges[0]["codes"] == ["MS-DRG 470"]
    assert not any(one["flags"] for one in charges)


def test_a_hospitals_own_columns_are_named_and_left_out(desk: Desk) -> None:
    lines = tall(THREE[1:]).splitlines()
    text = "\n".join([*lines[:2], *(f"{line},{'Our column' if n == 0 else 'x'}"
                                    for n, line in enumerate(lines[2:]))])  # fmt: skip

    assert desk.take(text).manifest.ignored_columns == ("Our column",)


def test_version_2_is_read(desk: Desk) -> None:
    text = tall().replace("location_name", "hospital_location").replace("3.0.0", "2.0.0")

    manifest = desk.take(text.replace("median_amount", "estimated_amount")).manifest

    assert (manifest.version, manifest.is_known_version) == ("2.0.0", True)
    assert len(manifest.locations) == 2


def test_an_item_of_a_wide_file_is_numbered_by_its_first_row(desk: Desk) -> None:
    knee, hip = (("MS-DRG", "470"),), (("MS-DRG", "469"),)
    of_two = Item(codes=knee, cells={"setting": "outpatient"}, payers=(Pays(), Pays("Birch", "A")))
    rows = [Item(codes=knee, payers=(Pays(),)), Item(codes=hip, payers=(Pays(),)), of_two]

    imported = desk.take(wide(rows))

    charges = [(one["row"], one["item"], one["codes"]) for one in desk.charges(imported)]
    assert charges == [
        (4, 4, ["MS-DRG 470"]),
        (6, 4, ["MS-DRG 470"]),
        (6, 4, ["MS-DRG 470"]),
        (5, 5, ["MS-DRG 469"]),
    ]


def test_a_wide_row_without_any_cell_is_set_aside_and_keeps_its_number(desk: Desk) -> None:
    head, *rows = wide(THREE[1:]).split("\n", 3)[3:][0].splitlines(keepends=True)
    blank = "," * (head.count(",")) + "\n"
    top = "".join(f"{line}\n" for line in wide(THREE[1:]).split("\n", 3)[:3])

    found = desk.take(f"{top}{head}{blank}{''.join(rows)}{blank}\n")

    assert [one["row"] for one in desk.charges(found)] == [4, 6]
    counted = found.manifest.rows
    assert (counted.read, counted.kept, counted.reasons) == (5, 2, {"blank row": 3})
    assert found.manifest.file.reader == "direct"


def test_a_wide_file_of_1300_columns_is_read(desk: Desk) -> None:
    payers = [f"Payer {number}" for number in range(143)]
    names = ("negotiated_dollar", "negotiated_percentage", "negotiated_algorithm", "methodology")
    amounts = ("median_amount", "10th_percentile", "90th_percentile", "count",
               "additional_payer_notes")  # fmt: skip
    headers = ["description", "code|1", "code|1|type", "setting"]
    cells = ["Knee", "470", "MS-DRG", "inpatient"]
    for number, payer in enumerate(payers):
        headers += [f"standard_charge|{payer}|PPO|{name}" for name in names]
        headers += [f"{name}|{payer}|PPO" for name in amounts]
        cells += [str(1000 + number), "", "", "case rate", "", "", "", "", ""]

    text = as_csv([list(HEAD), list(HEAD.values()), headers, cells])
    charges = desk.charges(desk.take(text))

    assert len(headers) > 1290
    assert sorted(one["dollar"] for one in charges) == [Decimal(1000 + n) for n in range(143)]


def test_rows_keep_their_numbers_in_a_text_read_by_several_threads(desk: Desk) -> None:
    headers = ("description", "code|1", "code|1|type", "standard_charge|gross", "plan_name")
    lines = [",".join(headers)]
    for number in range(4, ROWS_OF_40_MB + 4):
        note = f"{number} " + "x\n" * (number % 3) + "long " * 200
        lines.append(",,,," if number % 1000 == 0 else f'"{note}",{number // 7},LOCAL,1,')
    text = as_csv([list(HEAD), list(HEAD.values())]) + "\n".join(lines) + "\n"

    imported = desk.take(text)

    assert imported.manifest.file.reader == "direct"
    found = [(one["row"], int(one["description"].split()[0])) for one in desk.charges(imported)]
    assert [row for row, _ in found] == [
        number for number in range(4, ROWS_OF_40_MB + 4) if number % 1000
    ]
    assert all(row == told for row, told in found)
    assert [row for row, _, _ in desk.set_aside(imported)] == [
        number for number in range(4, ROWS_OF_40_MB + 4) if number % 1000 == 0
    ]


def test_a_json_modifier_becomes_a_row_without_code(desk: Desk) -> None:
    document = json.loads(as_json())
    payer = {"payer_name": "Alder Mutual", "plan_name": "PPO", "description": "150 percent"}
    document["modifier_information"] = [
        {"description": "both sides", "code": "50", "modifier_payer_information": [payer]}
    ]

    (row,) = [one for one in desk.charges(desk.take(json.dumps(document))) if one["modifiers"]]

    assert (row["modifiers"], row["payer_notes"], row["codes"]) == ("50", "150 percent", [])
    assert row["flags"] == []


def test_an_item_without_charges_is_kept(desk: Desk) -> None:
    document = json.loads(as_json())
    document["standard_charge_information"].append({"description": "Bare"})

    imported = desk.take(json.dumps(document))

    assert imported.manifest.rows.kept == 4
    assert (
        "no_charge" in desk.charges(imported)[-1]["flags"] or imported.manifest.flags["no_charge"]
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("a,b\n1,2\n", "begins with three rows"),
        ("a,b\n1,2\nx,y\n1,2\n", "lacks description, code|1, standard_charge|…"),
        (tall().replace("hospital_name", "clinic"), "names no hospital"),
        (tall().replace("description", "describe"), "lacks description"),
        (tall().replace("plan_name", "payer_name"), "has the column 'payer_name' twice"),
        (tall([]), "has headers and not one row"),
        ("[1]", "is a JSON list"),
        ("{}", "lacks standard_charge_information"),
        ('{"a": 1}\n{"a": 2}', "several JSON documents"),
        (as_json()[:-9], "at character"),
        (as_json([]), "has headers and not one row"),
        ("%PDF-1.7", "neither CSV nor JSON"),
    ],
)
def test_what_is_no_price_file_is_refused_with_the_reason(
    desk: Desk, text: str, reason: str
) -> None:
    with pytest.raises(NotAPriceFile, match=reason.replace("|", r"\|")):
        desk.take(text)


def test_a_refused_file_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(NotAPriceFile):
        desk.take("a,b\n")

    assert [one.suffix for one in (desk.root / "staging").iterdir()] == [".lock"]


def test_codes_keep_what_is_written_and_are_found_in_one_form(desk: Desk) -> None:
    codes = (("NDC", "68516-521-4 [345150]"), ("HCPCS", "j 0001"), ("RC", "636"))

    (charge,) = desk.charges(desk.take(tall([Item(codes=codes)])))

    assert charge["codes"] == ["NDC 68516-521-4 [345150]", "HCPCS j 0001", "RC 636"]
    assert charge["flags"] == ["bracketed_code"]


_ASKS: Final = """
from pricing.price_files.asking import open_desk
from pricing.price_files.writing import workshop
for opened in (workshop(), open_desk()):
    with opened as connection:
        print(connection.execute("SELECT current_setting('enable_progress_bar')").fetchall())
"""


def test_nothing_is_printed_beside_the_answer() -> None:
    """DuckDB shows its own progress after two seconds where Python was not started with a file."""
    asked = [sys.executable, "-c", _ASKS]

    told = subprocess.run(asked, capture_output=True, check=True, text=True).stdout

    assert told == "[(False,)]\n[(False,)]\n"
