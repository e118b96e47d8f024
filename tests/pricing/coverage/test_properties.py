"""What holds of every decision, whatever the policy and the trip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pricing.coverage.answer import to_document
from tests.pricing.coverage.answering import (
    SHIPPED,
    answer_to,
    decision_on,
    policy_from,
    policy_of,
    used_in,
)
from tests.pricing.coverage.made_up_policies import (
    ONE_EXPENSE,
    limits,
    money_caps,
    policies,
    policy,
    several,
)
from tests.pricing.coverage.made_up_trips import trips, units

Made = dict[str, Any]

STEPS: Final = ("taxable_cents", "payable_cents", "capped_cents", "eligible_cents", "claimed_cents")
"""The amounts of a line, the least first."""

SPANS: Final = {
    "alliance-coal-travel": (date(2026, 1, 1), date(2026, 12, 31), "USD"),
    "dartmouth-air-class": (date(2025, 1, 1), date(2027, 12, 31), "USD"),
    "fnha-medical-transportation": (date(2023, 10, 1), date(2024, 3, 31), "CAD"),
    "irs-medical-travel": (date(2024, 1, 1), date(2026, 12, 31), "USD"),
    "mmc-surest-travel": (date(2026, 1, 1), date(2026, 12, 31), "USD"),
    "ontario-northern-grant": (date(2017, 6, 1), date(2025, 12, 31), "CAD"),
    "sharp-calpers-travel": (date(2025, 1, 1), date(2025, 12, 31), "USD"),
    "sojourn-premium": (date(2026, 1, 1), date(2027, 12, 31), "USD"),
    "sojourn-standard": (date(2026, 1, 1), date(2027, 12, 31), "USD"),
    "sojourn-vip": (date(2026, 1, 1), date(2027, 12, 31), "USD"),
    "us-federal-air-class": (date(2025, 1, 1), date(2027, 12, 31), "USD"),
    "us-federal-per-diem": (date(2025, 10, 1), date(2026, 9, 30), "USD"),
    "va-beneficiary-travel": (date(2025, 1, 1), date(2027, 12, 31), "USD"),
    "walmart-india-air-class": (date(2025, 1, 1), date(2027, 12, 31), "USD"),
}
"""The shipped policies: on which days each can decide a trip, and its currency."""

ANY_YEAR: Final = trips(date(2024, 6, 1), date(2026, 12, 31))
"""Trips that the tax ceiling knows a mileage rate for."""


def hold_together(answer: Made) -> None:
    """Assert what the answer's amounts have to do with each other."""
    for line in answer["lines"]:
        amounts = [line[step] for step in STEPS]
        assert all(type(amount) is int for amount in amounts)
        assert amounts == sorted(amounts)
        assert amounts[0] >= 0
        assert line["patient_cents"] == line["claimed_cents"] - line["payable_cents"]
        for step in line["trace"]:
            assert step["rule"]
            assert step["sentence"]
    for total in ("payable_cents", "taxable_cents", "patient_cents", "claimed_cents"):
        assert answer[total] == sum(line[total] for line in answer["lines"])


def test_every_shipped_policy_is_tried_with_random_trips() -> None:
    assert {file.stem for file in SHIPPED.glob("*.yaml")} == set(SPANS)


@pytest.mark.parametrize("name", SPANS)
@settings(max_examples=40)
@given(chosen=st.data())
def test_the_amounts_of_a_shipped_policy_hold_together(name: str, chosen: st.DataObject) -> None:
    trip = chosen.draw(trips(*SPANS[name]))

    answer = answer_to(policy_of(name), trip)

    hold_together(answer)
    assert [line["id"] for line in answer["lines"]] == [one["id"] for one in trip["expenses"]]
    event("pays" if answer["payable_cents"] else "pays nothing")


@given(policies(), ANY_YEAR)
def test_the_amounts_of_a_made_up_policy_hold_together(made: Made, trip: Made) -> None:
    answer = answer_to(policy_from(made), trip)

    hold_together(answer)
    event("pays" if answer["payable_cents"] else "pays nothing")
    event("taxes" if answer["taxable_cents"] else "taxes nothing")


@given(policies(), ANY_YEAR)
def test_deciding_twice_gives_the_same(made: Made, trip: Made) -> None:
    once = answer_to(policy_from(made), trip)

    again = answer_to(policy_from(made), trip, balances=once["balances"]["before"])

    assert again == once


@given(policies(), ANY_YEAR)
def test_an_answer_read_back_is_the_decision(made: Made, trip: Made) -> None:
    prepared = policy_from(made)
    decision = decision_on(prepared, trip)

    answer = answer_to(prepared, trip)

    assert answer == to_document(decision)
    for moment in ("before", "after"):
        assert used_in(answer["balances"][moment], prepared) == {
            one.key: getattr(one, moment) for one in decision.balances
        }


