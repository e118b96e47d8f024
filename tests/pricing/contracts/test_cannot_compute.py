"""What cannot be computed for a claim says which term asked, once."""

from __future__ import annotations

import pytest

from pricing.expressions.errors import CannotCompute
from tests.pricing.contracts.pricing_of import price


@pytest.mark.parametrize(
    "terms",
    [
        "terms: [{id: t, text: T., pays: {amount: 1 / (line.units - 1)}}]",
        (
            "tables: {x: [{key: A1, value: 1 / (claim.units - 1)}]}\n"
            "terms: [{id: t, text: T., pays: {amount: \"lookup('x', line.code)\"}}]"
        ),
        "terms: [{id: t, text: T., when: 1 / (group.units - 1) > 0, pays: {amount: 1}}]",
    ],
)
def test_what_cannot_be_computed_names_its_term_once(terms: str) -> None:
    with pytest.raises(CannotCompute) as caught:
        price(terms, "lines: [{code: A1, charge: 1}]")

    assert str(caught.value).startswith("term t of the terms: nothing can be divided by 0 (in ")
