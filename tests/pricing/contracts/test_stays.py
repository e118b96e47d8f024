"""Expected stays: scenarios as claims, two offers compared, the days at which a side changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pricing.contracts.compare import compare, to_document
from pricing.contracts.documents.read import read_stay, read_terms
from pricing.contracts.errors import StaysDiffer
from pricing.contracts.expected_stay import claim_of
from pricing.contracts.prepared import Prepared, nothing_beside, prepare
from pricing.documents.faults import InvalidDocument
from tests.pricing.contracts.pricing_of import TERMS_HEAD, with_head

STAY = """
format: sojourn-stay/1
id: hip
currency: USD
admitted: 2026-09-07
days: {low: 2, expected: 3, high: 9}
lines:
- {id: icu, revenue_code: 200, charge_per_day: 7000, days: {low: 0, expected: 1, high: 2}}
- {id: room, revenue_code: 120, charge_per_day: 3000, days: rest}
- {id: theatre, revenue_code: 360, charge: {low: 20000, expected: 24000, high: 30000}}
- {id: implant, revenue_code: 278, charge: 19000, invoice: 5200}
"""
PER_DIEM = "terms: [{id: days, text: T., for: claim, pays: {per_diem: 5000}}]"
CASE_RATE = (
    "terms: [{id: case, text: T., for: claim, pays: "
    "{case_rate: 22000, days_included: 6, then_per_day: 1000}}]"
)


def terms(text: str, name: str) -> Prepared:
    """Return terms of that name."""
    return prepare(read_terms(with_head(text, TERMS_HEAD | {"id": name}), name), nothing_beside)


def test_a_scenario_becomes_a_claim_whose_lines_count_their_days() -> None:
    claim = claim_of(read_stay(STAY, "stay"), "high")

    assert claim.discharged == date(2026, 9, 16)
    assert [(line.id, line.units, line.charge) for line in claim.lines] == [
        ("icu", Decimal(2), Decimal(14000)),
        ("room", Decimal(7), Decimal(21000)),
        ("theatre", None, Decimal(30000)),
        ("implant", None, Decimal(19000)),
    ]


def test_a_line_of_no_days_is_left_out() -> None:
    claim = claim_of(read_stay(STAY, "stay"), "low")

    assert [line.id for line in claim.lines] == ["room", "theatre", "implant"]


def test_another_length_of_stay_cuts_the_days_of_lines() -> None:
    claim = claim_of(read_stay(STAY, "stay"), "expected", days=1)

    assert [line.id for line in claim.lines] == ["icu", "theatre", "implant"]


def test_lines_cannot_have_more_days_than_the_stay() -> None:
    stay = read_stay(STAY.replace("high: 9", "high: 3").replace("high: 2}", "high: 4}"), "stay")

    with pytest.raises(StaysDiffer, match="1 more than the 3 of the stay"):
        claim_of(stay, "high")


def test_scenarios_must_not_fall() -> None:
    with pytest.raises(InvalidDocument, match="must not fall from low to expected to high"):
        read_stay(STAY.replace("low: 20000", "low: 25000"), "stay")


def test_two_offers_are_compared_over_scenarios_and_days() -> None:
    a, b = terms(PER_DIEM, "per-diem"), terms(CASE_RATE, "case-rate")

    told = to_document(compare(a, b, read_stay(STAY, "stay")))

    assert [(one["scenario"], one["a_cents"], one["b_cents"]) for one in told["scenarios"]] == [
        ("low", 10_000_00, 22_000_00),
        ("expected", 15_000_00, 22_000_00),
        ("high", 45_000_00, 25_000_00),
    ]
    assert [one["a_cents"] for one in told["curve"]] == [day * 5000_00 for day in range(1, 10)]
    assert told["scenarios"][2]["charges_cents"] == 84_000_00
    assert [(one["days"], one["cheaper_from"]) for one in told["break_even"]] == [(5, "b")]
    assert told["break_even"][0]["sentence"] == (
        "From 5 days on case-rate is cheaper; up to 4 days per-diem is."
    )


def test_offers_that_meet_say_at_which_day() -> None:
    meeting = CASE_RATE.replace("22000", "20000")

    told = to_document(
        compare(terms(PER_DIEM, "per-diem"), terms(meeting, "case-rate"), read_stay(STAY, "stay"))
    )

    assert [one["days"] for one in told["break_even"]] == [4, 5]
    assert [one["sentence"] for one in told["break_even"]] == [
        "At 4 days both cost the same; up to 3 days per-diem is cheaper.",
        "From 5 days on case-rate is cheaper; a day less costs the same.",
    ]


def test_offers_that_cross_twice_say_for_which_days_each_is_cheaper() -> None:
    stepped = PER_DIEM.replace("5000", "\"lookup('by_length', stay.days)\"")
    tables = "tables: {by_length: [{to: 2, value: 30000}, {from: 3, to: 4, value: 5000}, "
    offer = f"{tables}{{from: 5, value: 5500}}]}}\n{stepped}"

    told = to_document(
        compare(terms(offer, "by-length"), terms(CASE_RATE, "case-rate"), read_stay(STAY, "stay"))
    )

    assert [one["sentence"] for one in told["break_even"]] == [
        "From 3 to 4 days by-length is cheaper; up to 2 days case-rate is.",
        "From 5 days on case-rate is cheaper; from 3 to 4 days by-length is.",
    ]


def test_offers_in_another_currency_than_the_stay_are_refused() -> None:
    """Days to come have no rate, so even an offer that converts claims cannot be compared."""
    dollars = terms(PER_DIEM, "per-diem")
    euros = "currency: EUR\nexchange: {date: admission}\n" + CASE_RATE

    with pytest.raises(StaysDiffer) as refused:
        compare(dollars, terms(euros, "case-rate"), read_stay(STAY, "stay"))

    assert str(refused.value) == (
        "currency is USD, and case-rate pays in EUR; days to come have no rate, so write stay and "
        "offers in one currency"
    )
