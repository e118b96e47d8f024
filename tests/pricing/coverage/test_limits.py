"""Limits: caps, deductibles, shares, other payments and minimums, in the order written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import UnknownBalance
from tests.pricing.coverage.deciding import decided, line_of, paid, policy_text, trip_text

HOTEL = (
    "- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-06, amount_each: 100}"
)
DRIVES = """
- id: drive
  kind: car
  legs:
  - {date: 2026-03-30, distance_mi: 60}
  - {date: 2026-03-31, distance_mi: 60}
  - {date: 2026-04-01, distance_mi: 60}
"""


def _rules(*limits: str, pays: str = "pays: actual") -> str:
    listed = "\n".join(f"- {{id: l{place}, text: L., {one}}}" for place, one in enumerate(limits))
    return (
        f"benefits:\n- {{id: stay, text: S., covers: [lodging], {pays}}}\n"
        "- {id: drive, text: D., covers: [car], pays: allowance, amount: 0.5, per: mile}\n"
        f"- {{id: rest, text: R., covers: [everything], pays: actual}}\nlimits:\n{listed}"
    )


@pytest.mark.parametrize(
    ("limits", "cents"),
    [
        (["cap: 450"], 450_00),
        (["cap: 90, per: night"], 450_00),
        (["cap: 60, per: person_night"], 500_00),
        (["cap: 40, per: person_night"], 400_00),
        (["cap: 3, of: nights"], 300_00),
        (["deductible: 120"], 380_00),
        (["deductible: 2, of: nights"], 300_00),
        (["pays_share: 80 %"], 400_00),
        (["deductible: 100", "pays_share: 80 %", "cap: 300"], 300_00),
        (["pays_share: 80 %", "deductible: 100", "cap: 350"], 300_00),
        (["minimum: 500.01"], 0),
        (["minimum: 500"], 500_00),
        (["cap: 100, applies_to: [car]"], 500_00),
        (["cap: 100, applies_to: [stay]"], 100_00),
        (["cap: 100, when: trip.nights > 5"], 500_00),
        (["deductible: 10, per: night"], 450_00),
        (["deductible: 10, per: night, at_most: 18, at_most_per: calendar_month"], 482_00),
    ],
)
def test_limits_lower_a_stay(limits: list[str], cents: int) -> None:
    assert paid(_rules(*limits), HOTEL) == cents


@pytest.mark.parametrize(
    ("limit", "cents"),
    [
        ("deductible: 3, per: leg", 81_00),
        ("deductible: 3, per: leg, at_most: 5, at_most_per: calendar_month", 82_00),
        ("deductible: 3, per: leg, at_most: 5, at_most_per: lifetime", 85_00),
        ("cap: 50, per: calendar_month", 80_00),
        ("cap: 2, of: legs", 60_00),
        ("cap: 90, of: mi", 45_00),
        ("deductible: 90, of: mi", 45_00),
        ("cap: 0, of: trips, per: lifetime", 0),
        ("cap: 1, of: trips, per: lifetime", 90_00),
    ],
)
def test_limits_lower_drives(limit: str, cents: int) -> None:
    assert paid(_rules(limit), DRIVES) == cents


@pytest.mark.parametrize(
    ("limit", "key", "used", "cents"),
    [
        ("cap: 600, per: calendar_year", ("l0", "mary", "2026"), 200_00, 400_00),
        ("cap: 600, per: calendar_year", ("l0", "mary", "2025"), 200_00, 500_00),
        ("cap: 600, per: lifetime", ("l0", "mary", "lifetime"), 600_00, 0),
        ("cap: 600, per: lifetime, balance: pot", ("pot", "mary", "lifetime"), 599_99, 1),
        ("cap: 600, per: lifetime, whose: household", ("l0", "home", "lifetime"), 500_00, 100_00),
        ("cap: 6, of: nights, per: calendar_year", ("l0", "mary", "2026", False), 4, 200_00),
        ("deductible: 150, per: calendar_year", ("l0", "mary", "2026"), 100_00, 450_00),
        ("cap: 600, per: plan_year", ("l0", "mary", "2025-07-01"), 500_00, 100_00),
        ("cap: left.l1 / 2", ("l1", "mary", "lifetime"), 800_00, 100_00),
    ],
)
def test_what_was_used_before_counts(
    limit: str, key: tuple[str, str, str, bool] | tuple[str, str, str], used: int, cents: int
) -> None:
    limits = [limit] + (["cap: 1000, per: lifetime"] if "left" in limit else [])
    decision = decided(
        policy_text(_rules(*limits), head="plan_year_starts: 07-01"),
        trip_text(HOTEL, more="household: home"),
        balances={BalanceKey(*key): Fraction(used)},
    )

    assert decision.payable == cents


def test_a_balance_that_a_trip_does_not_touch_stays_known() -> None:
    last_year = BalanceKey("l0", "mary", "2025")
    decision = decided(
        policy_text(_rules("cap: 600, per: calendar_year")),
        trip_text(HOTEL),
        balances={last_year: Fraction(70_00)},
    )

    after = {change.key: change.after for change in decision.balances}
    assert after == {last_year: 70_00, BalanceKey("l0", "mary", "2026"): 500_00}


VISITS = """
- {id: a, kind: taxi, date: 2026-03-01, amount: 30, visit: v1}
- {id: b, kind: taxi, date: 2026-03-02, amount: 30, visit: v2}
- {id: c, kind: taxi, date: 2026-03-03, amount: 30, visit: v3}
"""
EACH = "deductible: 25, per: calendar_year, whose: person"
THREE = "visits: [{id: v1}, {id: v2}, {id: v3}]\nhousehold: home"


@pytest.mark.parametrize(
    ("limit", "used", "cents"),
    [
        ("deductible: 20, per: visit, at_most: 50, at_most_per: calendar_year", {}, 40_00),
        (
            "deductible: 20, per: visit, at_most: 50, at_most_per: calendar_year",
            {("l0", "mary", "2026"): 45_00},
            85_00,
        ),
        (
            f"{EACH}, at_most: 50, at_most_per: calendar_year, at_most_whose: household",
            {("l0-at-most", "home", "2026"): 50_00},
            90_00,
        ),
        ("deductible: 25, per: calendar_year", {("l0", "mary", "2026"): 20_00}, 85_00),
        ("pays_share: 50 %, at_most: 20, at_most_per: calendar_year", {}, 70_00),
        (
            "pays_share: 50 %, at_most: 20, at_most_per: calendar_year",
            {("l0", "mary", "2026"): 15_00},
            85_00,
        ),
        ("deductible: 7, per: calendar_week", {}, 76_00),
        ("deductible: 7, per: calendar_week", {("l0", "mary", "2026-02-23"): 7_00}, 83_00),
        ("minimum: 4, of: visits", {}, 0),
        ("minimum: 3, of: visits", {}, 90_00),
        ("deductible: 'max(0, covered.amount - 40) / 2'", {}, 65_00),
    ],
)
def test_limits_lower_visits(limit: str, used: dict[tuple[str, str, str], int], cents: int) -> None:
    decision = decided(
        policy_text(_rules(limit)),
        trip_text(VISITS, more=THREE),
        balances={BalanceKey(*key): Fraction(amount) for key, amount in used.items()},
    )

    assert decision.payable == cents


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (BalanceKey("mm", "mary", "2026"), "keeps no such balance of money; it keeps: l0"),
        (BalanceKey("l0", "mary", "2026", is_money=False), "keeps no such balance of a count"),
        (BalanceKey("l0", "mary", "2026-03"), "period 2026-03 must be a year in quotes"),
    ],
)
def test_a_balance_that_no_limit_keeps_is_refused(key: BalanceKey, said: str) -> None:
    with pytest.raises(UnknownBalance, match=said):
        decided(
            policy_text(_rules("cap: 600, per: calendar_year")),
            trip_text(HOTEL),
            balances={key: Fraction(1)},
        )


def test_a_cap_of_each_person_is_drawn_in_equal_parts_from_a_shared_room() -> None:
    decision = decided(
        policy_text(_rules("cap: 200, per: lifetime, whose: person")),
        trip_text(HOTEL),
        balances={BalanceKey("l0", "tom", "lifetime"): Fraction(150_00)},
    )

    assert decision.payable == 250_00
    after = {change.key.whose: change.after for change in decision.balances}
    assert after == {"mary": 200_00, "tom": 200_00}


def test_a_cap_is_used_up_in_order_of_service_date() -> None:
    expenses = """
    - {id: late, kind: taxi, date: 2026-03-05, amount: 80}
    - {id: early, kind: taxi, date: 2026-03-02, amount: 80}
    """
    decision = decided(policy_text(_rules("cap: 100")), trip_text(expenses))

    assert line_of(decision, "early").payable == 80_00
    assert line_of(decision, "late").payable == 20_00


def test_a_stay_over_new_year_draws_on_two_years() -> None:
    stay = HOTEL.replace("2026-03-01", "2026-12-30").replace("2026-03-06", "2027-01-04")
    decision = decided(
        policy_text(_rules("cap: 150, per: calendar_year")),
        trip_text(stay, more="starts: 2026-12-30\nends: 2027-01-04"),
    )

    assert decision.payable == 300_00
    assert {change.key.period for change in decision.balances} == {"2026", "2027"}


@pytest.mark.parametrize(("rule", "cents"), [("subtract", 250_00), ("rest_of_cost", 350_00)])
def test_what_others_paid_is_taken_off(rule: str, cents: int) -> None:
    paid_by_others = HOTEL.replace("amount_each: 100", "amount_each: 100, other_payments: 150")
    rules = _rules(f"other_payments: {rule}", pays="pays: actual, up_to: 400")

    assert paid(rules, paid_by_others) == cents


NIGHTLY = "cap: 100, per: night, applies_to: [lodging]"


def test_what_others_paid_lies_on_dear_nights_more() -> None:
    hotel = """
    - id: h
      kind: lodging
      check_in: 2026-03-01
      check_out: 2026-03-04
      amount_each: 80
      nights: [{date: 2026-03-02, amount: 130}, {date: 2026-03-03, amount: 180}]
      other_payments: 39
    """
    # Ten in a hundred of 390: 72 + 117 + 162, of which 72 + 100 + 100.
    assert paid(_rules("other_payments: subtract", NIGHTLY), hotel) == 272_00
    # The cap leaves the patient 110; the others' 39 are for that.
    assert paid(_rules(NIGHTLY, "other_payments: rest_of_cost"), hotel) == 280_00


def test_what_others_paid_is_taken_off_to_the_cent_and_never_more_than_there_is() -> None:
    hotel = "- {id: h, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 50"

    assert paid(_rules("other_payments: subtract"), f"{hotel}, other_payments: 100}}") == 50_00
    assert paid(_rules("other_payments: subtract"), f"{hotel}, other_payments: 200}}") == 0


def test_rounding_does_not_lift_a_cap() -> None:
    taxi = "- {id: taxi, kind: taxi, date: 2026-03-02, amount: 500}"

    assert paid(_rules("cap: 100.50"), taxi, head="rounding: {to: 1, mode: up}") == 100_50


def test_each_person_bears_their_own_deductible_of_what_they_share() -> None:
    decision = decided(
        policy_text(_rules("deductible: 30, per: calendar_year, whose: person")),
        trip_text("- {id: taxi, kind: taxi, date: 2026-03-02, amount: 100}"),
        balances={BalanceKey("l0", "tom", "2026"): Fraction(20_00)},
    )

    assert decision.payable == 60_00
    after = {change.key.whose: change.after for change in decision.balances}
    assert after == {"mary": 30_00, "tom": 30_00}


def test_what_a_person_used_is_their_own() -> None:
    limits = ("cap: left.l1 / 2, applies_to: [air]", "cap: 100, per: lifetime, whose: person")
    decision = decided(
        policy_text(_rules(*limits)),
        trip_text("- {id: fly, kind: air, date: 2026-03-02, amount: 500, travellers: [tom]}"),
        balances={BalanceKey("l1", "tom", "lifetime"): Fraction(70_00)},
    )

    assert decision.payable == 15_00


def test_capped_is_what_the_caps_leave_and_payable_what_everything_leaves() -> None:
    decision = decided(policy_text(_rules("cap: 450", "pays_share: 80 %")), trip_text(HOTEL))

    line = line_of(decision, "hotel")
    assert (line.eligible, line.capped, line.payable) == (500_00, 450_00, 360_00)
    assert [(step.rule, step.before, step.after) for step in line.trace[1:]] == [
        ("l0", 500_00, 450_00),
        ("l1", 450_00, 360_00),
    ]


OVER_NEW_YEAR = """
- {id: out, kind: taxi, date: 2025-12-30, amount: 40}
- {id: back, kind: taxi, date: 2026-01-02, amount: 50}
"""


@pytest.mark.parametrize(
    ("limit", "before", "cents", "after"),
    [
        ("cap: 1, of: trips, per: calendar_year", {}, 90_00, {"2025": 1}),
        ("cap: 1, of: trips, per: calendar_year", {"2025": 1}, 0, {"2025": 1}),
        ("cap: 1, of: trips, per: calendar_year", {"2026": 1}, 90_00, {"2025": 1, "2026": 1}),
        ("cap: 1, of: visits, per: calendar_year", {}, 90_00, {"2025": 1}),
        ("cap: 1, of: days, per: calendar_year", {}, 90_00, {"2025": 1, "2026": 1}),
    ],
)
def test_what_counts_once_counts_in_the_period_of_its_first_day(
    limit: str, before: dict[str, int], cents: int, after: dict[str, int]
) -> None:
    decision = decided(
        policy_text(
            f"benefits:\n- {{id: taxi, text: T., covers: [taxi], pays: actual}}\n"
            f"limits:\n- {{id: l0, text: L., {limit}}}"
        ),
        trip_text(
            OVER_NEW_YEAR,
            more="starts: 2025-12-30\nends: 2026-01-02\nvisits: [{id: v, date: 2025-12-31}]",
        ),
        balances={
            BalanceKey("l0", "mary", year, is_money=False): Fraction(used)
            for year, used in before.items()
        },
    )

    assert decision.payable == cents
    assert {one.key.period: one.after for one in decision.balances} == after


def test_a_quarter_ends_with_its_third_month() -> None:
    decision = decided(
        policy_text(_rules("cap: 150, per: calendar_quarter")),
        trip_text(
            """
            - {id: march, kind: taxi, date: 2026-03-31, amount: 200}
            - {id: april, kind: taxi, date: 2026-04-01, amount: 100}
            - {id: june, kind: taxi, date: 2026-06-30, amount: 100}
            """,
            more="ends: 2026-06-30",
        ),
        balances={BalanceKey("l0", "mary", "2026-01-01"): Fraction(30_00)},
    )

    assert [line.payable for line in decision.lines] == [120_00, 100_00, 50_00]
    after = {change.key.period: change.after for change in decision.balances}
    assert after == {"2026-01-01": 150_00, "2026-04-01": 150_00}
