"""JSON in pieces: whatever the size of a read, the same pieces; cut off anywhere, no file."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.verdicts.made_up import document
from pricing.price_files.validation import json_stream
from pricing.price_files.validation.json_stream import BrokenJson, JsonStream, Piece

TEXT = json.dumps(document("3.0.0"), indent=1)


def pieces(text: str, chunk: int) -> list[Piece]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", chunk)
        return list(JsonStream(io.StringIO(text)).pieces())


@given(st.integers(1, 5000))
def test_the_size_of_a_read_changes_nothing(chunk: int) -> None:
    assert pieces(TEXT, chunk) == pieces(TEXT, len(TEXT))


def test_the_pieces_are_the_file() -> None:
    found = pieces(TEXT, 1000)

    assert {one.name: one.value for one in found if one.position is None} == {
        name: value
        for name, value in document("3.0.0").items()
        if name != "standard_charge_information"
    }
    assert [one.value for one in found if one.position is not None] == document("3.0.0")[
        "standard_charge_information"
    ]


@given(st.integers(1, len(TEXT) - 1), st.integers(1, 3000))
def test_a_file_cut_off_anywhere_is_broken(kept: int, chunk: int) -> None:
    with pytest.raises(BrokenJson):
        pieces(TEXT[:kept], chunk)


def test_a_value_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "VALUE_MAX", 1000)

    with pytest.raises(BrokenJson, match="longer than 1,000"):
        pieces('{"hospital_name": "' + "x" * 5000, 100)


@pytest.mark.parametrize("chunk", range(1, 20))
def test_a_number_cut_in_two_by_a_read_is_one_number(chunk: int) -> None:
    for number in ("12345.678", "0.5e+12", "1E5", "-0"):
        assert pieces(f'{{"version": {number}}}', chunk) == [Piece("version", float(number))]
