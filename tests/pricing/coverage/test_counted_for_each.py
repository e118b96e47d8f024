"""Counts and bounds that are each person's own: everybody concerned draws, not the first alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.decision_errors import FactNotStated
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text

HOTEL = "- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-05, amount: 400}"
TAXIS = """
- {id: first, kind: taxi, date: 2026-03-02, amount: 60, distance_km: 10, travellers: [mary, tom]}
- {id: second, kind: taxi, date: 2026-03-03, amount: 60, distance_km: 10, travellers: [tom]}
"""


def made(
    limit: str, expenses: str, used: dict[str, int] | None = None, *, more: str = ""
) -> Decision:
    """Return a decision under one limit; ``used`` is what each person had counted before."""
    policy = policy_text(
        f"""
        benefits:
        - {{id: all, text: All., covers: [everything], pays: actual}}
        limits:
        - {{id: own, text: L., {limit}}}
        """
    )
    balances = {
        BalanceKey("own", whose, "2026", is_money=False): Fraction(count)
        for whose, count in (used or {}).items()
    }
    return decided(policy, trip_text(expenses, more=more), balances=balances)


def counted(decision: Decision) -> dict[str, Fraction]:
    """Return what everybody's balance holds after a decision."""
    return {one.key.whose: one.after for one in decision.balances}


NIGHTS = "cap: 3, of: nights, per: calendar_year, whose: person"


@pytest.mark.parametrize(
    ("used", "paid", "after"),
    [
        ({}, 300_00, {"mary": 3, "tom": 3}),
        ({"mary": 3}, 150_00, {"mary": 3, "tom": 3}),
        ({"tom": 3}, 150_00, {"mary": 3, "tom": 3}),
        ({"mary": 1, "tom": 2}, 150_00, {"mary": 3, "tom": 3}),
        ({"mary": 3, "tom": 3}, 0, {"mary": 3, "tom": 3}),
    ],
)
def test_a_shared_night_counts_for_each_and_is_paid_for_those_who_have_some_left(
    used: dict[str, int], paid: int, after: dict[str, int]
) -> None:
    decision = made(NIGHTS, HOTEL, used)

    assert decision.payable == paid
    assert counted(decision) == after


def test_everybody_named_in_the_trace_had_none_left() -> None:
    (line,) = made(NIGHTS, HOTEL, {"mary": 3}).lines

    words = line.trace[-1].arithmetic
    assert words == "at most 3 nights, 3 used before (mary); at most 3 nights (tom)"


HOTELS = """
- {id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount: 200}
- {id: b, kind: lodging, check_in: 2026-03-02, check_out: 2026-03-06, amount: 400}
"""


@pytest.mark.parametrize(
    ("limit", "used", "told", "paid"),
    [
        # Nights of a: 1 and 2 March; of b: 2 to 5 March. The 2nd is both hotels' and counts once.
        ("cap: 3, of: nights, per: calendar_year", {},
         "at most 3 nights, 1 used by other expenses", 400_00),
        ("cap: 3, of: nights, per: calendar_year", {"mary": 1},
         "at most 3 nights, 1 used before and 1 by other expenses", 300_00),
        ("cap: 3, of: nights, per: calendar_year, whose: person", {"mary": 1},
         ("at most 3 nights, 1 used before and 1 by other expenses (mary);"
         " at most 3 nights, 1 used by other expenses (tom)"), 350_00),
        ("cap: 3, of: nights, per: week", {}, "at most 3 nights, 1 used by other expenses", 400_00),
        ("deductible: 3, of: nights, per: calendar_year", {},
         "the first 3 nights are not paid, 1 used by other expenses", 200_00),
        ("cap: 3, of: nights, per: rolling, window: 365 days", {},
         "at most 3 nights, 1 used by other expenses", 400_00),
    ],
)  # fmt: skip
def test_a_counted_limit_tells_what_other_expenses_of_the_trip_had_of_it(
    limit: str, used: dict[str, int], told: str, paid: int
) -> None:
    decision = made(limit, HOTELS, used)

    assert decision.payable == paid
    assert line_of(decision, "b").trace[-1].arithmetic == told


def test_a_count_of_each_month_is_told_once_where_the_words_are_the_same() -> None:
    stay = "- {id: a, kind: lodging, check_in: 2026-03-29, check_out: 2026-04-03, amount: 500}"
    dates = "starts: 2026-03-29\nends: 2026-04-03"

    decision = made("cap: 1, of: nights, per: calendar_month", stay, more=dates)

    assert decision.payable == 200_00
    assert line_of(decision, "a").trace[-1].arithmetic == "at most 1 night"


@pytest.mark.parametrize(
    ("limit", "paid", "after"),
    [
        ("cap: 1, of: legs, per: calendar_year, whose: person", 60_00, {"mary": 1, "tom": 1}),
        ("cap: 15, of: km, per: calendar_year, whose: person", 90_00, {"mary": 10, "tom": 15}),
        ("cap: 1, of: days, per: calendar_year, whose: person", 60_00, {"mary": 1, "tom": 1}),
        ("cap: 1, of: trips, per: calendar_year, whose: person", 120_00, {"mary": 1, "tom": 1}),
        ("deductible: 1, of: legs, per: calendar_year, whose: person", 60_00,
         {"mary": 1, "tom": 1}),
        ("deductible: 15, of: km, per: calendar_year, whose: person", 30_00,
         {"mary": 10, "tom": 15}),
    ],
)  # fmt: skip
def test_whoever_rides_along_is_counted(limit: str, paid: int, after: dict[str, int]) -> None:
    decision = made(limit, TAXIS)

    assert decision.payable == paid
    assert counted(decision) == after


