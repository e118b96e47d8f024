"""Why less was paid: one rule, told once, with every expense it lowered."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pricing.money import Money
from scheduling.documents.unpaid_reasons import Reason, reasons_of
from tests.scheduling.documents.claims import APPROVAL, NIGHTS, few_nights, line, refused, step


def _reasons(*lines: dict[str, Any]) -> tuple[Reason, ...]:
    labels = {one["id"]: one["id"].capitalize() for one in lines}
    return reasons_of(lines, labels, "USD")[0]


def test_lines_that_one_rule_lowered_stand_under_it_together() -> None:
    (reason,) = _reasons(refused("taxi", 54_00), refused("bus", 6_00))

    assert reason.text == APPROVAL
    assert reason.rule == "approval"
    assert reason.lowered == Money(60_00, "USD")
    (words,) = reason.effects
    assert words == (
        "Taxi and Bus, each: This does not hold, so nothing is paid."
        " Ask care coordination to approve the trip."
    )


def test_a_condition_is_told_without_the_expression_that_failed() -> None:
    (reason,) = _reasons(refused("taxi", 54_00))

    assert "line.approved_in_advance" not in reason.effects[0]


def test_a_limit_is_told_with_its_arithmetic() -> None:
    (reason,) = _reasons(few_nights("hotel", 960_00, 800_00))

    assert reason.text == NIGHTS
    assert reason.effects == ("Hotel: USD 960.00 becomes 800.00 (at most 5 nights).",)


def test_each_line_that_a_rule_lowered_differently_has_a_sentence_of_its_own() -> None:
    (reason,) = _reasons(few_nights("inn", 960_00, 800_00), few_nights("hotel", 320_00, 160_00))

    assert [text.split(":")[0] for text in reason.effects] == ["Inn", "Hotel"]
    assert reason.lowered == Money(320_00, "USD")


def test_an_exclusion_says_no_more_than_that() -> None:
    excluded = step(
        "benefit", "meals", "Meals do not count.", before_cents=5, arithmetic="excluded",
        sentence="The policy excludes this.",
    )  # fmt: skip

    (reason,) = _reasons(line("lunch", 5, 0, excluded))

    assert reason.effects == ("Lunch: The policy excludes this.",)


def test_what_no_rule_pays_is_told_without_the_ids_of_rules() -> None:
    missed = step(
        "not_covered", "coach, first", "Coach fares. First class.", before_cents=5,
        sentence="No rule pays this. coach: eva is not among those; first: not ordered.",
    )  # fmt: skip

    (reason,) = _reasons(line("flight", 5, 0, missed))

    assert reason.effects == ("Flight: No rule pays this. eva is not among those; not ordered.",)


def test_where_no_rule_speaks_none_is_named() -> None:
    unnamed = step(
        "not_covered", "not_covered", "The plan names no benefit for visa.", before_cents=5,
        sentence="What the policy does not name is not paid.",
    )  # fmt: skip

    (reason,) = _reasons(line("visa", 5, 0, unnamed))

    assert reason.rule == ""


def test_many_expenses_are_counted_and_not_named() -> None:
    lines = [refused(f"taxi {number}", 10_00) for number in range(12)]

    (reason,) = _reasons(*lines)

    assert reason.effects[0].startswith("12 expenses (marked 1 above), each: ")


def test_expenses_of_one_name_are_counted() -> None:
    lines = [refused("one", 1), refused("other", 1)]

    ((reason,), _) = reasons_of(lines, {"one": "Taxi", "other": "Taxi"}, "USD")

    assert reason.effects[0].startswith("2 expenses (marked 1 above), each: ")


def test_a_line_paid_in_full_has_no_reason_even_if_a_step_lowered_it() -> None:
    lowered = step("benefit", "diem", "75 a day.", before_cents=100, after_cents=75)

    reasons, of_line = reasons_of([line("meals", 100, 100, lowered)], {"meals": "Meals"}, "USD")

    assert reasons == ()
    assert of_line == {"meals": ()}


def test_what_is_taxable_or_set_aside_is_no_reason() -> None:
    tax = step("tax", "lodging", "Fifty a night.", before_cents=100, after_cents=20)
    aside = step("override", "approval", APPROVAL, before_cents=100, after_cents=0)
    real = step("limit", "year", "Eighty at most.", before_cents=100, after_cents=80)

    assert len(_reasons(line("hotel", 100, 80, aside, real, tax))) == 1


def test_rules_of_two_policies_are_two_reasons() -> None:
    one = step("limit", "cap", "The cap.", before_cents=100, after_cents=80)
    other = {**one, "version": "2027"}

    assert len(_reasons(line("a", 100, 80, one), line("b", 100, 80, other))) == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10**9)), max_size=30))
def test_what_the_reasons_lowered_is_all_that_is_not_paid(cuts: list[tuple[str, int]]) -> None:
    lines = [
        line(str(place), cents, 0, step("limit", rule, rule, before_cents=cents, sentence="Less."))
        for place, (rule, cents) in enumerate(cuts)
    ]

    reasons, of_line = reasons_of(lines, {one["id"]: one["id"] for one in lines}, "USD")

    assert sum(one.lowered.minor for one in reasons) == sum(cents for _, cents in cuts)
    assert [one.number for one in reasons] == list(range(1, len({rule for rule, _ in cuts}) + 1))
    assert all(len(numbers) == 1 for numbers in of_line.values())


def test_what_rounding_took_is_told_without_a_rules_name() -> None:
    rounded = step(
        "rounding", "rounding", "Each computed amount is rounded down to 1 USD.", before_cents=5_40,
        after_cents=5_00, arithmetic="5.4 down to 1 = 5.00", sentence="Rounded as the policy says.",
    )  # fmt: skip

    (reason,) = _reasons(line("lunch", 5_40, 5_00, rounded))

    assert reason.rule == ""
    assert reason.lowered == Money(40, "USD")
    assert reason.effects == ("Lunch: Rounded as the policy says (5.4 down to 1 = 5.00).",)
