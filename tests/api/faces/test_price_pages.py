"""Evidence of prices by page, download and REST: what payers got, beside Medicare and offers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from pricing.import_benchmarks import import_benchmarks
from pricing.import_price_file import ImportWish, import_price_file
from pricing.medicare.shelf import Shelf
from tests.api.faces.page import Page, fetch, text_of
from tests.api.faces.worlds import NOW, Template, World, open_world
from tests.pricing.medicare.made_up import FILES
from tests.pricing.price_files.made_up import FEE, HEAD, Item, Pays, tall

PAGE: Final = "/prices/evidence"
_KNEE: Final = Item(
    cells={"gross": "40000", "cash": "30000", "description": "=Knee"},
    payers=(
        Pays(payer="Alder Mutual", cells={"dollar": "21000", **FEE}),
        Pays(payer="Birch Health", cells={"dollar": "25000.50", **FEE}),
        Pays(payer="Embassy of Cedar", cells={"dollar": "35000", **FEE}),
    ),
)
_OTHER: Final = Item(codes=(("RC", "470"),), cells={"description": "Audiology"}, payers=(Pays(),))


@pytest.fixture(scope="module")
def priced(world_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world with two hospitals' files and Medicare's tables, for tests which only look."""
    world = open_world(world_template, tmp_path_factory.mktemp("priced"))
    settings = world.services.settings
    folder = settings.price_files.parent
    texts = {
        "alder.csv": tall([_KNEE], {**HEAD, "hospital_name": "Alder Hospital"}),
        "birch.csv": tall(
            [Item(payers=(Pays(cells={"dollar": "18000", **FEE}),)), _OTHER],
            {**HEAD, "hospital_name": "Birch Hospital"},
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        wish = ImportWish(file=folder / name, root=settings.price_files, now=NOW)
        import_price_file(wish, lambda *_: None)
    tables = folder / "tables"
    tables.mkdir()
    for name, content in FILES.items():
        (tables / name).write_bytes(content)
    import_benchmarks(tables, Shelf(settings.benchmarks), None)
    yield world
    world.services.database.dispose()


def _open(world: World, who: str = "coordinator", status: int = 200, **query: str) -> Page:
    return fetch(world.app, world.client_of(who), f"{PAGE}?{urlencode(query)}", status=status)


def _rows(page: Page, heading: str) -> list[list[str]]:
    """Return the cells of the table below a hospital's heading."""
    for section in page.all(".//section"):
        if heading in text_of(section.find("h2") if section.find("h2") is not None else section):
            table = section.find(".//table")
            assert table is not None
            rows = table.findall("./tbody/tr")
            return [[text_of(cell) for cell in row] for row in rows]
    raise KeyError(heading)


def test_who_imported_nothing_is_told_how_to_begin(world: World) -> None:
    page = fetch(world.app, world.client, "/prices")

    assert "sojourn prices import FILE" in page.text
    assert world.client.get("/api/v1/prices/files").json == {"files": []}


def test_what_was_imported_is_listed_with_its_counts(priced: World) -> None:
    page = fetch(priced.app, priced.client, "/prices")
    told: Any = priced.client.get("/api/v1/prices/files").json

    assert "Alder Hospital" in page.text
    assert [one["hospital"] for one in told["files"]] == ["Alder Hospital", "Birch Hospital"]
    assert told["files"][0]["rows"]["kept"] == 3


def test_the_page_shows_each_group_of_payers_and_its_share_of_medicare(priced: World) -> None:
    page = _open(priced, billing_code="MS-DRG 470")

    rows = {row[0]: row for row in _rows(page, "Alder Hospital")}
    assert set(rows) == {
        *("Gross charge", "Cash price", "All payers", "Domestic payers", "Embassies"),
    }
    assert rows["All payers"][4] == "USD 25,000.50"
    assert rows["Embassies"][4:] == [*["USD 35,000.00"] * 3, "88 %", "249 %"]
    assert "USD 14,036.14" in page.text


def test_offers_are_marked_in_the_plot_and_told_in_words(priced: World) -> None:
    page = _open(priced, billing_code="MS-DRG 470", ours="20000", theirs="30,000.50")

    classes = [str(one.get("class")) for one in page.all(".//{*}line")]
    assert "price-mark price-ours" in " ".join(classes)
    assert "Our offer, USD 20,000.00" in page.text
    assert "Their offer, USD 30,000.50" in page.text
    (alder, birch) = [str(one.get("aria-label")) for one in page.all(".//{*}svg[@role='img']")]
    assert alder.startswith("Alder Hospital: 3 negotiated amounts from USD 21,000.00")
    assert birch.startswith("Birch Hospital: 1 negotiated amount")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "write a code"),
        ({"billing_code": "470"}, "choose which is meant"),
        ({"billing_code": "MS-DRG 999"}, "none of 2 price files"),
        ({"billing_code": "MS-DRG 470", "ours": "dear"}, "must be an amount"),
        ({"billing_code": "MS-DRG 470", "ours": "-5"}, "must be an amount"),
        ({"billing_code": "MS-DRG 470", "wage_index": "ten"}, "wage index"),
        ({"billing_code": "MS-DRG 470", "hospital": "Nowhere"}, "Nowhere"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field(
    priced: World, query: dict[str, str], said: str
) -> None:
    page = _open(priced, status=422, **query)

    assert said in page.text
    assert page.form(PAGE)["billing_code"] == query.get("billing_code", "")


def test_medicare_says_why_it_has_no_price(priced: World) -> None:
    assert "no price of its own" in _open(priced, billing_code="RC 470").text


def test_every_rate_is_in_the_csv_with_file_and_row(priced: World) -> None:
    answer = priced.client.get(f"{PAGE}.csv?billing_code=MS-DRG+470")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["amount"] for row in rows] == ["21000.00", "25000.50", "35000.00", "18000.00"]
    assert {row["file"] for row in rows} == {"alder.csv", "birch.csv"}
    assert rows[0]["row"] == "4"
    assert rows[0]["description"] == "'=Knee", "no spreadsheet runs it"


def test_the_workbook_has_both_tables_with_amounts_as_numbers(priced: World) -> None:
    answer = priced.client.get(f"{PAGE}.xlsx?billing_code=MS-DRG+470")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names = book.namelist()
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
    assert {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} <= set(names)
    assert "<v>25000.5</v>" in sheet
    assert "<f>" not in sheet


def test_rest_tells_the_same_with_the_arithmetic_of_medicare(priced: World) -> None:
    told: Any = priced.client.get("/api/v1/prices/evidence?billing_code=MS-DRG%20470").json

    assert told["medicare"]["amount_cents"] == 14_036_14
    alder = told["comparison"][0]
    assert alder["to_medicare"]["embassy"] == "2.4936"
    assert [one["row"] for one in told["hospitals"][0]["rates"]] == [4, 5, 6]
    missing: Any = priced.client.get("/api/v1/prices/evidence?billing_code=MS-DRG%20999")
    assert missing.status_code == 404
    several: Any = priced.client.get("/api/v1/prices/evidence?billing_code=470")
    assert several.status_code in {409, 422}


def test_patients_and_facilities_see_no_evidence(priced: World) -> None:
    for who in ("patient", "companion", "facility_contact"):
        assert priced.client_of(who).get(f"{PAGE}?billing_code=470").status_code == 403
