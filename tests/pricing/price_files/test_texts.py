"""Any encoding, packing and line end: the same rows, or a reason; rows in are kept or set aside."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from typing import Final

import pytest

from pricing.price_files.errors import (
    ArchiveDamaged,
    NotAPriceFile,
    PriceFileUnreadable,
    SeveralPriceFiles,
)
from tests.pricing.price_files.made_up import THREE, Desk, Item, as_csv, as_json, tall

PLAIN: Final = tall().replace("Knee", "Knee — Überbein")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_is_read(desk: Desk, encoding: str) -> None:
    imported = desk.take(PLAIN.encode(encoding))

    assert desk.charges(imported)[0]["description"] == "Knee — Überbein"
    assert imported.manifest.rows.kept == 4
    assert imported.manifest.file.odd_bytes == 0


def test_a_windows_byte_deep_inside_utf_8_is_read_and_counted(desk: Desk) -> None:
    text = tall(THREE * 3_000).encode()
    middle = text.index(b"Drug", len(text) * 9 // 10)
    odd = text[:middle] + b"Dr\x96g" + text[middle + 4 :] + "é,\n".encode()

    imported = desk.take(odd)

    assert imported.manifest.file.odd_bytes == 1
    assert imported.manifest.rows.read == 3_000 * 4 + 1
    assert "Dr–g" in {one["description"] for one in desk.charges(imported)}


def test_json_of_another_encoding_is_read(desk: Desk) -> None:
    text = as_json().replace("Knee", "Knee ÿ").encode("cp1252")

    assert desk.charges(desk.take(text))[0]["description"] == "Knee ÿ"


@pytest.mark.parametrize("text", [tall(), as_json()])
def test_a_mark_of_utf_8_that_was_put_twice_is_no_part_of_the_text(desk: Desk, text: str) -> None:
    twice = codecs.BOM_UTF8 * 2 + text.encode()

    imported = desk.take(twice)

    assert imported.manifest.hospital == "Larkspur General Hospital"
    assert imported.manifest.rows.charges == 4
    assert imported.manifest.file.size == len(twice)


def test_gzip_is_read_by_its_first_bytes(desk: Desk) -> None:
    imported = desk.take(gzip.compress(tall().encode()), "prices.csv")

    assert (imported.manifest.file.packing, imported.manifest.rows.kept) == ("gzip", 4)


def zipped(**members: str) -> bytes:
    """Return a zip file with these members; "/" is written as two underscores."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), text)
    return packed.getvalue()


