"""YAML as text with lines: what is read as it stands, and what is refused on which line."""

from __future__ import annotations

import pytest

from pricing.documents.compose import DEPTH_MAX, SIZE_MAX, read_located
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.documents.examples import HERE, line_of


def plain(text: str | bytes) -> object:
    """Return a document's plain value."""
    return read_located(text, "document").to_plain()


def refusal(text: str | bytes) -> tuple[int, str]:
    """Return line and message of the first fault."""
    with pytest.raises(InvalidDocument) as caught:
        read_located(text, "document")
    return caught.value.faults[0].line, caught.value.faults[0].message


@pytest.mark.parametrize(
    "written", ["NO", "0.205", "2026-01-01", "yes", "1_000", "0x1F", "1e3", "010", "12:30:00", "="]
)
def test_a_scalar_is_the_text_that_was_written(written: str) -> None:
    assert plain(f"a: {written}") == {"a": written}
    assert plain(f"a: '{written}'") == {"a": written}


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_an_unquoted_nothing_is_no_value(written: str) -> None:
    assert plain(f"a: {written}\nb: 1") == {"b": "1"}


@pytest.mark.parametrize("written", ["''", "'~'", "'null'", '"null"', "|\n  null"])
def test_a_quoted_nothing_is_a_text(written: str) -> None:
    value = plain(f"a: {written}")

    assert isinstance(value, dict)
    assert isinstance(value["a"], str)


def test_keys_are_texts_too() -> None:
    assert plain("no: 1\n2026: 2\n") == {"no": "1", "2026": "2"}


def test_json_is_read_as_it_stands() -> None:
    assert plain('{\n\t"a":true,"b":[1.50,null,"x\\/y"]}') == {
        "a": "true",
        "b": ["1.50", None, "x/y"],
    }


def test_a_part_can_be_used_twice_and_keeps_its_line() -> None:
    root = read_located("a: &part\n  x: 1\n  y: 2\nb: *part\n", "document")

    assert root.to_plain() == {"a": {"x": "1", "y": "2"}, "b": {"x": "1", "y": "2"}}
    assert root.line_at(("b",)) == 4
    assert root.line_at(("b", "y")) == 3


def test_lines_are_those_of_the_value_or_of_the_key_above_a_group() -> None:
    root = read_located("a:\n  b:\n  - c: 1\n    d: >-\n      long\n  - e\n", "document")

    lines = [root.line_at(path) for path in (("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 0, "d"))]

    assert lines == [1, 2, 3, 4]
    assert root.line_at(("a", "b", 1)) == 6
    assert root.line_at(("a", "b", 0, "absent")) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3 # here\n", "'a' stands here already, on line 1"),
        ("a: 1\nb: {x: 1,\n  x: 1} # here\n", "'x' stands here already"),
        ("a: &x\n  - 1\n  - *x # here\n", "stands inside of what it names"),
        ("a: 1\nb: *x # here\n", "nothing above has the anchor &x"),
        ("a: 1\n--- # here\nb: 1\n", "a second document begins here"),
        ("a: 1\nb: !!python/object/apply:os.system [ls] # here\n", "is not read here"),
        ("a: 1\nb: !secret x # here\n", "is not read here"),
        ("a: &x {b: 1}\nc:\n  <<: *x # here\n", "merge keys (<<) are not read"),
        ("a: 1\n? [x, y] # here\n: 1\n", "a key must be a plain text"),
        ("a: 1\n~: 2 # here\n", "a key is missing before the colon"),
        ("a: 1\nnull: 2 # here\n", "a key is missing before the colon"),
        ("a: 1\nb: @x # here\n", "put quotes around a text that begins with @"),
        ("a: 1\nb: x: y # here\n", "put quotes around a text that holds ': '"),
        ("a: 1\nb: \x07 # here\n", "U+0007 is no text"),
        ("a: 1\nb: \u202e\ud800 # here\n", "U+D800 is no text"),
        ("a:\n  b: 1\n\tc: 2 # here\n", "tab"),
        ("%YAML 1.3 # here\n---\na: 1\n", "incompatible YAML document"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_refused_has_its_line(text: str, words: str) -> None:
    line, message = refusal(text)

    assert line == line_of(text, HERE)
    assert words in message


def test_every_key_written_twice_is_told() -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_located("a: 1\na: 2\nb: 1\nb: 2\n", "document")

    assert [fault.line for fault in caught.value.faults] == [2, 4]


def test_bytes_that_are_no_utf_8_are_refused_with_their_line() -> None:
    assert refusal(b"a: 1\nb: caf\xe9\n") == (
        2,
        "is not UTF-8 text; save the file in the encoding UTF-8",
    )


def test_a_byte_order_mark_is_no_fault() -> None:
    assert plain(b"\xef\xbb\xbfa: 1") == {"a": "1"}


def test_a_text_as_large_as_may_be_is_read_and_one_larger_is_not() -> None:
    head = "a: "

    assert plain(head + "x" * (SIZE_MAX - len(head)))
    assert refusal(head + "x" * (SIZE_MAX - len(head) + 1)) == (1, "is larger than 1,000,000 bytes")


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    line, message = refusal("\n".join(levels))

    assert line == 5
    assert "counting each alias" in message


def test_nesting_ends_at_its_limit() -> None:
    assert plain("[" * DEPTH_MAX + "]" * DEPTH_MAX)
    assert "levels deep" in refusal("[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1))[1]
    assert "levels deep" in refusal("[" * 900_000)[1]


def test_nesting_by_aliases_ends_at_the_same_limit() -> None:
    levels = ["- &a0 [x]", *(f"- &a{n} [*a{n - 1}]" for n in range(1, 200))]

    assert "levels deep" in refusal("\n".join(levels))[1]
