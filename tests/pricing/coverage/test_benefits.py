"""Benefits: which rule pays a piece, and how much its group gets."""

from __future__ import annotations

import pytest

from pricing.coverage.decision import Stage
from pricing.coverage.decision_errors import FactNotStated
from tests.pricing.coverage.deciding import decided, line_of, paid, policy_text, trip_text

HOTEL = (
    "- {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-04, amount_each: 180}"
)
DRIVE = "- {id: drive, kind: car, date: 2026-03-01, distance_mi: 151}"
FARES = (
    "- {id: fly, kind: air, date: 2026-03-01, amount_each: 420.01, legs: [{}, {date: 2026-03-06}]}"
)


def _benefit(rule: str) -> str:
    return f"benefits:\n- {{id: one, text: One., {rule}}}"


@pytest.mark.parametrize(
    ("rule", "expenses", "cents"),
    [
        ("covers: [lodging], pays: actual", HOTEL, 540_00),
        ("covers: [lodging], pays: actual, up_to: 50, per: person_night", HOTEL, 300_00),
        ("covers: [lodging], pays: actual, up_to: 50, per: night", HOTEL, 150_00),
        ("covers: [lodging], pays: actual, up_to: 500", HOTEL, 500_00),
        ("covers: [lodging], pays: actual, share: 80 %", HOTEL, 432_00),
        ("covers: [lodging], pays: actual, share: 80 %, up_to: 100, per: night", HOTEL, 300_00),
        ("covers: [lodging], pays: allowance, amount: 250", HOTEL, 250_00),
        ("covers: [lodging], pays: allowance, amount: 250, per: night", HOTEL, 750_00),
        (
            "covers: [lodging], pays: allowance, amount: 250, per: night, at_most_cost: yes",
            HOTEL,
            540_00,
        ),
        ("covers: [lodging], pays: actual, when: night.number > 1", HOTEL, 360_00),
        ("covers: [lodging], pays: nothing", HOTEL, 0),
        ("covers: [car], pays: allowance, amount: 0.205, per: mile", DRIVE, 30_96),
        ("covers: [car], pays: allowance, amount: 0.10, per: km", DRIVE, 24_30),
        (
            (
                "covers: [car], pays: allowance, amount: 0.2, per: mile,"
                " quantity: 'max(0, line.distance_mi - 100)'"
            ),
            DRIVE,
            10_20,
        ),
        ("covers: [air], pays: actual", FARES, 840_02),
        ("covers: [air], pays: actual, up_to: 400, per: ticket", FARES, 800_00),
        ("covers: [air], pays: actual, up_to: 150, per: leg", FARES, 300_00),
        ("covers: [air], pays: actual, travellers: patient", FARES, 420_01),
        ("covers: [transport], pays: actual", HOTEL, 0),
    ],
)
def test_a_benefit_pays(rule: str, expenses: str, cents: int) -> None:
    assert paid(_benefit(rule), expenses) == cents


MEALS = "- {id: food, kind: meals, from: 2026-03-01, to: 2026-03-04, amount_each: 30}"


@pytest.mark.parametrize(
    ("rule", "cents"),
    [
        ("pays: actual", 240_00),
        ("pays: actual, up_to: 25, per: person_day", 200_00),
        ("pays: allowance, amount: 100, per: day", 400_00),
        ("pays: allowance, amount: 68, per: person_day", 544_00),
        ("pays: allowance, amount: 68 * trip.nights, per: person", 680_00),
        ("pays: allowance, amount: 283, per: trip", 283_00),
        ("pays: allowance, amount: 283, per: week", 283_00),
        ("pays: allowance, amount: 'if(day.first, 0.75, 1) * 80', per: person_day", 600_00),
        ("pays: allowance, amount: 'if(person.age > 40, 10, 1)', per: person_day", 44_00),
    ],
)
def test_meals_are_paid(rule: str, cents: int) -> None:
    assert paid(_benefit(f"covers: [meals], {rule}"), MEALS) == cents


def test_the_first_benefit_that_fits_pays_and_the_next_one_those_it_is_not_for() -> None:
    rules = """
    travellers:
      nurses: {text: Nurses., patient: no, companions: [{at_most: 1, who: person.role = 'nurse'}]}
    benefits:
    - {id: own, text: The patient., covers: [air], travellers: patient, pays: actual}
    - id: nurse
      text: A nurse.
      covers: [air]
      travellers: nurses
      pays: actual
      up_to: 100
      per: ticket
    """
    trip = trip_text(
        "- {id: fly, kind: air, date: 2026-03-01, amount_each: 420}",
        more="companions: [{id: tom, age: 44}, {id: ann, role: nurse}]",
    )

    line = line_of(decided(policy_text(rules), trip), "fly")

    assert line.payable == 520_00
    unpaid = next(step for step in line.trace if step.stage is Stage.NOT_COVERED)
    assert unpaid.before == 420_00
    assert "tom is not among those it is for" in unpaid.sentence


def test_a_patient_in_hospital_sleeps_in_no_hotel() -> None:
    rules = _benefit("covers: [lodging], pays: actual, up_to: 50, per: person_night")
    more = "patient: {id: mary, inpatient: [{admitted: 2026-03-02, discharged: 2026-03-03}]}"

    assert paid(rules, HOTEL, more=more) == 250_00


def test_a_room_shared_with_somebody_not_covered_can_be_paid_in_part() -> None:
    rule = "covers: [lodging], travellers: patient, pays: actual"

    assert paid(_benefit(rule), HOTEL) == 540_00
    assert paid(_benefit(f"{rule}, shared: by_person"), HOTEL) == 270_00