def test_a_zip_is_read_without_what_macos_adds(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/prices.csv", tall())
        archive.writestr("__MACOSX/a/._prices.csv", "junk")
        archive.writestr("a/.DS_Store", "junk")
        archive.writestr("readme.pdf", "not a price file")

    manifest = desk.take(packed.getvalue(), "prices.zip").manifest

    assert (manifest.file.member, manifest.rows.kept) == ("a/prices.csv", 4)


@pytest.mark.parametrize("members", [{}, {"a_csv": tall(), "b_csv": tall()}])
def test_a_zip_of_none_or_several_is_refused_by_name(desk: Desk, members: dict[str, str]) -> None:
    with pytest.raises(SeveralPriceFiles, match=", ".join(members).replace("_", ".") or "nothing"):
        desk.take(zipped(**members), "prices.zip")


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: zipped(a_csv=text)])
def test_an_archive_cut_off_is_refused(desk: Desk, pack: object) -> None:
    assert callable(pack)
    whole = pack(tall(THREE * 300).encode())

    with pytest.raises(ArchiveDamaged):
        desk.take(whole[: len(whole) // 2], "prices.zip")


def test_a_missing_file_is_told(desk: Desk) -> None:
    with pytest.raises(PriceFileUnreadable, match="No such file"):
        desk.take_file(desk.folder / "nowhere.csv")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(desk: Desk, end: str) -> None:
    text = end.join(tall(THREE[1:]).splitlines()) + end

    assert desk.take(text).manifest.rows.kept == 2


def test_mixed_line_ends_are_read_carefully(desk: Desk) -> None:
    lines = tall(THREE[1:] * 2).splitlines()
    text = "".join(line + end for line, end in zip(lines, ["\n", "\r\n", "\r"] * 3, strict=False))

    manifest = desk.take(text).manifest

    assert (manifest.file.reader, manifest.rows.kept) == ("careful", 4)


def test_blank_rows_are_set_aside(desk: Desk) -> None:
    lines = tall(THREE[1:]).splitlines()
    empty = "," * lines[2].count(",")
    text = "\n".join([*lines[:4], "", empty, *lines[4:], "", ""]) + "\n"

    imported = desk.take(text)

    assert imported.manifest.rows.reasons == {"blank row": 4}
    assert [row for row, _, _ in desk.set_aside(imported)] == [5, 6, 8, 9]
    assert [one["row"] for one in desk.charges(imported)] == [4, 7]


@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_a_regular_file_counts_its_empty_rows_without_the_careful_reader(
    desk: Desk, blanks: int
) -> None:
    lines = tall(THREE[1:]).splitlines()
    empty = "," * lines[2].count(",")
    text = "\n".join([*lines[:4], *[empty] * blanks, *lines[4:]]) + "\n" * (1 + blanks)

    manifest = desk.take(text).manifest

    assert manifest.file.reader == "direct"
    assert manifest.rows.reasons == ({"blank row": 2 * blanks} if blanks else {})
    assert manifest.rows.read == manifest.rows.second_count == 2 + 2 * blanks


def test_a_row_with_fewer_cells_is_kept_and_flagged(desk: Desk) -> None:
    lines = tall(THREE[1:]).splitlines()
    text = "\n".join([*lines[:4], lines[4].rstrip(",")])

    imported = desk.take(text)

    assert imported.manifest.rows.kept == 2
    assert desk.charges(imported)[1]["flags"] == ["short_row"]


def test_a_row_with_more_cells_is_set_aside(desk: Desk) -> None:
    lines = tall(THREE[1:]).splitlines()
    text = "\n".join([*lines[:3], lines[3] + ",more", lines[4]])

    imported = desk.take(text)

    assert desk.set_aside(imported) == [(4, 4, "more cells than headers")]
    assert imported.manifest.rows.kept == 1


def test_empty_cells_behind_the_last_header_do_not_matter(desk: Desk) -> None:
    lines = tall(THREE[1:]).splitlines()
    text = "\n".join([*lines[:3], lines[3] + ",,,", lines[4]])

    assert desk.take(text).manifest.rows.kept == 2


def test_a_quote_that_never_closes_costs_its_own_line_only(desk: Desk) -> None:
    lines = tall([*THREE[1:], Item()]).splitlines()
    text = "\n".join([*lines[:3], '"' + lines[3], *lines[4:]]) + "\n"

    imported = desk.take(text)

    assert desk.set_aside(imported) == [(4, 4, "a quote that is never closed")]
    assert [one["row"] for one in desk.charges(imported)] == [5, 6]


def test_a_file_cut_off_inside_a_quote_keeps_what_came_before(desk: Desk) -> None:
    text = tall(THREE)
    cut = text[: text.index("c\nd") + 2]

    imported = desk.take(tall([Item()]) + cut.splitlines()[3])

    assert imported.manifest.rows.kept == 1
    assert imported.manifest.rows.set_aside == 1


def test_a_cell_with_a_quote_in_its_middle_is_taken_as_it_is(desk: Desk) -> None:
    text = tall([Item(cells={"description": "Screw"})]).replace("Screw", '5" screw')

    assert desk.charges(desk.take(text))[0]["description"] == '5" screw'


def test_headers_may_hold_line_breaks(desk: Desk) -> None:
    text = tall(THREE[1:], {**THREE_HEAD, "general_contract_provisions": "one\ntwo"})

    manifest = desk.take(text).manifest

    assert manifest.contract_provisions == "one\ntwo"
    assert manifest.rows.kept == 2


def test_a_json_item_that_is_no_object_is_set_aside(desk: Desk) -> None:
    text = as_json().replace(
        '"standard_charge_information": [', '"standard_charge_information": [7,'
    )

    imported = desk.take(text)

    assert imported.manifest.rows.reasons == {"an item that is no object": 1}
    assert imported.manifest.rows.kept == 3


THREE_HEAD: Final = {"hospital_name": "Larkspur", "last_updated_on": "3/2/2026", "version": "3"}


def test_a_name_with_marks_of_its_own_is_only_a_name(desk: Desk) -> None:
    assert desk.take(tall(), "it's [1]*.csv").manifest.file.name == "it's [1]*.csv"


def test_a_cell_of_one_megabyte_and_more_is_no_cell(desk: Desk) -> None:
    text = tall(THREE[1:]) + '"' + "x" * 1_100_000 + '",470,MS-DRG\n'

    assert desk.take(text).manifest.rows.reasons == {"a quote that is never closed": 1}


def test_zero_bytes_do_not_stop_a_file(desk: Desk) -> None:
    rows = [line.split(",") for line in tall(THREE[1:]).splitlines()]
    rows[3][-1] = "a\0b"

    assert desk.take(as_csv(rows)).manifest.rows.kept == 2


def test_a_line_without_end_is_no_csv(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.import_price_file.LINE_MAX", 1_000)

    with pytest.raises(NotAPriceFile, match="a line has more than 1,000 bytes"):
        desk.take("a," * 1_000 + tall())


@pytest.mark.parametrize("module", ["careful", "json_items"])
def test_a_row_that_is_too_large_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr(f"pricing.price_files.{module}.ROW_MAX", 900)
    item = Item(cells={"description": "x" * 1_000})
    text = tall([item, Item()]) + "\n\r\n" if module == "careful" else as_json([item, Item()])

    rows = desk.take(text).manifest.rows

    assert rows.reasons["more characters than a row may have"] == 1
    assert rows.kept == 1
