"""Whatever is handed in gives a document or its faults, never another exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.documents.examples import BALANCES, POLICY, TRIP

Reader = Callable[[str | bytes, str], Any]

READERS = [(read_policy, POLICY), (read_trip, TRIP), (read_balances, BALANCES)]
NASTY = st.sampled_from([
    "null", "", "[]", "{}", "[[]]", "{a: b}", "-1", "1e-999999", "1e999999", "NaN", "٣", "0" * 400,
    "9" * 4000, "'", "&a [*a]", "*a", "!!python/none x", "2026-02-30", "9999-12-31", "0000-00-00",
    "yes", "<<", "a.b.c", "1 +", "lookup('x')", "((((", "\u2028", "\x85", "\t", "- ", "? ", "|",
    "[everything]", "used.lifetime", "left.lifetime", "__class__", "{USD: }", "JPY", "XXX",
])  # fmt: skip


def ends_well(read: Reader, text: str | bytes) -> None:
    """Read a text; every fault lies on one of its lines and is one line of words."""
    try:
        read(text, "document")
    except InvalidDocument as error:
        faults = error.faults
    else:
        return
    assert faults
    for fault in faults:
        assert 1 <= fault.line <= len(text.splitlines()) + 1
        assert fault.message
        assert "\n" not in f"{fault.path}{fault.message}"


@given(st.text() | st.binary(), st.sampled_from(READERS))
def test_any_text_is_read_or_refused(text: str | bytes, reader: tuple[Reader, str]) -> None:
    ends_well(reader[0], text)


@given(st.data(), st.sampled_from(READERS))
def test_an_example_with_anything_put_into_it_is_read_or_refused(
    data: st.DataObject, reader: tuple[Reader, str]
) -> None:
    read, example = reader
    start = data.draw(st.integers(0, len(example)))
    end = data.draw(st.integers(start, min(start + 30, len(example))))
    nasty = data.draw(NASTY | st.text(max_size=10))

    ends_well(read, example[:start] + nasty + example[end:])


@given(st.data(), st.sampled_from(READERS))
def test_an_example_with_any_value_replaced_is_read_or_refused(
    data: st.DataObject, reader: tuple[Reader, str]
) -> None:
    read, example = reader
    lines = example.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    key = lines[place].partition(":")[0]
    lines[place] = f"{key}: {data.draw(NASTY)}"

    ends_well(read, "\n".join(lines))


@pytest.mark.parametrize(("read", "example"), READERS)
def test_every_beginning_of_an_example_is_read_or_refused(read: Reader, example: str) -> None:
    for end in range(len(example)):
        ends_well(read, example[:end])
