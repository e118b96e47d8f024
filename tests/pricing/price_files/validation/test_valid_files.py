"""Files without a fault are valid, however they are written."""

import gzip
import io
import json
import zipfile

import pytest

from bench.verdicts.made_up import LAYOUTS, document, rows, written
from pricing.price_files.errors import PriceFileUnreadable
from pricing.price_files.validation.judge import UTF_16, judge, to_document
from pricing.price_files.validation.standard import VERSIONS
from tests.pricing.price_files.validation.judging import KINDS, found, judged, judged_table

TALL = written(rows("3.0.0", "tall"))
JSON = json.dumps(document("3.0.0")).encode()


def content_of(version: str, layout: str) -> bytes:
    if layout == "json":
        return json.dumps(document(version)).encode()
    return written(rows(version, layout))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_of_every_layout_and_version_is_valid(version: str, layout: str) -> None:
    verdict = judged(content_of(version, layout), version, KINDS[layout])

    assert verdict.is_valid
    assert not found(verdict.errors) + found(verdict.alerts)
    assert verdict.layout == layout
    assert verdict.rows >= 4


def test_the_order_of_columns_is_free() -> None:
    table = rows("3.0.0", "tall")
    backwards = [*table[:2], *[row[::-1] for row in table[2:]]]

    assert judged_table(backwards).is_valid


def test_capitals_and_blanks_in_headers_and_values_change_nothing() -> None:
    table = rows("3.0.0", "tall")
    spaced = [[f" {'  |  '.join(cell.split('|'))}\t" for cell in row] for row in table]
    shouted = [spaced[0], spaced[1], [cell.upper() for cell in spaced[2]], *spaced[3:]]

    assert judged_table(shouted).is_valid


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_change_nothing(line_end: str, mark: bytes) -> None:
    content = mark + written(rows("3.0.0", "wide")).replace(b"\n", line_end.encode())

    assert judged(content).is_valid


def test_gzip_and_zip_are_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__MACOSX/prices.csv", b"junk")
        archive.writestr("folder/.hidden.csv", b"junk")
        archive.writestr("folder/prices.csv", TALL)
        archive.writestr("read me.txt", b"junk")

    assert judge(io.BytesIO(gzip.compress(TALL)), "prices.csv.gz").is_valid
    assert judge(io.BytesIO(packed.getvalue()), "prices.zip").is_valid


def test_what_is_in_a_file_without_ending_is_seen_from_its_beginning() -> None:
    assert judge(io.BytesIO(b"\xef\xbb\xbf \n" + JSON), "prices").layout == "json"
    assert judge(io.BytesIO(TALL), "prices").layout == "tall"


@pytest.mark.parametrize("names", [[], ["a.txt"], ["a.csv", "b.json"]])
def test_an_archive_without_exactly_one_price_file_is_refused(names: list[str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, TALL)

    with pytest.raises(PriceFileUnreadable, match=r"one \.csv or \.json file"):
        judge(io.BytesIO(packed.getvalue()), "prices.zip")


@pytest.mark.parametrize("kept", [11, 200, -5])
def test_a_damaged_archive_is_refused(kept: int) -> None:
    with pytest.raises(PriceFileUnreadable, match="damaged"):
        judge(io.BytesIO(gzip.compress(TALL)[:kept]), "prices.csv.gz")


def test_other_encodings_are_told_and_read_as_the_official_validator_does() -> None:
    table = rows("3.0.0", "tall")
    table[4][0] = "caf\x92"
    old = written(table).replace("caf\x92".encode(), b"caf\x92")
    wide = judged(TALL.decode().encode("utf-16"))

    assert judged(old).is_valid
    assert judged(old).notes[0].startswith("row 5 holds bytes that are not UTF-8")
    assert not wide.is_valid
    assert UTF_16 in wide.notes


def test_a_verdict_is_a_document() -> None:
    said = to_document(judged(TALL.replace(b",fee schedule,", b",fee,")), "prices.csv")

    assert said["valid"] is False
    assert said["rules"] == {"value-not-allowed": 1}
    assert said["errors"][0] == {
        "rule": "value-not-allowed",
        "place": "Q4",
        "message": '"standard_charge|methodology" is "fee"; write one of: case rate, fee schedule, '
        "percent of total billed charges, per diem, other",
        "field": "standard_charge|methodology",
        "row": 4,
        "column": "Q",
    }
    json.dumps(said)


def test_findings_beyond_the_limit_are_counted_not_listed() -> None:
    verdict = judged(TALL.replace(b",2500.75,", b",free,"), limit=2)

    assert len(verdict.errors.listed) == 2
    assert verdict.errors.counts == {"not-a-positive-number": 5}