def test_a_count_may_differ_from_person_to_person() -> None:
    fares = """
    - {id: air, kind: air, date: 2026-03-01, amount_each: 100,
       legs: [{direction: out}, {direction: return, date: 2026-03-05}]}
    """
    limit = "cap: 'if(person.role = ''patient'', 2, 1)', of: legs, per: calendar_year"

    decision = made(f"{limit}, whose: person", fares)

    assert decision.payable == 150_00
    assert counted(decision) == {"mary": 2, "tom": 1}


@pytest.mark.parametrize(
    ("before", "paid"),
    [({}, 380_00), ({"mary": 20_00}, 390_00), ({"mary": 20_00, "tom": 20_00}, 400_00)],
)
def test_what_each_pays_at_most_is_borne_in_equal_parts(before: dict[str, int], paid: int) -> None:
    policy = policy_text(
        """
        benefits:
        - {id: all, text: All., covers: [everything], pays: actual}
        limits:
        - {id: own, text: L., pays_share: 95 %, at_most: 20, at_most_per: calendar_year,
           at_most_whose: person}
        """
    )
    balances = {
        BalanceKey("own", whose, "2026"): Fraction(amount) for whose, amount in before.items()
    }

    decision = decided(policy, trip_text(HOTEL), balances=balances)

    assert decision.payable == paid


# Four nights at 100 of Mary and Tom in one room, then a flight of 100 for each.
ROOM_FIRST = HOTEL + "\n- {id: air, kind: air, date: 2026-03-06, amount_each: 100}"
OF_PATIENT = "if(person.role = ''patient'', {}, {})"


@pytest.mark.parametrize(
    ("limit", "mary", "tom", "paid", "after"),
    [
        # Each has 200 of the room and 100 of flights: Mary 200 of 300, Tom 100.
        ("cap: '{}', per: calendar_year", 200, 100, 300_00, {"mary": 200_00, "tom": 100_00}),
        ("cap: '{}'", 200, 100, 300_00, {"mary": 200_00, "tom": 100_00}),
        ("deductible: '{}', per: calendar_year", 250, 10, 340_00,
         {"mary": 250_00, "tom": 10_00}),
        # Half of 600 would be taken off, 150 from each.
        ("pays_share: 50 %, at_most: '{}', at_most_per: calendar_year", 120, 30, 450_00,
         {"mary": 120_00, "tom": 30_00}),
        # Mary's halves of three nights, Tom's of one: 150 + 50; flights have no nights.
        ("cap: '{}', of: nights, applies_to: [lodging], per: calendar_year", 3, 1, 400_00,
         {"mary": 3, "tom": 1}),
        ("deductible: '{}', of: nights, applies_to: [lodging], per: calendar_year", 3, 1, 400_00,
         {"mary": 3, "tom": 1}),
        ("cap: '{}', applies_to: [lodging], per: calendar_year", 150, 30, 380_00,
         {"mary": 150_00, "tom": 30_00}),
    ],
)  # fmt: skip
def test_each_persons_own_amount_is_read_as_theirs_though_a_room_is_shared_first(
    limit: str, mary: int, tom: int, paid: int, after: dict[str, int]
) -> None:
    decision = made(f"{limit.format(OF_PATIENT.format(mary, tom))}, whose: person", ROOM_FIRST)

    assert decision.payable == paid
    assert counted(decision) == after


def test_a_further_maximum_of_each_is_read_as_theirs() -> None:
    own = OF_PATIENT.format(120, 30)
    limit = (
        "pays_share: 50 %, at_most: 1000, at_most_per: calendar_year,"
        f" also_at_most: [{{amount: '{own}', per: calendar_year, whose: person}}]"
    )

    assert made(limit, ROOM_FIRST).payable == 450_00


def test_what_is_the_patients_for_all_has_no_person_of_a_shared_room() -> None:
    limit = f"cap: '{OF_PATIENT.format(200, 100)}', per: calendar_year"

    with pytest.raises(FactNotStated, match="several share this"):
        made(limit, ROOM_FIRST)


def test_a_cap_of_a_room_for_all_may_not_ask_for_one_person() -> None:
    limit = f"cap: '{OF_PATIENT.format(200, 100)}', per: calendar_year, applies_to: [lodging]"

    with pytest.raises(InvalidDocument, match="a room or ride is shared"):
        made(limit, ROOM_FIRST)


def test_each_persons_deductible_is_read_once_as_the_first_piece_of_theirs_sees_it() -> None:
    taxis = """
    - {id: a, kind: taxi, date: 2026-03-02, amount: 100, travellers: [mary]}
    - {id: b, kind: taxi, date: 2026-03-03, amount: 100, travellers: [mary]}
    """
    limit = "deductible: 10 % * covered.amount, per: calendar_year, whose: person"

    assert made(limit, taxis).payable == 180_00
