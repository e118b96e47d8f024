"""Payers for patients from abroad are told by whole words, which a caller may replace."""

from __future__ import annotations

import pytest

from pricing.price_files.payer_groups import GroupWords, PayerGroup, read_words


@pytest.mark.parametrize(
    ("payer", "plan", "group"),
    [
        ("EMBASSY OF KUWAIT [1]", "", PayerGroup.EMBASSY),
        ("Kuwait Health Office", "All", PayerGroup.EMBASSY),
        ("INTERNATIONAL COMMERCIAL [140001]", "HB AETNA", PayerGroup.INTERNATIONAL),
        ("Aetna", "HB QHM INTERNATIONAL", PayerGroup.INTERNATIONAL),
        ("Province of Alberta", None, PayerGroup.INTERNATIONAL),
        ("Laborers International Union", "PPO", PayerGroup.DOMESTIC),
        ("Globalstar", "PPO", PayerGroup.DOMESTIC),
        ("Taxaide", "PPO", PayerGroup.DOMESTIC),
        (None, None, PayerGroup.DOMESTIC),
    ],
)
def test_a_payer_is_told_by_its_words(payer: str, plan: str, group: PayerGroup) -> None:
    assert GroupWords().group_of(payer, plan) is group


def test_words_may_be_replaced_list_by_list() -> None:
    words = read_words('{"embassy": ["Alder-Mutual"]}')

    assert words.group_of("ALDER MUTUAL", "PPO") is PayerGroup.EMBASSY
    assert words.group_of("Global", "PPO") is PayerGroup.INTERNATIONAL


@pytest.mark.parametrize("text", ["[]", '{"others": []}', '{"embassy": "x"}', "{"])
def test_words_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|must be|Expecting"):
        read_words(text)
