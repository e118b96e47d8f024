"""What looks wrong in a trip: told beside the decision, never changing it."""

from __future__ import annotations

import textwrap
from fractions import Fraction

import pytest

from pricing.coverage.answer import balances_from, to_document
from pricing.coverage.decision import BalanceKey, Doubt
from pricing.coverage.decision_errors import FactNotStated, UnknownBalance
from pricing.coverage.documents.read import read_balances, read_trip
from pricing.coverage.doubts import list_slips
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import faults_of

POLICY = policy_text(
    """
    benefits:
    - {id: all, text: All., covers: [everything], pays: actual}
    limits:
    - {id: life, text: A cap., cap: 5000, per: lifetime}
    """
)
TAXI = "- {{id: taxi, kind: taxi, date: {}, amount: 40}}"
HOTEL = "- {{id: hotel, kind: lodging, check_in: {}, check_out: {}, amount: 400}}"


def doubts(expenses: str, *, more: str = "") -> tuple[Doubt, ...]:
    """Return what is doubtful of a trip from 1 to 6 March 2026."""
    return decided(POLICY, trip_text(expenses, more=more)).doubts


@pytest.mark.parametrize("day", ["2026-02-22", "2026-03-01", "2026-03-13"])
def test_a_week_before_or_after_the_trip_is_near_enough(day: str) -> None:
    assert not doubts(TAXI.format(day))


@pytest.mark.parametrize("day", ["2026-02-21", "2026-03-14", "2027-03-02"])
def test_an_expense_farther_away_is_doubtful_and_paid(day: str) -> None:
    made = decided(POLICY, trip_text(TAXI.format(day)))

    (one,) = made.doubts
    assert one.field == "expenses[taxi].date"
    assert one.message == (
        f"{day} is outside of the trip, 2026-03-01 to 2026-03-06; look at month and year"
    )
    assert made.payable == 40_00


def test_the_far_nights_of_a_stay_are_told_together() -> None:
    (one,) = doubts(HOTEL.format("2026-03-10", "2026-03-20"))

    assert one.message.startswith("what is from 2026-03-14 to 2026-03-19 is outside of the trip")


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ("patient: {id: mary, inpatient: [{admitted: 2027-03-02, discharged: 2027-03-04}]}",
         "patient.inpatient[0]", "the stay in hospital, 2027-03-02 to 2027-03-04"),
        ("visits: [{id: one, date: 2026-05-02}]", "visits[one].date", "2026-05-02 is outside"),
        ("claim: {filed: 2025-03-10}", "claim.filed", "is before the trip begins, 2026-03-01"),
        ("care: {setting: inpatent}", "care.setting", "did you mean 'inpatient'?"),
        ("companions: [{id: tom, relation: spuose}]", "companions[tom].relation", "'spouse'?"),
    ],
)  # fmt: skip
def test_other_days_and_words_are_doubtful_too(more: str, field: str, words: str) -> None:
    (one,) = doubts(TAXI.format("2026-03-02"), more=more)

    assert one.field == field
    assert words in one.message


@pytest.mark.parametrize(("whose", "count"), [("marry", 1), ("mary", 0), ("aunt-olga", 0)])
def test_a_balance_of_somebody_much_like_a_traveller_is_doubtful(whose: str, count: int) -> None:
    balances = {BalanceKey("life", whose, "lifetime"): Fraction(100)}

    made = decided(POLICY, trip_text(TAXI.format("2026-03-02")), balances=balances)

    assert len(made.doubts) == count


FOOD = "- {{id: food, kind: meals, amount: 90, {}}}"
WAYS = "- {{id: bus, kind: bus, amount: 90, {}}}"


@pytest.mark.parametrize(
    ("expense", "field"),
    [
        (HOTEL.format("2026-02-02", "2026-03-03"), "expenses[hotel].check_in"),
        (HOTEL.format("2026-03-02", "2026-05-03"), "expenses[hotel].check_out"),
        (FOOD.format("to: 2026-05-03"), "expenses[food].to"),
        (FOOD.format("from: 2026-02-03"), "expenses[food].from"),
        (FOOD.format("from: 2026-05-03, to: 2026-05-03, days: [{date: 2026-05-03, amount: 9}]"),
         "expenses[food].days[0]"),
        (WAYS.format("legs: [{date: 2026-03-01}, {date: 2026-05-01}]"),
         "expenses[bus].legs[1].date"),
        (WAYS.format("date: 2027-03-01, legs: [{direction: out}]"), "expenses[bus].date"),
        (WAYS.format("departs: 2027-03-01T10:00Z, arrives: 2027-03-01T11:00Z"),
         "expenses[bus].departs"),
    ],
)  # fmt: skip
def test_a_far_day_is_told_by_the_field_that_says_it(expense: str, field: str) -> None:
    (one,) = doubts(expense)

    assert one.field == field


