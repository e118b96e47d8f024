"""Canonical JSON: one text for one value, and nothing that reads differently elsewhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit.canonical import commit_to, hash_entry, to_canonical
from api.audit.trail import instant_text
from tests.storage.builders import NOW

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_reading_it_gives_the_value_back(value: object) -> None:
    assert json.loads(to_canonical(value)) == value


@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), st.integers(0, 9), min_size=2))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))

    assert to_canonical(turned) == to_canonical(value)


def test_there_are_no_spaces_and_no_escapes_that_need_not_be() -> None:
    assert to_canonical({"b": [1, "é\n"], "a": None}) == '{"a":null,"b":[1,"é\\n"]}'


@pytest.mark.parametrize(
    "value", [0.5, {"a": 1.0}, {1: "a"}, {"é": 1}, {"a": NOW}, b"", "\ud800", [{2}], 2**53]
)
def test_what_others_might_write_otherwise_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        to_canonical(value)


def test_the_salt_is_part_of_the_commitment() -> None:
    assert commit_to("00" * 32, "{}") != commit_to("01" * 32, "{}")


def test_a_published_hash_stays_what_it_is() -> None:
    """Test the example of docs/audit.md: changing it would break every chain there is."""
    stored: dict[str, str | int] = {
        "seq": 1,
        "at": instant_text(NOW),
        "action": "case.read",
        "outcome": "done",
        "principal_kind": "user",
        "user_id": "u-mia",
        "credential_id": "s-1",
        "organisation_id": "operator",
        "request_id": "r-1",
        "commitment": commit_to(
            "00" * 32, '{"cases":["SJ-1"],"detail":{},"roles":["coordinator"]}'
        ),
        "prev_hash": "0" * 64,
    }

    assert hash_entry(stored) == "d5aea63bd9b1f82af4b04f85a249ea6ef1231853ec183427a7309bbbd7703bea"
