"""Records of CSV text: well-formed ones as `csv` splits them, the others as Papa Parse does."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.price_files.validation import records
from pricing.price_files.validation.records import Records, RecordTooLong, split_record

CELLS = st.text(st.sampled_from('a, "\n\r\t1|é'), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6)
# Text of which nearly every second piece breaks a rule of quoting.
RAW = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", " ", "x", '","', '"\n"']), max_size=24
)


def split(text: str) -> list[list[str]]:
    return list(Records(io.StringIO(text, newline="\n")))


def split_slowly(text: str) -> list[list[str]]:
    """Return the records of a whole text, each split exactly and without `csv`."""
    found = []
    while text:
        first = split_record(text, is_whole=True)
        assert first is not None
        record, end = first
        found.append(record)
        text = text[end:]
    return found


@given(TABLES)
def test_what_csv_writes_comes_back(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)

    assert split(text.getvalue()) == table


@given(RAW.map("".join))
def test_the_fast_way_and_the_exact_way_agree(text: str) -> None:
    plain = [[cell.strip() for cell in record] for record in split(text)]

    assert plain == [[cell.strip() for cell in record] for record in split_slowly(text)]


@given(RAW.map("".join))
def test_no_line_end_outside_quotes_is_lost(text: str) -> None:
    assert len(split(text)) <= text.count("\n") + 1


ODD = [
    ('"5" nail",x\n', [['5" nail', "x"]]),
    ('"a" ,"b"\t\n', [["a", "b"]]),
    ('a "quoted" word,x\n', [['a "quoted" word', "x"]]),
    ('"never closed,\nx,y\n', [["never closed,\nx,y\n"]]),
    ('"a"b\n"c",d\n', [['a"b\n"c', "d"]]),
    ('"two\nlines",x\ny,z', [["two\nlines", "x"], ["y", "z"]]),
    ("a,b\rc,d\n", [["a", "b\rc", "d"]]),
    ("a\n\n,\n", [["a"], [""], ["", ""]]),
    ('x,""\n', [["x", ""]]),
]


@pytest.mark.parametrize(("text", "expected"), ODD)
def test_odd_quotes_are_read_as_the_official_parser_does(
    text: str, expected: list[list[str]]
) -> None:
    assert [[c.strip("\r") for c in record] for record in split(text)] == expected


def test_a_byte_order_mark_takes_the_blanks_after_it_along() -> None:
    assert split("\ufeff\n \n a,b\nc") == [["a", "b"], ["c"]]
    assert split("\n a,b\n") == [[""], [" a", "b"]]
    assert split("\ufeff") == []


def test_a_record_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RECORD_MAX", 1000)

    with pytest.raises(RecordTooLong) as caught:
        split("a,b\n" + '"' + "x\n" * 600)
    assert caught.value.record == 1
    with pytest.raises(RecordTooLong):
        split("x" * 1001)