@given(policies(), ANY_YEAR)
def test_every_change_of_a_line_is_in_its_trace(made: Made, trip: Made) -> None:
    for line in answer_to(policy_from(made), trip)["lines"]:
        if line["claimed_cents"] != line["payable_cents"]:
            assert line["trace"]
        for step in line["trace"]:
            assert step["text"]
            assert step["source"]


def never_above(caps: Made, answer: Made) -> None:
    """Assert that the answer's balances are within the caps, given by id."""
    for used in answer["balances"]["after"]["used"]:
        if used["balance"] in caps:
            drawn = Decimal(used.get("amount") or used.get("count"))
            assert drawn <= Decimal(caps[used["balance"]])


def caps_of(made: Made) -> Made:
    """Return the caps of a policy made up, by the ids of their limits."""
    return {one["id"]: one["cap"] for one in made["versions"][0]["limits"] if "cap" in one}


@given(policies(rounding=st.just({})), ANY_YEAR)
def test_no_balance_goes_above_its_cap(made: Made, trip: Made) -> None:
    never_above(caps_of(made), answer_to(policy_from(made), trip))


def claimed_apart(made: Made, trip: Made, order: Sequence[int]) -> list[Made]:
    """Return the answers when each expense is claimed alone, in an order, balances carried on."""
    prepared = policy_from(made)
    answers: list[Made] = []
    for place in order:
        alone = trip | {"expenses": [trip["expenses"][place]]}
        before = answers[-1]["balances"]["after"] if answers else None
        answers.append(answer_to(prepared, alone, balances=before))
    return answers


def paid(answers: Sequence[Made]) -> int:
    """Return what the answers pay together."""
    return sum(answer["payable_cents"] for answer in answers)


periods = st.sampled_from(["calendar_month", "calendar_year", "plan_year", "lifetime"])
one_expense_benefits = several(ONE_EXPENSE)


@given(
    one_expense_benefits,
    st.integers(0, 1000_00),
    st.sampled_from(["trip", "lifetime"]),
    ANY_YEAR,
    st.randoms(use_true_random=False),
)
def test_a_cap_holds_in_every_order_of_claims_and_pays_as_all_at_once(
    granted: list[Made],
    cap: int,
    per: str,
    trip: Made,
    luck: Any,  # noqa: ANN401 — random.Random
) -> None:
    made = policy(granted, [{"cap": units(cap), "per": per, "whose": "patient"}])
    order = list(range(len(trip["expenses"])))
    luck.shuffle(order)

    apart = claimed_apart(made, trip, order)

    assert paid(apart) <= cap
    assert paid(apart) == answer_to(policy_from(made), trip)["payable_cents"]
    event("capped" if paid(apart) == cap else "below the cap")


@given(one_expense_benefits, st.integers(0, 1000_00), periods, ANY_YEAR)
def test_a_cap_of_any_period_pays_as_all_at_once_however_claims_are_split(
    granted: list[Made], cap: int, per: str, trip: Made
) -> None:
    made = policy(granted, [{"cap": units(cap), "per": per}], plan_year_starts="07-01")

    apart = claimed_apart(made, trip, range(len(trip["expenses"])))

    assert paid(apart) == answer_to(policy_from(made), trip)["payable_cents"]


@given(one_expense_benefits, st.integers(0, 2000_00), periods, ANY_YEAR)
def test_a_deductible_is_deducted_once_however_claims_are_split(
    granted: list[Made], deductible: int, per: str, trip: Made
) -> None:
    made = policy(granted, [{"deductible": units(deductible), "per": per}])

    apart = claimed_apart(made, trip, range(len(trip["expenses"])))

    assert paid(apart) == answer_to(policy_from(made), trip)["payable_cents"]


@given(one_expense_benefits, limits, ANY_YEAR)
def test_no_order_of_claims_draws_more_than_a_cap(
    granted: list[Made], listed: list[Made], trip: Made
) -> None:
    made = policy(granted, listed)

    for answer in claimed_apart(made, trip, range(len(trip["expenses"]))):
        never_above(caps_of(made), answer)


@given(several(), st.tuples(limits, money_caps(), limits), st.integers(1, 2000_00), ANY_YEAR)
def test_a_higher_cap_never_pays_less(
    granted: list[Made], listed: tuple[list[Made], Made, list[Made]], more: int, trip: Made
) -> None:
    above, cap, below = listed
    higher = cap | {"cap": units(round(float(cap["cap"]) * 100) + more)}

    low = answer_to(policy_from(policy(granted, [*above, cap, *below])), trip)
    high = answer_to(policy_from(policy(granted, [*above, higher, *below])), trip)

    assert low["payable_cents"] <= high["payable_cents"]
    event("more" if low["payable_cents"] < high["payable_cents"] else "the same")