def test_tax_can_be_left_out() -> None:
    hotel = HOTEL.replace("amount_each: 180", "amount_each: 180, tax: 24")

    assert paid(_benefit("covers: [lodging], pays: actual, tax: excluded"), hotel) == 468_00


TICKET = "- {id: fly, kind: air, date: 2026-03-01, cabin: business, travellers: [mary], %s}"
HELD = "440.00 (the fare of the cabin that is paid, instead of 900.00)"
BOTH_WAYS = "legs: [{direction: out}, {direction: return}]"
FARE = "covers: [air], pays: actual, cabin: {highest: [{cabin: economy}], above: comparable}"


@pytest.mark.parametrize(
    ("more", "ticket", "cents", "words"),
    [
        ("tax: excluded", "amount: 900, tax: 90, fares: {economy: 440}", 396_00,
         f"{HELD} − tax 44.00 (90.00 × 440.00 / 900.00) = 396.00"),
        ("tax: excluded", "amount: 900, tax: 90, fares: {economy: 1000}", 810_00,
         "900.00 − tax 90.00 = 810.00"),
        ("tax: excluded", "amount: 900, fares: {economy: 440}", 440_00,
         HELD),
        ("tax: included", "amount: 900, tax: 90, fares: {economy: 440}", 440_00,
         HELD),
        ("tax: excluded, share: 50 %", "amount: 900, tax: 90, fares: {economy: 900}", 405_00,
         "50 % of (900.00 − tax 90.00 = 810.00)"),
        ("tax: excluded", f"amount: 900, tax: 90, fares: {{economy: 440}}, {BOTH_WAYS}", 396_00,
         f"{HELD} − tax 44.00 (90.00 × 440.00 / 900.00) = 396.00"),
        ("tax: excluded", "amount: 0, fares: {economy: 440}", 0, "0.00"),
    ],
)  # fmt: skip
def test_a_comparable_fare_holds_tax_as_the_ticket_does(
    more: str, ticket: str, cents: int, words: str
) -> None:
    made = decided(policy_text(_benefit(f"{FARE}, {more}")), trip_text(TICKET % ticket))

    assert made.payable == cents
    if cents:
        assert made.lines[0].trace[0].arithmetic == words


def test_a_part_of_a_room_says_whose_it_is() -> None:
    rule = "covers: [lodging], travellers: patient, pays: actual, shared: by_person, tax: excluded"
    room = HOTEL.replace("amount_each: 180", "amount: 210, tax: 30")

    made = decided(policy_text(_benefit(rule)), trip_text(room))

    assert made.payable == 90_00
    words = "(210.00 − tax 30.00) × 1/2 for the covered people = 90.00"
    assert made.lines[0].trace[0].arithmetic == words


CABIN = (
    "covers: [air], pays: actual, cabin: {highest: "
    "[{when: line.scheduled_hours > 8, cabin: business}, {cabin: economy}], above: "
)


@pytest.mark.parametrize(
    ("hours", "above", "cents"),
    [
        ("8", "comparable", 600_00),
        ("8.01", "comparable", 2400_00),
        ("8", "nothing", 0),
        ("8.01", "nothing", 2400_00),
    ],
)
def test_a_dearer_cabin_is_paid_as_the_highest_allowed_one(
    hours: str, above: str, cents: int
) -> None:
    flight = (
        "- {id: fly, kind: air, date: 2026-03-01, amount: 2400, cabin: business, "
        f"fares: {{economy: 300}}, scheduled_hours: {hours}}}"
    )

    assert paid(_benefit(f"{CABIN}{above}}}"), flight) == cents


def test_a_missing_fact_names_its_field_and_the_rule_that_asks() -> None:
    with pytest.raises(FactNotStated) as told:
        paid(
            _benefit("covers: [car], pays: allowance, amount: 0.2, per: mile"),
            "- {id: drive, kind: car, date: 2026-03-01}",
        )

    assert told.value.field == "expenses[drive].distance_mi"
    assert told.value.rule == "one"


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("if(leg.direction = 'out', 1, 2)", 30_00),
        ("if(line.date >= 2027-01-01, 0.2, 0.3)", 5_00),
    ],
)
def test_a_rate_by_distance_is_each_legs_own(amount: str, cents: int) -> None:
    drive = """
    - id: drive
      kind: car
      legs:
      - {direction: out, date: 2026-12-30, distance_mi: 10}
      - {direction: return, date: 2027-01-02, distance_mi: 10}
    """
    rule = f'covers: [car], pays: allowance, amount: "{amount}", per: mile'

    assert paid(_benefit(rule), drive) == cents


def test_an_allowance_above_the_cost_is_claimed_whole() -> None:
    decision = decided(
        policy_text(_benefit("covers: [lodging], pays: allowance, amount: 200, per: night")),
        trip_text(HOTEL),
    )

    assert (decision.claimed, decision.payable, decision.patient) == (600_00, 600_00, 0)


@pytest.mark.parametrize(
    ("rounding", "cents"),
    [
        ("{}", 30_96),
        ("{mode: down}", 30_95),
        ("{to: 1, mode: up}", 31_00),
        ("{to: 1, mode: down}", 30_00),
    ],
)
def test_the_policy_says_how_to_round(rounding: str, cents: int) -> None:
    rules = _benefit("covers: [car], pays: allowance, amount: 0.205, per: mile")

    assert paid(rules, DRIVE, head=f"rounding: {rounding}") == cents


def test_rounding_each_line_rounds_once_for_all_its_days() -> None:
    rules = _benefit("covers: [meals], pays: allowance, amount: 10.005, per: person_day")

    assert paid(rules, MEALS) == 80_08
    assert paid(rules, MEALS, head="rounding: {each: line}") == 80_04
