"""Explaining values: the arithmetic that a benefits person reads in a trace."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pricing.coverage.decision_errors import FactNotStated
from pricing.expressions.errors import CannotCompute
from pricing.expressions.explain import explain, to_shown
from pricing.expressions.parse import parse_expression
from pricing.expressions.values import Value
from tests.pricing.coverage.stated import Stated

TRIP = Stated(
    facts={
        "line.distance_km": Fraction(600),
        "line.distance_mi": Fraction(300),
        "line.date": date(2026, 3, 1),
        "line.receipt": True,
        "claim.filed": date(2026, 3, 20),
        "patient.age": Fraction(4),
        "care.setting": "inpatient",
        "site.designations": ("coe", "transplant"),
        "trip.change": Fraction(-5),
        "trip.part": Fraction(1, 3),
    },
    tables={
        ("mileage", date(2026, 3, 1)): Fraction(41, 200),
        ("per_diem", "Boston MA", date(2026, 3, 1)): Fraction(92),
    },
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("50", "50"),
        ("75 %", "0.75"),
        ("line.distance_km", "600"),
        ("line.receipt", "line.receipt: yes"),
        ("care.setting", "care.setting ('inpatient')"),
        ("max(0, line.distance_km - 100)", "max(0, 600 − 100) = 500"),
        ("2 * (line.distance_km - 100)", "2 × (600 − 100) = 1000"),
        ("600 - (100 - 50)", "600 − (100 − 50) = 550"),
        ("600 - 100 - 50", "600 − 100 − 50 = 450"),
        ("8 / (4 / 2)", "8 ÷ (4 ÷ 2) = 4"),
        ("1 / 3", "1 ÷ 3 = 1/3"),
        ("2 / trip.part", "2 ÷ (1/3) = 6"),
        ("2 - trip.change", "2 − (−5) = 7"),
        ("trip.change * 2", "(−5) × 2 = −10"),
        ("-(1 + 2)", "−(1 + 2) = −3"),
        ("-5", "−5"),
        ("-line.distance_mi / 2", "(−300) ÷ 2 = −150"),
        ("-trip.part * 2", "(−(1/3)) × 2 = −2/3"),
        ("(1 > 2) = (2 > 3)", "(1 > 2) = (2 > 3): yes"),
        ("lookup('mileage', line.date)", "0.205 (mileage for 2026-03-01)"),
        (
            "line.distance_mi * lookup('mileage', line.date)",
            "300 × 0.205 (mileage for 2026-03-01) = 61.5",
        ),
        (
            "lookup('per_diem', 'Boston MA', line.date) * 75 %",
            "92 (per_diem for Boston MA, 2026-03-01) × 0.75 = 69",
        ),
        ("if(patient.age < 5, 29, trip.unknown)", "if(4 < 5, 29, …) = 29"),
        ("if(patient.age >= 5, trip.unknown, 29) + 1", "if(4 ≥ 5, …, 29) + 1 = 30"),
        ("if(not line.receipt, 5, 29)", "if(not line.receipt (yes): no, …, 29) = 29"),
        ("if(not (1 > 2), 5, trip.unknown)", "if(not 1 > 2: yes, 5, …) = 5"),
        ("line.distance_mi > 100", "300 > 100: yes"),
        ("line.distance_mi <= 100", "300 ≤ 100: no"),
        ("care.setting != 'outpatient'", "care.setting ('inpatient') ≠ 'outpatient': yes"),
        (
            "site.designations has 'coe'",
            "site.designations ('coe', 'transplant') has 'coe': yes",
        ),
        (
            "care.setting in ['inpatient', 'day']",
            "care.setting ('inpatient') in ['inpatient', 'day']: yes",
        ),
        ("not line.receipt", "not line.receipt (yes): no"),
        ("line.receipt or trip.unknown", "line.receipt (yes) or …: yes"),
        ("not line.receipt and trip.unknown", "not line.receipt (yes) and …: no"),
        ("line.receipt and (1 > 2 or 3 > 2)", "line.receipt (yes) and (1 > 2 or 3 > 2): yes"),
        (
            "claim.filed <= add_months(line.date, 12)",
            "2026-03-20 ≤ add_months(2026-03-01, 12): yes",
        ),
        ("add_months(line.date, 12)", "add_months(2026-03-01, 12) = 2027-03-01"),
        ("stated(claim.filed)", "claim.filed is stated: yes"),
        ("stated(line.tax)", "line.tax is not stated: no"),
    ],
)
def test_the_arithmetic_is_written_with_the_trips_figures(text: str, told: str) -> None:
    assert explain(parse_expression(text), TRIP) == told


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(0), "0"),
        (Fraction(1, 8), "0.125"),
        (Fraction(123456789, 1000), "123456.789"),
        (Fraction(1, 1_000_000), "0.000001"),
        (Fraction(1, 128), "1/128"),
        (Fraction(-7, 3), "−7/3"),
        (Fraction(1, 3_000_000), "1/3000000"),
        (Fraction(4875123290079, 400000000), "≈12187.808225"),
        (Fraction(-(10**9), 3**19), "≈−0.860392"),
        (Fraction(1, 64), "0.015625"),
        (Fraction(-1, 2), "−0.5"),
        (True, "yes"),
        ("coe", "'coe'"),
    ],
)
def test_a_number_is_a_decimal_where_six_digits_say_it_exactly(value: Value, shown: str) -> None:
    assert to_shown(value) == shown


def test_a_missing_fact_is_named() -> None:
    with pytest.raises(FactNotStated, match=r"trip\.unknown"):
        explain(parse_expression("1 + trip.unknown"), TRIP)


def test_what_has_no_value_says_why() -> None:
    with pytest.raises(CannotCompute, match="divided by 0"):
        explain(parse_expression("1 / (patient.age - 4)"), TRIP)
