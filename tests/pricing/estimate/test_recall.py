"""What was read and written down is recalled as what reading it again would give."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.coverage.documents.write import write_document, write_plain
from pricing.documents.faults import InvalidDocument
from pricing.estimate.read import read_bill, read_estimate, recall_bill, recall_estimate
from tests.pricing.estimate.estimates import BILL_TEXT, ESTIMATE_TEXT, estimate_plain, item

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40)
CHARGES = st.decimals(0, 10**9, places=2).map(lambda amount: format(amount, "f"))


@given(words=WORDS.filter(lambda text: bool(text.strip())), charge=CHARGES)
def test_an_estimate_is_recalled_as_it_is_read(words: str, charge: str) -> None:
    written = estimate_plain(item("a", charge, description=words), item("b"))
    text = write_document(read_estimate(write_plain(written), "estimate"))

    assert recall_estimate(text) == read_estimate(text, "estimate")


def test_the_page_s_estimate_and_bill_are_recalled_as_they_are_read() -> None:
    estimate, bill = read_estimate(ESTIMATE_TEXT, "estimate"), read_bill(BILL_TEXT, "bill")

    assert recall_estimate(write_document(estimate)) == estimate
    assert recall_bill(write_document(bill)) == bill


@pytest.mark.parametrize("recall", [recall_estimate, recall_bill])
@pytest.mark.parametrize("text", ['{"format": "sojourn-estimate/9"}', "[]", "no: json: at all"])
def test_what_is_no_document_any_more_is_refused_by_its_faults(recall: Any, text: str) -> None:  # noqa: ANN401 — either reader
    with pytest.raises(InvalidDocument):
        recall(text)