def test_the_answer_lists_what_is_doubtful() -> None:
    answer = to_document(decided(POLICY, trip_text(TAXI.format("2027-03-02"))))

    assert answer["warnings"] == [
        {
            "file": None,
            "line": None,
            "field": "expenses[taxi].date",
            "message": "2027-03-02 is outside of the trip, 2026-03-01 to 2026-03-06; "
            "look at month and year",
        }
    ]


def test_a_way_back_before_the_way_out_is_a_fault() -> None:
    legs = "[{direction: out, date: 2026-03-02}, {direction: return, date: 2026-03-01}]"
    text = trip_text(f"- {{id: air, kind: air, amount: 90, legs: {legs}}}")

    (fault,) = faults_of(read_trip, text)

    assert fault.path == "expenses[air].legs[1].date"
    assert fault.message == "the way back, 2026-03-01, is before the way out, 2026-03-02"


@pytest.mark.parametrize(
    ("word", "meant"), [("hotel", "lodging"), ("plane", "air"), ("Uber", "ride_hail")]
)
def test_an_everyday_word_for_a_kind_brings_the_kind(word: str, meant: str) -> None:
    text = trip_text(f"- {{id: one, kind: {word}, date: 2026-03-02, amount: 90}}")

    (fault,) = faults_of(read_trip, text)

    assert fault.message == f"'{word}' does not exist; did you mean {meant}?"


def test_a_distance_of_another_name_is_told_beside_the_missing_one() -> None:
    policy = policy_text(
        """
        conditions:
        - {id: far, text: F., requires: distances.home_to_site.road_mi > 50}
        benefits:
        - {id: all, text: All., covers: [everything], pays: actual}
        """
    )
    trip = trip_text(TAXI.format("2026-03-02"), more="distances: {home_to_cite: {road_mi: 60}}")

    with pytest.raises(FactNotStated, match=r"home_to_site.road_mi \(it states home_to_cite\)"):
        decided(policy, trip)


def test_a_balance_finer_than_a_cent_is_refused() -> None:
    text = """
        format: sojourn-balances/1
        policy: test-plan
        used: [{balance: life, whose: mary, period: lifetime, amount: 9.005}]
        """
    document = read_balances(textwrap.dedent(text), "balances")

    with pytest.raises(UnknownBalance, match="has more decimals than USD, like 12"):
        balances_from(document, "USD")


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ("starts: 2026-03-01\nends: 2027-03-06", "ends"),
        ("starts: 2025-03-01\nends: 2026-03-06", "starts"),
        ("starts: 2026-03-01\nends: 2026-08-20", ""),
    ],
)
def test_half_a_year_without_anything_is_a_slip_in_the_year(days: str, field: str) -> None:
    found = doubts(TAXI.format("2026-03-02"), more=days)

    assert [one.field for one in found] == [field] * bool(field)
    assert all("look at the year" in one.message for one in found)


@pytest.mark.parametrize(
    ("second", "stage", "count"),
    [
        ("kind: taxi, date: 2026-03-02, amount: 40", "claim", 1),
        ("kind: taxi, date: 2026-03-02, amount: 40.00, receipt: yes", "claim", 1),
        ("kind: taxi, date: 2026-03-02, amount: 40, receipt: yes", "claim", 1),
        ("kind: taxi, date: 2026-03-02, amount: 41", "claim", 0),
        ("kind: taxi, date: 2026-03-02, amount: 40, travellers: [mary]", "claim", 0),
        ("kind: taxi, date: 2026-03-02, amount: 40", "estimate", 0),
    ],
)
def test_an_expense_that_is_claimed_twice_is_doubtful_and_paid(
    second: str, stage: str, count: int
) -> None:
    twice = f"{TAXI.format('2026-03-02')}\n- {{id: again, {second}}}"

    made = decided(POLICY, trip_text(twice, more=f"stage: {stage}"))

    assert [one.field for one in made.doubts] == ["expenses[again]"] * count
    assert made.payable == sum(line.claimed for line in made.lines)


def test_a_distance_with_a_point_between_thousands_is_doubtful_where_it_was_typed() -> None:
    """One that was reckoned, as a plan's are, may have three decimals."""
    drive = "- {id: drive, kind: car, date: 2026-03-02, distance_km: 1.200, amount: 9}"
    more = "distances: {home_to_site: {road_mi: 12.34, straight_mi: 1.250}}"

    found = list_slips(read_trip(trip_text(drive, more=more), "trip"))

    assert doubts(drive, more=more) == ()
    assert [one.field for one in found] == [
        "distances.home_to_site.straight_mi",
        "expenses[drive].distance_km",
    ]
    assert found[1].message == "1.200 is less than 2; a point parts no thousands"


def test_a_balance_with_a_point_between_thousands_is_refused() -> None:
    text = "format: sojourn-balances/1\npolicy: test-plan\nused:\n"
    used = "- {balance: life, whose: mary, period: lifetime, amount: 1.200}"
    document = read_balances(text + used, "balances")

    with pytest.raises(UnknownBalance, match="has more decimals than USD"):
        balances_from(document, "USD")
