"""Rolling caps: so much in any twelve months, whichever claim comes first."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.decision_errors import UnknownBalance
from pricing.coverage.documents.read import read_policy
from pricing.coverage.window import Window, window_of
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import faults_of

Balances = dict[BalanceKey, Fraction]


def policy(limit: str) -> str:
    """Return a policy that pays all, under one limit."""
    return policy_text(
        f"""
        benefits:
        - {{id: all, text: All., covers: [everything], pays: actual}}
        limits:
        - {{id: year, text: L., {limit}}}
        """
    )


MONEY = policy("cap: 1000, per: rolling, window: 12 months")
TRIPS = policy("cap: 2, of: trips, per: rolling, window: 12 months")


def taxi(day: date | str, amount: int) -> str:
    """Return a trip of one day with one ride."""
    expense = f"- {{id: taxi, kind: taxi, date: {day}, amount: {amount}}}"
    return trip_text(expense, more=f"starts: {day}\nends: {day}")


def at(days: dict[str, int], *, is_money: bool = True) -> Balances:
    """Return Mary's balances by their day of service."""
    times = 100 if is_money else 1
    return {
        BalanceKey("year", "mary", day, is_money): Fraction(amount * times)
        for day, amount in days.items()
    }


def after(decision: Decision) -> Balances:
    """Return the balances after a decision."""
    return {one.key: one.after for one in decision.balances}


@pytest.mark.parametrize(
    ("used", "day", "paid"),
    [
        ({}, "2026-03-10", 600_00),
        ({"2025-03-11": 700}, "2026-03-10", 300_00),
        ({"2025-03-10": 700}, "2026-03-10", 600_00),
        ({"2025-03-11": 700, "2025-12-24": 300}, "2026-03-10", 0),
        ({"2026-12-01": 700}, "2026-03-10", 300_00),
        ({"2027-03-10": 700}, "2026-03-10", 600_00),
        ({"2025-06-01": 500, "2026-09-01": 500}, "2026-03-10", 500_00),
        ({"2024-01-01": 9000}, "2026-03-10", 600_00),
    ],
)
def test_what_is_left_is_left_in_every_window_with_the_day(
    used: dict[str, int], day: str, paid: int
) -> None:
    assert decided(MONEY, taxi(day, 600), balances=at(used)).payable == paid


def test_each_day_of_service_draws_on_its_own() -> None:
    nights = "- {id: stay, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount: 300}"

    made = decided(MONEY, trip_text(nights))

    assert after(made) == at({"2026-03-01": 150, "2026-03-02": 150})


def test_days_that_a_trip_does_not_touch_stay_in_the_balances() -> None:
    made = decided(MONEY, taxi("2026-03-10", 100), balances=at({"2024-01-01": 5}))

    assert after(made) == at({"2024-01-01": 5, "2026-03-10": 100})


@pytest.mark.parametrize(
    ("used", "paid"),
    [
        ({"2025-04-01": 1}, 400_00),
        ({"2025-04-01": 1, "2025-08-01": 1}, 0),
        ({"2025-02-01": 1, "2025-03-01": 1}, 400_00),
    ],
)
def test_trips_are_counted_on_their_first_day(used: dict[str, int], paid: int) -> None:
    nights = "- {id: stay, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-06, amount: 400}"

    made = decided(TRIPS, trip_text(nights), balances=at(used, is_money=False))

    assert made.payable == paid
    assert sum(after(made).values()) == sum(used.values()) + bool(paid)


@given(claims=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 900)), min_size=1, max_size=8))
def test_no_order_of_claims_overdraws_any_window(claims: list[tuple[int, int]]) -> None:
    balances: Balances = {}

    for day, amount in claims:
        service = date(2025, 1, 1) + timedelta(days=day)
        balances = after(decided(MONEY, taxi(service, amount), balances=balances))

    window = Window(12, "months")
    by_day = {date.fromisoformat(key.period): used for key, used in balances.items()}
    for end in by_day:
        held = sum(used for day, used in by_day.items() if window.first_day(end) <= day <= end)
        assert held <= 1000_00


@pytest.mark.parametrize(
    ("written", "last", "first"),
    [
        ("12 months", "2026-03-10", "2025-03-11"),
        ("1 year", "2026-03-10", "2025-03-11"),
        ("1 month", "2026-03-31", "2026-03-01"),
        ("30 days", "2026-03-30", "2026-03-01"),
        ("1 day", "2026-03-30", "2026-03-30"),
        ("2 weeks", "2026-03-14", "2026-03-01"),
        ("9999 years", "2026-03-14", "0001-01-01"),
    ],
)
def test_a_window_ends_on_the_day_of_service(written: str, last: str, first: str) -> None:
    window = window_of(written)

    assert window.first_day(date.fromisoformat(last)) == date.fromisoformat(first)


@pytest.mark.parametrize("period", ["2026", "lifetime", "2026-03", "2026-02-30"])
def test_a_balance_that_is_of_no_day_is_refused(period: str) -> None:
    with pytest.raises(UnknownBalance, match="must be a day of service, such as 2026-03-02"):
        decided(MONEY, taxi("2026-03-10", 1), balances=at({period: 1}))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("cap: 5, per: rolling", "rolling and its window belong together"),
        ("cap: 5, per: calendar_year, window: 12 months", "rolling and its window belong"),
        ("deductible: 5, per: rolling, window: 12 months", "rolling is for caps"),
        ("minimum: 5, per: rolling, window: 12 months", "rolling is for caps"),
        ("cap: 5, per: rolling, window: a year", "must be so many days, weeks, months or years"),
        ("cap: 5, per: rolling, window: 0 days", "must be so many days, weeks, months or years"),
    ],
)
def test_a_window_that_means_nothing_is_a_fault(limit: str, words: str) -> None:
    (fault,) = faults_of(read_policy, policy(limit))

    assert words in fault.message


def test_caps_of_one_balance_have_one_window() -> None:
    text = policy("cap: 5, per: rolling, window: 12 months") + (
        "\n  - {id: b, text: B., cap: 3, per: rolling, window: 6 months, balance: year}\n"
    )

    (fault,) = faults_of(read_policy, text)

    assert "has the window 6 months, not 12 months" in fault.message
