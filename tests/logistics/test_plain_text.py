"""What is text, and what is seen of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.plain_text import is_line

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "name",
    [
        "علی\u200cمحمد",
        "بی\u200cبی\u200cگل نیک\u200cپور",
        "शक्\u200dति",
        "ক্\u200cষিতি",
        "ශ්\u200dරී",
        "Zoë O’Neill",
    ],
)
def test_a_name_is_spelled_as_its_script_has_it(name: str) -> None:
    assert is_line(name)


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize(
    "name", ["A{}na", "{}علی", "علی{}", "علی{0}{0}محمد", "علی{} محمد", "ع{}A", "1{}2", "王{}明"]
)
def test_nothing_unseen_stands_where_no_script_needs_it(name: str, joiner: str) -> None:
    assert is_line(name.format(""))
    assert not is_line(name.format(joiner))


@given(st.text(), st.sampled_from(_BIDI), st.text())
def test_nothing_that_turns_text_round_is_seen_as_it_is(
    before: str, control: str, after: str
) -> None:
    assert not is_line(f"{before}{control}{after}")
    assert not is_line(f"علی{control}محمد")


@given(st.text())
def test_without_joiners_a_line_is_what_can_be_printed(text: str) -> None:
    bare = text.replace("\u200c", "").replace("\u200d", "")

    assert is_line(bare) is bare.isprintable()
