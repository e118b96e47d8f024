"""Facts compare as they are written, balances have periods of the limits, shares follow weights."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey
from pricing.coverage.decision_errors import UnknownBalance
from tests.pricing.coverage.deciding import decided, policy_text, trip_text

AIR = "- {id: air, kind: air, date: 2026-03-01, amount: 100}"


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("line.kind = 'air'", True),
        ("line.kind != 'air'", False),
        ("line.kind in ['air']", True),
        ("line.kind = 'rail'", False),
        ("line.kind != 'rail'", True),
    ],
)
def test_the_kind_of_an_expense_is_a_text_like_any_other(test: str, holds: bool) -> None:  # noqa: FBT001 — what is expected
    policy = policy_text(
        f"""
        conditions:
        - {{id: only, text: Only some., requires: "{test}"}}
        benefits:
        - {{id: air, text: Air., covers: [air], pays: actual}}
        """
    )

    assert decided(policy, trip_text(AIR)).payable == (100_00 if holds else 0)


def deducting(period: str, *, first: str = "monday") -> str:
    """Return a policy whose deductible of each leg, and whose cap, count within periods."""
    return policy_text(
        f"""
        benefits:
        - {{id: taxi, text: Taxis., covers: [taxi], pays: actual}}
        limits:
        - {{id: fee, text: Five a leg., deductible: 5, per: leg, at_most: 20,
           at_most_per: {period}}}
        - {{id: week, text: A cap., cap: 500, per: calendar_week}}
        - {{id: quarter, text: A cap., cap: 500, per: calendar_quarter}}
        """,
        head=f"week_starts: {first}",
    )


TAXI = "- {id: taxi, kind: taxi, date: 2026-03-04, amount: 100}"


@pytest.mark.parametrize(
    ("balance", "period", "first"),
    [
        ("fee", "2026-03", "monday"),
        ("fee", "lifetime", "monday"),
        ("week", "2026-03-03", "monday"),
        ("week", "2026-03-02", "sunday"),
        ("week", "2026-13-02", "monday"),
        ("quarter", "2026-02-01", "monday"),
        ("quarter", "2026-Q1", "monday"),
    ],
)
def test_a_balance_of_no_period_of_its_limit_is_refused(
    balance: str, period: str, first: str
) -> None:
    key = BalanceKey(balance, "mary", period)

    with pytest.raises(UnknownBalance, match="must be"):
        decided(
            deducting("calendar_year", first=first), trip_text(TAXI), balances={key: Fraction(1)}
        )


@pytest.mark.parametrize(
    ("balance", "period", "first"),
    [
        ("fee", "2026", "monday"),
        ("week", "2026-03-02", "monday"),
        ("week", "2026-03-01", "sunday"),
        ("quarter", "2026-01-01", "monday"),
    ],
)
def test_a_balance_of_the_limits_own_period_counts(balance: str, period: str, first: str) -> None:
    key = BalanceKey(balance, "mary", period)
    used = Fraction(20_00 if balance == "fee" else 450_00)

    made = decided(deducting("calendar_year", first=first), trip_text(TAXI), balances={key: used})

    assert made.payable == (100_00 if balance == "fee" else 50_00)


DRIVE = """
- id: drive
  kind: car
  date: 2026-03-01
  amount: {spent}
  legs: [{{direction: out, distance_km: 100}}, {{direction: return, distance_km: 20}}]
"""


@pytest.mark.parametrize(
    ("at_most_cost", "spent", "paid"),
    [("no", 100, 30_00), ("yes", 100, 30_00), ("yes", 40, 20_00), ("no", 40, 30_00)],
)
def test_a_limit_that_does_not_bind_changes_no_leg(
    at_most_cost: str, spent: int, paid: int
) -> None:
    policy = policy_text(
        f"""
        benefits:
        - {{id: drive, text: 40 cents a km., covers: [car], pays: allowance, amount: 0.40,
           per: km, at_most_cost: {at_most_cost}}}
        limits:
        - {{id: fee, text: Ten a leg., deductible: 10, per: leg}}
        """
    )

    assert decided(policy, trip_text(DRIVE.format(spent=spent))).payable == paid
