"""The most that deductibles take off in a period: under which balance, and of which year."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey, Decision
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of

EVERYTHING = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
WAYS = """
- {id: taxi, kind: taxi, amount: 150, legs: [{direction: out, date: 2026-03-01}]}
- {id: ferry, kind: ferry, amount: 300, travellers: [mary],
   legs: [{direction: out, date: 2026-03-01}]}
- {id: bus, kind: bus, amount: 500, travellers: [mary],
   legs: [{direction: return, date: 2026-03-06}]}
"""


def after(decision: Decision) -> dict[tuple[str, str], Fraction]:
    """Return what every balance holds after the decision, by its name and period."""
    return {(one.key.balance, one.key.period): one.after for one in decision.balances}


def each_way(limits: str) -> str:
    """Return a policy that takes 200 off each way."""
    return policy_text(EVERYTHING + limits)


@pytest.mark.parametrize(("before", "paid", "held"), [(0, 550_00, 400_00), (3000, 785_00, 3165_00)])
def test_each_journey_of_the_page_has_its_own_copayment_and_both_one_ceiling(
    before: int, paid: int, held: int
) -> None:
    part = next(one for one in blocks_of("policy-documents.md") if "balance: copayment" in one)
    used = {BalanceKey("copayment", "mary", "2026"): Fraction(before * 100)} if before else None

    made = decided(each_way(part), trip_text(WAYS), balances=used)

    assert made.payable == paid
    assert after(made)["copayment", "2026"] == held


def test_a_ceiling_has_a_balance_of_its_own_name() -> None:
    shared = "deductible: 200, per: trip, balance: both, at_most: 350, at_most_per: calendar_year"
    limits = f"""limits:
- {{id: a, text: A., applies_to: [taxi, ferry], {shared}, at_most_balance: year}}
- {{id: b, text: B., applies_to: [bus], {shared}, at_most_balance: year}}
- {{id: c, text: C., applies_to: [bus], deductible: 200, per: trip, at_most: 350,
   at_most_per: calendar_year, balance: year}}
"""

    made = decided(each_way(limits), trip_text(WAYS))

    # The 200 of a trip are shared by the first two, the 350 of a year by all three.
    assert after(made) == {
        ("both", "T-1"): 200_00,
        ("c", "T-1"): 150_00,
        ("year", "2026"): 350_00,
    }
    assert made.payable == 600_00


@pytest.mark.parametrize("name", ["out", "year"])
def test_used_reads_the_ceiling_of_a_deductible_for_each_trip(name: str) -> None:
    limits = f"""limits:
- {{id: out, text: O., applies_to: [taxi], deductible: 20, per: trip, balance: year,
   at_most: 100, at_most_per: calendar_year}}
- {{id: read, text: R., cap: used.{name}}}
"""
    used = {BalanceKey("year", "mary", "2026"): Fraction(70_00)}

    assert decided(each_way(limits), trip_text(WAYS), balances=used).payable == 70_00


FIRST = "deductible: 100, per: trip, at_most: 150, at_most_per: calendar_year"
ROOM = "- {id: room, kind: lodging, check_in: 2025-12-31, check_out: 2026-01-02, amount_each: 170}"


def over_new_year(expenses: str, *, used: int, rule: str = FIRST) -> Decision:
    """Return the decision about a trip over New Year, with so many dollars used in 2025."""
    return decided(
        policy_text(f"{EVERYTHING}limits:\n- {{id: part, text: P., {rule}}}"),
        trip_text(expenses, more="starts: 2025-12-31\nends: 2026-01-02"),
        balances={BalanceKey("part", "mary", "2025"): Fraction(used * 100)},
    )


@pytest.mark.parametrize(
    ("used", "old", "new"), [(0, 100_00, 0), (50, 100_00, 0), (130, 20_00, 80_00), (150, 0, 100_00)]
)
def test_each_year_bears_what_a_trip_over_new_year_takes_off_its_own_days(
    used: int, old: int, new: int
) -> None:
    made = over_new_year(ROOM, used=used)

    held = after(made)
    assert held["part", "2025"] - used * 100 == old
    assert held.get(("part", "2026"), 0) == new
    assert held["part", "T-1"] == old + new
    assert made.payable == 340_00 - old - new


def test_a_small_cost_in_the_old_year_leaves_the_rest_to_the_new_one() -> None:
    hotels = (
        "- {id: a, kind: lodging, check_in: 2025-12-31, check_out: 2026-01-01, amount: 40}\n"
        "- {id: b, kind: lodging, check_in: 2026-01-01, check_out: 2026-01-02, amount: 170}"
    )

    made = over_new_year(hotels, used=0)

    assert made.payable == 110_00
    assert after(made)["part", "2025"] == 40_00
    assert after(made)["part", "2026"] == 60_00


def test_both_years_full_take_nothing_off() -> None:
    rule = FIRST.replace("150", "'if(line.date < 2026-01-01, 150, 0)'")

    assert over_new_year(ROOM, used=150, rule=rule).payable == 340_00


def test_each_traveller_bears_what_is_taken_off_their_own() -> None:
    fares = "- {id: fly, kind: air, date: 2026-03-01, amount_each: 300}"
    rule = (
        "deductible: 100, per: trip, at_most: 60, at_most_per: calendar_year, at_most_whose: person"
    )

    made = decided(
        policy_text(f"{EVERYTHING}limits:\n- {{id: part, text: P., {rule}}}"), trip_text(fares)
    )

    assert {one.key.whose: one.after for one in made.balances if one.key.period == "2026"} == {
        "mary": 60_00,
        "tom": 40_00,
    }
