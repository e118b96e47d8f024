"""Rounding: every amount that a rule computes, as the policy says, each a step of its own."""

from __future__ import annotations

import pytest

from pricing.coverage.decision import CoveredLine, Stage, Step
from tests.pricing.coverage.deciding import decided, line_of, paid, policy_text, trip_text

TREATMENT = "- {id: one, kind: treatment, date: 2026-03-02, amount: 33}"
DRIVE = "- {id: one, kind: car, date: 2026-03-02, distance_mi: 333}"
WHOLE = "rounding: {to: 1}"


def rules(*limits: str, benefit: str = "covers: [treatment], pays: actual") -> str:
    """Return one benefit and some limits."""
    listed = "\n".join(f"- {{id: l{place}, text: L., {one}}}" for place, one in enumerate(limits))
    more = f"\nlimits:\n{listed}" if limits else ""
    return f"benefits:\n- {{id: pays, text: Pays., {benefit}}}{more}"


def line(of_rules: str, expense: str, *, head: str) -> CoveredLine:
    """Return the only line of a decision."""
    return line_of(decided(policy_text(of_rules, head=head), trip_text(expense)), "one")


def steps(of_rules: str, expense: str, *, head: str) -> list[tuple[str, int, int]]:
    """Return the rule of every step, with the cents before and after."""
    return [(one.rule, one.before, one.after) for one in line(of_rules, expense, head=head).trace]


@pytest.mark.parametrize(
    ("limit", "cents"),
    [
        ("deductible: covered.amount * 10 %", 30_00),
        ("deductible: covered.amount * 10 %, per: line", 30_00),
        ("deductible: covered.amount * 10 %, per: calendar_year", 30_00),
        ("deductible: covered.amount * 10 %, per: calendar_year, whose: person", 27_00),
        ("pays_share: 80 %", 26_00),
        ("cap: 26.50", 26_50),
    ],
)
def test_what_limits_take_off_or_leave_is_rounded_and_caps_are_as_written(
    limit: str, cents: int
) -> None:
    assert paid(rules(limit), TREATMENT, head=WHOLE) == cents


@pytest.mark.parametrize(
    ("mode", "cents"), [("up", 29_00), ("down", 30_00), ("half_up", 30_00), ("half_even", 30_00)]
)
def test_a_deductible_is_rounded_the_way_the_policy_says(mode: str, cents: int) -> None:
    head = f"rounding: {{to: 1, mode: {mode}}}"

    assert paid(rules("deductible: 3.30"), TREATMENT, head=head) == cents


def test_rounding_is_a_step_behind_the_amount_that_it_changed() -> None:
    drive = rules(benefit="covers: [car], pays: allowance, amount: 0.205, per: mile")

    assert steps(drive, DRIVE, head=WHOLE) == [("pays", 68_27, 68_27), ("rounding", 68_27, 68_00)]


def test_rounding_within_a_cent_is_told_too() -> None:
    drive = rules(benefit="covers: [car], pays: allowance, amount: 0.205, per: mile")

    made = line(drive, DRIVE, head="")

    assert [one.arithmetic for one in made.trace] == [
        "0.205 × 333 mi = 68.27",
        "68.265 half up to 0.01 = 68.27",
    ]
    assert made.trace[-1].stage is Stage.ROUNDING
    assert made.trace[-1].text == "Each computed amount is rounded half up to 0.01 USD."


def test_nothing_is_said_of_rounding_where_nothing_was_rounded() -> None:
    assert steps(rules("pays_share: 50 %"), TREATMENT, head="") == [
        ("pays", 33_00, 33_00),
        ("l0", 33_00, 16_50),
    ]


def test_a_share_is_rounded_behind_its_step() -> None:
    assert steps(rules("pays_share: 80 %"), TREATMENT, head=WHOLE) == [
        ("pays", 33_00, 33_00),
        ("l0", 33_00, 26_40),
        ("rounding", 26_40, 26_00),
    ]


def test_a_deductible_is_rounded_before_its_step() -> None:
    made = line(rules("deductible: covered.amount * 10 %"), TREATMENT, head=WHOLE)

    (_, rounding, limit) = made.trace
    assert rounding.arithmetic == "3.3 half up to 1 = 3.00"
    assert _amounts(rounding) == (33_00, 33_00)
    assert _amounts(limit) == (33_00, 30_00)


def test_the_part_that_a_condition_leaves_is_rounded_behind_its_step() -> None:
    penalty = (
        "conditions:\n"
        "- {id: asked, text: Ask first., requires: line.approved, otherwise: 75 %}\n" + rules()
    )

    assert steps(penalty, TREATMENT, head=WHOLE) == [
        ("pays", 33_00, 33_00),
        ("asked", 33_00, 24_75),
        ("rounding", 24_75, 25_00),
    ]


def test_a_share_that_may_take_off_no_more_is_not_rounded() -> None:
    limit = "pays_share: 80 %, at_most: 5, at_most_per: trip"

    assert steps(rules(limit), TREATMENT, head=WHOLE)[-1] == ("l0", 33_00, 28_00)


def test_rounding_up_stops_at_what_was_spent() -> None:
    expense = "- {id: one, kind: treatment, date: 2026-03-02, amount: 33.60}"

    made = line(rules(), expense, head=WHOLE)

    assert made.payable == 33_60
    assert [one.rule for one in made.trace] == ["pays"]


def _amounts(step: Step) -> tuple[int, int]:
    return step.before, step.after
