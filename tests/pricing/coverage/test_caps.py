"""What is left of the caps between two trips."""

from __future__ import annotations

from fractions import Fraction

from pricing.coverage.caps import CapLeft, list_caps
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import prepare
from tests.pricing.coverage.deciding import policy_text

POLICY = policy_text(
    """
    benefits:
    - {id: hotel, text: Lodging., covers: [lodging], pays: actual}
    limits:
    - {id: nights, text: Five nights a year., applies_to: [lodging], cap: 5, of: nights,
       per: calendar_year, whose: person}
    - {id: trip, text: 900 a trip., cap: 900, per: trip}
    - {id: own, text: Ten percent is the patient's., pays_share: 90 %}
    - {id: grown, text: More for long stays., cap: 100 * trip.nights, per: diagnosis}
    - {id: life, text: 10000 in a lifetime., cap: 10000, per: lifetime}
    """
)


def caps(used: dict[BalanceKey, Fraction]) -> tuple[CapLeft, ...]:
    """Return the caps of the policy after that much was used."""
    policy = prepare(read_policy(POLICY, "policy"))
    return list_caps(policy, policy.versions[0], used)


def test_a_cap_that_nobody_drew_on_is_left_whole() -> None:
    found = {one.limit: one.left for one in caps({})}

    assert found == {"nights": 5, "grown": None, "life": 10000_00}


def test_everybody_has_what_is_left_of_their_own_cap() -> None:
    used = {
        BalanceKey("nights", "tom", "2026", is_money=False): Fraction(2),
        BalanceKey("nights", "mary", "2026", is_money=False): Fraction(5),
        BalanceKey("life", "mary", "lifetime"): Fraction(12_50),
    }

    found: list[tuple[object, ...]] = [
        (one.limit, one.whose, one.used, one.left) for one in caps(used)
    ]

    assert found == [
        ("nights", "mary", 5, 0),
        ("nights", "tom", 2, 3),
        ("grown", "", 0, None),
        ("life", "mary", 12_50, 9987_50),
    ]


def test_a_cap_that_was_lowered_below_what_is_used_has_nothing_left() -> None:
    found = caps({BalanceKey("life", "mary", "lifetime"): Fraction(20000_00)})

    assert found[-1].left == 0


def test_a_rolling_cap_tells_of_the_window_of_the_last_day() -> None:
    rules = """
        benefits:
        - {id: hotel, text: Lodging., covers: [lodging], pays: actual}
        limits:
        - {id: year, text: R., cap: 1000, per: rolling, window: 12 months}
        """
    policy = prepare(read_policy(policy_text(rules), "policy"))
    used = {
        BalanceKey("year", "mary", "2025-01-05"): Fraction(300_00),
        BalanceKey("year", "mary", "2025-08-05"): Fraction(200_00),
        BalanceKey("year", "mary", "2026-03-01"): Fraction(100_00),
        BalanceKey("year", "tom", "2025-01-05"): Fraction(50_00),
        BalanceKey("year", "tom", "2025"): Fraction(1_00),  # of a version by calendar years
    }

    found: list[tuple[object, ...]] = [
        (one.whose, one.period, one.used, one.left)
        for one in list_caps(policy, policy.versions[0], used)
    ]

    assert found == [
        ("mary", "2026-03-01", 300_00, 700_00),
        ("tom", "2025-01-05", 50_00, 950_00),
    ]
    assert [one.period for one in list_caps(policy, policy.versions[0], {})] == [""]
