"""The answer in sentences: whose amount a line's is, and what was rounded."""

from __future__ import annotations

from pricing.contracts.answer import line_sentences, step_sentence
from tests.pricing.contracts.pricing_of import price

STAY = "terms:\n- {id: stay, text: S., for: claim, pays: {case_rate: 1000}}\n"


def test_what_a_term_adds_is_told_by_its_name() -> None:
    terms = STAY + "- {id: nursing, text: N., in_addition: yes, pays: {amount: 250, per: unit}}\n"
    answer = price(terms, "lines: [{charge: 9, units: 3}]")

    assert line_sentences(answer["lines"][0]) == [
        "case rate: 1000",
        "nursing in addition: amount: 250 × 3 units = 750",
    ]


def test_a_step_says_what_it_is_rounded_to() -> None:
    steps = "steps:\n- {id: part, text: P., of: payer, times: 45.455 %}\n"
    answer = price("rounding: {to: 0.05}\n" + STAY + steps, "lines: [{charge: 9}]")

    # 1,000 × 45.455 % = 454.55, a coin of 5 cents
    assert step_sentence(answer["steps"][0]) == "1000 × 0.45455 = 454.55"

    answer = price("rounding: {to: 0.10}\n" + STAY + steps, "lines: [{charge: 9}]")

    assert step_sentence(answer["steps"][0]) == "1000 × 0.45455 = 454.55, rounded 454.6"


def test_a_step_that_is_not_taken_says_why() -> None:
    steps = "steps:\n- {id: part, text: P., when: group.charges > 9, times: 2}\n"
    answer = price(STAY + steps, "lines: [{charge: 9}]")

    assert step_sentence(answer["steps"][0]) == "group.charges > 9 does not hold"


def test_alternatives_are_told_by_their_texts() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {lesser_of: [{amount: 90, text: the fee}, "
        "{share: 80 %, of: charges, text: charges less 20 %}, {amount: 85}]}}]"
    )
    answer = price(terms, "lines: [{charge: 100}]")

    told = line_sentences(answer["lines"][0])[-1]
    assert told == "lesser of: lesser of 90 (the fee), 80 (charges less 20 %), 85 = 80"


def test_a_figure_that_no_decimals_say_is_told_as_about_what_it_is() -> None:
    terms = (
        "amounts: {part: 16250.41 / 7.3}\n"
        "terms: [{id: t, text: T., pays: {amount: 100, then: [{plus: 50 % * amount.part}]}}]"
    )
    [_, told] = price(terms, "lines: [{charge: 9}]")["lines"][0]["trace"]

    # 16,250.41 ÷ 7.3 = 2,226.0835616…
    assert told["arithmetic"] == "100 + 0.5 × ≈2226.083562 = ≈1213.041781"
