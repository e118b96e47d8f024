"""The words of the letter: who pays what to whom, and every sum that of the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from pricing.money import Money
from scheduling.documents.answer_in_words import letter_of
from scheduling.documents.reimbursement_letter import Expense, ReimbursementLetter
from tests.pricing.coverage.answering import answer_to, policy_of
from tests.pricing.coverage.test_situations import NAMES, SITUATIONS
from tests.scheduling.documents.claims import (
    CLAIM,
    answer,
    expenses_of,
    few_nights,
    letter_over,
    line,
    refused,
    step,
    usual_letter,
)


def _letter(document: dict[str, Any], **named: Any) -> ReimbursementLetter:  # noqa: ANN401 — any field
    return letter_of(document, claim=replace(CLAIM, **named), expenses=expenses_of(document))


def test_the_opening_says_what_is_paid_to_whom_and_what_is_left() -> None:
    letter = letter_over([few_nights("hotel", 960_00, 800_00)])

    assert letter.opening == (
        "Example Miners' Health Plan pays USD 800.00 to Mary Sample;"
        " USD 160.00 of the USD 960.00 claimed is left to you."
    )


def test_the_opening_of_a_claim_paid_in_full_speaks_of_the_whole() -> None:
    letter = letter_over([line("flight", 842_00, 842_00)])

    assert letter.opening == (
        "Example Miners' Health Plan pays the whole claim: USD 842.00 to Mary Sample."
    )


def test_the_opening_of_a_claim_not_paid_at_all_points_to_the_reasons() -> None:
    letter = letter_over([refused("taxi", 54_00)])

    assert letter.opening == (
        "Example Miners' Health Plan pays nothing of the USD 54.00 claimed;"
        " every reason is told below."
    )


def test_the_opening_of_an_empty_claim_says_that_it_is_empty() -> None:
    assert letter_over([]).opening.startswith("No amount was claimed")


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_of_every_situation_gives_a_reason_for_every_unpaid_line(name: str) -> None:
    told = yaml.safe_load((SITUATIONS / f"{name}.yaml").read_text())
    document = answer_to(
        policy_of(told["policy"]),
        told["trip"],
        balances=told.get("balances"),
        as_of=told.get("as_of"),
    )

    letter = _letter(document)

    assert letter.paid.minor == document["payable_cents"]
    assert letter.left.minor == document["patient_cents"]
    numbers = {one.number for one in letter.reasons}
    assert numbers == {number for one in letter.expenses for number in one.reasons}
    assert all(one.text and one.effects and one.lowered.minor > 0 for one in letter.reasons)


def test_a_line_that_nothing_names_is_refused() -> None:
    document = answer([line("flight", 100, 100), line("hotel", 100, 100)])
    names = expenses_of(document)
    del names["hotel"]

    with pytest.raises(ValueError, match="what these lines are called: hotel"):
        letter_of(document, claim=CLAIM, expenses=names)


@pytest.mark.parametrize("total", ["claimed", "payable", "patient", "taxable"])
def test_totals_that_the_lines_do_not_add_up_to_are_refused(total: str) -> None:
    document = answer([few_nights("hotel", 960_00, 800_00)])
    document[f"{total}_cents"] += 1

    with pytest.raises(ValueError, match=f"{total}_cents of the lines"):
        _letter(document)


def test_an_amount_in_another_currency_is_told_as_it_was_spent() -> None:
    document = answer([line("train", 48_20, 48_20)])
    spent = Expense(label="Train", dates="7 Dec 2026", currency="JPY", spent_minor=7_200)

    letter = letter_of(document, claim=CLAIM, expenses={"train": spent})
    unknown = letter_of(document, claim=CLAIM, expenses={"train": replace(spent, spent_minor=None)})

    assert letter.expenses[0].spent == "JPY 7,200 as spent"
    assert unknown.expenses[0].spent == "spent in JPY"


def test_an_amount_in_the_policys_currency_is_told_once() -> None:
    document = answer([line("train", 48_20, 48_20)])
    spent = Expense(label="Train", dates="", currency="USD", spent_minor=48_20)

    letter = letter_of(document, claim=CLAIM, expenses={"train": spent})

    assert letter.expenses[0].spent == ""


def _rate(asked_for: str, published: str) -> dict[str, str]:
    return {
        "from": "CHF",
        "to": "USD",
        "asked_for": asked_for,
        "date": published,
        "value": "1.1312",
    }


def test_a_rate_is_told_with_the_day_of_the_central_bank() -> None:
    document = answer([], rates=[_rate("2026-12-04", "2026-12-04")])

    (words,) = _letter(document).rates
    assert words == (
        "CHF 1 = USD 1.1312, rate of Fri 4 Dec 2026"
        " (European Central Bank, or as the claim states)."
    )


def test_a_rate_used_for_a_weekend_is_told_once_with_the_days_it_was_used_for() -> None:
    days = ("2026-12-06", "2026-12-04", "2026-12-05")
    document = answer([], rates=[_rate(day, "2026-12-04") for day in days])

    (words,) = _letter(document).rates
    assert words == (
        "CHF 1 = USD 1.1312, rate of Fri 4 Dec 2026"
        " (European Central Bank, or as the claim states),"
        " used for Sat 5 Dec 2026 and Sun 6 Dec 2026 too."
    )


def test_the_tax_sentence_names_the_amount_and_the_rule_but_no_form() -> None:
    letter = letter_over([few_nights("hotel", 960_00, 800_00, taxable=300_00)])

    assert letter.tax == (
        "USD 300.00 of the USD 800.00 paid may be reported as taxable income."
        " What the IRS allows (2026) is tax-free, the rest taxable."
    )


def test_nothing_taxable_says_nothing_of_tax() -> None:
    assert letter_over([line("flight", 842_00, 842_00)]).tax == ""


def test_the_review_names_claim_decision_and_where_to_turn() -> None:
    letter = _letter(answer([]), review_contact="appeals@plan.example.", decision=2)

    assert letter.review == (
        "You may ask for this decision to be reviewed. Name claim SJ-1001-C1, decision 2,"
        " and turn to appeals@plan.example."
    )


def test_the_closing_note_names_all_that_computes_the_amounts_again() -> None:
    proof = usual_letter().proof

    for part in (
        "miners-travel, version 2026",
        "travel rider of 2026",
        "decision 1",
        CLAIM.policy_digest,
    ):
        assert part in proof


def test_the_day_of_the_decision_is_the_answers() -> None:
    letter = usual_letter()

    assert letter.decided_on == date(2026, 12, 18)
    assert letter.taxable == Money(300_00, "USD")


def test_a_name_from_right_to_left_is_isolated_in_the_opening() -> None:
    letter = letter_over([line("flight", 1_00, 1_00)], paid_to="דנה")

    assert letter.opening.endswith("USD 1.00 to \u2068דנה\u2069.")


def test_people_in_a_rules_arithmetic_are_called_by_their_names() -> None:
    cap = step(
        "limit", "year", "At most 80 a year.", before_cents=100_00, after_cents=80_00,
        arithmetic="80 less 0 used before (mary 1970-05-04, 2026) for mary, not for marys",
        sentence="USD 100.00 becomes 80.00.",
    )  # fmt: skip
    document = answer([line("hotel", 100_00, 80_00, cap)])

    letter = letter_of(
        document,
        claim=CLAIM,
        expenses=expenses_of(document),
        people={"mary": "M.", "mary 1970-05-04": "Mary Sample"},
    )

    (effect,) = letter.reasons[0].effects
    assert "(Mary Sample, 2026) for M., not for marys" in effect
