"""Kinds of problems: the sentences their details are told in."""

from __future__ import annotations

import pytest

from api.problem_kind import to_sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("there is no such case", "There is no such case."),
        ("case: none is open!", "Case: none is open!"),
        ("plan.yaml:3: must be yes or no", "plan.yaml:3: must be yes or no."),
        ("my-plan.yaml:3: must be yes or no", "my-plan.yaml:3: must be yes or no."),
        ("pre-tax amounts are missing", "Pre-tax amounts are missing."),
        ("facts.tier must be gold", "facts.tier must be gold."),
        ("check_out must be after check_in", "check_out must be after check_in."),
        ("expenses[taxi].date is missing", "expenses[taxi].date is missing."),
        (" ", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_with_the_name_of_a_file_or_field(
    said: str, sentence: str
) -> None:
    assert to_sentence(said) == sentence
